"""What somebody means who is asked one of the questions: an answer, a way out, or something else in between."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handlers.concerns import asking
from handlers.concerns.asides import (
    LONGEST_QUESTION,
    asks_for_help,
    in_short,
    is_a_question,
    is_a_verdict,
    is_for_the_assistant,
    is_only_kind,
    is_told,
)
from handlers.concerns.steps import COMMITMENTS, COMPACT, NOT_SURE, PARTY, STORY, WHEN
from handlers.concerns.telling import Telling
from handlers.concerns.words import Said, Verb, agrees, declines, said, to_change, verb
from handlers.concerns.worries import eased
from handlers.questions import Questions
from handlers.saying import Saying, numbered, plainly
from handlers.smalltalk import Remark, remark
from handlers.turn import Turn
from handlers.wizard import Asking, Kind, Step, picked
from knowledge.finding import SURE_FROM, Answered, Choose, Defined, Finder, Found, NotCovered, Scope, Silent, Unknown
from knowledge.text import normalised, words

_NUMBERS = re.compile(
    r"(?:no\.?|numbers?|options?|#)?\s*\d{1,2}(?:\s*(?:,|and|&|\+|\s)\s*\d{1,2})*[.)!]?", re.IGNORECASE
)
_NOT_SURE = frozenset(
    {
        "none of these",
        "none of them",
        "none",
        "i dont know",
        "i do not know",
        "dont know",
        "no idea",
        "unsure",
        "im not sure",
    }
)
_WE_ARE = frozenset("we are were i am im it is its".split())
_SURE = 0.8
_ONE_AT_A_TIME = "Please pick one at a time."
_ALIASES = {
    "date": WHEN,
    "day": WHEN,
    "dates": WHEN,
    "story": STORY,
    "commitment": COMMITMENTS,
    "side": PARTY,
    "email": "reach",
    "phone": "reach",
    "name": "named",
}


@dataclass(frozen=True)
class Do:
    """Things to be done with the draft, one after the other."""

    things: tuple[Said, ...]


@dataclass(frozen=True)
class Aside:
    """Something in between, answered. `kept`: a text that may have been meant as the answer all the same."""

    saying: Saying | None
    kept: str = ""


@dataclass(frozen=True)
class Search:
    """A commitment is looked for."""

    text: str


@dataclass(frozen=True)
class Unread:
    """No answer, and nothing else that is understood. `because`: what is wrong with it."""

    because: str


Heard = Do | Aside | Search | Unread


class Hearing:
    """Reads what is said to a question."""

    def __init__(self, finder: Finder, questions: Questions, directed: Callable[[Turn], Saying | None]) -> None:
        """`directed`: answers what is plainly for the assistant as such: its commands and remarks; None for all else."""
        self._finder = finder
        self._questions = questions
        self._directed = directed

    def hear(self, turn: Turn, telling: Telling, here: Asking) -> Heard:
        """What the message of `turn` means."""
        text, draft = turn.told, telling.draft.id
        if _NUMBERS.fullmatch(text) and (offered := _offered(turn, telling, here)):
            return self._numbered(turn, telling, here, [int(number) for number in re.findall(r"\d+", text)], offered)
        if turn.yes and (agrees(text) or declines(text)):
            return self._settled(turn, telling)
        if todo := _way_out(text, telling, here):
            return Do((todo,))
        if answer := eased(turn.text):
            return Aside(plainly(answer, turn.context), text if here.step.kind in {Kind.LINE, Kind.STORY} else "")
        if here.step.kind in {Kind.LINE, Kind.STORY}:
            return self._written(turn, telling, here)
        value = self._picked(text, telling, here.step)
        if value is not None:
            return Do((Said(Verb.ANSWER, draft, here.at, value),))
        return self._no_pick(turn, telling, here)

    def way_on(self, turn: Turn, telling: Telling) -> Said | None:
        """What somebody wants who was shown the review; None for anything that is not about it."""
        just = said(turn.yes)
        if just and agrees(turn.text):
            return just
        if just and declines(turn.text):
            return _declined(just)
        found = verb(turn.text)
        if found:
            return Said(found, telling.draft.id)
        if step := _named(to_change(turn.text) or "", telling):
            return Said(Verb.CHANGE, telling.draft.id, step)
        return Said(Verb.ANSWER, telling.draft.id, STORY, turn.told) if is_told(turn.text) else None

    def known(self, turn: Turn, telling: Telling) -> Saying | None:
        """What is plainly the answer to something said by somebody who has saved a concern; None where there is none."""
        return self._directed(turn) or self._surely(turn, telling)

    def _settled(self, turn: Turn, telling: Telling) -> Heard:
        """A yes or a no to what was asked just now, which is not the question that the concern is at."""
        just = said(turn.yes)
        if just is None or just.draft != telling.draft.id:
            return Aside(self._directed(turn))
        return Do((just if agrees(turn.text) else _declined(just),))

    def _numbered(
        self, turn: Turn, telling: Telling, here: Asking, numbers: Sequence[int], offered: Sequence[str]
    ) -> Heard:
        if not all(1 <= number <= len(offered) for number in numbers):
            return Unread(f"Please pick a number from 1 to {len(offered)}.")
        if len(set(numbers)) > 1 and here.step.kind is not Kind.SEVERAL:
            return Unread(_ONE_AT_A_TIME)
        things = [said(offered[number - 1]) for number in dict.fromkeys(numbers)]
        own = tuple(thing for thing in things if thing and thing.draft == telling.draft.id)
        if len(own) == len(things):
            return Do(own)
        if len(numbers) > 1:
            return Unread(_ONE_AT_A_TIME)
        return Aside(self._directed(turn.saying(offered[numbers[0] - 1])))

    def _written(self, turn: Turn, telling: Telling, here: Asking) -> Heard:
        """A text, where a text is asked for: it is the answer, unless it is plainly something else."""
        text = turn.told
        if asks_for_help(text):
            return Aside(None, text)
        if is_only_kind(text) and picked(here.step, text, telling.given) is None:
            return Aside(None, text)
        asks = is_a_question(text)
        if (asks or is_for_the_assistant(text)) and (saying := self._directed(turn)):
            return Aside(saying, text)
        if asks and (saying := self._surely(turn, telling)):
            return Aside(saying, text)
        return Do((Said(Verb.ANSWER, telling.draft.id, here.at, text),))

    def _no_pick(self, turn: Turn, telling: Telling, here: Asking) -> Heard:
        """A text, where something is to be picked: a search, a question, or a piece of what happened."""
        text = turn.text
        if asks_for_help(text) or is_only_kind(text):
            return Aside(None)
        asks = is_a_question(text)
        if is_told(text) and here.at != COMMITMENTS:
            return Do((Said(Verb.ANSWER, telling.draft.id, STORY, turn.told),))
        if not is_a_verdict(text) and (saying := self._directed(turn)):
            return Aside(saying)
        if here.at == COMMITMENTS and words(text) and not asks:
            return Search(text)
        saying, found = self._answered(text[:LONGEST_QUESTION], turn, telling)
        match found.finding:
            case Answered() | NotCovered() | Silent() if asks or found.match.confidence >= SURE_FROM:
                return Aside(in_short(saying))
            case Defined():
                return Aside(in_short(saying))
            case Choose() if asks:
                return Aside(saying)
            case Unknown() if asks:
                return Unread("I have not found anything about that in the Compacts I know.")
            case _:
                return Unread("")

    def _picked(self, text: str, telling: Telling, step: Step) -> str | None:
        """The value that a text picks: as the options have it, or by the Compact or side that it names."""
        value = picked(step, text, telling.given)
        if step.key == COMMITMENTS and normalised(text) in _NOT_SURE:
            return NOT_SURE
        if value is None and (plain := {Remark.YES: "yes", Remark.NO: "no"}.get(remark(text) or Remark.HELP)):
            value = picked(step, plain, telling.given)
        if value is not None or step.key not in {COMPACT, PARTY} or len(text) > LONGEST_QUESTION:
            return value
        matcher = self._finder.matcher
        said_words = [matcher.spelling.correct(word) for word in words(text) if word not in _WE_ARE]
        if not matcher.names.only_names(said_words):
            return None
        named = matcher.names.read(said_words)
        if step.key == PARTY:
            return named.party.value if named.party else None
        return named.compacts[0] if len(named.compacts) == 1 else None

    def _surely(self, turn: Turn, telling: Telling) -> Saying | None:
        """The answer to a question that is plainly one about the Compacts."""
        saying, found = self._answered(turn.told, turn, telling)
        match found.finding:
            case Answered() | NotCovered() | Silent():
                return in_short(saying) if found.match.confidence >= _SURE else None
            case Defined():
                return in_short(saying)
            case Choose() | Unknown():
                return None

    def _answered(self, question: str, turn: Turn, telling: Telling) -> tuple[Saying, Found]:
        """The answer to a question, by the Compact that the concern is about."""
        compact = telling.given.get(COMPACT, (None,))[0]
        answer, found = self._questions.answer(question, today=turn.today, within=Scope(compact))
        return replace(answer, context=replace(answer.context, asked="")), found


def _offered(turn: Turn, telling: Telling, here: Asking) -> tuple[str, ...]:
    """What picking a number says: what was shown last, if that was this question, else what this question shows."""
    last = turn.context.options
    things = [said(each) for each in last]
    if any(thing and (thing.draft, thing.step) == (telling.draft.id, here.at) for thing in things):
        return last
    own = numbered(asking.again(telling, here))
    return own or last


def _declined(asked: Said) -> Said:
    """What saying no leads to: nothing is done, and the concern goes on where it is; one offered to go on with is saved."""
    return Said(Verb.SAVE if asked.verb is Verb.GO_ON else Verb.GO_ON, asked.draft)


def _way_out(text: str, telling: Telling, here: Asking) -> Said | None:
    """What a person's own words ask for, where they are no answer to the question."""
    found, draft = verb(text), telling.draft.id
    line = here.step.kind is Kind.LINE
    if found is None:
        step = _named(to_change(text) or "", telling)
        return Said(Verb.CHANGE, draft, step) if step else None
    if found is Verb.DONE and line:
        return None
    if found is Verb.KEEP and here.at not in telling.draft.state.before:
        return None
    if found is Verb.CLEAR and here.step.kind is not Kind.STORY:
        return None
    return Said(found, draft, here.at)


def _named(what: str, telling: Telling) -> str | None:
    """The answered step that words name: by its key, its name, or another word for it."""
    names = {step.key: {step.key, normalised(step.name)} for step in telling.steps if step.key in telling.given}
    return next((key for key, known in names.items() if what in known or _ALIASES.get(what) == key), None)
