"""How a form goes on: the moves that can be made, message by message, and a whole page filled in at once. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from handlers.wizard import (
    NEEDED,
    PICK_ONE,
    Answers,
    Asking,
    Finished,
    Kind,
    Outcome,
    State,
    Step,
    Values,
    answers,
    applying,
    current,
    gathered,
    picked,
    read,
)

SAY_SOMETHING = "Please tell me something first."
FIRST_STEP = "This is the first question."
NOTHING_TO_KEEP = "There is no earlier answer to keep."
NOT_ASKED = "That question does not come up with your other answers."
ANSWERED = "You have answered that question already. You can change it when you check everything at the end."


@dataclass(frozen=True)
class Answer:
    """A text, or an option's value or label."""

    text: str


@dataclass(frozen=True)
class LeaveOut:
    """Take back one of the values that were picked for the current step."""

    value: str


@dataclass(frozen=True)
class Change:
    """Take a step's answer back, to give another."""

    step: str


class Go(StrEnum):
    """The moves that say nothing new.

    DONE: the current step, which takes several texts or options, has them all. SKIP: leave it out. CLEAR: forget what was
    said or picked for it so far. KEEP: leave the answer that was taken back as it was. BACK: return to the step before.
    """

    DONE = "done"
    SKIP = "skip"
    CLEAR = "clear"
    KEEP = "keep"
    BACK = "back"


Move = Answer | LeaveOut | Change | Go


def advance(steps: Sequence[Step], state: State, move: Move, at: str | None = None) -> Outcome:
    """The form after a move. A move that cannot be made changes nothing, and is told by a complaint or as unread.

    `at`: where the form stood when the move was offered, if it is known. Where it stands elsewhere by now, an option of an
    answered question changes that answer, a text is added to a story, and any other move does nothing.
    """
    here = current(steps, state)
    late = at is not None and at != here.at
    match move:
        case Change(key):
            return _change(steps, here, key)
        case Answer(text) if late and at:
            return _answer_late(steps, here, at, text)
        case _ if late:
            return here
        case Go.BACK:
            return _back(steps, here)
    if isinstance(here, Finished):
        return here
    match move:
        case Answer(text):
            return _answer(steps, here, text.strip())
        case LeaveOut(value):
            return _gather(here, tuple(each for each in gathered(steps, here) if each != value))
        case Go.DONE:
            return _done(steps, here)
        case Go.SKIP:
            return _give(steps, here, ()) if here.step.optional else replace(here, complaint=NEEDED)
        case Go.CLEAR:
            return _gather(here, ())
        case Go.KEEP:
            before = state.before.get(here.at)
            return replace(here, complaint=NOTHING_TO_KEEP) if before is None else _give(steps, here, before)
        case _:
            assert_never(move)


def fill(steps: Sequence[Step], state: State, filled: Answers) -> tuple[State, dict[str, str]]:
    """A whole page filled in: the state with the answers that can be taken, and complaints by step for the others."""
    complaints: dict[str, str] = {}
    for step in steps:
        given = answers(steps, state)
        if step.key in filled and step.when(given):
            values = tuple(text.strip() for text in filled[step.key] if text.strip())
            kept = read(step, values, given)
            if isinstance(kept, str):
                complaints[step.key] = kept
            else:
                state = _with(state, step, kept)
    return state, complaints


def _answer(steps: Sequence[Step], here: Asking, text: str) -> Outcome:
    step, given = here.step, answers(steps, here.state)
    match step.kind:
        case Kind.ONE:
            value = picked(step, text, given)
            return _unread(here, text) if value is None else _give(steps, here, (value,))
        case Kind.SEVERAL:
            value = picked(step, text, given)
            if value is None:
                return _unread(here, text)
            # What stands alone leaves nothing more to pick.
            several = value not in step.alone
            return (
                _gather(here, _joined(step, gathered(steps, here), value)) if several else _give(steps, here, (value,))
            )
        case Kind.LINE:
            kept = read(step, (text,) if text else (), given)
            return replace(here, complaint=kept) if isinstance(kept, str) else _give(steps, here, kept)
        case Kind.STORY:
            kept = read(step, (*gathered(steps, here), text), given) if text else SAY_SOMETHING
            return replace(here, complaint=kept) if isinstance(kept, str) else _gather(here, kept)
        case _:
            assert_never(step.kind)


def _answer_late(steps: Sequence[Step], here: Outcome, key: str, text: str) -> Outcome:
    """Something said to another question than the one that is asked: the form stays where it is.

    It changes the answer of one that is answered by one option. It adds to a story, told already or still to be told.
    """
    given, state = answers(steps, here.state), here.state
    step = next((each for each in applying(steps, given) if each.key == key), None)
    if step is None or (key not in given and step.kind is not Kind.STORY):
        return replace(here, complaint=NOT_ASKED)
    so_far = given.get(key) or state.gathered.get(key, ())
    if text in so_far or so_far == (picked(step, text, given),):
        return here
    kept: Values | str = ANSWERED
    if step.kind is Kind.STORY:
        kept = read(step, (*so_far, text.strip()), given)
    elif step.kind is Kind.ONE:
        kept = read(step, (text,), given)
    if isinstance(kept, str):
        return replace(here, complaint=kept)
    if key in given:
        return current(steps, _with(state, step, kept))
    return replace(here, state=replace(state, gathered={**state.gathered, key: kept}))


def _joined(step: Step, so_far: Values, value: str) -> Values:
    if value in so_far:
        return so_far
    return (*(each for each in so_far if each not in step.alone), value)


def _give(steps: Sequence[Step], here: Asking, values: Values) -> Outcome:
    return current(steps, _with(here.state, here.step, values))


def _with(state: State, step: Step, values: Values) -> State:
    given = {**state.given, step.key: values}
    return State(given, _without(state.gathered, step.key), _without(state.before, step.key))


def _without(answered: Answers, key: str) -> Answers:
    return {other: values for other, values in answered.items() if other != key}


def _unread(here: Asking, text: str) -> Asking:
    return replace(here, complaint=PICK_ONE, unread=text)


def _gather(here: Asking, values: Values) -> Asking:
    return replace(here, state=replace(here.state, gathered={**here.state.gathered, here.at: values}))


def _done(steps: Sequence[Step], here: Asking) -> Outcome:
    if here.step.kind not in {Kind.SEVERAL, Kind.STORY}:
        return replace(here, complaint=PICK_ONE if here.step.kind is Kind.ONE else SAY_SOMETHING)
    values = gathered(steps, here)
    if not values:
        return replace(here, complaint=PICK_ONE if here.step.kind is Kind.SEVERAL else SAY_SOMETHING)
    return _give(steps, here, values)


def _back(steps: Sequence[Step], here: Outcome) -> Outcome:
    given = answers(steps, here.state)
    order = [step.key for step in steps]
    before = order[: order.index(here.at)] if here.at else order
    answered = [key for key in before if key in given]
    return _change(steps, here, answered[-1]) if answered else replace(here, complaint=FIRST_STEP)


def _change(steps: Sequence[Step], here: Outcome, key: str) -> Outcome:
    values = answers(steps, here.state).get(key)
    if values is None:
        return here if key == here.at else replace(here, complaint=NOT_ASKED)
    step = next(each for each in steps if each.key == key)
    several = step.kind in {Kind.SEVERAL, Kind.STORY}
    state = here.state
    so_far = {**state.gathered, key: values} if several else state.gathered
    return current(steps, State(_without(state.given, key), so_far, {**state.before, key: values}))
