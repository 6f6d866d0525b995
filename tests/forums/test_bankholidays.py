"""Bank holidays of England, by the names on the government's list."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from knowledge import bankholidays
from knowledge.bankholidays import bank_holiday, working_day_after, working_day_before
from tests.forums.small import day

OF_2022 = {
    "2022-01-03": "New Year's Day (substitute day)",
    "2022-04-15": "Good Friday",
    "2022-04-18": "Easter Monday",
    "2022-05-02": "Early May bank holiday",
    "2022-06-02": "Spring bank holiday",
    "2022-06-03": "Platinum Jubilee of Elizabeth II",
    "2022-08-29": "Summer bank holiday",
    "2022-09-19": "State Funeral of Queen Elizabeth II",
    "2022-12-26": "Boxing Day",
    "2022-12-27": "Christmas Day (substitute day)",
}


def test_a_year_has_these_bank_holidays() -> None:
    """On working days; the feasts themselves are also told where they fall on a weekend."""
    days = [date(2022, 1, 1) + timedelta(days=n) for n in range(365)]
    found = {str(each): name for each in days if each.weekday() < 5 and (name := bank_holiday(each))}
    assert found == OF_2022


@pytest.mark.parametrize("other", ["2026-03-17", "2026-08-03", "2026-11-30", "2026-07-12"])
def test_a_holiday_in_another_country_of_the_kingdom_is_a_working_day_here(other: str) -> None:
    assert bank_holiday(day(other)) is None


@pytest.mark.parametrize(
    ("given", "before", "after"),
    [
        ("2026-12-25", "2026-12-24", "2026-12-29"),
        ("2027-01-01", "2026-12-31", "2027-01-04"),
        ("2026-04-03", "2026-04-02", "2026-04-07"),
        ("2026-07-08", "2026-07-07", "2026-07-09"),
        ("2026-07-10", "2026-07-09", "2026-07-13"),
    ],
)
def test_the_working_days_around_a_day(given: str, before: str, after: str) -> None:
    assert (working_day_before(day(given)), working_day_after(day(given))) == (day(before), day(after))


def test_several_threads_see_the_same_holidays() -> None:
    """The first to ask for a year must not leave the others without it."""
    bankholidays._holidays.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [date(year, 12, 25) for year in range(2020, 2060) for _ in range(8)]
        assert set(pool.map(bank_holiday, asked)) == {"Christmas Day"}
