"""What coordinators can change about a forum: as words on a button, and as what becomes of the forum."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import assert_never

from handlers.forums.attending import MOST_OF_AN_ITEM
from handlers.forums.hall import Schedule
from knowledge.bankholidays import bank_holiday
from knowledge.forums.content import FIRST_DAY, LAST_DAY, is_link
from knowledge.forums.localtime import moment
from knowledge.forums.occurrences import Change, Occurrence, Standing
from knowledge.periods import day_in_words

MOST, MOST_OF_A_LINK = 300, 1_000
_SATURDAY = 5


@dataclass(frozen=True)
class Move:
    """To another day and hour, on the series' own clock."""

    day: date
    hour: time
    reason: str = ""

    def __str__(self) -> str:
        return f"move {self.day.isoformat()} {self.hour:%H:%M}{_because(self.reason)}"


@dataclass(frozen=True)
class Cancel:
    """It is not held."""

    reason: str = ""

    def __str__(self) -> str:
        return f"cancel{_because(self.reason)}"


@dataclass(frozen=True)
class Reinstate:
    """It is held after all."""

    def __str__(self) -> str:
        return "reinstate"


@dataclass(frozen=True)
class Where:
    """At another place, or with another joining link; None where that stays, empty where there is none any more."""

    place: str | None = None
    link: str | None = None

    def __str__(self) -> str:
        return f"where{_now('link', self.link)}{_now('place', self.place)}"


@dataclass(frozen=True)
class AddItem:
    """Another item on the agenda."""

    item: str

    def __str__(self) -> str:
        return f"agenda {self.item}"


Edit = Move | Cancel | Reinstate | Where | AddItem

_MOVE = re.compile(r"move (?P<day>\d{4}-\d{2}-\d{2}) (?P<hour>[0-2]\d:[0-5]\d)(?:, (?P<reason>.+))?", re.DOTALL)
_CANCEL = re.compile(r"cancel(?:, (?P<reason>.+))?", re.DOTALL)
_WHERE = re.compile(
    r"where(?: (?:(?P<no_link>no link)|link (?P<link>https://\S+)))?(?: (?:(?P<no_place>no place)|place (?P<place>.+)))?",
    re.DOTALL,
)
_AGENDA = re.compile(r"agenda (?P<item>.+)", re.DOTALL)


def read(text: str) -> Edit | None:
    """The edit that words on a button tell; None for any other words."""
    if found := _MOVE.fullmatch(text):
        try:
            return Move(date.fromisoformat(found["day"]), time.fromisoformat(found["hour"]), found["reason"] or "")
        except ValueError:
            return None
    if found := _CANCEL.fullmatch(text):
        return Cancel(found["reason"] or "")
    if found := _WHERE.fullmatch(text):
        return Where("" if found["no_place"] else found["place"], "" if found["no_link"] else found["link"])
    if found := _AGENDA.fullmatch(text):
        return AddItem(found["item"])
    return Reinstate() if text == "reinstate" else None


def edited(change: Change, edit: Edit, at: datetime) -> Change:
    """All changes of a forum with one more."""
    counted = replace(change, number=change.number + 1, at=at)
    match edit:
        case Move(day, hour, reason):
            return replace(counted, day=day, hour=hour, reason=reason)
        case Cancel(reason):
            return replace(counted, cancelled=True, reason=reason)
        case Reinstate():
            return replace(counted, cancelled=False, reason="")
        case Where(place, link):
            return replace(counted, place=_or(place, change.place), link=_or(link, change.link))
        case AddItem(item):
            return replace(counted, agenda=(*change.agenda, item))
        case _:
            assert_never(edit)


def reschedules(edit: Edit) -> bool:
    """Whether an edit changes when reminders fall."""
    return isinstance(edit, (Move, Cancel, Reinstate))


