"""Forms as data: a tuple of steps, and the answers given to them. `handlers.advancing` is how a form goes on.

The state is only what was answered. The current step is the first unanswered one that applies, so that nothing rots when
the steps change, and changing one answer keeps the others that still apply. Pure: no wording but what the steps bring,
and complaints.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from handlers.conversation import Option
from knowledge.text import is_blank

Values = tuple[str, ...]
Answers = Mapping[str, Values]


class Kind(StrEnum):
    """How a step is answered: by one option, by any number of options, by one message, or by several messages."""

    ONE = "one"
    SEVERAL = "several"
    LINE = "line"
    STORY = "story"


def _no_options(_: Answers) -> tuple[Option, ...]:
    return ()


def _no_others(_: Answers, __: str) -> bool:
    return False


def _always(_: Answers) -> bool:
    return True


def _fine(_: str) -> str:
    return ""


def _as_said(text: str) -> Values:
    return (text,)


@dataclass(frozen=True)
class Step:
    """One question of a form. What depends on other answers depends on those of earlier steps only.

    `name`: what the answer is called in the review; `options`: what can be picked, given the answers so far, where an
    option says its value; a line can have options beside what may be written. `others`: whether a value can be picked that
    no option shows. `alone`: values that cannot stand beside others ("not sure"). `when`: whether the step applies.
    `synonyms`: other words that pick an option, in small letters, by its value. `check`: what is wrong with a text, a
    sentence, empty where nothing is; `keep`: what is kept of it: first the text as it was said. `most`: how many characters
    all of its text may have.
    """

    key: str
    name: str
    prompt: str
    kind: Kind
    help: str = ""
    options: Callable[[Answers], tuple[Option, ...]] = _no_options
    others: Callable[[Answers, str], bool] = _no_others
    alone: Values = ()
    synonyms: Mapping[str, Values] = field(default_factory=dict)
    optional: bool = False
    when: Callable[[Answers], bool] = _always
    check: Callable[[str], str] = _fine
    keep: Callable[[str], Values] = _as_said
    most: int = 300


@dataclass(frozen=True)
class State:
    """What was answered so far.

    `given`: each answered step's key with its values; none where it was skipped. `gathered`: what was said or picked so
    far for steps that take several and are not done. `before`: answers taken back to be changed, so that they can be kept.
    """

    given: Answers = field(default_factory=dict)
    gathered: Answers = field(default_factory=dict)
    before: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """The form goes on at `step`. `complaint`: why a move changed nothing; `unread`: a text that is no answer to it."""

    step: Step
    state: State
    complaint: str = ""
    unread: str = ""

    @property
    def at(self) -> str:
        """Where the form stands: the key of the step."""
        return self.step.key


@dataclass(frozen=True)
class Finished:
    """Every step that applies is answered. `complaint`: why a move changed nothing."""

    state: State
    complaint: str = ""

    @property
    def at(self) -> str:
        """Where the form stands: at no step."""
        return ""


Outcome = Asking | Finished

PICK_ONE = "Please pick one of these."
NEEDED = "I need an answer to this one."


def answers(steps: Sequence[Step], state: State) -> dict[str, Values]:
    """The answers that count, in the steps' order: those of steps that apply, and that stand with the ones before them."""
    counted: dict[str, Values] = {}
    for step in steps:
        values = state.given.get(step.key)
        if values is not None and step.when(counted) and all(_stands(step, each, counted) for each in values):
            counted[step.key] = values
    return counted


def applying(steps: Sequence[Step], given: Answers) -> tuple[Step, ...]:
    """The steps that apply to what was answered."""
    return tuple(step for step in steps if step.when(given))


def current(steps: Sequence[Step], state: State) -> Outcome:
    """Where the form stands."""
    given = answers(steps, state)
    step = next((each for each in applying(steps, given) if each.key not in given), None)
    return Asking(step, state) if step else Finished(state)


def gathered(steps: Sequence[Step], here: Asking) -> Values:
    """What was said or picked so far for the step that is asked, as far as it stands with the other answers."""
    state, given = here.state, answers(steps, here.state)
    so_far = state.gathered.get(here.at, state.given.get(here.at, ()))
    return tuple(each for each in so_far if _stands(here.step, each, given))


def picked(step: Step, text: str, given: Answers) -> str | None:
    """The value that a text picks: an option's, by its value, label, short words or the label's beginning, or another value.

    None where it picks none.
    """
    wanted = _plain(text)
    options = step.options(given) if wanted else ()
    for option in options:
        if wanted in {*map(_plain, (option.says, option.label, option.typed)), *step.synonyms.get(option.says, ())}:
            return option.says
    if step.others(given, text):
        return text
    begun = [option.says for option in options if re.match(rf"{re.escape(wanted)}\b", _plain(option.label))]
    return begun[0] if len(begun) == 1 and step.kind in {Kind.ONE, Kind.SEVERAL} else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).rstrip(".!")


def _stands(step: Step, value: str, given: Answers) -> bool:
    """Whether a value is still one that can be given. What was written can always be."""
    match step.kind:
        case Kind.LINE | Kind.STORY:
            return True
        case Kind.ONE | Kind.SEVERAL:
            known = value in step.alone or step.others(given, value)
            return known or any(option.says == value for option in step.options(given))
        case _:
            assert_never(step.kind)


def read(step: Step, values: Values, given: Answers) -> Values | str:
    """What is kept of texts or options for a step, or else what is wrong with them."""
    if not values:
        return () if step.optional else NEEDED
    match step.kind:
        case Kind.ONE | Kind.SEVERAL:
            found = [picked(step, each, given) for each in values]
            known = tuple(dict.fromkeys(each for each in found if each is not None))
            if len(known) < len(set(found)) or (step.kind is Kind.ONE and len(known) > 1):
                return PICK_ONE
            return tuple(each for each in known if each not in step.alone) or known[:1]
        case Kind.LINE | Kind.STORY:
            if any(map(is_blank, values)):
                return NEEDED
            values = tuple(picked(step, each, given) or each for each in values)
            length = sum(map(len, values))
            if length > step.most:
                return f"That is too long: I can keep {step.most:,} characters here, and this would make {length:,}."
            complaints = [complaint for each in values if (complaint := step.check(each))]
            return complaints[0] if complaints else tuple(kept for each in values for kept in step.keep(each))
        case _:
            assert_never(step.kind)
