"""Dates as people write them, day before month, found in a question and read as days of the calendar.

A small grammar of our own: date libraries guess another order of day, month and year where ours makes no day, take
"may" and "march" for months, and do not tell a day that does not exist from words that are no date.
"""

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

_MONTHS: Final = {name.lower()[:3]: number for number, name in enumerate(calendar.month_name) if name}
_WEEKDAYS: Final = {name.lower()[:3]: number for number, name in enumerate(calendar.day_name)}
_SMALL: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
)
_SMALL_NUMBERS: Final = {
    word: value for value, word in enumerate([*_SMALL, "seventeen", "eighteen", "nineteen"], start=1)
}
_TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?:\.(?=\s*\d))?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_ONES = "|".join(list(_SMALL_NUMBERS)[:9])
_NUMBER = rf"\d{{1,3}}|an?|(?:{'|'.join(_TENS)})(?:[\s-](?:{_ONES}))?|{'|'.join(reversed(_SMALL_NUMBERS))}"
_UNIT = "days?|weeks?|fortnights?|months?|years?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_LEAD = r"in|by|until|till|from|since|next|last|this|early|late|mid|before|after"
_YEAR = (
    r"(?:,?\s+(?:(?:19|20)\d\d|'\d\d|\d\d(?=\s*(?:[,;:!?)]|\.(?!\d)|$))|(?:of\s+)?(?:this|next|last)\s+year)(?!\w))?"
)

