"""Recurrence rules: the days they give, held against a count on our fingers, and the words that are no rule."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.forums.recurrence import RecurrenceError, checked, days, rule
from tests.forums.small import day

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("words", "starts", "expected"),
    [
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE", "2026-01-14", ["2026-01-14", "2026-04-08", "2026-07-08", "2026-10-14"]),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-12-03", ["2026-12-03", "2026-12-17", "2026-12-31", "2027-01-14"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30", ["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24"]),
        ("FREQ=YEARLY;BYMONTH=5,11;BYDAY=1MO", "2026-05-04", ["2026-05-04", "2026-11-02", "2027-05-03", "2027-11-01"]),
        ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29", "2032-02-29", "2036-02-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2028-01-31", ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-01-30",
            ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30"],
        ),
        ("FREQ=MONTHLY;BYDAY=5TH", "2026-01-29", ["2026-01-29", "2026-04-30", "2026-07-30", "2026-10-29"]),
        ("FREQ=MONTHLY;COUNT=2", "2026-01-14", ["2026-01-14", "2026-02-14"]),
        ("FREQ=MONTHLY;UNTIL=20260314", "2026-01-14", ["2026-01-14", "2026-02-14", "2026-03-14"]),
        ("freq=yearly;bymonth=3;byday=+3th", "2026-03-19", ["2026-03-19", "2027-03-18", "2028-03-16", "2029-03-15"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU", "2026-01-04", ["2026-01-04", "2026-01-06", "2026-01-18"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU", "2026-01-04", ["2026-01-04", "2026-01-13", "2026-01-18", "2026-01-27"]),
    ],
)
def test_a_rule_gives_these_days_first(words: str, starts: str, expected: list[str]) -> None:
    given_days = list(days(rule(words, day(starts)), date(2020, 1, 1), date(2040, 1, 1)))
    assert [str(each) for each in given_days[: len(expected)]] == expected
    assert len(given_days) == len(expected) or "COUNT" not in words


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("every second Wednesday", "has a part that is not known here, 'EVERY SECOND WEDNESDAY'; known are FREQ, "),
        ("BYDAY=MO", "has no FREQ, such as FREQ=MONTHLY"),
        ("FREQ=HOURLY", "FREQ=HOURLY is more often than once a day"),
        ("FREQ=SECONDLY;COUNT=3", "FREQ=SECONDLY is more often than once a day"),
        ("FREQ=FORTNIGHTLY", "has a value that FREQ cannot have, 'FORTNIGHTLY'"),
        ("FREQ=DAILY;BYHOUR=9,17", "has a part that is not known here, 'BYHOUR'; "),
        ("FREQ=MONTHLY;INTERVAL=0", "has a value that INTERVAL cannot have, '0'"),
        ("FREQ=MONTHLY;INTERVAL=-3", "has a value that INTERVAL cannot have, '-3'"),
        ("FREQ=MONTHLY;COUNT=0", "has a value that COUNT cannot have, '0'"),
        ("FREQ=MONTHLY;COUNT=٣", "has a value that COUNT cannot have, '٣'"),
        ("FREQ=MONTHLY;BYDAY=2XX", "has a value that BYDAY cannot have, '2XX'"),
        ("FREQ=MONTHLY;BYDAY=0MO", "has a value that BYDAY cannot have, '0MO'"),
        ("FREQ=MONTHLY;BYDAY=MO,", "has a value that BYDAY cannot have, ''"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "has a value that BYMONTHDAY cannot have, '32'"),
        ("FREQ=MONTHLY;BYMONTH=13", "has a value that BYMONTH cannot have, '13'"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "has a value that BYSETPOS cannot have, '0'"),
        ("FREQ=MONTHLY;BYSETPOS=1", "has BYSETPOS, which needs a BYDAY, BYMONTH or BYMONTHDAY to choose from"),
        ("FREQ=MONTHLY;UNTIL=20261231T000000Z", "has a value that UNTIL cannot have, '20261231T000000Z'"),
        ("FREQ=MONTHLY;UNTIL=20261331", "has a day in UNTIL that does not exist"),
        ("FREQ=MONTHLY;COUNT=3;UNTIL=20261231", "has both COUNT and UNTIL; leave one out"),
        ("FREQ=MONTHLY;FREQ=WEEKLY", "names a part twice"),
        ("FREQ=WEEKLY;BYDAY=2WE", "has a numbered day in BYDAY, which goes with FREQ=MONTHLY and FREQ=YEARLY only"),
        ("FREQ=MONTHLY;BYDAY=MO,2WE", "has both numbered and plain days in BYDAY; number all or none"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "has BYMONTHDAY, which does not go with FREQ=WEEKLY"),
        ("FREQ=DAILY;BYDAY=MO;BYSETPOS=1", "has BYSETPOS, which does not go with FREQ=DAILY"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "gives no day at all"),
        ("FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=-31", "gives no day at all"),
        ("FREQ=MONTHLY\nEXDATE:20260101", "has a value that FREQ cannot have, 'MONTHLY\nEXDATE:20260101'"),
        ("", "has a part that is not known here, ''; "),
    ],
)
def test_words_that_are_no_rule_are_refused_with_what_is_wrong(words: str, complaint: str) -> None:
    with pytest.raises(RecurrenceError) as raised:
        checked(words)
    assert str(raised.value).startswith(complaint)


@pytest.mark.parametrize(
    ("words", "starts", "complaint"),
    [
        ("FREQ=MONTHLY;UNTIL=20260101", "2026-01-15", "ends before the day in 'starts'"),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE",
            "2026-01-15",
            "does not give the day in 'starts'; the first it gives after that is 2026-04-08",
        ),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=5MO;BYMONTHDAY=1;COUNT=3", "2026-01-15", "gives no day at all"),
        ("FREQ=WEEKLY;UNTIL=20251231", "2026-01-15", "ends before the day in 'starts'"),
    ],
)
def test_a_rule_has_to_give_its_first_day(words: str, starts: str, complaint: str) -> None:
    with pytest.raises(RecurrenceError) as raised:
        rule(words, day(starts))
    assert str(raised.value) == complaint


def counted(starts: date, last: date, interval: int, numbers: list[tuple[int, int]]) -> Iterator[date]:
    """Every so many months, the numbered weekdays, found by looking at one day after the other."""
    for each in (starts + n * DAY for n in range((last - starts).days + 1)):
        months = (each.year - starts.year) * 12 + each.month - starts.month
        left = monthrange(each.year, each.month)[1] - each.day
        places = {(each.day - 1) // 7 + 1, -(left // 7 + 1)}
        if months % interval == 0 and any((place, each.weekday()) in numbers for place in places):
            yield each


NUMBERED = st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.integers(0, 6))


@settings(max_examples=100, deadline=None)
@given(
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.integers(1, 7),
    st.lists(NUMBERED, min_size=1, max_size=3, unique=True),
)
def test_numbered_weekdays_are_those_one_counts_on_a_wall_calendar(
    near: date, interval: int, numbers: list[tuple[int, int]]
) -> None:
    starts = next(counted(near, near + 500 * DAY, 1, numbers), None)
    assume(starts is not None)
    assert starts is not None
    words = f"FREQ=MONTHLY;INTERVAL={interval};BYDAY=" + ",".join(f"{n}{WEEKDAYS[at]}" for n, at in numbers)
    last = starts + 1500 * DAY
    assert list(days(rule(words, starts), starts, last)) == list(counted(starts, last, interval, numbers))


@settings(max_examples=50, deadline=None)
@given(
    st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(1, 5), st.sets(st.integers(0, 6), min_size=1, max_size=4)
)
def test_weekdays_every_so_many_weeks_are_those_one_counts_on_a_wall_calendar(
    near: date, interval: int, wanted: set[int]
) -> None:
    """Weeks begin on Monday, and are counted from the week of the first day."""
    starts = next(near + n * DAY for n in range(7) if (near + n * DAY).weekday() in wanted)
    monday = starts - starts.weekday() * DAY
    expected = [
        each
        for each in (starts + n * DAY for n in range(800))
        if each.weekday() in wanted and (each - monday).days // 7 % interval == 0
    ]
    words = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY=" + ",".join(WEEKDAYS[at] for at in sorted(wanted))
    assert list(days(rule(words, starts), starts, starts + 799 * DAY)) == expected
