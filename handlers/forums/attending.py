"""What people say to an invitation: that they come, that they cannot, and what they would like on the agenda."""

import re
from dataclasses import dataclass

from handlers.conversation import Block, Choices, Field, FieldKind, Form, Option, Text
from handlers.forums.hall import Schedule
from handlers.forums.records import Answer, Attendance, Suggestion
from handlers.forums.telling import answer_options, day_of, links, when
from handlers.forums.words import Act, about
from handlers.turn import Turn
from knowledge.forums.occurrences import Occurrence, Standing
from knowledge.text import normalised

TEXT = "text"
MOST_OF_AN_ITEM = 300
_ONLY_COORDINATORS = "Only the coordinators see your name."
_SAID = {Answer.COMING: "You are coming", Answer.APOLOGIES: "You send your apologies"}
_BEFORE = {Answer.COMING: "that you are coming", Answer.APOLOGIES: "that you cannot come"}

_COMING = re.compile(
    r"(?:yes )?(?:(?:im|i am|we are|were) (?:coming|attending)|(?:ill|i will|we will|well) be (?:there|coming|attending)"
    r"|(?:i|we) (?:will|can) (?:come|attend|make it)|count (?:me|us) in|coming)(?: (?:to|at|for) (?P<which>.+))?"
)
_APOLOGIES = re.compile(
    r"(?:(?:i|we) (?:cannot|cant|can not|wont|will not) (?:come|attend|make it|be there)|(?:my |our )?apologies"
    r"|(?:i|we) send (?:my|our) apologies|(?:im|i am|we are) not coming)(?: (?:to|at|for) (?P<which>.+))?"
)
_SUGGEST = re.compile(
    r"(?:please )?(?:(?:can|could) (?:i|we) )?suggest (?:an? )?(?:agenda )?item(?: for (?P<which>[^:]*?))?(?::\s*(?P<text>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_SUGGEST_FOR = re.compile(
    r"(?:please )?(?:(?:can|could) (?:i|we) )?suggest (?P<text>.+?) for the agenda(?: (?:of|for|at) (?P<which>.+))?[.?!]?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Wish:
    """What somebody wants to say about a forum; `which`: how they name it, empty where they do not."""

    act: Act
    which: str = ""
    text: str = ""


def wish(text: str) -> Wish | None:
    """What a text says to an invitation; None for any other words."""
    said = normalised(text)
    if found := _COMING.fullmatch(said):
        return Wish(Act.COMING, found["which"] or "")
    if found := _APOLOGIES.fullmatch(said):
        return Wish(Act.APOLOGIES, found["which"] or "")
    if found := _SUGGEST.fullmatch(text.strip()) or _SUGGEST_FOR.fullmatch(text.strip()):
        return Wish(Act.SUGGEST, (found["which"] or "").strip(), (found["text"] or "").strip())
    return None


def attend(act: Act, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> tuple[Block, ...]:
    """Keep whether somebody comes, in place of what they said before."""
    if gone := closed(occurrence, schedule):
        return (Text(gone),)
    answer = Answer.COMING if act is Act.COMING else Answer.APOLOGIES
    message = turn.message
    attendance = Attendance(occurrence.key, message.conversation.person, message.name, answer, turn.now)
    before = turn.records.attending.answer(attendance)
    changed = f" Before, you told me {_BEFORE[before]}." if before and before is not answer else ""
    others = tuple(option for option in answer_options(occurrence) if option.says != about(act, occurrence))
    ways = links(occurrence, schedule.hall, turn.now) if answer is Answer.COMING else ()
    return (
        Text(f"{_SAID[answer]}: {occurrence.series.name}, {when(occurrence, turn.now)}.{changed}"),
        Text(_ONLY_COORDINATORS, quiet=True),
        *ways,
        Choices(others, numbered=False),
    )


def suggest(text: str, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> tuple[Block, ...]:
    """Keep an agenda item that somebody suggests; without its text, ask for it."""
    if gone := closed(occurrence, schedule):
        return (Text(gone),)
    filled = dict(turn.message.filled)
    text = " ".join((*filled.get(TEXT, ()), text)).strip()
    error = wrong_item(text) if text or filled else ""
    if error or not text:
        return (_form(occurrence, text, error),)
    message = turn.message
    suggestion = Suggestion(occurrence.key, message.conversation.person, message.name, text, turn.now)
    is_new = turn.records.attending.suggest(suggestion)
    thanks = (
        "Thank you. The coordinators will see" if is_new else "You have suggested that already. The coordinators see"
    )
    told = f"{thanks} it before the {occurrence.series.name} on {day_of(occurrence)}: {text}"
    return (Text(told), Text(_ONLY_COORDINATORS, quiet=True))


def wrong_item(text: str) -> str:
    """What is wrong with an agenda item; empty where nothing is."""
    if not text:
        return "Please write something here."
    return f"That is too long. I can take {MOST_OF_AN_ITEM} characters." if len(text) > MOST_OF_AN_ITEM else ""


def closed(occurrence: Occurrence, schedule: Schedule) -> str:
    """Why nothing can be said to an invitation any more; empty where it can."""
    told = f"The {occurrence.series.name} on {day_of(occurrence)}"
    if occurrence.standing is not Standing.ON:
        return f"{told} is not held."
    return f"{told} is over." if occurrence.ends.timestamp() <= schedule.now.timestamp() else ""


def _form(occurrence: Occurrence, text: str, error: str) -> Form:
    says = about(Act.SUGGEST, occurrence)
    item = Field(
        TEXT,
        "What would you like to talk about?",
        FieldKind.PARAGRAPH,
        values=(text,) if text else (),
        help="The coordinators decide what goes on the agenda.",
        error=error,
    )
    return Form(
        f"An item for {occurrence.series.name}, {day_of(occurrence)}",
        (item,),
        Option("Suggest it", says),
        Option("Suggest an agenda item", says),
        f"In words, say: {says}: and then your item.",
    )
