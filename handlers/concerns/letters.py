"""What whoever raised a case is told of it in private."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from handlers.concerns import review
from handlers.concerns.cards import act
from handlers.concerns.casecommands import MINE, Act
from handlers.concerns.desk import Desk, on_day, on_day_at
from handlers.concerns.history import happened_to_yours, is_for_raiser
from handlers.concerns.records import Case, CaseEvent
from handlers.concerns.steps import steps
from handlers.conversation import Block, Choices, Facts, Heading, Option, Quote, Text
from handlers.presenting import A_CONCERN

_LEADS = "the Compact leads"


def acknowledged(case: Case, desk: Desk) -> tuple[Block, ...]:
    """The leads have it."""
    leads = f"The leads of the {desk.compact_name(case.compact)}"
    return (Text(f"{leads} have your concern {case.reference} and will look into it."), _look(case))


def taken(case: Case) -> tuple[Block, ...]:
    """A lead has it; their name only where the platform tells."""
    who = case.owner_name or "One of the Compact leads"
    return (Text(f"{who} is now looking after your concern {case.reference}."), _look(case))


def asked(case: Case, question: str, name: str) -> tuple[Block, ...]:
    """The leads ask something."""
    return (
        Text(f"The Compact leads have a question about your concern {case.reference}:"),
        Quote(question, name or _LEADS),
        Choices((act(Act.ANSWER, case, "Answer"),), numbered=False),
    )


def moved(case: Case, desk: Desk) -> tuple[Block, ...]:
    """It came to another stage."""
    stage = next((each for each in desk.stages(case.compact) if each.id == case.stage), None)
    title, happens = (stage.title, f" {stage.happens}") if stage else (case.stage, "")
    return (Text(f"Your concern {case.reference} has moved on. It is now at: {title}.{happens}"), _look(case))


def closed(case: Case, sentence: str, name: str) -> tuple[Block, ...]:
    """It is closed, with the leads' sentence about it."""
    return (
        Text(f"The Compact leads have closed your concern {case.reference}. How it ended: {case.outcome}."),
        Quote(sentence, name or _LEADS),
        _look(case),
    )


def mine(cases: Sequence[Case], desk: Desk, now: datetime) -> tuple[Block, ...]:
    """What somebody has raised, each with how it stands."""
    if not cases:
        return (Text("You have not raised any concerns with me."), A_CONCERN)
    rows = tuple((case.reference, _in_short(case, desk, now)) for case in cases)
    options = tuple(Option(f"Show {case.reference}", f"{Act.SHOW} {case.reference}") for case in cases)
    return (Heading("Your concerns"), Facts(rows), Choices(options))


def whole(case: Case, events: Sequence[CaseEvent], desk: Desk, now: datetime) -> tuple[Block, ...]:
    """Everything about a case that its raiser may see, with what they can do."""
    told = review.lines(steps(desk.knowledge, today=now.date()), case.answers, desk.knowledge)
    return (
        Heading(f"Your concern {case.reference}"),
        Facts((("Raised", on_day(case.filed, now)), ("How it stands", _standing(case, desk, now)))),
        *review.blocks(told),
        *_history(events, case, desk, now),
        *(() if case.closed else (_actions(case),)),
    )


def _in_short(case: Case, desk: Desk, now: datetime) -> str:
    return f"{desk.compact_name(case.compact)}, raised on {on_day(case.filed, now)}. {_standing(case, desk, now)}."


def _standing(case: Case, desk: Desk, now: datetime) -> str:
    if case.closed:
        return f"Closed on {on_day(case.closed, now)}: {case.outcome}"
    stage = desk.stage_title(case.compact, case.stage)
    if case.asked:
        return f"{stage}. The leads wait for your answer"
    if not case.card:
        return f"{stage}. It waits for the leads to have a channel"
    return stage if case.acknowledged else f"{stage}. The leads have not acknowledged it yet"


def _history(events: Iterable[CaseEvent], case: Case, desk: Desk, now: datetime) -> Iterable[Block]:
    for event in events:
        if is_for_raiser(event):
            yield Text(f"{on_day_at(event.at, now)}. {happened_to_yours(event, case, desk)}", quiet=True)
            if event.text:
                yield Quote(event.text, "")


def _actions(case: Case) -> Choices:
    answer = (act(Act.ANSWER, case, "Answer"),) if case.asked else ()
    return Choices(
        (
            *answer,
            act(Act.ADD, case, "Add something"),
            act(Act.WITHDRAW, case, "Withdraw it"),
            Option("My concerns", MINE, MINE),
        ),
        numbered=False,
    )


def _look(case: Case) -> Choices:
    return Choices((act(Act.SHOW, case, "Show it"),), numbered=False)
