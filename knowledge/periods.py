"""Deadline arithmetic: from a date in a question and a commitment's period to the other date, with its working.

Months and years are those of the calendar: 31 March less one month is the last day of February. Working days leave out
weekends and bank holidays of England.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from dateutil.relativedelta import relativedelta

from knowledge.content import Commitment, Event, Force, Limit, Period, Unit
from knowledge.dates import FoundDate, FoundLength
from knowledge.text import stem, words

if TYPE_CHECKING:
    from holidays import HolidayBase


_WORDS_AFTER = 12
_CLAUSE_END = re.compile(r"[,;.?!](?=\s)|\n")
_ONLY_NAMED = frozenset("the a an of about our this that".split())


class End(StrEnum):
    """One end of a period: the earlier event or the later one."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Deadline:
    """A date worked out from another by a commitment's period.

    `given_end` is the event the given date belongs to; `date` belongs to the other. `meaning` is a sentence for people;
    `notes` are what it rests on and what the source leaves open.
    """

    commitment: Commitment
    given: date
    given_end: End
    date: date
    meaning: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A length of time held against a commitment's period."""

    commitment: Commitment
    meaning: str


def deadline(commitment: Commitment, found: FoundDate, question: str, *, today: date) -> Deadline | None:
    """The date that follows from the date found in `question`; None where there is no period or no such day."""
    if commitment.period is None or found.day is None:
        return None
    end = _end_meant(commitment.period, question, found.start)
    worked_out = worked_out_from(commitment, found.day, end, today=today)
    if worked_out and found.assumed:
        note = f"I took “{found.words.strip()}” as {found.assumed}."
        return replace(worked_out, notes=(*worked_out.notes, note))
    return worked_out


def worked_out_from(commitment: Commitment, given: date, end: End, *, today: date) -> Deadline | None:
    """The date that follows from `given`, the day of one end of the commitment's period.

    None where there is no period, or where the other day lies outside the calendar's years.
    """
    period = commitment.period
    if period is None:
        return None
    try:
        other = _moved(given, period, forwards=end is End.FIRST)
    except (OverflowError, ValueError):
        return None
    return Deadline(
        commitment, given, end, other, _meaning(period, end, given, other), _notes(commitment, period, other, today)
    )


def compared(commitment: Commitment, found: FoundLength, *, today: date) -> Comparison | None:
    """How a length of time in a question ("they gave us six weeks") compares with a commitment's period."""
    period = commitment.period
    if period is None:
        return None
    try:
        given, due = today + found.length, _moved(today, period, forwards=True)
    except (OverflowError, ValueError):
        return None
    how = "the same as" if given == due else ("shorter than" if given < due else "longer than")
    said = found.words.replace("'", "").strip()
    return Comparison(
        commitment, f"{said[0].upper()}{said[1:]} is {how} the {length_in_words(period)} in this commitment."
    )


def length_in_words(period: Period) -> str:
    """The period's length for people: "three months", "30 days"."""
    small = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    amount = small[period.amount] if period.amount < len(small) else str(period.amount)
    unit = period.unit.replace("-", " ")
    return f"{amount} {unit if period.amount != 1 else unit.removesuffix('s')}"


def day_in_words(day: date) -> str:
    """A day as people write it: "Wednesday 31 March 2027"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _end_meant(period: Period, question: str, position: int) -> End:
    """The event whose cue stands nearest before the date in its clause, else the first after it.

    A cue before the date that is only named ("they told us of the cut on 3 May") gives way to one that happens.
    """
    clause = max((mark.end() for mark in _CLAUSE_END.finditer(question, 0, position)), default=0)
    before, after = words(question[clause:position]), words(question[position:])[:_WORDS_AFTER]
    ends = {stem(cue): end for end in (End.LAST, End.FIRST) for cue in _event(period, end).cues}
    cues = [(ends[stem(word)], place) for place, word in enumerate(before) if stem(word) in ends]
    happening = [end for end, place in cues if place == 0 or before[place - 1] not in _ONLY_NAMED]
    later = [ends[stem(word)] for word in after if stem(word) in ends]
    fallback = End.FIRST if period.limit is Limit.MAXIMUM else End.LAST
    return (happening[::-1] or [end for end, _ in reversed(cues)] or later or [fallback])[0]


def _event(period: Period, end: End) -> Event:
    return period.first if end is End.FIRST else period.last


def _moved(day: date, period: Period, *, forwards: bool) -> date:
    amount = period.amount if forwards else -period.amount
    match period.unit:
        case Unit.DAYS:
            return day + relativedelta(days=amount)
        case Unit.WEEKS:
            return day + relativedelta(weeks=amount)
        case Unit.MONTHS:
            return day + relativedelta(months=amount)
        case Unit.YEARS:
            return day + relativedelta(years=amount)
        case Unit.WORKING_DAYS:
            return _bank_holidays().get_nth_working_day(day, amount)
        case _:
            assert_never(period.unit)


def _bank_holidays() -> "HolidayBase":
    # Imported here: only Compacts that count working days need it.
    from holidays import country_holidays

    return country_holidays("GB", subdiv="ENG")


def _meaning(period: Period, end: End, given: date, other: date) -> str:
    known, sought = (period.first, period.last) if end is End.FIRST else (period.last, period.first)
    bound = {
        (End.LAST, False): "the latest day on which",
        (End.FIRST, False): "the earliest day on which",
        (End.FIRST, True): "the latest day on which",
        (End.LAST, True): "the earliest day on which",
    }[end, period.limit is Limit.MAXIMUM]
    return f"If {known.event} on {day_in_words(given)}, {bound} {sought.event} is {day_in_words(other)}."


def _notes(commitment: Commitment, period: Period, other: date, today: date) -> tuple[str, ...]:
    bound = {Limit.MINIMUM: "at least ", Limit.MAXIMUM: "at most ", None: ""}[period.limit]
    notes = [f"Rule: {bound}{length_in_words(period)} between when {period.first.event} and when {period.last.event}."]
    if other < today:
        notes.append("That day has already passed.")
    if commitment.force is Force.WHERE_POSSIBLE:
        notes.append("The Compact asks this where possible, so it may not always apply.")
    if period.assumes:
        notes.append(period.assumes)
    return (*notes, *commitment.unless)


def first_deadline(
    commitments: Sequence[Commitment], dates: Sequence[FoundDate], question: str, *, today: date
) -> Deadline | None:
    """The first deadline that any of `commitments`, in their order, gives for any of `dates`."""
    worked_out = (deadline(each, found, question, today=today) for each in commitments for found in dates)
    return next((found for found in worked_out if found), None)