_EXPRESSIONS: Final = re.compile(
    rf"""
    (?<![\w£$€.,/-])(?:
      (?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})
    | (?P<numeric>\d{{1,2}}(?P<stroke>[/.-])\d{{1,2}}(?P=stroke)(?:\d{{4}}|\d{{2}}))
    | (?P<edge>(?:the\s+)?(?P<which>end|start|beginning|middle|last\s+day|first\s+day)\s+of\s+
        (?P<whole>{_MONTH}{_YEAR}|(?:this|next|last|the)\s+(?:month|year)|(?:19|20)\d\d))
    | (?P<day_month>(?:(?:on\s+)?{_WEEKDAY},?\s+)?(?:the\s+)?
        (?P<day>{_DAY})(?:\s+day)?(?:\s+of)?\s+(?P<dm>{_MONTH})(?P<dy>{_YEAR}))
    | (?P<month_day>(?:(?:on\s+)?{_WEEKDAY},?\s+)?(?P<md>{_MONTH})\s+(?:the\s+)?(?P<dd>{_DAY})(?!\s+(?:people|staff|volunteers))
        (?P<my>{_YEAR}))
    | (?P<month>(?:(?P<lead>{_LEAD})[\s-]+(?P<mm>{_MONTH})(?P<mmy>{_YEAR})
        |(?P<named>{_MONTH}),?\s+(?P<of>(?:19|20)\d\d)))
    | (?P<relative>(?:in\s+(?:about\s+)?)?(?<!half\s)(?P<amount>{_NUMBER})\s+(?P<unit>{_UNIT})(?:['’]s?)?
        (?P<tie>\s+(?:ago|from\s+(?:now|today)|time|today)\b)?)
    | (?P<turn>(?:next|last)\s+(?:week|month|year))
    | (?P<weekday>(?:(?P<before>next|last|this\s+coming|this|on|by)\s+)?(?P<name>{_WEEKDAY}))
    | (?P<near>today|tomorrow|yesterday)
    )(?!\w|%|[/-]\d|[.,]\d)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Every expression has one of these. Most questions have none, and looking for these takes a tenth of the time.
_SIGN: Final = re.compile(
    rf"\b(?:\d|(?=[adfjmnostwy])(?:{_MONTH}|{_WEEKDAY}|{_UNIT}|today|tomorrow|yesterday)\b)", re.ASCII
)
# Words that are days or months only with something before them: "the sun", "we sat", "may we".
_UNCLEAR_ALONE: Final = frozenset("sun sat mon wed fri tue thu thur".split())
_OFTEN: Final = re.compile(r"(?:once|twice|times|days?|hours?|sessions?|per|\d)\s+$", re.IGNORECASE)
_HAPPENED: Final = frozenset(
    "told wrote emailed gave given heard was were sent received got had rang phoned said came notified informed written"
    " announced ended stopped finished closed invoiced billed submitted posted did decided warned learned learnt dated".split()
)
_HAPPENS: Final = frozenset(
    "ends end ending stops stop finishes finish will would should must can could expires expire runs run closes close"
    " starts start begins begin tell tells pay pays give gives is are due decide decides cease ceases needs need".split()
)
_CONTEXT = 200
_LEAP_CYCLE = 9
_WEEK = 7
_AS_FIRST = "the first of the month, as no day was given"
_AS_MIDDLE = "the middle, as no day was given"


@dataclass(frozen=True)
class FoundDate:
    """A date expression in a text: the words, where they stand, and the day, or None if there is no such day.

    `assumed` says in words what was supplied where the writer left it out.
    """

    words: str
    start: int
    end: int
    day: date | None
    assumed: str | None = None


@dataclass(frozen=True)
class FoundLength:
    """A length of time in a text that is not tied to any day: "they gave us six weeks"."""

    words: str
    start: int
    end: int
    length: relativedelta


def find_dates(text: str, *, today: date) -> list[FoundDate]:
    """The dates in `text`, in order, read day first.

    Without a year, the next such day is meant, or the last one where the nearest verb is in the past ("they told us on
    3 February").
    """
    return [found for match in _expressions(text) if (found := _found(text, match, today))]


def find_lengths(text: str) -> list[FoundLength]:
    """The lengths of time in `text` that name no day, in order."""
    return list(_lengths(text))


def without_dates(text: str, found: list[FoundDate]) -> str:
    """`text` with the words of the found dates taken out, so that only what is asked remains."""
    for each in reversed(found):
        text = f"{text[: each.start]} {text[each.end :]}"
    return text


def _expressions(text: str) -> Iterable[re.Match[str]]:
    """Everything that reads like a date or a length of time, in order."""
    # Beyond ASCII, case is not told by lower() as it is by IGNORECASE.
    if text.isascii() and not _SIGN.search(text.lower()):
        return ()
    return _EXPRESSIONS.finditer(text)


def _lengths(text: str) -> Iterator[FoundLength]:
    for match in _expressions(text):
        repeated = match["relative"] and _OFTEN.search(text[max(0, match.start() - _CONTEXT) : match.start()])
        if match["relative"] and not _tied(match) and not repeated:
            yield FoundLength(match[0], match.start(), match.end(), _length(match))


def _found(text: str, match: re.Match[str], today: date) -> FoundDate | None:
    if (match["relative"] and not _tied(match)) or match[0].lower() in _UNCLEAR_ALONE:
        return None
    try:
        day, assumed = _read(match, today, past=_in_the_past(text, match))
    except (ValueError, OverflowError):
        day, assumed = None, None
    return FoundDate(match[0], match.start(), match.end(), day, assumed)


def _read(match: re.Match[str], today: date, *, past: bool) -> tuple[date, str | None]:
    """The day meant. Raises ValueError or OverflowError where there is none."""
    if match["iso"]:
        return date(*map(int, match["iso"].split("-"))), None
    if match["numeric"]:
        day, month, year = match["numeric"].split(match["stroke"])
        return date(_full(year), int(month), int(day)), None
    if match["edge"]:
        return _edge(match, today, past=past)
    if match["day_month"]:
        return _day_of_month(match["day"], match["dm"], match["dy"], today, past=past), None
    if match["month_day"]:
        return _day_of_month(match["dd"], match["md"], match["my"], today, past=past), None
    if match["month"]:
        return _first_of_month(match, today, past=past), _AS_FIRST
    return _relative(match, today, past=past), None


def _relative(match: re.Match[str], today: date, *, past: bool) -> date:
    if match["relative"]:
        back = (match["tie"] or "").strip().lower() == "ago"
        return today - _length(match) if back else today + _length(match)
    if match["turn"]:
        which, unit = match["turn"].lower().split()
        return today + relativedelta(**{f"{unit}s": 1 if which == "next" else -1})  # type: ignore[arg-type]
    if match["near"]:
        return today + relativedelta(days={"yesterday": -1, "today": 0, "tomorrow": 1}[match["near"].lower()])
    return _weekday(match, today, past=past)


def _weekday(match: re.Match[str], today: date, *, past: bool) -> date:
    wanted = _WEEKDAYS[match["name"].lower()[:3]]
    before = (match["before"] or "").lower()
    backwards = before == "last" or (past and before not in {"next", "by"})
    if backwards:
        return today - relativedelta(days=(today.weekday() - wanted) % _WEEK or _WEEK)
    return today + relativedelta(days=(wanted - today.weekday()) % _WEEK or _WEEK)


def _day_of_month(day: str, month: str, year: str, today: date, *, past: bool) -> date:
    number = int(re.match(r"\d+", day)[0])  # type: ignore[index]
    return _completed(lambda named: date(named, _month(month), number), year, today, past=past)


def _first_of_month(match: re.Match[str], today: date, *, past: bool) -> date:
    if match["named"]:
        return date(int(match["of"]), _month(match["named"]), 1)
    lead = match["lead"].lower()
    if lead == "this":
        return date(today.year, _month(match["mm"]), 1)
    backwards = lead in {"last", "since"} or (past and lead not in {"next", "by", "until", "till"})
    return _completed(lambda named: date(named, _month(match["mm"]), 1), match["mmy"], today, past=backwards)


def _edge(match: re.Match[str], today: date, *, past: bool) -> tuple[date, str | None]:
    whole = match["whole"].lower()
    which = match["which"].lower().split()[0]
    assumed = _AS_MIDDLE if which == "middle" else None
    month = re.match(_MONTH, whole, re.IGNORECASE)
    if month:
        number = _month(month[0])
        return _completed(
            lambda year: _in_month(date(year, number, 1), which), whole[month.end() :], today, past=past
        ), assumed
    if whole.isdigit():
        return _in_year(int(whole), which), assumed
    step = {"next": 1, "last": -1}.get(whole.split()[0], 0)
    if whole.endswith("year"):
        return _in_year(today.year + step, which), assumed
    return _in_month(today + relativedelta(day=1, months=step), which), assumed


def _in_month(first: date, which: str) -> date:
    return first + relativedelta(day={"end": 31, "last": 31, "middle": 15}.get(which, 1))


def _in_year(year: int, which: str) -> date:
    month, day = {"end": (12, 31), "last": (12, 31), "middle": (7, 1)}.get(which, (1, 1))
    return date(year, month, day)


def _completed(day_in: Callable[[int], date], year: str, today: date, *, past: bool) -> date:
    """The day in the year that was written, or else in the nearest one in which there is such a day."""
    written = year.lower().strip(" ,")
    if written.endswith("year"):
        return day_in(today.year + {"this": 0, "next": 1, "last": -1}[written.removeprefix("of ").split()[0]])
    if written:
        return day_in(_full(written.strip("'")))
    years = range(today.year, today.year - _LEAP_CYCLE, -1) if past else range(today.year, today.year + _LEAP_CYCLE)
    for candidate in years:
        try:
            day = day_in(candidate)
        except ValueError:
            continue
        if (day <= today) if past else (day >= today):
            return day
    raise ValueError


def _in_the_past(text: str, match: re.Match[str]) -> bool:
    """Whether the verb nearest to a date says that it has been: the last one before it, else the first one after."""
    before = re.split(r"[.;!?\n]\s", text[max(0, match.start() - _CONTEXT) : match.start()])[-1]
    after = re.split(r"[.;!?\n]", text[match.end() : match.end() + _CONTEXT])[0]
    verbs = [*reversed(re.findall(r"[a-z]+", before.lower())), *re.findall(r"[a-z]+", after.lower())]
    nearest = next((verb for verb in verbs if verb in _HAPPENED or verb in _HAPPENS), "")
    return nearest in _HAPPENED


def _tied(match: re.Match[str]) -> bool:
    """Whether a length of time counts from today: "in six weeks", "six weeks ago", not "six weeks"."""
    return bool(match["tie"]) or match[0].lower().startswith("in ")


def _length(match: re.Match[str]) -> relativedelta:
    amount, unit = _number(match["amount"].lower()), match["unit"].lower().rstrip("s")
    if unit == "fortnight":
        return relativedelta(weeks=2 * amount)
    return relativedelta(**{f"{unit}s": amount})  # type: ignore[arg-type]


def _number(words: str) -> int:
    if words.isdigit():
        return int(words)
    tens, _, ones = words.replace("-", " ").partition(" ")
    if tens in _TENS:
        return _TENS[tens] + _SMALL_NUMBERS.get(ones, 0)
    return _SMALL_NUMBERS.get(words, 1)


def _month(name: str) -> int:
    return _MONTHS[name.lower()[:3]]


def _full(year: str) -> int:
    """A year of two figures is of this century."""
    return int(year) if len(year) > len("27") else 2000 + int(year)
