"""Calendar files, read back by libraries that others wrote."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from dateutil.tz import tzical
from icalendar import Calendar

from bot.calendar import calendar_file, shown_around
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Change, Changes, Occurrence, Standing, occurrence_of, occurrences
from tests.forums.small import day, made

LONDON = ZoneInfo("Europe/London")
CHANGED = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 6, 1)


def only(series: Series, which: str, change: Change | None = None) -> Occurrence:
    """The occurrence that the rule gives on a day."""
    found = occurrence_of(series, day(which), {(series.id, day(which)): change} if change else {})
    assert found is not None
    return found


def event(occurrence: Occurrence) -> Any:
    """The one event in a file of one occurrence, read back."""
    [found] = Calendar.from_ical(calendar_file("Forums", [occurrence])).events
    return found


def held(file: bytes, first: date, last: date) -> list[tuple[str, datetime, datetime]]:
    """What another library makes of a file: each event's name, beginning and end, in order of time."""
    found = recurring_ical_events.of(Calendar.from_ical(file)).between(first, last + timedelta(days=1))
    told = (
        (str(each["SUMMARY"]), each["DTSTART"].dt.astimezone(UTC), each["DTEND"].dt.astimezone(UTC)) for each in found
    )
    return sorted(told, key=lambda each: each[1:])


SERIES = [
    made(),
    made(
        id="mondays",
        name="Mondays, in May; with \\ and\n“more”",
        recurrence="FREQ=YEARLY;BYDAY=1MO;BYMONTH=5",
        starts="2025-05-05",
    ),
    made(id="out", name="Out", recurrence="FREQ=MONTHLY;BYDAY=-1MO", starts="2025-05-26", bank_holidays="leave-out"),
    made(id="night", name="Night", recurrence="FREQ=WEEKLY", starts="2025-03-30", time="01:30", length="PT15M"),
    made(id="far", name="Far", recurrence="FREQ=MONTHLY", starts="2025-01-14", time_zone="Australia/Lord_Howe"),
]
CHANGES: Changes = {
    ("quarterly", day("2026-07-08")): Change(1, CHANGED, day=day("2026-10-25"), hour=time(1, 30)),
    ("far", day("2026-07-14")): Change(2, CHANGED, cancelled=True),
}


def called(occurrence: Occurrence) -> str:
    """What its event is called."""
    return ("Cancelled: " if occurrence.standing is Standing.CANCELLED else "") + occurrence.series.name


def span(occurrence: Occurrence) -> tuple[datetime, datetime]:
    """When it begins and ends, in UTC."""
    return occurrence.starts.astimezone(UTC), occurrence.ends.astimezone(UTC)


def test_a_feed_read_back_by_another_library_is_what_the_preview_says() -> None:
    file = calendar_file("All", shown_around(SERIES, TODAY, CHANGES))
    first, last = date(2025, 7, 1), date(2028, 5, 1)
    forums = (each for series in SERIES for each in occurrences(series, first, last, CHANGES))
    expected = [(called(each), *span(each)) for each in forums if each.standing is not Standing.LEFT_OUT]
    assert held(file, first, last) == sorted(expected, key=lambda each: each[1:])
    assert len(expected) > 200


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe"])
def test_the_time_zone_in_the_file_says_when_each_forum_is(zone: str) -> None:
    """Read by a third library, which knows of the zone only what the file says."""
    series = made(
        recurrence="FREQ=MONTHLY;BYDAY=-1SU,1SU,2SU",
        starts="2026-01-04",
        time="01:30",
        time_zone=zone,
        bank_holidays="keep",
    )
    found = shown_around([series], TODAY)
    text = calendar_file("All", found).decode()
    described = tzical(StringIO(text.replace("\r\n ", ""))).get(zone)
    assert described is not None
    for each in found:
        shown = datetime.combine(each.starts.date(), each.starts.time(), described)
        assert shown.utcoffset() == each.starts.utcoffset(), each.starts


def test_the_bytes_of_a_file_are_as_the_standard_has_them() -> None:
    """Lines of at most 75 bytes that end in CR LF, and one time zone for all events."""
    file = calendar_file("All", shown_around(SERIES[:4], TODAY))
    assert file.endswith(b"END:VCALENDAR\r\n")
    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert lines.count(b"BEGIN:VTIMEZONE") == 1
    for line in (b"VERSION:2.0", b"METHOD:PUBLISH", b"X-WR-CALNAME:All", b"REFRESH-INTERVAL;VALUE=DURATION:PT6H"):
        assert lines.count(line) == 1, line
    assert b"SUMMARY:Mondays\\, in May\\; with \\\\ and\\n\xe2\x80\x9cmore\xe2\x80\x9d" in lines


