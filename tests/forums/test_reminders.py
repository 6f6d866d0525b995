"""Which reminders go out, when and where."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.forums.content import Series
from knowledge.forums.occurrences import Change, Changes
from scheduler.reminders import Reminder, planned
from tests.forums.small import day, made

LONDON = ZoneInfo("Europe/London")
CHANGED = datetime(2026, 3, 1, 12, tzinfo=UTC)
YEAR = (datetime(2026, 1, 1, tzinfo=LONDON), datetime(2027, 1, 1, tzinfo=LONDON))


def told(series: Series, changes: Changes | None = None, channel: str = "C1") -> list[tuple[str, str, str]]:
    """The reminders of 2026: occurrence, offset and hour."""
    found = planned([series], {series.id: [channel]}, *YEAR, changes or {})
    assert {each.channel for each in found} <= {channel}
    return [(str(each.occurrence.day), each.plan.when.words, f"{each.at:%Y-%m-%d %H:%M %Z}") for each in found]


def test_a_year_of_reminders_is_planned_in_order_of_time() -> None:
    """Across the change of the clocks in March: 28 days before, the hour on the wall is the same."""
    spring = [each for each in told(made()) if each[0] in {"2026-04-08", "2027-01-13"}]
    assert spring == [
        ("2026-04-08", "P28D at 09:30", "2026-03-11 09:30 GMT"),
        ("2026-04-08", "P7D", "2026-04-01 09:00 BST"),
        ("2026-04-08", "PT1H", "2026-04-08 09:00 BST"),
        ("2026-04-08", "P1D after at 09:30", "2026-04-09 09:30 BST"),
        ("2027-01-13", "P28D at 09:30", "2026-12-16 09:30 GMT"),
    ]


def test_a_reminder_is_the_one_of_its_series_occurrence_offset_and_channel() -> None:
    series, other = made(), made(id="other")
    found = planned([series, other], {series.id: ["C1", "C2"], other.id: ["C2"]}, *YEAR)
    assert max(Counter(each.key for each in found).values()) == 1
    assert Counter((each.key[0], each.channel) for each in found) == {
        ("quarterly", "C1"): 16,
        ("quarterly", "C2"): 16,
        ("other", "C2"): 16,
    }
    assert found[0].key == ("other", day("2026-01-14"), "P7D", "C2")
    assert [each.at for each in found] == sorted(each.at for each in found)


def test_a_series_without_a_channel_is_silent() -> None:
    assert planned([made()], {"quarterly": []}, *YEAR) == planned([made()], {}, *YEAR) == []


def test_reminders_go_with_a_forum_that_a_bank_holiday_moves() -> None:
    series = made(
        recurrence="FREQ=YEARLY;BYMONTH=5;BYDAY=1MO",
        starts="2026-05-04",
        reminders=[{"when": "P28D at 09:30", "holds": "invite"}],
    )
    assert told(series) == [("2026-05-04", "P28D at 09:30", "2026-04-07 09:30 BST")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(1, CHANGED, cancelled=True), []),
        (
            Change(1, CHANGED, day=day("2026-05-06"), hour=time(14)),
            ["2026-04-08 09:30 BST", "2026-04-29 09:00 BST", "2026-05-06 13:00 BST", "2026-05-07 09:30 BST"],
        ),
        (
            Change(1, CHANGED, place="Zoom"),
            ["2026-03-11 09:30 GMT", "2026-04-01 09:00 BST", "2026-04-08 09:00 BST", "2026-04-09 09:30 BST"],
        ),
    ],
    ids=["cancelled", "moved", "elsewhere"],
)
def test_reminders_go_with_a_forum_that_coordinators_change(change: Change, expected: list[str]) -> None:
    found = told(made(), {("quarterly", day("2026-04-08")): change})
    assert [at for which, _, at in found if which == "2026-04-08"] == expected


def test_a_reminder_that_a_new_hour_puts_on_the_wrong_side_falls_away() -> None:
    """Moved to eight in the morning, a reminder at nine on the day itself has nothing left to remind of."""
    series = made(
        reminders=[
            {"when": "P0D at 09:00", "holds": "joining-link"},
            {"when": "P0D after at 13:00", "holds": "follow-up"},
        ]
    )
    early = {("quarterly", day("2026-04-08")): Change(1, CHANGED, hour=time(8))}
    late = {("quarterly", day("2026-04-08")): Change(1, CHANGED, hour=time(12))}
    assert [what for which, what, _ in told(series, early) if which == "2026-04-08"] == ["P0D after at 13:00"]
    assert [what for which, what, _ in told(series, late) if which == "2026-04-08"] == ["P0D at 09:00"]


@pytest.mark.parametrize(
    ("recurrence", "starts", "hour", "offset", "expected"),
    [
        ("FREQ=YEARLY", "2026-03-30", "10:00", "P1D at 01:30", "2026-03-29 02:30 BST"),
        ("FREQ=YEARLY", "2026-10-26", "10:00", "P1D at 01:30", "2026-10-25 01:30 BST"),
        ("FREQ=YEARLY", "2026-03-29", "02:30", "PT1H", "2026-03-29 00:30 GMT"),
        ("FREQ=YEARLY", "2026-10-25", "02:00", "PT30M", "2026-10-25 01:30 GMT"),
        ("FREQ=YEARLY", "2028-02-29", "10:00", "P366D", ""),
    ],
)
def test_the_hour_that_does_not_come_and_the_one_that_comes_twice(
    recurrence: str, starts: str, hour: str, offset: str, expected: str
) -> None:
    series = made(
        recurrence=recurrence,
        starts=starts,
        time=hour,
        bank_holidays="keep",
        reminders=[{"when": offset, "holds": "invite"}],
    )
    assert [at for _, _, at in told(series)] == ([expected] if expected else [])


def test_a_day_and_an_hour_is_the_hour_where_the_forum_is() -> None:
    series = made(time_zone="America/New_York", reminders=[{"when": "P1D", "holds": "invite"}])
    assert told(series)[0][2] == "2026-01-13 09:00 EST"


REMINDERS = [
    {"when": "P366D at 00:00", "holds": "invite"},
    {"when": "P28D at 23:59", "holds": "invite"},
    {"when": "P1D at 01:30", "holds": "agenda-call"},
    {"when": "PT23H59M", "holds": "joining-link"},
    {"when": "PT30M", "holds": "joining-link"},
    {"when": "PT1M after", "holds": "follow-up"},
    {"when": "P366D after at 01:30", "holds": "follow-up"},
]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Europe/London", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
    st.sampled_from(["00:00", "01:30", "10:00", "23:59"]),
    st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), max_size=6),  # noqa: DTZ001
)
def test_however_time_is_cut_up_each_reminder_falls_into_one_piece(zone: str, hour: str, cuts: list[datetime]) -> None:
    """Windows that follow each other find, together, what one long window finds, each reminder once and within its own."""
    series = made(recurrence="FREQ=MONTHLY", starts="2025-01-01", time=hour, time_zone=zone, reminders=REMINDERS)
    moved = {(series.id, day("2026-03-01")): Change(1, CHANGED, day=day("2026-10-25"), hour=time(1, 30))}
    edges = sorted([datetime(2026, 1, 1, tzinfo=UTC), *cuts, datetime(2027, 1, 1, tzinfo=UTC)])
    pieces = list(pairwise(edges))
    found: list[Reminder] = []
    for since, until in pieces:
        within = planned([series], {series.id: ["C1"]}, since, until, moved)
        assert all(since <= each.at.astimezone(UTC) < until for each in within)
        found.extend(within)
    assert found == planned([series], {series.id: ["C1"]}, edges[0], edges[-1], moved)
    assert len(found) > 70


def test_windows_that_begin_in_the_hour_that_comes_twice_are_told_apart() -> None:
    """A reminder at 01:30 the first time round is not due again the second time round."""
    series = made(
        recurrence="FREQ=YEARLY", starts="2026-10-26", reminders=[{"when": "P1D at 01:30", "holds": "invite"}]
    )
    where = {series.id: ["C1"]}
    first, second = (datetime(2026, 10, 25, 1, 15, tzinfo=LONDON, fold=fold) for fold in (0, 1))
    half = timedelta(minutes=30)
    assert len(planned([series], where, first.astimezone(UTC), first.astimezone(UTC) + half)) == 1
    assert planned([series], where, second, second.astimezone(UTC) + half) == []
