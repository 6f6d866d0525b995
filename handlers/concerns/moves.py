"""What is done with a concern, as moves in its form; and what a search for its commitments keeps to."""

from handlers.advancing import Answer, Change, Go, LeaveOut, Move
from handlers.concerns.steps import COMPACT, PARTY
from handlers.concerns.words import Said, Verb
from handlers.wizard import Answers
from knowledge.content import Party
from knowledge.finding import Scope

_GOES: dict[Verb, Move] = {
    Verb.DONE: Go.DONE,
    Verb.SKIP: Go.SKIP,
    Verb.CLEAR: Go.CLEAR,
    Verb.KEEP: Go.KEEP,
    Verb.BACK: Go.BACK,
}


def move_meant(thing: Said) -> Move | None:
    """The move in the form that somebody makes; None for what is done with the draft as a whole."""
    match thing.verb:
        case Verb.ANSWER:
            return Answer(thing.text)
        case Verb.LEAVE_OUT:
            return LeaveOut(thing.text)
        case Verb.CHANGE:
            return Change(thing.step)
        case _:
            return _GOES.get(thing.verb)


def scope(given: Answers) -> Scope:
    """The Compact that a concern is about, and the other side."""
    other = {Party.VCSE.value: Party.PUBLIC, Party.PUBLIC.value: Party.VCSE}
    return Scope(given.get(COMPACT, (None,))[0], other.get(given.get(PARTY, ("",))[0]))
