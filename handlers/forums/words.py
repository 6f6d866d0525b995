"""What buttons about forums say, and how it is read again: whole in itself, with the series and the day of the forum.

A person may say the same in words of their own: see `handlers.forums.naming`.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from handlers.forums.records import Key
from knowledge.forums.occurrences import Occurrence


class Act(StrEnum):
    """What can be done about a forum."""

    SHOW = "show"
    COMING = "coming to"
    APOLOGIES = "apologies for"
    SUGGEST = "suggest an item for"
    MANAGE = "manage"
    MOVE = "move"
    CANCEL = "cancel"
    REINSTATE = "reinstate"
    WHERE = "change the place of"
    AGENDA = "add to the agenda of"
    CONFIRM = "confirm"
    LEAVE = "leave"
    ACTIONS = "actions of"
    POST_ACTIONS = "post the actions of"


OF_COORDINATORS = frozenset(
    {
        Act.MANAGE,
        Act.MOVE,
        Act.CANCEL,
        Act.REINSTATE,
        Act.WHERE,
        Act.AGENDA,
        Act.CONFIRM,
        Act.LEAVE,
        Act.ACTIONS,
        Act.POST_ACTIONS,
    }
)
"""What is done in the coordinators' channel only."""


@dataclass(frozen=True)
class ForumCommand:
    """One thing to be done about a forum. `text`: what stands behind it."""

    act: Act
    key: Key
    text: str = ""

    def __str__(self) -> str:
        return f"{said(self.act, self.key)}{f': {self.text}' if self.text else ''}"


_COMMAND = re.compile(
    rf"(?P<act>{'|'.join(Act)}) forum (?P<series>[a-z0-9-]+) (?P<day>\d{{4}}-\d{{2}}-\d{{2}})(?:: ?(?P<text>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_NEXT = re.compile(r"next forum (?P<series>[a-z0-9]+(?:-[a-z0-9]+)*)", re.IGNORECASE)


def said(act: Act, key: Key) -> str:
    """What a button says."""
    return f"{act} forum {key[0]} {key[1].isoformat()}"


def about(act: Act, occurrence: Occurrence) -> str:
    """What a button about a forum says."""
    return said(act, occurrence.key)


def next_of(series: str) -> str:
    """What asks for the next forum of a series."""
    return f"next forum {series}"


def read(text: str) -> ForumCommand | None:
    """What a button's words ask for; None for any other words."""
    found = _COMMAND.fullmatch(text)
    if not found:
        return None
    try:
        day = date.fromisoformat(found["day"])
    except ValueError:
        return None
    return ForumCommand(Act(found["act"].lower()), (found["series"].lower(), day), (found["text"] or "").strip())


def read_next(text: str) -> str | None:
    """The id of the series whose next forum is asked for; None for any other words."""
    found = _NEXT.fullmatch(text)
    return found["series"].lower() if found else None
