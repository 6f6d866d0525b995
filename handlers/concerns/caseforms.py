"""Forms about cases: what is to be filled in, and what is missing."""

from handlers.concerns.casecommands import OUTCOME, STAGE, TEXT, Act, CaseCommand
from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, Outcome
from handlers.conversation import Field, FieldKind, Form, Option
from knowledge.text import is_blank

MOST = 3_000
_LABELS = {
    Act.NOTE: ("A note", "Your note", "Keep the note", "Only the leads see it. The raiser does not."),
    Act.ASK: ("A question to the raiser", "Your question", "Ask", "The raiser gets it in private and can answer here."),
    Act.CLOSE: ("Close", "A sentence to the raiser", "Close it", "The raiser gets this, so please say it kindly."),
    Act.ADD: ("Add to your concern", "What you would like to add", "Add it", "The Compact leads will see it."),
    Act.ANSWER: ("Your answer", "Your answer to the Compact leads", "Send it", "The Compact leads will see it."),
}
_PICK_STAGE = "Please pick a stage."
_PICK_OUTCOME = "Please pick how it ended."
_WRITE = "Please write something here."
_TOO_LONG = f"That is too long. I can keep {MOST:,} characters here."


def wrong_text(text: str) -> str:
    """What is wrong with a text; empty where nothing is."""
    if is_blank(text):
        return _WRITE
    return _TOO_LONG if len(text) > MOST else ""


def text_form(command: CaseCommand) -> Form:
    """Asks for a text; where one was sent, tells what is wrong with it."""
    title, _, submit, _ = _LABELS[command.act]
    says = str(command)
    return Form(
        f"{title}: {command.reference}",
        (_text_field(command),),
        Option(submit, says),
        Option(title, says),
        f"In words, say: {says}: and then your text.",
    )


def close_form(command: CaseCommand) -> Form:
    """Asks how a case ended, and for a sentence to the raiser."""
    says = str(command)
    options = tuple(Option(outcome.capitalize(), outcome.value) for outcome in Outcome)
    picked = (command.outcome.value,) if command.outcome else ()
    error = _PICK_OUTCOME if command.sent and not command.outcome else ""
    how = Field(OUTCOME, "How did it end?", FieldKind.ONE, options, picked, error=error)
    outcomes = ", ".join(Outcome)
    return Form(
        f"Close {command.reference}",
        (how, _text_field(command)),
        Option("Close it", says),
        Option("Close", says),
        f"In words, say: {says} as settled: and then your sentence to the raiser. It can end as: {outcomes}.",
    )


def move_form(command: CaseCommand, case: Case, desk: Desk) -> Form:
    """Asks for a stage."""
    says = str(command)
    stages = desk.stages(case.compact)
    options = tuple(Option(stage.title, stage.id) for stage in stages)
    error = _PICK_STAGE if command.sent or command.stage else ""
    return Form(
        f"Move {command.reference} to a stage",
        (Field(STAGE, "Stage", FieldKind.ONE, options, error=error, help="The raiser is told."),),
        Option("Move it", says),
        Option("Move to stage", says),
        f"In words, say: {says} to {stages[-1].title if stages else 'a stage'}. "
        f"The stages are: {'; '.join(stage.title for stage in stages)}.",
    )


def _text_field(command: CaseCommand) -> Field:
    _, label, _, help_ = _LABELS[command.act]
    error = wrong_text(command.text) if command.sent or command.text else ""
    values = (command.text,) if command.text else ()
    return Field(TEXT, label, FieldKind.PARAGRAPH, values=values, help=help_, error=error)
