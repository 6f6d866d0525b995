"""What is said about cases, by buttons and in people's own words: whole in itself, with the reference of the case."""

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.concerns import references
from handlers.concerns.records import Outcome
from handlers.conversation import Filled
from knowledge.text import normalised

MINE = "my concerns"
TEXT, STAGE, OUTCOME = "text", "stage", "outcome"
"""The keys of the fields that are filled in."""


class Act(StrEnum):
    """What can be done with a case."""

    SHOW = "show"
    ACKNOWLEDGE = "acknowledge"
    TAKE = "take"
    NOTE = "note"
    ASK = "ask"
    MOVE = "move"
    CLOSE = "close"
    ADD = "add to"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    REALLY_WITHDRAW = "yes, withdraw"


OF_RAISERS = frozenset({Act.ADD, Act.ANSWER, Act.WITHDRAW, Act.REALLY_WITHDRAW})
"""What only whoever raised a case can do. Showing is for both sides, all else for the leads."""


@dataclass(frozen=True)
class CaseCommand:
    """One thing to be done with the case of a reference, which is empty where what was typed can be none.

    `text`: what the person wrote. `stage`: the name or id of one, as it was said. `outcome`: None where none was said.
    `sent`: whether it comes from a form that was filled in, so that what is missing is told at the fields.
    """

    act: Act
    reference: str
    text: str = ""
    stage: str = ""
    outcome: Outcome | None = None
    sent: bool = False

    def __str__(self) -> str:
        return f"{self.act} {self.reference}"


_REFERENCE = r"(?P<reference>[a-z0-9]{4}[ _–—-]?[a-z0-9]{4}|[a-z0-9]{3,5}[–—-]?[a-z0-9]{3,5})\b"
_COMMAND = re.compile(
    rf"(?P<act>{'|'.join(Act)}|yes withdraw)\s+(?:(?:concern|case)\s+)?{_REFERENCE}(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_STAGE = re.compile(r"(?:to\b)?\s*(?P<stage>.*?)[\s.]*", re.IGNORECASE | re.DOTALL)
_OUTCOME = re.compile(rf"(?:(?:as\s+)?(?P<outcome>{'|'.join(Outcome)})\b)?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"\s*(?::|[.,;–—-](?!\S))?\s*")
_MINE = frozenset(
    {MINE, "my concern", "show my concerns", "list my concerns", "see my concerns", "what about my concern"}
)
_VOWELS = frozenset("aeiou")


def asks_for_own(text: str) -> bool:
    """Whether somebody wants to see what they have raised."""
    return normalised(text) in _MINE


def read(text: str, filled: Filled = ()) -> CaseCommand | None:
    """What a text asks for, with what was filled in; None where it is about no case."""
    found = _COMMAND.fullmatch(text.strip())
    if not found:
        return None
    act, reference = Act(_act(found["act"])), _reference(found["reference"])
    if reference is None:
        return None
    text, stage, outcome = _said(act, found["rest"])
    values = {key: values[0].strip() for key, values in filled if values}
    outcome = values.get(OUTCOME, outcome).lower()
    return CaseCommand(
        act,
        reference,
        values.get(TEXT, text),
        values.get(STAGE, stage),
        Outcome(outcome) if outcome in set(Outcome) else None,
        bool(filled),
    )


def _said(act: Act, rest: str) -> tuple[str, str, str]:
    """The text, the stage and the outcome in the words behind a reference."""
    rest = _behind(rest)
    if act is Act.MOVE and (found := _STAGE.fullmatch(rest)):
        return "", found["stage"], ""
    if act is Act.CLOSE and (found := _OUTCOME.fullmatch(rest)):
        return _behind(found["rest"]), "", found["outcome"] or ""
    return rest, "", ""


def _behind(rest: str) -> str:
    """What stands behind a colon, or another sign that parts it from what goes before."""
    return _BETWEEN.sub("", rest, count=1).strip()


def _act(said: str) -> str:
    word = " ".join(said.lower().split())
    return Act.REALLY_WITHDRAW if word == "yes withdraw" else word


def _reference(typed: str) -> str | None:
    """The reference that is meant; empty for what looks like one and is none; None for plain words."""
    has_figure = any(char.isdigit() for char in typed)
    meant = references.read(typed)
    if meant and (has_figure or "-" in typed or _VOWELS.isdisjoint(typed.lower())):
        return meant
    looks_like_one = has_figure and " " not in typed and any(char.isalpha() for char in typed)
    # What stands behind a mistyped reference may be confidential: it must not be taken for a question.
    return "" if looks_like_one else None
