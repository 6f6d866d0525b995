"""Dates as people write them, day before month, found in a question and read as days of the calendar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dateutil.relativedelta import relativedelta

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAY = "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_NUMBER = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_UNIT = "days?|weeks?|fortnights?|months?|years?"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"

_EXPRESSIONS = re.compile(
    rf"""
      (?P<iso>\b\d{{4}}-\d{{1,2}}-\d{{1,2}}\b)
    | (?P<numeric>\b\d{{1,2}}(?P<stroke>[/.-])\d{{1,2}}(?P=stroke)(?:\d{{4}}|\d{{2}})\b)
    | (?P<edge>\b(?:the\s+)?(?P<which>end|start|beginning|middle|last\s+day|first\s+day)\s+of\s+
        (?P<whole>(?:{_MONTH})\b(?:,?\s+{_YEAR}\b)?|(?:this|next|last|the)\s+(?:month|year)|{_YEAR}))\b
    | (?P<day_month>\b(?:the\s+)?{_DAY}(?:\s+day)?(?:\s+of)?\s+(?:{_MONTH})\b\.?(?:,?\s+{_YEAR}\b)?)
    | (?P<month_day>\b(?:{_MONTH})\s+(?:the\s+)?{_DAY}\b(?!\s*(?:people|staff|volunteers|%))(?:,?\s+{_YEAR}\b)?)
    | (?P<month_year>\b(?:{_MONTH})\.?,?\s+{_YEAR}\b)
    | (?P<month>\b(?:in|by|until|till|from|since|next|last|this|early|late|mid|before|after)[\s-]+(?:{_MONTH})\b)
    | (?P<relative>\b(?:in\s+(?:about\s+)?)?(?:{_NUMBER})\s+(?:{_UNIT})'?(?:\s+(?:ago|from\s+(?:now|today)|time|today)\b)?)
    | (?P<turn>\b(?:next|last)\s+(?:week|month|year)\b)
    | (?P<weekday>\b(?:(?:next|last|this|on|by|this\s+coming)\s+)?(?:{_WEEKDAY})\b)
    | (?P<near>\b(?:today|tomorrow|yesterday)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UNCLEAR_ALONE = {"sun", "sat", "mon", "wed", "mar", "fri", "may"}
_TIMED = re.compile(r"\b(?:in|ago|now|today|time)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:told|wrote|emailed|gave|given|heard|was|were|sent|received|got|had|rang|phoned|said|came|notified"
    r"|informed|written|announced|ended|stopped|finished|closed|invoiced|billed|submitted|posted|did)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;!?]\s|\n")


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

    Without a year, the next such day is meant, or the last one where the verb before it is in the past
    ("they told us on 3 February").
    """
    return list(_dates(text, today))


def find_lengths(text: str) -> list[FoundLength]:
    """The lengths of time in `text` that name no day, in order."""
    return [
        FoundLength(match[0], match.start(), match.end(), _length(match[0]))
        for match in _EXPRESSIONS.finditer(text)
        if match["relative"] and not _TIMED.search(match[0])
    ]


def without_dates(text: str, found: list[FoundDate]) -> str:
    """`text` with the words of the found dates taken out, so that only what is asked remains."""
    for each in reversed(found):
        text = f"{text[: each.start]} {text[each.end :]}"
    return text


def _dates(text: str, today: date) -> Iterator[FoundDate]:
    for match in _EXPRESSIONS.finditer(text):
        words = match[0]
        if words.lower() in _UNCLEAR_ALONE or (match["relative"] and not _TIMED.search(words)):
            continue
        past = _told_in_the_past(text, match.start())
        day, assumed = _edge(match, today, past=past) if match["edge"] else _read(words, match, today, past=past)
        yield FoundDate(words, match.start(), match.end(), day, assumed)


def _told_in_the_past(text: str, position: int) -> bool:
    sentence = _SENTENCE_END.split(text[:position])[-1]
    return bool(_PAST.search(sentence))


def _read(words: str, match: re.Match[str], today: date, *, past: bool) -> tuple[date | None, str | None]:
    whole_month = match["month"] or match["month_year"]
    if whole_month:
        named = re.sub(
            r"^(?:in|by|until|till|from|since|this|early|late|mid|before|after)[\s-]+", "", words, flags=re.IGNORECASE
        )
        first = _parse(f"1 {re.sub('^(?:next|last) ', '', named, flags=re.IGNORECASE)}", today, past=past)
        return first, "the first of the month, as no day was given" if first else None
    cleaned = re.sub(r"^(?:the|on|by|this coming|this)\s+|\bof\b|\bday\b(?=\s)", "", words, flags=re.IGNORECASE)
    cleaned = re.sub(r"^in about\b", "in", cleaned, flags=re.IGNORECASE).replace("'", "")
    cleaned = re.sub(r"^(?:in\s+)?(.*?)\s+(?:time|from\s+(?:now|today))$", r"in \1", cleaned, flags=re.IGNORECASE)
    if match["numeric"]:
        cleaned = re.sub(r"(?<=\D)(\d\d)$", r"20\1", cleaned)
    return _parse(cleaned, today, past=past), None


def _edge(match: re.Match[str], today: date, *, past: bool) -> tuple[date | None, str | None]:
    whole = match["whole"].lower()
    year_long = bool(re.fullmatch(_YEAR, whole)) or whole.endswith("year")
    if re.fullmatch(_YEAR, whole):
        inside: date | None = date(int(whole), 1, 1)
    elif whole.startswith(("this ", "the ")):
        inside = today
    elif whole.startswith(("next ", "last ")):
        step = relativedelta(years=1) if year_long else relativedelta(months=1)
        inside = today + step if whole.startswith("next") else today - step
    else:
        inside = _parse(f"1 {whole}", today, past=past)
    if inside is None:
        return None, None
    match match["which"].lower().split():
        case ["end"] | ["last", *_]:
            return inside + (relativedelta(month=12, day=31) if year_long else relativedelta(day=31)), None
        case ["middle"]:
            return inside + (
                relativedelta(month=7, day=1) if year_long else relativedelta(day=15)
            ), "the middle, as no day was given"
        case _:
            return inside + (relativedelta(month=1, day=1) if year_long else relativedelta(day=1)), None


def _parse(words: str, today: date, *, past: bool) -> date | None:
    # Imported here: it costs a third of a second, and most questions name no date.
    import dateparser

    settings: Any = {
        "DATE_ORDER": "DMY",
        "PREFER_DATES_FROM": "past" if past else "future",
        "RELATIVE_BASE": datetime.combine(today, time()),
        "STRICT_PARSING": False,
    }
    try:
        found = dateparser.parse(words, languages=["en"], settings=settings)
    except (OverflowError, ValueError):
        return None
    return found.date() if found else None


def _length(words: str) -> relativedelta:
    number, unit = words.lower().replace("'", "").split()[-2:]
    amounts = {word: value for value, word in enumerate(_NUMBER.split("|")[2:], start=1)}
    amount = int(number) if number.isdigit() else amounts.get(number, 1)
    match unit.rstrip("s"):
        case "fortnight":
            return relativedelta(weeks=2 * amount)
        case plain:
            return relativedelta(**{f"{plain}s": amount})  # type: ignore[arg-type]
