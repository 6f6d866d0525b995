"""What is between a person and the Compact leads: nobody else is to read it, and no word of it is to be lost.

Whoever has a concern, half told, saved or filed, may write about it at any moment, whether or not they are asked.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from handlers.concerns import casecommands
from handlers.concerns.asides import is_for_the_assistant
from handlers.concerns.casecommands import Act, CaseCommand
from handlers.concerns.caseforms import wrong_text
from handlers.concerns.records import Draft
from handlers.concerns.safety import Safety
from handlers.conversation import Block, Choices, Option, Text
from handlers.saying import Saying, saying
from handlers.smalltalk import Remark, remark
from handlers.turn import Turn
from handlers.wizard import State

LONGEST_BUTTON = 1_500
"""How long a text a button can carry on every platform."""

_NUMBER = re.compile(r"\s*\d{1,2}[.)]?\s*")
_VERDICTS = frozenset({Remark.HELPED, Remark.DID_NOT_HELP})
_SETTLES = frozenset({Remark.YES, Remark.NO})
_NOT_SENT = "I have not sent it yet."


def in_confidence(turn: Turn) -> tuple[Turn, Draft | None]:
    """The turn, known as confidential where somebody in private has a concern, and what they have half told then.

    They have one that is half told, or filed and not yet forgotten. Said among others nothing is a secret, and must be
    answered as anybody's would be.
    """
    if not turn.message.private:
        return turn, None
    person = turn.message.conversation.person
    draft = turn.records.drafts.of(person)
    if draft is None and not turn.records.cases.has_raised(person):
        return turn, None
    return replace(turn, confidential=True, context=replace(turn.context, noted=True)), draft


def guarded(said: Saying, turn: Turn, draft: Draft | None, safety: Safety) -> Saying:
    """What is said to a turn: first whom to call where it tells of danger, and with nothing left to be noted later.

    `draft`: what the person had half told before.
    """
    if not turn.confidential:
        return said
    written = "\n".join([turn.told, *(text for _, values in turn.message.filled for text in values)])
    notes = safety.signpost(written, draft.state if draft else State())
    in_front = draft is not None and not draft.paused
    missing = tuple(each for each in notes[: None if in_front else 1] if each not in said.blocks)
    return replace(said, blocks=(*missing, *said.blocks), context=replace(said.context, noted=True))


def waits_for_answer(turn: Turn) -> bool:
    """Whether the Compact leads wait for an answer of the person."""
    return any(case.asked for case in turn.records.cases.raised_by(turn.message.conversation.person))


def offered(turn: Turn) -> Saying | None:
    """Offers to send what somebody typed to the leads, where an answer or something more was asked for; None elsewhere."""
    if not (turn.confidential and turn.in_private_chat and turn.told) or is_something_else(turn):
        return None
    commands = tuple(_asked_for(turn))
    if not commands:
        return None
    if wrong := wrong_text(turn.told):
        return saying(
            (Text(wrong), Text(f"If it is for the Compact leads, please shorten it. {_NOT_SENT}")), turn.context
        )
    says = [f"{command}: {turn.told}" for command in commands]
    yes = says[0] if len(says) == 1 else ""
    return saying((Text(_question(commands)), *_ways(commands, says, yes)), replace(turn.context, yes=yes))


def beside(answered: Saying | None, offer: Saying) -> Saying:
    """An answer, with what was offered under it; the offer alone where there is no answer."""
    if answered is None:
        return offer
    context = replace(answered.context, yes=answered.context.yes or offer.context.yes)
    return replace(answered, blocks=(*answered.blocks, *offer.blocks), context=context)


def is_something_else(turn: Turn) -> bool:
    """Whether a text is plainly for the assistant, or picks from what it showed."""
    kind = remark(turn.text)
    picks = bool(turn.context.options) and _NUMBER.fullmatch(turn.text) is not None
    settles = bool(turn.yes) and kind in _SETTLES
    return picks or settles or kind in _VERDICTS or is_for_the_assistant(turn.text)


def _asked_for(turn: Turn) -> Iterator[CaseCommand]:
    """What was asked for: what the person has just begun to write, or else every answer that the leads wait for."""
    own = [case for case in turn.records.cases.raised_by(turn.message.conversation.person) if not case.closed]
    begun = casecommands.read(turn.yes) if turn.yes else None
    if begun and begun.act in {Act.ADD, Act.ANSWER} and not begun.text:
        begun_on = [case for case in own if case.reference == begun.reference]
        if begun_on:
            yield begun
            return
    yield from (CaseCommand(Act.ANSWER, case.reference) for case in own if case.asked)


def _question(commands: tuple[CaseCommand, ...]) -> str:
    first = commands[0]
    if len(commands) > 1:
        return f"Is this an answer to the Compact leads? {_NOT_SENT}"
    if first.act is Act.ADD:
        return f"Shall I put this with {first.reference}, for the Compact leads to see? {_NOT_SENT}"
    return f"Is this your answer to the Compact leads about {first.reference}? {_NOT_SENT}"


def _ways(commands: tuple[CaseCommand, ...], says: list[str], yes: str) -> Iterator[Block]:
    if all(len(each) <= LONGEST_BUTTON for each in says):
        yield Choices(
            tuple(
                Option(_label(command), each, "yes" if yes else each)
                for command, each in zip(commands, says, strict=True)
            ),
            numbered=False,
            once=True,
        )
    if yes:
        yield Text("To send it, say yes. If you are asking me something, put it as a question.", quiet=True)
    else:
        yield Text(f"You can also say, for example: {commands[0]}: and then your text.", quiet=True)


def _label(command: CaseCommand) -> str:
    verb = "Add this to" if command.act is Act.ADD else "Send as my answer about"
    return f"{verb} {command.reference}"
