"""What is kept of forums besides their series: changes, who comes, what was suggested, and what was announced.

A forum is known by the id of its series and the day that its rule gives, wherever it is moved.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from handlers.conversation import Person, Room
from knowledge.forums.occurrences import Change

DIGEST = "digest"
"""What the coordinators are told before a forum."""

Key = tuple[str, date]
"""A forum: the id of its series, and its day."""


@dataclass(frozen=True)
class Changed:
    """How the coordinators changed a forum, with all that they had changed before; `Change.number` counts up by one.

    `by` and `name`: who did it, None and empty once they are forgotten. `rescheduled`: when it was last moved, cancelled or
    reinstated, all of which change when its reminders fall.
    """

    key: Key
    change: Change
    by: Person | None
    name: str
    rescheduled: datetime | None


class Answer(StrEnum):
    """What somebody says to an invitation."""

    COMING = "coming"
    APOLOGIES = "apologies"


@dataclass(frozen=True)
class Attendance:
    """Who comes to a forum, or does not; `name` is what the platform calls them, empty where it does not tell."""

    key: Key
    person: Person
    name: str
    answer: Answer
    at: datetime


@dataclass(frozen=True)
class Suggestion:
    """An agenda item that somebody suggests."""

    key: Key
    person: Person
    name: str
    text: str
    at: datetime


class Became(StrEnum):
    """What became of something that was to be said.

    PUT: it went into the outbox. OVERTAKEN: something later said the same. MISSED: it was too late to be of use.
    UNDELIVERED: it went into the outbox, could not be delivered, and that was reported.
    """

    PUT = "put"
    OVERTAKEN = "overtaken"
    MISSED = "missed"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True)
class Notice:
    """Something said in a channel about a forum, or that should have been.

    `post`: the key of its post, unique through all time. `what`: a reminder's offset, "digest", "change 2", or "figures".
    `at`: when it was to be said. `public`: whether it is for those who may come, and not for the coordinators alone.
    """

    post: str
    key: Key
    what: str
    room: Room
    at: datetime
    became: Became = Became.PUT
    public: bool = True


@dataclass(frozen=True)
class Appointed:
    """A channel that is for a series, and since when."""

    series: str
    room: Room
    since: datetime
