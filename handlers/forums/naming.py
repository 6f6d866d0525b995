"""Which forums people mean: by the name of a series or its Compact, by the week, month, year or day, or "next" or "last"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from handlers.forums.hall import Hall, Schedule
from handlers.ports import Purpose
from handlers.turn import Turn
from knowledge.dates import find_dates
from knowledge.finding import Finder
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Occurrence, Standing
from knowledge.text import normalised, words

MONTHS = "january february march april may june july august september october november december".split()
# "May" may be no month.
_MONTH = re.compile(
    rf"(?:\b(?:in|the|this|next|of|for)\s+(?P<may>may)\b|\b(?P<month>{'|'.join(each for each in MONTHS if each != 'may')})\b)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\b(?:(?P<which>this|next)\s+(?P<unit>week|month|year)s?|(?P<year>20\d\d))\b", re.IGNORECASE)
_NEAR = frozenset({"today", "tomorrow"})
_NOT_TELLING = frozenset("a an and example for forum forums group meeting meetings of s the compact".split())
_AHEAD = timedelta(days=400)
_DAY, _WEEK, _MORE_THAN_A_MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=32)
LOOK_BACK = timedelta(days=30)
"""For how long coordinators can reach a forum that was held: as long as it is kept who came."""
A_YEAR_BACK = timedelta(days=366)


@dataclass(frozen=True)
class Meant:
    """What a text means: the series, and the month (with its year, if told) or the day that tells one forum from others.

    `named`: whether the text says which series it means. `within`: the first and last day of a week, month or year, all
    forums of which are meant.
    """

    series: tuple[Series, ...]
    named: bool = False
    month: int | None = None
    year: int | None = None
    day: date | None = None
    within: tuple[date, date] | None = None

    @property
    def tells_when(self) -> bool:
        """Whether it tells when."""
        return bool(self.month or self.day or self.within)


class Naming:
    """Reads which forums a text is about."""

    def __init__(self, finder: Finder, hall: Hall) -> None:
        self._finder = finder
        self._hall = hall

    def meant(self, text: str, among: Sequence[Series], today: date) -> Meant:
        """What a text means: the series that it names, of all that there are; where it names none, those `among` them."""
        series = self.series(text, self._hall.series)
        named = series is not None
        series = tuple(among) if series is None else series
        for found in find_dates(text, today=today):
            told = found.day and (re.search(r"\d", found.words) or found.words.lower() in _NEAR)
            if found.day and told and found.assumed:
                return Meant(series, named, month=found.day.month, year=found.day.year)
            if told:
                return Meant(series, named, day=found.day)
        if month := _MONTH.search(text):
            return Meant(series, named, month=MONTHS.index((month["may"] or month["month"]).lower()) + 1)
        return Meant(series, named, within=_span(text, today))

    def series(self, text: str, among: Sequence[Series]) -> tuple[Series, ...] | None:
        """The series that a text names, else those of the Compact that it names; None where it names neither."""
        said = words(text)
        named = [each for each in among if self.names(each, said)]
        if named:
            most = max(_score(each, said) for each in named)
            return tuple(each for each in named if _score(each, said) == most)
        compacts = self._finder.matcher.names.read(said).compacts
        return tuple(each for each in among if each.compact in compacts) if compacts else None

    def names(self, series: Series, said: Sequence[str]) -> bool:
        """Whether words name a series: by its id, or by more than half of the words that tell it from others."""
        is_told = f" {normalised(series.id)} " in f" {' '.join(said)} "
        return is_told or _score(series, said) > 1 / 2

    def around(self, turn: Turn) -> tuple[Series, ...]:
        """The series that people in a channel talk about: those that it is for; all of them where it is for none."""
        room = turn.message.room
        if room is None or room.private:
            return self._hall.series
        rooms = turn.records.rooms
        here = {*rooms.subjects(Purpose.FORUMS, room), *rooms.subjects(Purpose.COORDINATORS, room)}
        return tuple(each for each in self._hall.series if each.id in here) or self._hall.series


def occurrences_meant(meant: Meant, schedule: Schedule, back: timedelta = timedelta()) -> list[Occurrence]:
    """The forums that are meant: of each series the next one, or the one in that month or on that day.

    `back`: how long ago a forum may have been held that is meant by its month or day.
    """
    if meant.within:
        found = [each for series in meant.series for each in _within(series, *meant.within, schedule)]
    else:
        found = [each for series in meant.series if (each := _one(series, meant, schedule, back))]
    return sorted(found, key=lambda each: each.starts)


def held(meant: Meant, schedule: Schedule, back: timedelta) -> list[Occurrence]:
    """The forums that are meant, of those that began since as long ago as `back`: of each series the last one."""
    found = (_last(series, meant, schedule, back) for series in meant.series)
    return sorted((each for each in found if each), key=lambda each: each.starts)


def has_begun(occurrence: Occurrence, now: datetime) -> bool:
    """Whether a forum is on or over, or would be, had it been held."""
    return occurrence.starts.timestamp() <= now.timestamp()


def coming(series: Series, schedule: Schedule) -> Occurrence | None:
    """The next forum of a series, be it held or cancelled; until it ends, the one that is on.

    One that is cancelled only where it would come before.
    """
    following = schedule.next(series)
    today = _today(series, schedule)
    near = schedule.between(series, today - _DAY, following.starts.date() if following else today + _AHEAD)
    return next((each for each in near if _is_ahead(each, schedule.now)), following)


def _within(series: Series, first: date, last: date, schedule: Schedule) -> list[Occurrence]:
    """The forums of a series on some days, without those that are over."""
    near = schedule.between(series, first, last) if _today(series, schedule) <= last else []
    return [each for each in near if _is_ahead(each, schedule.now)]


def _one(series: Series, meant: Meant, schedule: Schedule, back: timedelta) -> Occurrence | None:
    if not meant.tells_when:
        return coming(series, schedule)
    today = _today(series, schedule)
    near = schedule.between(series, today - back, today + _AHEAD)
    return _told([each for each in near if each.standing is not Standing.LEFT_OUT], meant, schedule)


def _last(series: Series, meant: Meant, schedule: Schedule, back: timedelta) -> Occurrence | None:
    today = _today(series, schedule)
    near = reversed(schedule.between(series, today - back, today))
    begun = [each for each in near if each.standing is Standing.ON and has_begun(each, schedule.now)]
    return _told(begun, meant, schedule) if meant.tells_when else next(iter(begun), None)


def _told(near: Sequence[Occurrence], meant: Meant, schedule: Schedule) -> Occurrence | None:
    """The first forum that is told by its month or day: by when it is held, else by the day of its rule."""
    by_date = (each for each in near if _is_in(each.starts.date(), meant))
    by_rule = (each for each in near if _is_in(each.day, meant))
    # A day told without its year is read as one to come.
    lately = (each for each in near if has_begun(each, schedule.now) and _is_that_day(each.starts.date(), meant))
    return next(by_date, None) or next(by_rule, None) or next(lately, None)


def _is_in(day: date, meant: Meant) -> bool:
    if meant.within:
        return meant.within[0] <= day <= meant.within[1]
    if meant.day:
        return day == meant.day
    return day.month == meant.month and meant.year in (None, day.year)


def _is_that_day(day: date, meant: Meant) -> bool:
    return bool(meant.day and (day.month, day.day) == (meant.day.month, meant.day.day))


def _is_ahead(occurrence: Occurrence, now: datetime) -> bool:
    """Whether a forum is on or to come; one that is cancelled, until it would have begun."""
    match occurrence.standing:
        case Standing.ON:
            return occurrence.ends.timestamp() > now.timestamp()
        case Standing.CANCELLED:
            return not has_begun(occurrence, now)
        case Standing.LEFT_OUT:
            return False
        case _:
            assert_never(occurrence.standing)


def _today(series: Series, schedule: Schedule) -> date:
    return schedule.now.astimezone(series.zone).date()


def _span(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of the week, month or year that a text tells; None where it tells none."""
    found = _SPAN.search(text)
    if found is None:
        return None
    if found["year"]:
        return date(int(found["year"]), 1, 1), date(int(found["year"]), 12, 31)
    is_next = found["which"].lower() == "next"
    match found["unit"].lower():
        case "week":
            first = today - today.weekday() * _DAY + is_next * _WEEK
            return first, first + 6 * _DAY
        case "month":
            first = today.replace(day=1)
            first = _month_after(first) if is_next else first
            return first, _month_after(first) - _DAY
        case _:
            year = today.year + is_next
            return date(year, 1, 1), date(year, 12, 31)


def _month_after(first: date) -> date:
    return (first + _MORE_THAN_A_MONTH).replace(day=1)


def _score(series: Series, said: Sequence[str]) -> float:
    """How much of what tells a series from others is in words."""
    telling = set(words(series.name)) - _NOT_TELLING
    if not telling:
        return 0
    return len(telling & set(said)) / len(telling)
