"""From a series to the single forums in it: when each is held, and what has been changed about it since."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Final, assert_never

from knowledge.bankholidays import bank_holiday, working_day_after, working_day_before
from knowledge.forums import recurrence
from knowledge.forums.content import BankHolidays, Series
from knowledge.forums.localtime import later, moment
from knowledge.periods import day_in_words

# A bank holiday moves a forum by less than this, and only forums within it can stand in each other's way.
_AROUND = timedelta(days=15)
_SOON, _SOME_DAY = timedelta(days=400), timedelta(days=12 * 366)


class Standing(StrEnum):
    """Whether a forum is held. Its rule for bank holidays leaves it out; the coordinators cancel it."""

    ON = "on"
    CANCELLED = "cancelled"
    LEFT_OUT = "left-out"


@dataclass(frozen=True)
class Change:
    """All that the coordinators have changed about one forum, taken together.

    `number`: how many times it has been changed; `at`: when last. `day` and `hour`, on the series' own clock, are
    where it was moved to; None where it was not. `place` and `link` stand in for the series' own, and are empty where
    they were taken away; `agenda` is added.
    `reason`: why it was moved or cancelled, in words that follow a comma, if anybody said.
    """

    number: int = 0
    at: datetime | None = None
    day: date | None = None
    hour: time | None = None
    cancelled: bool = False
    place: str | None = None
    link: str | None = None
    agenda: tuple[str, ...] = ()
    reason: str = ""


Changes = Mapping[tuple[str, date], Change]
"""What was changed, by the id of the series and the day that its rule gives."""

NO_CHANGES: Final[Changes] = MappingProxyType({})
_UNCHANGED: Final = Change()


@dataclass(frozen=True)
class Occurrence:
    """One forum of a series.

    `day` is the day its rule gives, which stays its identity wherever it is moved (RFC 5545's RECURRENCE-ID); together
    with the series it is the key of all that is kept about it. `starts` and `ends` are in the series' time zone.
    `moved_from`: when it was to begin before it was moved. `reason`: why it was moved, cancelled or left out.
    `revision` counts its changes (RFC 5545's SEQUENCE), and does not fall when the file of forums is edited. `revised` is when
    the coordinators last made one.
    """

    series: Series
    day: date
    starts: datetime
    ends: datetime
    standing: Standing
    place: str | None
    link: str | None
    agenda: tuple[str, ...]
    moved_from: datetime | None = None
    reason: str = ""
    revision: int = 0
    revised: datetime | None = None

    @property
    def key(self) -> tuple[str, date]:
        """The id of its series, and its day."""
        return (self.series.id, self.day)


def occurrences(series: Series, first: date, last: date, changes: Changes = NO_CHANGES) -> list[Occurrence]:
    """The forums of a series that begin from `first` to `last`, both included, in order of time.

    Those that are cancelled or left out are among them, at the time they would have begun.
    """
    changed = [day for name, day in changes if name == series.id]
    found = _around(series, [(first, last), *((day, day) for day in changed)], changes)
    return sorted((each for each in found if first <= each.starts.date() <= last), key=lambda each: each.starts)


def occurrence_of(series: Series, day: date, changes: Changes = NO_CHANGES) -> Occurrence | None:
    """The forum whose day by the rule is `day`, wherever it was moved; None where the rule does not give that day."""
    return next((each for each in _around(series, [(day, day)], changes) if each.day == day), None)


def next_occurrence(series: Series, now: datetime, changes: Changes = NO_CHANGES) -> Occurrence | None:
    """The first forum that is held and begins after `now`; None where no more are to come within twelve years."""
    today = now.astimezone(series.zone).date()
    # In UTC, since Python compares two hours of one time zone as a clock shows them, though it may show one twice.
    now = now.astimezone(UTC)
    for reach in (_SOON, _SOME_DAY):
        coming = occurrences(series, today, today + reach, changes)
        held = (each for each in coming if each.standing is Standing.ON and each.starts > now)
        if found := next(held, None):
            return found
    return None


def remark(occurrence: Occurrence) -> str:
    """What is out of the ordinary about a forum, in words: "moved from Monday 3 May 2027, Early May bank holiday"."""
    because = f", {occurrence.reason}" if occurrence.reason else ""
    match occurrence.standing:
        case Standing.ON if occurrence.moved_from:
            return f"moved from {_moved_from(occurrence.moved_from, occurrence.starts)}{because}"
        case Standing.ON:
            return ""
        case Standing.CANCELLED:
            return f"cancelled{because}"
        case Standing.LEFT_OUT:
            return f"left out{because}"
        case _:
            assert_never(occurrence.standing)


def _moved_from(before: datetime, now: datetime) -> str:
    hour = f" at {before:%H:%M}" if before.time() != now.time() else ""
    return f"{day_in_words(before.date())}{hour}"


@dataclass(frozen=True)
class _Planned:
    """A day that a rule gives, the day that bank holidays make of it (None: it is left out), and why."""

    day: date
    held: date | None
    why: str = ""


def _around(series: Series, spans: Iterable[tuple[date, date]], changes: Changes) -> Iterator[Occurrence]:
    """The forums whose days by the rule are in or near these spans of days."""
    near = [recurrence.days(series.rule, first - _AROUND, last + _AROUND) for first, last in spans]
    for planned in _planned(series, sorted(set(chain.from_iterable(near)))):
        yield _occurrence(series, planned, changes.get((series.id, planned.day), _UNCHANGED))


def _planned(series: Series, days: Collection[date]) -> Iterator[_Planned]:
    """What becomes of each day; one that would move onto a day that has a forum already is left out."""
    taken = {day for day in days if _held(series.bank_holidays, day) == day}
    for day in days:
        held = _held(series.bank_holidays, day)
        why = bank_holiday(day) if held != day else None
        if held is not None and held != day and held in taken:
            yield _Planned(day, None, f"{why}, and {day_in_words(held)} has one already")
        else:
            yield _Planned(day, held, why or "")
        if held:
            taken.add(held)


def _held(rule: BankHolidays, day: date) -> date | None:
    if rule is BankHolidays.KEEP or not bank_holiday(day):
        return day
    match rule:
        case BankHolidays.NEXT_WORKING_DAY:
            return working_day_after(day)
        case BankHolidays.PREVIOUS_WORKING_DAY:
            return working_day_before(day)
        case BankHolidays.LEAVE_OUT:
            return None
        case _:
            assert_never(rule)


def _occurrence(series: Series, planned: _Planned, change: Change) -> Occurrence:
    told = planned.held or planned.day
    before = moment(told, series.time, series.zone)
    starts = moment(change.day or told, change.hour or series.time, series.zone)
    by_hand = starts != before
    as_ruled = moment(planned.day, series.time, series.zone)
    return Occurrence(
        series=series,
        day=planned.day,
        starts=starts,
        ends=later(starts, series.length),
        standing=_standing(planned, change),
        place=series.place if change.place is None else change.place or None,
        link=series.link if change.link is None else change.link or None,
        agenda=(*series.items, *change.agenda),
        moved_from=before if by_hand else as_ruled if told != planned.day else None,
        reason=change.reason if by_hand or change.cancelled else planned.why,
        # A bank holiday proclaimed late moves what is in people's calendars already. It counts whatever the series makes of
        # it: where that is edited, the number must not fall, as calendars would no longer take what comes with it.
        revision=change.number + (bank_holiday(planned.day) is not None),
        revised=change.at,
    )


def _standing(planned: _Planned, change: Change) -> Standing:
    if change.cancelled:
        return Standing.CANCELLED
    if planned.held is None and change.day is None:
        return Standing.LEFT_OUT
    return Standing.ON
