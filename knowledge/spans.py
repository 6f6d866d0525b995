"""When something happened, as people write it: a day, a time from one day to another, or one that still goes on."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from knowledge.dates import FoundDate, find_dates, find_lengths
from knowledge.periods import day_in_words

_APART = re.compile(r"\s+(?:to|until|till|up\s+to|through|and)\s+|\s*[–—]\s*|\s+-\s+", re.IGNORECASE)
_LEAD = re.compile(
    r"^\s*(?:between|from|since|starting|about|around|roughly|sometime|some\s+time|during|early|late)\s+", re.IGNORECASE
)
_BARE_DAY = re.compile(r"\s*(?:(?:from|between)\s+)?(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\s*", re.IGNORECASE)
_WHOLE_YEAR = re.compile(r"(?:next|last)\s+year", re.IGNORECASE)
# Words that name a time less exactly than the day that is read from them.
_ROUGH = re.compile(
    r"(?:next|last)\s+(?:week|month)|(?:the\s+)?(?:end|start|beginning|middle)\s+of\b.*|.*\b(?:months?|years?)\s+ago",
    re.IGNORECASE | re.DOTALL,
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTHS = "|".join(calendar.month_name[1:])
_WHICH = r"(?:first|second|third|fourth|last|final|1st|2nd|3rd|4th)"
# "Every Monday" is no day.
_REPEATED = re.compile(
    rf"\b(?:every|each|most)\s+(?:(?:other|second|single|few)\s+)?(?:{_WEEKDAY}|{_MONTHS})s?\b", re.IGNORECASE
)
# "The last Friday of October" is a day in October, not the Friday before today.
_WITHIN = re.compile(
    rf"\b(?:(?:the|an?|one|on)\s+)*(?:{_WHICH}\s+)?(?:{_WEEKDAY}|week(?:end)?|few\s+(?:days|weeks))\s+"
    rf"(?:(?:of|in)\s+(?=(?:{_MONTHS}|(?:last|this)\s+(?:month|year)|\d{{4}})\b)|(?=last\s+(?:week|month|year)\b))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")
_GOES_ON = re.compile(
    r"\b(?:still|on-?\s?going|going\s+on|(?:until|till|up\s+to)\s+(?:now|today)|to\s+(?:this\s+day|date)|continu\w+"
    r"|at\s+the\s+moment|keeps?\s+happening|happening\s+now)\b"
    r"|(?:\bto|[–—-])\s*(?:now|(?:the\s+)?present(?:\s+day|\s+time)?)(?=\s*(?:[.,;!?)]|$))",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\bsince\b", re.IGNORECASE)
_UP_TO_NOW = re.compile(r"\b(?:last|past)\s+$", re.IGNORECASE)
_LONGEST_READ = 300
_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Day:
    """A day as it was read; `about`: more exactly than it was written, as for "in March"; `year`: than "last year"."""

    day: date
    about: bool = False
    year: bool = False

    def __str__(self) -> str:
        if self.year:
            return f"some time in {self.day.year}"
        return f"about {self.day:%B %Y}" if self.about else day_in_words(self.day)


@dataclass(frozen=True)
class Span:
    """What was read: the first and the last day, None where none was told, and whether it still goes on.

    `impossible`: words that look like a day which does not exist; nothing is read then.
    """

    first: Day | None = None
    last: Day | None = None
    ongoing: bool = False
    impossible: str = ""

    def __str__(self) -> str:
        """The reading for people: "Tuesday 3 March 2026"; empty where nothing was read."""
        if self.first is None:
            return "still going on" if self.ongoing else ""
        if self.ongoing:
            return f"since {self.first}, and still going on"
        return str(self.first) if self.last in (None, self.first) else f"from {self.first} to {self.last}"


def read_span(text: str, *, today: date) -> Span:
    """The time that `text` tells of. Days without a year are read as past ones."""
    text = text[:_LONGEST_READ]
    parts = _APART.split(_WITHIN.sub("in ", _REPEATED.sub(" ", text)))
    found = [_found(part, today) for part in parts]
    for each in (each for dates in found for each in dates):
        if each.day is None:
            return Span(impossible=each.words.strip())
    days = _ordered(parts, [_together([_day(each) for each in dates if each.day]) for dates in found])
    ongoing = bool(_GOES_ON.search(text)) or (bool(_SINCE.search(text)) and len(days) == 1)
    if not days:
        return _lately(text, today) or Span(ongoing=ongoing)
    return Span(days[0], None if ongoing else days[-1], ongoing)


def _found(part: str, today: date) -> Sequence[FoundDate]:
    """The dates in a part; a month on its own counts as one, also in "March last year"."""
    plain = find_dates(f"It was {part}", today=today)
    if any(not _WHOLE_YEAR.fullmatch(each.words) for each in plain):
        return plain
    return find_dates(f"It was in {_LEAD.sub('', part).strip()}", today=today)


def _day(found: FoundDate) -> Day:
    assert found.day is not None  # noqa: S101 - tells the type checker what the caller has seen to
    about = found.assumed is not None or bool(_ROUGH.fullmatch(found.words))
    return Day(found.day, about, year=bool(_WHOLE_YEAR.fullmatch(found.words)))


def _together(days: list[Day]) -> list[Day]:
    """The days of one part; none where a whole year stands beside others, as in "last year, in March"."""
    return [] if len(days) > 1 and any(day.year for day in days) else days


def _ordered(parts: Sequence[str], days: list[list[Day]]) -> Sequence[Day]:
    """The days of all parts, the first and the last in order of time."""
    for at, part in enumerate(parts[:-1]):
        bare = _BARE_DAY.fullmatch(part)
        if bare and not days[at] and days[at + 1]:
            days[at] = list(_same_month(days[at + 1][0].day, int(bare[1])))
    told = [day for each in days for day in each]
    if len(told) > 1 and told[0].day - told[-1].day > _MONTH and not _YEAR.search(parts[0]):
        told[0] = replace(told[0], day=_year_before(told[0].day))
    return sorted(told, key=lambda each: each.day)


def _same_month(day: date, number: int) -> Iterable[Day]:
    try:
        yield Day(day.replace(day=number))
    except ValueError:
        return


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if (day.month, day.day) == (2, 29) else day.day)


def _lately(text: str, today: date) -> Span | None:
    """From about so long ago until now, for words such as "for the last three months"."""
    for length in find_lengths(text):
        if _UP_TO_NOW.search(text[: length.start]):
            try:
                return Span(Day(today - length.length, about=True), None, ongoing=True)
            except (OverflowError, ValueError):
                return None
    return None
