"""What is kept of concerns: drafts while they are told, cases once they are filed, and every change as an event.

A concern is what its raiser tells; a case is the concern as the Compact leads handle it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handlers.conversation import Person
from handlers.wizard import Answers, State


@dataclass(frozen=True)
class Draft:
    """A concern being told. A person has one at most.

    `id`: unique through all time; the buttons of its questions carry it. `paused`: saved for later, so that what the
    person says is not taken as an answer. `ask_again`: when the person wants to be asked about it; None where they have
    not said. `reviewed`: the digest of the answers that the person was last shown for review. `warned`: whether the
    person was told that it will be deleted.
    """

    person: Person
    id: str
    state: State
    started: datetime
    touched: datetime
    paused: bool = False
    ask_again: datetime | None = None
    reviewed: str = ""
    warned: bool = False


class Outcome(StrEnum):
    """How a case ended."""

    SETTLED = "settled"
    NOT_UPHELD = "not upheld"
    WITHDRAWN = "withdrawn"
    PASSED_ON = "passed on"


@dataclass(frozen=True)
class Case:
    """A concern as it was filed, and how it stands.

    `draft`: the id of the draft it was filed from. `answers`: what the review showed, by step. `commitments`: those it
    touches, id and text as they were at filing; `knowledge`: the knowledge base's version then. `stage`: id of a stage of
    the Compact's process; `stage_since`: when it came to it. `owner`: the lead who took it, and `owner_name` what the
    platform calls them. `asked`: whether the leads wait for an answer of the raiser. `outcome`: None also where the case was
    closed because its raiser asked to be forgotten. `card`: the key of the post that is its
    card in the leads' channel, empty while it was given to none. `stripped`: whether names and free text are deleted.
    """

    reference: str
    draft: str
    compact: str
    raiser: Person
    raiser_name: str
    answers: Answers
    commitments: tuple[tuple[str, str], ...]
    knowledge: str
    filed: datetime
    stage: str
    stage_since: datetime
    acknowledged: datetime | None = None
    acknowledged_by: str = ""
    owner: Person | None = None
    owner_name: str = ""
    asked: bool = False
    card: str = ""
    closed: datetime | None = None
    outcome: Outcome | None = None
    version: int = 1
    stripped: bool = False


class EventKind(StrEnum):
    """What can happen to a case."""

    FILED = "filed"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    NOTED = "noted"
    ASKED = "asked"
    ANSWERED = "answered"
    ADDED = "added"
    MOVED = "moved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    NUDGED = "nudged"
    STRIPPED = "stripped"


@dataclass(frozen=True)
class CaseEvent:
    """One change of a case; events are only ever added.

    `by`: who did it, None for the assistant itself; `name`: what the platform calls them. `text`: what they wrote; it
    is confidential. `detail`: facts that are not, such as the stage moved to.
    """

    reference: str
    at: datetime
    kind: EventKind
    by: Person | None = None
    name: str = ""
    text: str = ""
    detail: dict[str, str] = field(default_factory=dict)
