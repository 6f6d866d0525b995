"""What whoever raised a case does with it, in private."""

from dataclasses import replace

from handlers.concerns import letters
from handlers.concerns.cards import act
from handlers.concerns.casecommands import OF_RAISERS, Act
from handlers.concerns.caseforms import text_form, wrong_text
from handlers.concerns.desk import on_day
from handlers.concerns.hands import Blocks, Hand
from handlers.concerns.records import EventKind, Outcome
from handlers.conversation import Choices, Quote, Text

_LEADS_HAVE_IT = "The Compact leads will see it."


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


def _write(hand: Hand, kind: EventKind) -> Blocks:
    case, text = hand.case, hand.command.text
    if wrong_text(text):
        return (text_form(hand.command),)
    answered = kind is EventKind.ANSWERED
    kept = hand.keep(replace(case, asked=case.asked and not answered), hand.did(kind, text))
    what = "answered your question about" if answered else "added something to"
    kept.tell_leads((Text(f"The raiser {what} {case.reference}:"), Quote(text, case.raiser_name or "The raiser")))
    return (Text(f"Thank you. I have put that with {case.reference}. {_LEADS_HAVE_IT}"),)


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
    return Choices((act(Act.SHOW, hand.case, "Show it"),), numbered=False)
