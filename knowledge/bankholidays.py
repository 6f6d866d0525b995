"""Bank holidays of England by their names, and the working days around them."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_SATURDAY = 5
# The names on the government's own list, where the library has others.
_NAMES = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
}


def bank_holiday(day: date) -> str | None:
    """The name of the bank holiday in England on `day`; None where there is none."""
    return _holidays(day.year).get(day)


def working_day_after(day: date) -> date:
    """The first day after `day` that is neither at a weekend nor a bank holiday."""
    return _working_day(day, _DAY)


def working_day_before(day: date) -> date:
    """The last day before `day` that is neither at a weekend nor a bank holiday."""
    return _working_day(day, -_DAY)


def _working_day(day: date, step: timedelta) -> date:
    day += step
    while day.weekday() >= _SATURDAY or bank_holiday(day):
        day += step
    return day


@cache
def _holidays(year: int) -> Mapping[date, str]:
    # A year at a time, and whole: the library's own table fills as it is read, which two threads cannot share.
    # Imported here: it takes a third of a second, and most commands need no bank holidays.
    from holidays import country_holidays

    found = country_holidays("GB", subdiv="ENG", years=year)
    return {day: ", ".join(map(_named, found.get_list(day))) for day in found}


def _named(name: str) -> str:
    plain, observed, _ = name.partition(" (observed)")
    return _NAMES.get(plain, plain) + (" (substitute day)" if observed else "")
