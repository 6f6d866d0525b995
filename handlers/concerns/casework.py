"""What the Compact leads do with a case, in their channel."""

from collections.abc import Callable
from dataclasses import replace

from handlers.concerns import letters
from handlers.concerns.cards import card
from handlers.concerns.casecommands import OF_RAISERS, Act, CaseCommand
from handlers.concerns.caseforms import close_form, move_form, text_form, wrong_text
from handlers.concerns.hands import Blocks, Hand
from handlers.concerns.history import OUTCOME, STAGE
from handlers.concerns.records import Case, CaseEvent, EventKind, Outcome
from handlers.conversation import Form, Text

_TOLD = "The raiser has been told."
_NO_SUCH_STAGE = "I know no such stage."
_NO_SUCH_OUTCOME = f"I need to know how it ended: {', '.join(Outcome)}. Nothing has been done yet."
_NO_SENTENCE = "I need a sentence to the raiser too. Nothing has been done yet."


def as_lead(hand: Hand) -> Blocks:
    """What a lead hears who does something with a case."""
    act, case = hand.command.act, hand.case
    if act is Act.SHOW:
        return card(case, hand.events, hand.desk, hand.now, whole=True).blocks
    if act in OF_RAISERS:
        return (Text(f"Only whoever raised {case.reference} can do that, in a private message to me."),)
    if case.closed:
        return (Text(closed_already(hand)),)
    return _ACTS[act](hand)


def closed_already(hand: Hand) -> str:
    """That a case is closed: who did it and when."""
    withdrawn = any(event.kind is EventKind.WITHDRAWN for event in hand.events)
    who, when = hand.who_and_when(EventKind.CLOSED, EventKind.WITHDRAWN)
    if withdrawn and who != "You":
        return f"The raiser withdrew {hand.case.reference} on {when}, so nothing more can be done with it."
    return f"{who} closed {hand.case.reference} on {when}, so nothing more can be done with it."


def _acknowledge(hand: Hand) -> Blocks:
    case = hand.case
    if case.acknowledged:
        return _too_late(hand, EventKind.ACKNOWLEDGED, "acknowledged")
    kept = _kept(hand, case)
    kept.tell_raiser(letters.acknowledged(kept.case, hand.desk))
    return (Text(f"{case.reference} is acknowledged. {_TOLD}"),)


def _take(hand: Hand) -> Blocks:
    case = hand.case
    if case.owner:
        return _too_late(hand, EventKind.TAKEN, "took")
    kept = _kept(hand, replace(case, owner=hand.person, owner_name=hand.name), hand.did(EventKind.TAKEN))
    kept.tell_raiser(letters.taken(kept.case))
    return (Text(f"{case.reference} is yours now. {_TOLD}"),)


def _note(hand: Hand) -> Blocks:
    text = hand.command.text
    if wrong_text(text):
        return _again(hand, text and wrong_text(text), text_form(hand.command))
    hand.keep(hand.case, hand.did(EventKind.NOTED, text))
    return (Text(f"Your note is kept with {hand.case.reference}. Only the leads see it."),)


def _ask(hand: Hand) -> Blocks:
    text = hand.command.text
    if wrong_text(text):
        return _again(hand, text and wrong_text(text), text_form(hand.command))
    kept = _kept(hand, replace(hand.case, asked=True), hand.did(EventKind.ASKED, text))
    kept.tell_raiser(letters.asked(kept.case, text, hand.name))
    return (Text(f"Your question about {hand.case.reference} is on its way. I tell you here when there is an answer."),)


def _move(hand: Hand) -> Blocks:
    case, wanted = hand.case, " ".join(hand.command.stage.casefold().split())
    stage = next((each for each in hand.desk.stages(case.compact) if wanted in {each.id, each.title.casefold()}), None)
    if stage is None:
        return _again(hand, _NO_SUCH_STAGE if wanted else "", move_form(hand.command, case, hand.desk))
    if stage.id == case.stage:
        return (Text(_there_already(hand, stage.title)),)
    moved = replace(case, stage=stage.id, stage_since=hand.now)
    kept = _kept(hand, moved, hand.did(EventKind.MOVED, **{STAGE: stage.id}))
    kept.tell_raiser(letters.moved(kept.case, hand.desk))
    return (Text(f"{case.reference} is now at: {stage.title}. {_TOLD}"),)


def _close(hand: Hand) -> Blocks:
    case, command = hand.case, hand.command
    if command.outcome is None or wrong_text(command.text):
        return _again(hand, _left_to_say(command), close_form(command))
    closed = replace(case, closed=hand.now, outcome=command.outcome, asked=False)
    event = hand.did(EventKind.CLOSED, command.text, **{OUTCOME: command.outcome.value})
    kept = _kept(hand, closed, event)
    kept.tell_raiser(letters.closed(kept.case, command.text, hand.name))
    return (Text(f"{case.reference} is closed: {command.outcome}. {_TOLD}"),)


_ACTS: dict[Act, Callable[[Hand], Blocks]] = {
    Act.ACKNOWLEDGE: _acknowledge,
    Act.TAKE: _take,
    Act.NOTE: _note,
    Act.ASK: _ask,
    Act.MOVE: _move,
    Act.CLOSE: _close,
}


def _again(hand: Hand, complaint: str, form: Form) -> Blocks:
    """A form for what is still needed, after what is wrong with what was typed. What was sent has that at its fields."""
    return (Text(complaint), form) if complaint and not hand.command.sent else (form,)


def _left_to_say(command: CaseCommand) -> str:
    """What is wrong with a close that was typed; empty where no more than the form was asked for."""
    if command.outcome is None:
        return _NO_SUCH_OUTCOME if command.text else ""
    return wrong_text(command.text) if command.text else _NO_SENTENCE


def _kept(hand: Hand, case: Case, *events: CaseEvent) -> Hand:
    """The case kept; whatever the raiser hears of a case also says that the leads have it."""
    if case.acknowledged:
        return hand.keep(case, *events)
    acknowledged = replace(case, acknowledged=hand.now, acknowledged_by=hand.name)
    return hand.keep(acknowledged, hand.did(EventKind.ACKNOWLEDGED), *events)


def _too_late(hand: Hand, kind: EventKind, did: str) -> Blocks:
    who, when = hand.who_and_when(kind)
    return (Text(f"{who} {did} {hand.case.reference} already, on {when}."),)


def _there_already(hand: Hand, title: str) -> str:
    moved = any(event.kind is EventKind.MOVED for event in hand.events)
    if not moved:
        return f"{hand.case.reference} is at that stage already: {title}."
    who, when = hand.who_and_when(EventKind.MOVED)
    return f"{who} moved {hand.case.reference} there already, on {when}: {title}."
