"""What whoever raised a case does with it, in private."""

from dataclasses import replace

from handlers.concerns import letters
from handlers.concerns.cards import act
from handlers.concerns.casecommands import OF_RAISERS, Act, CaseCommand
from handlers.concerns.caseforms import text_form, wrong_text
from handlers.concerns.desk import on_day
from handlers.concerns.hands import Blocks, Hand
from handlers.concerns.records import EventKind, Outcome
from handlers.conversation import Choices, Form, Option, Quote, Text

_LEADS_SEE_IT = "The Compact leads will see it."
_LEADS_WILL = "The Compact leads will see it as soon as they have a channel for concerns."


def as_raiser(hand: Hand) -> Blocks:
    """What a raiser hears who does something with their own case."""
    act, case = hand.command.act, hand.case
    if act is Act.SHOW:
        return letters.whole(case, hand.events, hand.desk, hand.now)
    if act not in OF_RAISERS:
        return (Text("Only the Compact leads can do that."), _ways(hand))
    if case.closed:
        return (Text(f"{case.reference} was closed on {on_day(case.closed, hand.now)}: {case.outcome}."), _ways(hand))
    match act:
        case Act.ANSWER if case.asked:
            return _write(hand, EventKind.ANSWERED)
        case Act.ADD | Act.ANSWER:
            return _write(hand, EventKind.ADDED)
        case Act.REALLY_WITHDRAW:
            return _withdraw(hand)
        case _:
            return _ask_whether(hand)


def yes_to(command: CaseCommand, blocks: Blocks) -> str:
    """What saying yes stands for after what a raiser was told; also which text they were just asked for."""
    for block in blocks:
        match block:
            case Choices(options, once=True) if command.act is Act.WITHDRAW:
                return options[0].says
            case Form(submit=submit) if command.act in {Act.ADD, Act.ANSWER}:
                return submit.says
    return ""


def declined(command: CaseCommand) -> Blocks:
    """What a raiser is told who says no to what they were asked about a case."""
    if command.act is Act.REALLY_WITHDRAW:
        return (Text(f"I have not withdrawn {command.reference}. It goes on as it was."), _look(command))
    return (Text(f"I have sent nothing. {command.reference} stays as it is."), _look(command))


def _write(hand: Hand, kind: EventKind) -> Blocks:
    case, text = hand.case, hand.command.text
    if wrong := wrong_text(text):
        typed = text and not hand.command.sent
        return (*((Text(wrong),) if typed else ()), text_form(hand.command))
    answered = kind is EventKind.ANSWERED
    kept = hand.keep(replace(case, asked=case.asked and not answered), hand.did(kind, text))
    what = "answered your question about" if answered else "added something to"
    kept.tell_leads((Text(f"The raiser {what} {case.reference}:"), Quote(text, case.raiser_name or "The raiser")))
    seen = _LEADS_SEE_IT if case.card else _LEADS_WILL
    return (Text(f"Thank you. I have put that with {case.reference}. {seen}"),)


def _ask_whether(hand: Hand) -> Blocks:
    really = act(Act.REALLY_WITHDRAW, hand.case, "Yes, withdraw it")
    keep = act(Act.SHOW, hand.case, "No, keep it")
    return (
        Text(f"Do you want to withdraw {hand.case.reference}? The Compact leads will then do nothing more about it."),
        Choices((really, keep), numbered=False, once=True),
    )


def _withdraw(hand: Hand) -> Blocks:
    case = hand.case
    withdrawn = replace(case, closed=hand.now, outcome=Outcome.WITHDRAWN, asked=False)
    kept = hand.keep(withdrawn, hand.did(EventKind.WITHDRAWN))
    kept.tell_leads((Text(f"The raiser has withdrawn {case.reference}. There is nothing more to do about it."),))
    told = " I have told the Compact leads." if case.card else ""
    return (Text(f"{case.reference} is withdrawn.{told} You can raise it again at any time."),)


def _ways(hand: Hand) -> Choices:
    return _look(hand.command)


def _look(command: CaseCommand) -> Choices:
    show = str(CaseCommand(Act.SHOW, command.reference))
    return Choices((Option("Show it", show, show),), numbered=False)
