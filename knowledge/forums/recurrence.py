"""Recurrence rules of RFC 5545 (3.3.10), read strictly: from the rule's words to the days it gives.

Rules count days here; the hour of a forum stands beside its rule. python-dateutil works them out, but takes much that
is no rule (an INTERVAL of 0 never ends), so each part is held against the standard first.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import cast

from dateutil.rrule import rrule, rrulestr

_WEEKDAY = "MO|TU|WE|TH|FR|SA|SU"
_MONTHDAY = "[+-]?(?:[1-9]|[12][0-9]|3[01])"
_POSITION = "[+-]?(?:[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])"
_VALUES = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": "[1-9][0-9]{0,2}",
    "COUNT": "[1-9][0-9]{0,3}",
    "UNTIL": "[12][0-9]{7}",
    "WKST": _WEEKDAY,
    "BYDAY": f"(?:[+-]?(?:[1-9]|[1-4][0-9]|5[0-3]))?(?:{_WEEKDAY})",
    "BYMONTH": "[1-9]|1[0-2]",
    "BYMONTHDAY": _MONTHDAY,
    "BYSETPOS": _POSITION,
}
_BY_THE_HOUR = ("SECONDLY", "MINUTELY", "HOURLY")
_NO_DAY = "gives no day at all"
_LEAP_YEAR = 2024


class RecurrenceError(ValueError):
    """Words that are no rule, or a rule that does not fit; the message tells an editor what to mend."""


def checked(words: str) -> str:
    """The words of a rule, in capitals. Raises RecurrenceError where they are no rule of days."""
    words = words.upper()
    pairs = [part.partition("=") for part in words.split(";")]
    parts = {name: value for name, _, value in pairs}
    for name, value in parts.items():
        _check_part(name, value)
    if len(parts) < len(pairs):
        raise RecurrenceError("names a part twice")
    for complaint in _complaints(parts):
        raise RecurrenceError(complaint)
    try:
        rrulestr(words, dtstart=datetime(2000, 1, 1))  # noqa: DTZ001 - days of the calendar, in no zone
    except ValueError as error:
        raise RecurrenceError("has a day in UNTIL that does not exist") from error
    return words


def rule(words: str, starts: date) -> rrule:
    """The rule whose first day is `starts`. Raises RecurrenceError where it does not give that day."""
    made = cast("rrule", rrulestr(checked(words), dtstart=_midnight(starts)))
    first = next(iter(made.replace(until=None)), None)
    if first is None:
        raise RecurrenceError(_NO_DAY)
    if first.date() != starts:
        raise RecurrenceError(f"does not give the day in 'starts'; the first it gives after that is {first:%Y-%m-%d}")
    if next(iter(made), None) is None:
        raise RecurrenceError("ends before the day in 'starts'")
    return made


def days(recurring: rrule, first: date, last: date) -> Iterator[date]:
    """The days that a rule gives from `first` to `last`, both included, in order."""
    return (found.date() for found in recurring.between(_midnight(first), _midnight(last), inc=True))


def _check_part(name: str, value: str) -> None:
    if name not in _VALUES:
        raise RecurrenceError(f"has a part that is not known here, '{name}'; known are {', '.join(_VALUES)}")
    if name == "FREQ" and value in _BY_THE_HOUR:
        raise RecurrenceError(f"FREQ={value} is more often than once a day")
    single = name in {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
    for each in [value] if single else value.split(","):
        if not re.fullmatch(_VALUES[name], each, re.ASCII):
            raise RecurrenceError(f"has a value that {name} cannot have, '{each}'")


def _complaints(parts: Mapping[str, str]) -> Iterator[str]:
    numbered = [bool(re.search(r"\d", each)) for each in parts.get("BYDAY", "").split(",")]
    if "FREQ" not in parts:
        yield "has no FREQ, such as FREQ=MONTHLY"
    if "COUNT" in parts and "UNTIL" in parts:
        yield "has both COUNT and UNTIL; leave one out"
    if any(numbered) and parts.get("FREQ") not in {"MONTHLY", "YEARLY"}:
        yield "has a numbered day in BYDAY, which goes with FREQ=MONTHLY and FREQ=YEARLY only"
    if any(numbered) and not all(numbered):
        yield "has both numbered and plain days in BYDAY; number all or none"
    if "BYMONTHDAY" in parts and parts.get("FREQ") == "WEEKLY":
        yield "has BYMONTHDAY, which does not go with FREQ=WEEKLY"
    if "BYSETPOS" in parts and parts.get("FREQ") == "DAILY":
        yield "has BYSETPOS, which does not go with FREQ=DAILY"
    if "BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTH", "BYMONTHDAY"}:
        yield "has BYSETPOS, which needs a BYDAY, BYMONTH or BYMONTHDAY to choose from"
    if "BYMONTHDAY" in parts and not _comes_at_all(parts):
        # Or else it is looked for on every single day to the year 9999.
        yield _NO_DAY


def _comes_at_all(parts: Mapping[str, str]) -> bool:
    """Whether any of the days of the month is in any of the months: 30 February is not."""
    months = map(int, parts.get("BYMONTH", "1").split(","))
    longest = max(monthrange(_LEAP_YEAR, month)[1] for month in months)
    return any(abs(int(number)) <= longest for number in parts["BYMONTHDAY"].split(","))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
