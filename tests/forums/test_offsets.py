"""How long before or after a forum: the words, and the moments they mean."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.forums.localtime import later, moment
from knowledge.forums.offsets import OffsetError, clock_time, duration, offset
from tests.forums.small import day

LONDON = ZoneInfo("Europe/London")
NINE = time(9)


@pytest.mark.parametrize(
    ("words", "begins", "expected"),
    [
        ("P28D at 09:30", "2026-04-08T10:00", "2026-03-11T09:30 GMT"),
        ("P4W at 09:30", "2026-04-08T10:00", "2026-03-11T09:30 GMT"),
        ("P28D at 09:30", "2026-11-11T10:00", "2026-10-14T09:30 BST"),
        ("P7D", "2026-04-01T10:00", "2026-03-25T09:00 GMT"),
        ("P1D", "2026-03-30T10:00", "2026-03-29T09:00 BST"),
        ("P1D at 01:30", "2026-03-30T10:00", "2026-03-29T02:30 BST"),
        ("P1D at 01:30", "2026-10-26T10:00", "2026-10-25T01:30 BST"),
        ("P0D at 08:00", "2026-04-08T10:00", "2026-04-08T08:00 BST"),
        ("P1W2D at 09:30", "2026-04-10T10:00", "2026-04-01T09:30 BST"),
        ("P1D", "2028-03-01T10:00", "2028-02-29T09:00 GMT"),
        ("P1D", "2027-03-01T10:00", "2027-02-28T09:00 GMT"),
        ("PT1H", "2026-04-08T10:00", "2026-04-08T09:00 BST"),
        ("PT1H", "2026-03-29T02:30", "2026-03-29T00:30 GMT"),
        ("PT1H", "2026-10-25T02:00", "2026-10-25T01:00 GMT"),
        ("PT1H30M", "2026-10-25T02:00", "2026-10-25T01:30 BST"),
        ("PT23H", "2026-03-29T12:00", "2026-03-28T12:00 GMT"),
        ("PT2H after", "2026-04-08T10:00", "2026-04-08T14:00 BST"),
        ("PT30M after", "2026-10-24T23:00", "2026-10-25T01:30 BST"),
        ("P1D after at 09:30", "2026-04-08T10:00", "2026-04-09T09:30 BST"),
        ("P1D after", "2026-10-24T23:00", "2026-10-26T09:00 GMT"),
        ("P0D after at 17:00", "2026-04-08T10:00", "2026-04-08T17:00 BST"),
    ],
)
def test_an_offset_is_this_moment(words: str, begins: str, expected: str) -> None:
    """For a forum of two hours in London. Days go by the calendar, hours by time that passes."""
    at = datetime.fromisoformat(begins)
    starts = moment(at.date(), at.time(), LONDON)
    found = offset(words).moment(starts, later(starts, timedelta(hours=2)), NINE)
    assert f"{found:%Y-%m-%dT%H:%M %Z}" == expected


@pytest.mark.parametrize(
    ("words", "canonical"),
    [("  P28D   at  09:30 ", "P28D at 09:30"), ("P7D", "P7D"), ("PT2H  after", "PT2H after"), ("P4W", "P4W")],
)
def test_an_offset_is_named_by_its_words_however_they_are_spaced(words: str, canonical: str) -> None:
    assert offset(words).words == canonical


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("four weeks", "should be such as 'P28D at 09:30'"),
        ("P7D before", "should be such as"),
        ("after PT2H", "should be such as"),
        ("p7d", "should be such as"),
        ("P7D at", "should be such as"),
        ("P", "should be such as"),
        ("PT", "should be a length of time"),
        ("P1M", "should be a length of time"),
        ("P1Y", "should be a length of time"),
        ("P1.5D", "should be a length of time"),
        ("PT30S", "should be a length of time"),
        ("P1DT2H", "should count either days or hours"),
        ("PT24H", "should count either days or hours"),
        ("PT1H at 09:30", "has an hour, which goes with days only"),
        ("P7D at 9:30", "should be an hour such as '09:30'"),
        ("P7D at 24:00", "should be an hour such as"),
        ("P7D at 09:30:00", "should be an hour such as"),
        ("P7D at ٠٩:٣٠", "should be an hour such as"),
        ("P367D", "should be a year at most"),
        ("P99999999999999999999D", "is too long"),
    ],
)
def test_words_that_are_no_offset_are_refused_with_what_to_write(words: str, complaint: str) -> None:
    with pytest.raises(OffsetError) as raised:
        offset(words)
    assert str(raised.value).startswith(complaint)


@pytest.mark.parametrize(("words", "minutes"), [("PT2H", 120), ("PT1H30M", 90), ("PT90M", 90), ("P1DT1M", 1441)])
def test_a_length_of_time_is_read(words: str, minutes: int) -> None:
    assert duration(words) == timedelta(minutes=minutes)


def test_an_hour_is_read() -> None:
    assert clock_time("09:30") == time(9, 30)


def test_days_go_by_the_calendar_of_the_forum_not_of_utc() -> None:
    """A forum early in the morning in Sydney is on the day before in London."""
    starts = moment(day("2026-06-10"), time(8), ZoneInfo("Australia/Sydney"))
    found = offset("P1D at 08:00").moment(starts, later(starts, timedelta(hours=1)), NINE)
    assert found.astimezone(UTC) == datetime(2026, 6, 8, 22, tzinfo=UTC)
