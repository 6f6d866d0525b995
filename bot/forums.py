"""The forums that the settings name, and what is kept of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot import composition
from bot.settings import Settings
from handlers.forums.announcing import room_name
from handlers.forums.hall import changes
from handlers.forums.records import Key
from handlers.ports import Purpose, Records, Store
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Changes
from scheduler.reminders import Channels


@dataclass(frozen=True)
class Kept:
    """What was changed about forums, and the channels in which each series is announced and coordinated, by their names.

    `said`: what was said already, or is being sent: about which forum, what (see `Notice.what`), and in which channel.
    """

    changes: Changes
    announced: Channels
    coordinated: Channels
    said: Collection[tuple[Key, str, str]]

    @property
    def has_channels(self) -> bool:
        """Whether forums are announced or coordinated anywhere."""
        return bool(self.announced or self.coordinated)


def forums(settings: Settings) -> tuple[Series, ...]:
    """The forums that the settings name. Raises as `composition.series` and `composition.knowledge` do."""
    return composition.series(settings, composition.knowledge(settings).knowledge)


def in_words(settings: Settings, found: Sequence[Series]) -> str:
    """How many series of forums there are and where they come from, or what to set where there are none."""
    if settings.forums_path:
        return f"{len(found)} series in {settings.forums_path}"
    if found:
        return f"{len(found)} made-up series, to try things with; set FORUMS_PATH to a file of your own"
    return "set FORUMS_PATH to a file of them; see docs/forums.md"


def kept(store: Store, series: Iterable[Series]) -> Kept:
    """What the database holds about these series."""
    ids = [each.id for each in series]
    with store.begin() as records:
        return Kept(
            changes(records.forums.changed()),
            _channels(records, Purpose.FORUMS, ids),
            _channels(records, Purpose.COORDINATORS, ids),
            {(told.key, told.what, room_name(told.room)) for each in ids for told in records.forums.said(each)},
        )


def _channels(records: Records, purpose: Purpose, series: Iterable[str]) -> Channels:
    found = {each: sorted(map(room_name, records.rooms.of(purpose, each))) for each in series}
    return {each: channels for each, channels in found.items() if channels}
