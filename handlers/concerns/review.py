"""Everything that was told, line by line: for the review, and wherever a case is shown."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from handlers.concerns import whens
from handlers.concerns.steps import COMMITMENTS, NOT_SURE, WHEN
from handlers.concerns.telling import Telling
from handlers.concerns.words import Said, Verb
from handlers.conversation import Block, Choices, Facts, Heading, Option, Quote, Text
from handlers.wizard import Answers, Kind, Step, Values
from knowledge.base import Knowledge

_LONG = 200
_LEFT_OUT = "Left out"
_ALL_OF_IT = "This is everything that the Compact leads will get{}. Nobody sees it before you file it."
_WITH_NAME = ", with your name here: {}"


@dataclass(frozen=True)
class Line:
    """One answer as it is shown: the step's key and name, and the answer in words."""

    key: str
    name: str
    text: str

    @property
    def long(self) -> bool:
        """Whether it is too long for a row of facts."""
        return len(self.text) > _LONG or "\n" in self.text


def lines(steps: Sequence[Step], given: Answers, knowledge: Knowledge) -> tuple[Line, ...]:
    """The answers given, in the steps' order."""
    return tuple(
        Line(step.key, step.name, told(step, given[step.key], given, knowledge)) for step in steps if step.key in given
    )


def told(step: Step, values: Values, given: Answers, knowledge: Knowledge) -> str:
    """An answer in words."""
    if not values:
        return _LEFT_OUT
    if step.key == WHEN:
        return whens.told(values)
    if step.key == COMMITMENTS:
        return "\n\n".join(_commitment(each, knowledge) for each in values)
    match step.kind:
        case Kind.ONE | Kind.SEVERAL:
            labels = {option.says: option.label for option in step.options(given)}
            return "; ".join(labels.get(value, value) for value in values)
        case Kind.LINE | Kind.STORY:
            return "\n\n".join(values)
        case _:
            assert_never(step.kind)


def digest(shown: Sequence[Line]) -> str:
    """A fingerprint of what a review shows: another one wherever a word of it differs."""
    words = json.dumps([(line.key, line.name, line.text) for line in shown])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def blocks(shown: Sequence[Line]) -> tuple[Block, ...]:
    """The lines: short ones as rows, long ones as quotations under their name, the Compact's own words as they are."""
    drawn: list[Block] = []
    rows: list[tuple[str, str]] = []
    for line in shown:
        if line.long or line.key == COMMITMENTS:
            told = Text(line.text) if line.key == COMMITMENTS else Quote(line.text, "")
            drawn += [*_facts(rows), Text(f"{line.name}:"), told]
            rows = []
        else:
            rows.append((line.name, line.text))
    return (*drawn, *_facts(rows))


def review(telling: Telling, name: str) -> tuple[Block, ...]:
    """The whole review, with what can be done with it. `name`: what the platform calls the person; the leads see it too."""
    shown = lines(telling.steps, telling.given, telling.knowledge)
    draft = telling.draft.id
    file = Option("File it", str(Said(Verb.FILE, draft, text=digest(shown))), "file it")
    save = Option("Save for later", str(Said(Verb.SAVE, draft)), "save for later")
    stop = Option("Stop", str(Said(Verb.STOP, draft)), "stop")
    changes = tuple(
        Option(line.name, str(Said(Verb.CHANGE, draft, line.key)), f"change {line.name.lower()}") for line in shown
    )
    return (
        Heading("Please check your concern"),
        Text(_ALL_OF_IT.format(_WITH_NAME.format(name) if name else "")),
        *blocks(shown),
        Choices((file, save, stop), numbered=False),
        Text("To change an answer, pick it:", quiet=True),
        Choices(changes, numbered=False),
    )


def _commitment(value: str, knowledge: Knowledge) -> str:
    if value == NOT_SURE:
        return "I am not sure"
    commitment = knowledge.commitments.get(value)
    return f"• {commitment.says} ({commitment.source}) [{value}]" if commitment else f"• {value}"


def _facts(rows: list[tuple[str, str]]) -> tuple[Block, ...]:
    return (Facts(tuple(rows)),) if rows else ()
