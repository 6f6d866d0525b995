"""The shapes of what coordinators write about their forums: series, when they are held, and their reminders.

Every model is frozen and forbids unknown keys. YAML keys are hyphenated where Python names have underscores.
"""

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from knowledge.entries import CommitmentId, Line, Slug
from knowledge.forums import recurrence
from knowledge.forums.offsets import Offset, OffsetError, clock_time, duration, offset
from knowledge.forums.recurrence import RecurrenceError

COMPACT_ITEM = "The Compact: is it being kept?"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
_LONGEST = timedelta(hours=12)
_NINE = time(9)
_LINK = re.compile(r"https://[^\s/?#@<>\"]+(?:[/?#][^\s<>\"]*)?")


class BankHolidays(StrEnum):
    """What becomes of a forum whose day is a bank holiday in England."""

    NEXT_WORKING_DAY = "next-working-day"
    PREVIOUS_WORKING_DAY = "previous-working-day"
    LEAVE_OUT = "leave-out"
    KEEP = "keep"


class Holds(StrEnum):
    """What a reminder is for."""

    INVITE = "invite"
    AGENDA_CALL = "agenda-call"
    JOINING_LINK = "joining-link"
    FOLLOW_UP = "follow-up"


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    raise PydanticCustomError("quote", "should be put into quotation marks")


def _day(value: Any) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime) or not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("day", "should be a day such as 2026-01-14")
    return day


def _hour(value: Any) -> time:
    try:
        return clock_time(_words(value))
    except OffsetError as error:
        raise PydanticCustomError("hour", "{why}", {"why": str(error)}) from error


def _offset(value: Any) -> Offset:
    try:
        return offset(_words(value))
    except OffsetError as error:
        raise PydanticCustomError("offset", "{why}", {"why": str(error)}) from error


def _length(value: Any) -> timedelta:
    try:
        length = duration(_words(value))
    except OffsetError as error:
        raise PydanticCustomError("length", "{why}", {"why": str(error)}) from error
    if not timedelta() < length <= _LONGEST:
        raise PydanticCustomError("length", "should be more than nothing, and PT12H at most")
    return length


def _rule(words: str) -> str:
    try:
        return recurrence.checked(words)
    except RecurrenceError as error:
        raise PydanticCustomError("recurrence", "{why}", {"why": str(error)}) from error


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise PydanticCustomError("zone", "should be a time zone such as Europe/London") from error
    return name


def is_link(address: str) -> bool:
    """Whether an address is one to join a forum at, that a button may open."""
    return bool(_LINK.fullmatch(address)) and address.isprintable()


def _link(address: str) -> str:
    if is_link(address):
        return address
    raise PydanticCustomError("link", "should be a web address that starts with https://")


Hour = Annotated[time, BeforeValidator(_hour)]


class _Entry(BaseModel):
    model_config = ConfigDict(
        alias_generator=lambda name: name.replace("_", "-"), extra="forbid", frozen=True, arbitrary_types_allowed=True
    )


class ReminderPlan(_Entry):
    """One reminder of every forum in a series: when it goes out, and what it holds."""

    when: Annotated[Offset, BeforeValidator(_offset)]
    holds: Holds


class Series(_Entry):
    """A forum that is held again and again.

    `starts` is the first day, which the recurrence must give; `time` is the hour on the clock in `time_zone`.
    `commitment` is what the Compact says about it.
    """

    id: Slug
    name: Line
    compact: Slug
    commitment: CommitmentId | None = None
    starts: Annotated[date, BeforeValidator(_day)]
    recurrence: Annotated[Line, AfterValidator(_rule)]
    time: Hour
    time_zone: Annotated[Line, AfterValidator(_zone)] = "Europe/London"
    length: Annotated[timedelta, BeforeValidator(_length)]
    place: Line | None = None
    link: Annotated[Line, AfterValidator(_link)] | None = None
    convenor: Line
    agenda: tuple[Line, ...] = ()
    compact_item: bool = Field(default=True, strict=True)
    bank_holidays: BankHolidays = BankHolidays.NEXT_WORKING_DAY
    reminders_at: Hour = _NINE
    reminders: tuple[ReminderPlan, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone whose clocks it goes by."""
        return ZoneInfo(self.time_zone)

    @property
    def items(self) -> tuple[str, ...]:
        """The agenda, with the item on the Compact unless that is left out."""
        return (*self.agenda, COMPACT_ITEM) if self.compact_item else self.agenda

    @cached_property
    def rule(self) -> rrule:
        """Its recurrence. Raises RecurrenceError where that does not give the day in `starts`."""
        return recurrence.rule(self.recurrence, self.starts)


class ForumsFile(_Entry):
    """The file: its entries are read one by one, so that the mistakes of each can be told."""

    series: tuple[Any, ...]