def test_the_same_forums_make_the_same_bytes() -> None:
    first, again = (calendar_file("All", shown_around(SERIES, TODAY, CHANGES)) for _ in range(2))
    assert first == again


def test_an_event_says_what_when_and_where() -> None:
    found = event(only(made(), "2026-04-08"))
    assert found["SUMMARY"] == "Quarterly forum"
    assert found["DTSTART"].dt == datetime(2026, 4, 8, 10, tzinfo=LONDON)
    assert found["DTEND"].dt == datetime(2026, 4, 8, 12, tzinfo=LONDON)
    assert (found["LOCATION"], found["URL"]) == ("The hall", "https://meet.example.org/quarterly")
    assert found["DESCRIPTION"].splitlines() == [
        "Join: https://meet.example.org/quarterly",
        "Agenda:",
        "- Welcome",
        "- The Compact: is it being kept?",
        "Convenor: The partnership team",
    ]
    assert (found["UID"], found["SEQUENCE"], found["STATUS"]) == (
        "quarterly-2026-04-08@compactbot",
        0,
        "CONFIRMED",
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            Change(1, CHANGED, day=day("2026-04-15"), reason="the hall is flooded"),
            {
                "SUMMARY": "Quarterly forum",
                "STATUS": "CONFIRMED",
                "SEQUENCE": 1,
                "DTSTART": datetime(2026, 4, 15, 10, tzinfo=LONDON),
                "DESCRIPTION": "Moved from Wednesday 8 April 2026, the hall is flooded.",
            },
        ),
        (
            Change(3, CHANGED, cancelled=True),
            {
                "SUMMARY": "Cancelled: Quarterly forum",
                "STATUS": "CANCELLED",
                "SEQUENCE": 3,
                "DTSTART": datetime(2026, 4, 8, 10, tzinfo=LONDON),
                "DESCRIPTION": "Cancelled.",
            },
        ),
        (
            Change(2, CHANGED, place="Room 5", link="https://z.example"),
            {"SEQUENCE": 2, "LOCATION": "Room 5", "URL": "https://z.example", "DESCRIPTION": "Join: https://z.example"},
        ),
    ],
    ids=["moved", "cancelled", "elsewhere"],
)
def test_a_change_reaches_the_same_event_under_a_higher_number(change: Change, expected: dict[str, Any]) -> None:
    before, after = event(only(made(), "2026-04-08")), event(only(made(), "2026-04-08", change))
    assert after["UID"] == before["UID"]
    assert after["DTSTAMP"].dt == CHANGED > before["DTSTAMP"].dt
    shown = {name: getattr(after[name], "dt", after[name]) for name in expected}
    shown["DESCRIPTION"] = shown["DESCRIPTION"].splitlines()[0]
    assert shown == expected


def test_a_forum_that_is_only_online_is_at_its_link() -> None:
    found = event(only(made(place=None), "2026-04-08"))
    assert found["LOCATION"] == "https://meet.example.org/quarterly"
    assert "URL" not in event(only(made(link=None), "2026-04-08"))


def test_a_forum_without_an_agenda_has_none_in_the_calendar() -> None:
    found = event(only(made(link=None, agenda=None, compact_item=False), "2026-04-08"))
    assert found["DESCRIPTION"] == "Convenor: The partnership team"


def test_a_forum_through_the_hour_that_comes_twice_has_its_length() -> None:
    """From 01:30 for 45 minutes it ends at 01:15 on the clock, which as an end would stand before the beginning."""
    found = event(only(made(recurrence="FREQ=YEARLY", starts="2026-10-25", time="01:30", length="PT45M"), "2026-10-25"))
    assert (found["DTSTART"].dt, found["DURATION"].dt) == (
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON),
        timedelta(minutes=45),
    )
    assert "DTEND" not in found


def test_no_two_forums_share_an_event() -> None:
    shown = shown_around([made(), made(id="other")], TODAY, CHANGES)
    found = [str(each["UID"]) for each in Calendar.from_ical(calendar_file("All", shown)).events]
    assert len(set(found)) == len(found) == 20
