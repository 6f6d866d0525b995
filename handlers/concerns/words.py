"""What is said while a concern is told, by buttons and in people's own words, read as what it means.

A button sends "concern ID …", with the question that it stands under, so that it means the same whenever it is pressed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.commands import RaiseConcern
from handlers.smalltalk import Remark, remark
from knowledge.text import normalised

START = str(RaiseConcern())
PAGE = "concern page"


class Verb(StrEnum):
    """What can be done with a concern that is being told."""

    ANSWER = "answer"
    LEAVE_OUT = "leave out"
    DONE = "done"
    SKIP = "skip"
    CLEAR = "clear"
    KEEP = "keep"
    BACK = "back"
    CHANGE = "change"
    REVIEW = "review"
    FILE = "file"
    SAVE = "save"
    STOP = "stop"
    DELETE = "delete"
    GO_ON = "go on"
    AFRESH = "start afresh"
    PAGE = "page"
    SEND = "send"
    ASK = "ask me"


@dataclass(frozen=True)
class Said:
    """One thing done with the draft of an id.

    `step`: the question under which it was offered, or that it is about; empty for the review. `text`: an answer, the digest
    of a review, when to ask again, or what to start afresh about.
    """

    verb: Verb
    draft: str
    step: str = ""
    text: str = ""

    def __str__(self) -> str:
        step = f" {self.step}" if self.step else ""
        return f"concern {self.draft} {self.verb}{step}{f': {self.text}' if self.text else ''}"


_SAID = re.compile(
    rf"concern (?P<draft>[a-z0-9-]{{8,40}}) (?P<verb>{'|'.join(Verb)})(?: (?P<step>[a-z]+))?(?:: ?(?P<text>.*))?",
    re.IGNORECASE | re.DOTALL,
)

_ON_WITH_IT = tuple(
    f"{way} {what}"
    for way in (
        "continue",
        "continue with",
        "carry on with",
        "carry on",
        "go on with",
        "go back to",
        "resume",
        "finish",
        "open",
    )
    for what in ("my concern", "my draft", "my saved concern", "the concern")
    if (way, what) != ("go on with", "my concern")
)
_NO = frozenset(
    {
        "no keep it",
        "no keep that",
        "keep it",
        "no dont",
        "no do not",
        "dont",
        "do not",
        "dont delete it",
        "do not delete it",
        "no dont delete it",
        "dont do that",
        "no wait",
        "wait",
        "not yet",
        "no not yet",
        "no it is not",
        "no it isnt",
        "no thats wrong",
        "no that is wrong",
        "no that is not right",
        "no thats not right",
        "no go on",
    }
)
_YES = frozenset(
    {"yes that is right", "yes thats right", "that is right", "thats right", "yes it is", "correct", "yes correct"}
)

_WAYS: dict[Verb, tuple[str, ...]] = {
    Verb.DONE: (
        "done",
        "thats all",
        "that is all",
        "thats it",
        "that is it",
        "thats everything",
        "that is everything",
        "finished",
        "im done",
        "i am done",
        "no more",
        "nothing else",
        "nothing more",
    ),
    Verb.SKIP: ("skip", "skip it", "skip this", "skip that", "pass", "leave it out", "rather not say"),
    Verb.CLEAR: ("start it again", "tell it again", "clear", "clear it"),
    Verb.KEEP: ("keep", "keep it", "keep that", "leave it", "leave it as it is", "keep it as it is", "no change"),
    Verb.BACK: ("back", "go back", "previous", "previous question", "one back"),
    Verb.REVIEW: ("review", "show me everything", "what have i told you", "show my concern", "what have you got"),
    Verb.FILE: (
        "file",
        "file it",
        "file my concern",
        "send it",
        "submit",
        "submit it",
        "send it now",
        "send it to the leads",
        "send it to the leads now",
        "file it now",
        "submit it now",
    ),
    Verb.SAVE: (
        "save",
        "save for later",
        "save it",
        "later",
        "pause",
        "not now",
        "come back later",
        "i will come back",
    ),
    Verb.STOP: (
        "stop",
        "cancel",
        "abandon",
        "abandon it",
        "stop it",
        "never mind",
        "nevermind",
        "quit",
        "exit",
        "forget it",
        "i changed my mind",
        "ive changed my mind",
        "i have changed my mind",
        "i dont want to do this",
        "i dont want to do this anymore",
        "i dont want to do this any more",
        "i do not want to do this",
        "i do not want to do this anymore",
        "i do not want to do this any more",
        "i want to stop",
        "stop this",
    ),
    Verb.DELETE: ("delete", "delete it", "delete my concern", "yes delete it"),
    Verb.GO_ON: (
        "go on",
        "continue",
        "carry on",
        "resume",
        "go on with it",
        "go on with my concern",
        "my draft",
        *_ON_WITH_IT,
    ),
    Verb.AFRESH: ("start afresh", "start again", "start over"),
    Verb.PAGE: (PAGE, "page", "one page", "the page", "form", "as a form"),
}
_VERBS = {way: verb for verb, ways in _WAYS.items() for way in ways}
_CHANGE = re.compile(r"(?:change|correct|edit) (?:the |my |our )?(?P<what>.+)")


def said(text: str) -> Said | None:
    """What a button of a concern says; None for any other words."""
    found = _SAID.fullmatch(text)
    if not found:
        return None
    verb, step = Verb(found["verb"].lower()), (found["step"] or "").lower()
    return Said(verb, found["draft"].lower(), step, (found["text"] or "").strip())


def verb(text: str) -> Verb | None:
    """What a person's own words ask for while they tell a concern; None where they ask for nothing of the kind."""
    return _VERBS.get(normalised(text))


def agrees(text: str) -> bool:
    """Whether words say yes to what was just asked."""
    return remark(text) is Remark.YES or normalised(text) in _YES


def declines(text: str) -> bool:
    """Whether words say no to what was just asked."""
    return remark(text) is Remark.NO or normalised(text) in _NO


def to_change(text: str) -> str | None:
    """What somebody wants to change, in words that are alike for alike texts: "change the date" gives "date"."""
    found = _CHANGE.fullmatch(normalised(text))
    return found["what"] if found else None