def complaint(edit: Edit, occurrence: Occurrence, now: datetime) -> str:
    """Why an edit cannot be made, for people; empty where it can."""
    if occurrence.ends.timestamp() <= now.timestamp():
        return f"The {occurrence.series.name} on {day_in_words(occurrence.starts.date())} is over."
    match edit:
        case Move(day, hour, reason):
            return _too_long(reason) or _cannot_move(day, hour, occurrence, now)
        case Cancel(reason):
            return _too_long(reason) or _cannot_cancel(occurrence)
        case Reinstate():
            return "" if occurrence.standing is Standing.CANCELLED else "It is not cancelled."
        case Where(place, link):
            return _too_long(place or "") or _wrong_link(link) or _wrong_place(edit, occurrence)
        case AddItem(item):
            return _wrong_item(item, occurrence)
        case _:
            assert_never(edit)


def hints(edit: Edit, occurrence: Occurrence, schedule: Schedule) -> list[str]:
    """What coordinators may have overlooked, a sentence each."""
    if not isinstance(edit, Move):
        return []
    holiday = bank_holiday(edit.day)
    what = f"a bank holiday ({holiday})" if holiday else "at the weekend" if edit.day.weekday() >= _SATURDAY else ""
    series, day = occurrence.series, day_in_words(edit.day)
    others = [each for each in schedule.held_on(series, edit.day) if each.key != occurrence.key]
    hours = " and ".join(f"at {each.starts:%H:%M}" for each in others)
    return [
        *([f"Please note: {day} is {what}."] if what else []),
        *([f"Please note: another {series.name} is on {day} already, {hours}."] if others else []),
    ]


def _cannot_cancel(occurrence: Occurrence) -> str:
    match occurrence.standing:
        case Standing.ON:
            return ""
        case Standing.CANCELLED:
            return "It is cancelled already. You can reinstate it."
        case Standing.LEFT_OUT:
            return "It is not held as it is."
        case _:
            assert_never(occurrence.standing)


def _cannot_move(day: date, hour: time, occurrence: Occurrence, now: datetime) -> str:
    if occurrence.standing is Standing.CANCELLED:
        return "It is cancelled. Reinstate it first, then move it."
    if not FIRST_DAY <= day <= LAST_DAY:
        return "That day is too far off."
    starts = moment(day, hour, occurrence.series.zone)
    if starts.timestamp() <= now.timestamp():
        return f"{day_in_words(day)} at {hour:%H:%M} has gone by. Please pick a day that is still to come."
    if occurrence.standing is Standing.ON and starts.timestamp() == occurrence.starts.timestamp():
        return "That is when it is held already."
    return ""


def _wrong_link(link: str | None) -> str:
    if not link:
        return ""
    if not is_link(link):
        return "The link should be a web address that starts with https://."
    return _too_long(link, MOST_OF_A_LINK)


def _wrong_place(edit: Where, occurrence: Occurrence) -> str:
    before = (occurrence.place or "", occurrence.link or "")
    after = (_or(edit.place, before[0]), _or(edit.link, before[1]))
    if not any(after):
        return "A forum needs a place or a joining link. Please keep one of the two, or tell me another."
    return "That is its place and its link already." if after == before else ""


def _wrong_item(item: str, occurrence: Occurrence) -> str:
    if item in occurrence.agenda:
        return "That is on the agenda already."
    return f"An item can have {MOST_OF_AN_ITEM} characters at most." if len(item) > MOST_OF_AN_ITEM else ""


def _too_long(text: str, most: int = MOST) -> str:
    return f"That is too long. I can take {most:,} characters." if len(text) > most else ""


def _or(new: str | None, before: str | None) -> str | None:
    """What there is after a change; None stands for none."""
    return before if new is None else new


def _now(what: str, value: str | None) -> str:
    """What a button says of a place or link that changes."""
    return "" if value is None else f" {what} {value}" if value else f" no {what}"


def _because(reason: str) -> str:
    return f", {reason}" if reason else ""
