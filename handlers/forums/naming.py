"""Which forums people mean: by the name of a series or its Compact, by the month, the day, or "next"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
_NEAR = frozenset({"today", "tomorrow"})
_NOT_TELLING = frozenset("a an and example for forum forums group meeting meetings of s the compact".split())
_AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class Meant:
    """What a text means: the series, and the month (with its year, if told) or the day that tells one forum from others.

    `named`: whether the text says which series it means.
    """

    series: tuple[Series, ...]
    named: bool = False
    month: int | None = None
    year: int | None = None
    day: date | None = None


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
        month = _MONTH.search(text)
        return Meant(series, named, month=MONTHS.index((month["may"] or month["month"]).lower()) + 1 if month else None)

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


def occurrences_meant(meant: Meant, schedule: Schedule) -> list[Occurrence]:
    """The forums that are meant: of each series the next one, or the one in that month or on that day."""
    found = (_one(series, meant, schedule) for series in meant.series)
    return sorted((each for each in found if each), key=lambda each: each.starts)


def _one(series: Series, meant: Meant, schedule: Schedule) -> Occurrence | None:
    if meant.month is None and meant.day is None:
        return coming(series, schedule)
    today = schedule.now.astimezone(series.zone).date()
    ahead = schedule.between(series, today, today + _AHEAD)
    held = [each for each in ahead if each.standing is not Standing.LEFT_OUT]
    if meant.day:
        return next((each for each in held if meant.day in (each.starts.date(), each.day)), None)
    by_date = (each for each in held if _is_in(each.starts.date(), meant))
    by_rule = (each for each in held if _is_in(each.day, meant))
    return next(by_date, None) or next(by_rule, None)


def _is_in(day: date, meant: Meant) -> bool:
    return day.month == meant.month and meant.year in (None, day.year)


def coming(series: Series, schedule: Schedule) -> Occurrence | None:
    """The next forum of a series, be it held or cancelled; one that is cancelled only where it would come before."""
    held = schedule.next(series)
    today = schedule.now.astimezone(series.zone).date()
    ahead = schedule.between(series, today, held.starts.date() if held else today + _AHEAD)
    cancelled = [each for each in ahead if each.standing is Standing.CANCELLED and _is_to_come(each, schedule.now)]
    return next(iter(cancelled), held)


def _is_to_come(occurrence: Occurrence, now: datetime) -> bool:
    return occurrence.starts.timestamp() > now.timestamp()


def _score(series: Series, said: Sequence[str]) -> float:
    """How much of what tells a series from others is in words."""
    telling = set(words(series.name)) - _NOT_TELLING
    if not telling:
        return 0
    return len(telling & set(said)) / len(telling)
