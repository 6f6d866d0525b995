"""The moments of a series, held against what a library that others wrote makes of the same rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from knowledge.forums.occurrences import occurrences
from tests.forums.small import made

FIRST, LEAP_DAY, LAST = date(2027, 1, 1), date(2028, 2, 29), date(2029, 3, 31)
RULES = [
    "FREQ=DAILY;BYMONTH=3,10;BYDAY=SU",
    "FREQ=DAILY;INTERVAL=9",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,TH;WKST=SU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYDAY=5SA",
    "FREQ=MONTHLY;BYMONTHDAY=29,-1",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1",
    "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYDAY=MO;BYSETPOS=1",
]
ENDS = ["", ";COUNT=7", ";UNTIL=20280229"]
HOURS = ["00:00", "01:00", "01:30", "02:30", "10:00", "23:45"]
ZONES = ["Europe/London", "America/New_York", "Asia/Kolkata"]


@dataclass(frozen=True)
class Case:
    """A rule, its first day, and the hour on the clock of a time zone."""

    words: str
    starts: date
    hour: str
    zone: str


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any rule, from the first day it gives after any day in 2024 to 2026."""
    words = draw(st.sampled_from(RULES))
    near = datetime.combine(draw(st.dates(date(2024, 1, 1), date(2026, 12, 1))), time())
    starts = next(iter(rrulestr(words, dtstart=near)))
    assume(starts.date() <= LEAP_DAY)
    return Case(
        words + draw(st.sampled_from(ENDS)), starts.date(), draw(st.sampled_from(HOURS)), draw(st.sampled_from(ZONES))
    )


def theirs(case: Case) -> Iterator[datetime]:
    """The moments that the other library finds from the first day to the last."""
    begins = f"{case.starts:%Y%m%d}T{case.hour.replace(':', '')}00"
    until = datetime.combine(LEAP_DAY, time(23, 59), ZoneInfo(case.zone)).astimezone(UTC)
    rule = case.words.replace("UNTIL=20280229", f"UNTIL={until:%Y%m%dT%H%M%SZ}")
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", f"DTSTART;TZID={case.zone}:{begins}", f"RRULE:{rule}"]
    calendar = Calendar.from_ical("\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""]))
    for each in recurring_ical_events.of(calendar).between(FIRST, LAST + timedelta(days=1)):
        begin = each["DTSTART"].dt
        if FIRST <= begin.date() <= LAST:
            yield begin.astimezone(UTC)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_another_library_finds_the_same_moments(case: Case) -> None:
    """Through a leap day, both changes of the clocks, the hour that does not come and the one that comes twice."""
    series = made(starts=case.starts, recurrence=case.words, time=case.hour, time_zone=case.zone, bank_holidays="keep")
    ours = [each.starts.astimezone(UTC) for each in occurrences(series, FIRST, LAST)]
    assert ours == sorted(set(theirs(case)))
