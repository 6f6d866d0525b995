"""500 series of forums in 50 channels each: how long planning takes, and how often a process at rest asks its database.

Times are of the processor, so that what else the machine does counts for nothing.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import event

from bot.calendar import calendar_file, shown_around
from bot.composition import knowledge
from bot.settings import Settings
from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.concerns.desk import Desk
from handlers.conversation import Person, Platform, Room
from handlers.forums.hall import Hall
from handlers.ports import Purpose
from knowledge.forums.content import Series
from knowledge.forums.loading import example_forums, load
from scheduler.reminders import planned
from scheduler.reminding import Reminding

_SERIES, _CHANNELS, _MOST_SECONDS = 500, 50, 5.0
_BEGIN, _END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
_QUIET, _MINUTES = datetime(2027, 2, 15, tzinfo=UTC), 24 * 60

Result = TypeVar("Result", bound=Sequence[object])


def many() -> list[Series]:
    """The first shipped series, quarterly with five reminders, again and again under other ids."""
    first = load(example_forums(), ["cpft", "sglos"])[0]
    return [first.model_copy(update={"id": f"forum-{number}"}) for number in range(_SERIES)]


def timed(what: str, work: Callable[[], Result]) -> float:
    """Does the work, prints how many seconds it took and how many things came of it, and returns the seconds."""
    begun = time.process_time()
    made = work()
    taken = time.process_time() - begun
    print(f"{what}: {taken:.2f} s ({len(made):,})")
    return taken


@dataclass
class _Clock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def at_rest(series: list[Series], folder: Path) -> None:
    """A day on which nothing is due, with a look every minute, as `compactbot serve` takes it."""
    engine = opened(f"sqlite:///{folder / 'bench.db'}")
    store = SqlStore(engine)
    with store.begin() as records:
        by = Person(Platform.SLACK, "T1", "U1")
        for each in series:
            for number in range(_CHANNELS):
                room = Room(Platform.SLACK, "T1", f"C{number}")
                records.rooms.appoint(Purpose.FORUMS, each.id, room, by, _QUIET - timedelta(days=60))
    asked: list[object] = []
    event.listen(engine, "begin", asked.append)
    clock = _Clock(_QUIET)
    hall = Hall(Desk(knowledge(Settings(_env_file=None)).knowledge), tuple(series))
    reminding = Reminding(store, hall, clock, grace=timedelta(hours=12), shared=False)

    async def looks(number: int) -> None:
        for _ in range(number):
            await reminding.look()
            clock.moment += timedelta(minutes=1)

    begun = time.process_time()
    asyncio.run(looks(1))
    print(f"planning at the start, over the database: {time.process_time() - begun:.2f} s")
    asked.clear()
    begun = time.process_time()
    asyncio.run(looks(_MINUTES))
    taken = time.process_time() - begun
    print(f"a day at rest: {_MINUTES:,} looks at the clock, {len(asked)} at the database, {taken:.2f} s")
    engine.dispose()
    if asked:
        raise SystemExit("a process at rest should leave its database alone")


if __name__ == "__main__":
    channels = [f"channel-{number}" for number in range(_CHANNELS)]
    series = many()
    where = {each.id: channels for each in series}
    year = timed("planning a year of reminders", lambda: planned(series, where, _BEGIN, _END))
    timed(
        "planning one hour of it",
        lambda: planned(series, where, datetime(2027, 4, 13, 8, tzinfo=UTC), datetime(2027, 4, 13, 9, tzinfo=UTC)),
    )
    shown = shown_around(series, date(2027, 1, 1))
    timed("finding three years of forums", lambda: shown_around(series, date(2027, 1, 1)))
    timed("writing them as a calendar, in bytes", lambda: calendar_file("All", shown))
    with TemporaryDirectory() as folder:
        at_rest(series, Path(folder))
    if year > _MOST_SECONDS:
        raise SystemExit(f"planning a year should take less than {_MOST_SECONDS:.0f} s")
