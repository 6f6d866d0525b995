"""How long it takes to plan a year of reminders for 500 series in 50 channels, and to write their calendar."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from bot.calendar import calendar_file, shown_around
from knowledge.forums.content import Series
from knowledge.forums.loading import example_forums, load
from scheduler.reminders import planned

_SERIES, _CHANNELS = 500, 50
_BEGIN, _END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)

Result = TypeVar("Result", bound=Sequence[object])


def many() -> list[Series]:
    """The first shipped series, quarterly with five reminders, again and again under other ids."""
    first = load(example_forums(), ["cpft", "sglos"])[0]
    return [first.model_copy(update={"id": f"forum-{number}"}) for number in range(_SERIES)]


def timed(what: str, work: Callable[[], Result]) -> Result:
    """Does the work, and prints how many seconds it took and how many things came of it."""
    begun = time.perf_counter()
    made = work()
    print(f"{what}: {time.perf_counter() - begun:.2f} s ({len(made):,})")
    return made


if __name__ == "__main__":
    channels = [f"channel-{number}" for number in range(_CHANNELS)]
    series = many()
    where = {each.id: channels for each in series}
    timed("planning a year of reminders", lambda: planned(series, where, _BEGIN, _END))
    timed(
        "planning one hour of it",
        lambda: planned(series, where, datetime(2027, 4, 13, 8, tzinfo=UTC), datetime(2027, 4, 13, 9, tzinfo=UTC)),
    )
    shown = timed("finding three years of forums", lambda: shown_around(series, date(2027, 1, 1)))
    timed("writing them as a calendar, in bytes", lambda: calendar_file("All", shown))
