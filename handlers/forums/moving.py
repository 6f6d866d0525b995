"""To when a forum is moved, in words: "17 June 2027 at 14:00 because the hall is flooded". Nothing is read by half."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.forums.edits import Move
from knowledge.dates import FoundDate, find_dates
from knowledge.periods import day_in_words

BECAUSE = r"\s*(?:[,;:]\s*)?\b(?:because(?:\s+of)?|due\s+to|owing\s+to)\s+"
"""What stands before a reason, as part of a regular expression."""

_EXAMPLE = "Please say it like this: “17 June 2027 at 14:00 because the hall is flooded”."
# Dates have commas of their own, and hours may have a space behind their colon.
_REASON = re.compile(rf"{BECAUSE}|\s*;\s+|:\s+(?!\d\d\b)", re.IGNORECASE)
_HALF = r"(?P<half>[ap]\.?m\b\.?)"
_LED = r"(?P<led>\b(?:at|from)\s+)?"
_WHOLE = r"(?![:.]?\d|\w)"
_ALONE = r"(?<![\w:.,/£-])"
# An hour with its minutes or its half of the day is told from anything else; one without only behind "at", or alone.
_CLEAR = re.compile(
    rf"{_LED}{_ALONE}(?:"
    rf"(?P<hour>\d{{1,2}})[:.](?P<minute>[0-5]\d)(?:\s*{_HALF})?"
    rf"|(?P<short>\d{{1,2}})(?P<of_short>[0-5]\d)?\s*{_HALF.replace('half', 'half_of_short')}"
    rf"|(?P<noon>(?:12\s+)?(?:noon|midday)\b)"
    rf")(?:\s*(?:hrs|hours)\b)?{_WHOLE}",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_LED}{_ALONE}(?P<hour>\d{{1,2}})(?P<minute>[0-5]\d)?(?:\s*(?:h|hrs|hours|o['’]?clock)\b)?{_WHOLE}",
    re.IGNORECASE,
)
_NOON = 12
_HOURS = 24
_IN_THE_MORNING = 8
_LIKE_A_YEAR = re.compile(r"(?:19|2[01])\d\d")
_WEEKDAY = re.compile(r"\b(?P<day>mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:s|day)?\b", re.IGNORECASE)
_NO_SINGLE_DAY = re.compile(
    r"\b(?:end|start|beginning|middle)\s+of\b|\babout\b|^(?:next|last)\s+(?:week|month|year)$", re.IGNORECASE
)
_SAYS_NOTHING = frozenset(
    "on at from the to and same day date hour time new please instead sharp start starting beginning".split()
)
# To dates, a semicolon ends a year of two figures.
_TAKEN = ";"


@dataclass(frozen=True)
class _Read:
    """The days and hours in a text, and what is left of it: the pieces of which nothing was made."""

    days: list[FoundDate]
    hours: list[time]
    left: list[str]

    @property
    def dated(self) -> list[FoundDate]:
        """The days without those that are but the weekday of another: "Wednesday, 20/01/2027"."""
        return [each for each in self.days if any(map(str.isdigit, each.words))] or self.days


def read_move(text: str, starts: datetime, today: date) -> Move | str:
    """Where a forum that starts at `starts` is moved to; or what was not understood, in words for people.

    What is not told of day and hour stays.
    """
    where_to, reason = parted(text, _REASON)
    found = _read(where_to, today)
    if not_understood := _not_understood(found):
        return f"{not_understood} {_EXAMPLE}"
    day = next((each.day for each in found.dated), None) or starts.date()
    return Move(day, found.hours[0] if found.hours else starts.time(), reason)


def read_hour(text: str) -> time | None:
    """The hour that a text is, such as "14:00", "1430", "2pm" or "noon"; None where it is none, or something besides."""
    hours, left = _hours(text, _CLEAR.finditer(text))
    if not hours:
        hours, left = _hours(text, _BARE.finditer(text))
    return hours[0] if len(hours) == 1 and not list(_pieces(left)) else None


def parted(text: str, at: re.Pattern[str]) -> tuple[str, str]:
    """Words, and the reason that stands behind them, each on one line."""
    what, *reason = at.split(" ".join(text.split()), maxsplit=1)
    return what.strip(), reason[0].strip() if reason else ""


def _not_understood(found: _Read) -> str:
    """What was not understood, as a sentence; empty where all was."""
    if wrong := next((each.words for each in found.days if each.day is None), ""):
        return f"There is no such day as “{wrong}”."
    if len(found.dated) > 1:
        return "I read more than one day in that."
    if len(found.hours) > 1:
        return "I read more than one hour in that. I need only the one at which it begins."
    if found.left:
        return f"I did not understand “{'” and “'.join(found.left)}”."
    if not found.days and not found.hours:
        return "I read no day and no hour in that."
    return _wrong_weekday(found)


def _wrong_weekday(found: _Read) -> str:
    day = next((each.day for each in found.dated), None)
    if day is None:
        return ""
    told = [weekday["day"][:3].lower() for each in found.days for weekday in _WEEKDAY.finditer(each.words)]
    is_right = all(day_in_words(day).lower().startswith(each) for each in told)
    return "" if is_right else f"The day of the week does not fit: that is {day_in_words(day)}."


def _read(text: str, today: date) -> _Read:
    # Clear hours first: in "20 January 14:30" their figures would be taken for a year.
    clear, rest = _hours(text, _CLEAR.finditer(text))
    days = [found for found in find_dates(rest, today=today) if _is_one_day(found)]
    for found in days:
        rest = _without(rest, found.start, found.end)
    bare, rest = _hours(rest, (found for found in _BARE.finditer(rest) if _tells_an_hour(found, text)))
    return _Read(days, [*clear, *bare], list(_pieces(rest)))


def _is_one_day(found: FoundDate) -> bool:
    """Whether a date is a single day, or would be if there were such a day; not a month, or "next week"."""
    return not found.assumed and not _NO_SINGLE_DAY.search(found.words)


def _tells_an_hour(found: re.Match[str], text: str) -> bool:
    """Whether figures in a text are an hour, and no day or year."""
    is_all, figures = found[0].strip() == text.strip(), f"{found['hour']}{found['minute'] or ''}"
    return bool(found["led"] or (is_all and found["minute"] and not _LIKE_A_YEAR.fullmatch(figures)))


def _hours(text: str, matches: Iterable[re.Match[str]]) -> tuple[list[time], str]:
    """The hours that matches in a text tell, and the text without them."""
    hours, rest = [], text
    for found in matches:
        if (hour := _time(found)) is not None:
            hours.append(hour)
            rest = _without(rest, found.start(), found.end())
    return hours, rest


def _time(found: re.Match[str]) -> time | None:
    told = found.groupdict()
    if told.get("noon"):
        return time(_NOON)
    figures, minute = told["hour"] or told["short"], int(told["minute"] or told.get("of_short") or 0)
    hour, half = int(figures), (told.get("half") or told.get("half_of_short") or "").lower()
    if half:
        return time(hour % _NOON + (_NOON if half.startswith("p") else 0), minute) if 1 <= hour <= _NOON else None
    # "At 2" is hardly meant in the night, and may not be meant in the afternoon.
    is_unclear = 1 <= hour < _IN_THE_MORNING and not figures.startswith("0")
    return None if is_unclear or hour >= _HOURS else time(hour, minute)


def _without(text: str, start: int, end: int) -> str:
    """A text with some of it taken out, all else where it was."""
    return f"{text[:start]}{_TAKEN * (end - start)}{text[end:]}"


def _pieces(text: str) -> Iterator[str]:
    """What is left of a text and says something."""
    for piece in text.split(_TAKEN):
        said = piece.strip(" ,.:!?()–-\n\t")
        if set(said.lower().replace(",", " ").split()) - _SAYS_NOTHING:
            yield said
