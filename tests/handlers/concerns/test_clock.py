"""By when a case should be acknowledged and its stage be over, in working days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.concerns.clock import Due, Running, acknowledge_within, running, stage_within, working_days
from handlers.concerns.records import Case
from handlers.conversation import Person, Platform
from knowledge.bankholidays import bank_holiday
from knowledge.finding import Finder
from tests.clock import LONDON

ANN = Person(Platform.SLACK, "T1", "ann")


def case(filed: datetime, **changes: object) -> Case:
    """A case under the CPFT Compact, at its first stage unless told otherwise."""
    values: dict[str, object] = {"stage": "received", "stage_since": filed, **changes}
    return Case("7KQM-2XWT", "d", "cpft", ANN, "", {}, (), "v1", filed, **values)  # type: ignore[arg-type]


def at(day: str, hour: str = "10:00") -> datetime:
    """A moment in London."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("filed", "within", "due"),
    [
        ("2026-11-20", 1, "2026-11-23"),  # a Friday: the weekend does not count
        ("2026-11-21", 1, "2026-11-23"),  # a Saturday
        ("2026-11-22", 1, "2026-11-23"),  # a Sunday
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-12-24", 1, "2026-12-29"),  # Christmas on a Friday, and a substitute day for Boxing Day on the Monday
        ("2027-03-25", 1, "2027-03-30"),  # Good Friday and Easter Monday
        ("2026-08-28", 1, "2026-09-01"),  # the summer bank holiday
        ("2026-11-20", 260, "2027-12-01"),  # a year's worth of weekdays, and the eight that were bank holidays
    ],
)
def test_the_day_by_which_a_case_should_be_acknowledged(finder: Finder, filed: str, within: int, due: str) -> None:
    clocks = running(case(at(filed)), finder.knowledge, {"cpft.acknowledge": within}, at(filed))
    assert clocks.acknowledgement == Due(date.fromisoformat(due), 0)


@pytest.mark.parametrize(
    ("today", "late"),
    [
        ("2026-11-27", 0),  # the day itself
        ("2026-11-28", 0),  # on the weekend after it, nobody could have done it
        ("2026-11-30", 1),
        ("2026-12-01", 2),
        ("2026-12-05", 5),
        ("2026-12-07", 6),
    ],
)
def test_how_late_it_is_counts_working_days(finder: Finder, today: str, late: int) -> None:
    clocks = running(case(at("2026-11-20")), finder.knowledge, {}, at(today))
    assert clocks.acknowledgement == Due(date(2026, 11, 27), late)
    assert clocks.late is (late > 0)


def test_the_day_is_that_of_the_people_not_of_the_store(finder: Finder) -> None:
    filed = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # half past midnight on Tuesday in London
    clocks = running(case(filed), finder.knowledge, {"cpft.acknowledge": 1}, at("2026-06-02"))
    assert clocks.acknowledgement == Due(date(2026, 6, 3), 0)


def test_a_stage_runs_from_the_day_it_began(finder: Finder) -> None:
    talking = case(at("2026-11-20"), stage="talking", stage_since=at("2026-12-01"), acknowledged=at("2026-11-20"))
    clocks = running(talking, finder.knowledge, {}, at("2027-01-05"))
    assert clocks == Running(None, Due(date(2026, 12, 31), 2))


def test_without_a_target_there_is_no_clock(finder: Finder) -> None:
    assert running(case(at("2026-11-20")), finder.knowledge, {}, at("2026-11-20")).stage is None


def test_a_closed_case_has_no_clock(finder: Finder) -> None:
    closed = case(at("2026-11-20"), closed=at("2026-11-21"))
    assert running(closed, finder.knowledge, {}, at("2027-11-20")) == Running()


def test_a_compact_that_is_known_no_more_has_no_clock(finder: Finder) -> None:
    other = Case(**{**vars(case(at("2026-11-20"))), "compact": "gone"})
    assert running(other, finder.knowledge, {}, at("2027-11-20")) == Running()


@pytest.mark.parametrize(
    ("targets", "acknowledge", "talking"),
    [
        ({}, 5, 20),
        ({"cpft.acknowledge": 3}, 3, 20),
        ({"cpft.talking": 10}, 5, 10),
        ({"sglos.acknowledge": 1, "sglos.talking": 1}, 5, 20),
    ],
)
def test_an_owners_targets_count_before_the_compacts_own(
    finder: Finder, targets: dict[str, int], acknowledge: int, talking: int
) -> None:
    compact = finder.knowledge.compacts["cpft"]
    assert (acknowledge_within(compact, targets), stage_within(compact, "talking", targets)) == (acknowledge, talking)


def test_a_changed_target_changes_an_open_clock(finder: Finder) -> None:
    open_case, now = case(at("2026-11-20")), at("2026-11-26")
    assert not running(open_case, finder.knowledge, {}, now).late
    assert running(open_case, finder.knowledge, {"cpft.acknowledge": 3}, now).late


@given(first=st.dates(date(2020, 1, 1), date(2035, 1, 1)), length=st.integers(0, 400))
@settings(max_examples=100, deadline=None)
def test_working_days_are_the_days_that_are_neither_weekends_nor_holidays(first: date, length: int) -> None:
    days = [first + timedelta(days=number) for number in range(1, length + 1)]
    assert working_days(first, first + timedelta(days=length)) == sum(
        day.weekday() < 5 and bank_holiday(day) is None for day in days
    )
