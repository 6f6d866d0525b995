"""The forums that the settings name, and what is kept of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot import composition
from bot.settings import Settings
from handlers.forums.announcing import room_name
from handlers.forums.hall import changes
from handlers.ports import Purpose, Records, Store
from knowledge.forums.content import Series
from knowledge.forums.loading import example_forums, load
from knowledge.forums.occurrences import Changes
from scheduler.reminders import Channels


@dataclass(frozen=True)
class Kept:
    """What was changed about forums, and the channels in which each series is announced and coordinated, by their names."""

    changes: Changes
    announced: Channels
    coordinated: Channels

    @property
    def has_channels(self) -> bool:
        """Whether forums are announced or coordinated anywhere."""
        return bool(self.announced or self.coordinated)


def forums(settings: Settings) -> tuple[Series, ...]:
    """The series in the file that the settings name; without one, the made-up ones for the two shipped Compacts.

    Raises ForumsError for mistakes in the file, and what `composition.knowledge` raises.
    """
    path = settings.forums_path or (example_forums() if settings.knowledge_shipped else None)
    if path is None:
        return ()
    known = composition.knowledge(settings).knowledge
    return load(path, known.compacts, known.commitments)


def kept(store: Store, series: Iterable[Series]) -> Kept:
    """What the database holds about these series."""
    ids = [each.id for each in series]
    with store.begin() as records:
        return Kept(
            changes(records.forums.changed()),
            _channels(records, Purpose.FORUMS, ids),
            _channels(records, Purpose.COORDINATORS, ids),
        )


def _channels(records: Records, purpose: Purpose, series: Iterable[str]) -> Channels:
    found = {each: sorted(map(room_name, records.rooms.of(purpose, each))) for each in series}
    return {each: channels for each, channels in found.items() if channels}
