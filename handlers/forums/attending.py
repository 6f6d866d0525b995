"""What people say to an invitation: that they come, that they cannot, and what they would like on the agenda."""

import re
from dataclasses import dataclass
from functools import cache

from handlers.conversation import Block, Field, FieldKind, Form, Option, Text
from handlers.forums.hall import Schedule
from handlers.forums.records import Answer, Attendance, Suggestion
from handlers.forums.telling import answer_options, buttons, day_of, is_over, links, when
from handlers.forums.words import Act, about
from handlers.turn import Turn
from knowledge.forums.occurrences import Occurrence, Standing
from knowledge.text import normalised

TEXT = "text"
MOST_OF_AN_ITEM = 300
_ONLY_COORDINATORS = "Only the coordinators see your name."
_SAID = {Answer.COMING: "You are coming", Answer.APOLOGIES: "You send your apologies"}
_BEFORE = {Answer.COMING: "that you are coming", Answer.APOLOGIES: "that you cannot come"}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to say about a forum; `which`: how they name it, empty where they do not.

    `plain`: whether it is plain without a name that a forum is meant, though not which.
    """

    act: Act
    which: str = ""
    text: str = ""
    plain: bool = False


# No two of these begin with the same word, or it would take for ever to tell how they make up a text.
_BEFORE_IT = (
    r"(?:(?:(?:hi|hello)(?: all)?|yes|no|oh|ok|okay|so|very|sorry(?: to say)?|(?:my )?apologies|unfortunately|sadly|but|and"
    r"|that|(?:im|i am|we are|were) (?:so |very )?(?:sorry|afraid)|thanks(?: for asking)?|thank you) )*"
)
_AM = r"(?:im|i am|we are|were|both of us are|we both are)"
_WILL = r"(?:ill|i will|i shall|we will|well|we shall)"
_GO = r"(?:come|attend|join(?: you| in)?|make(?: it)?|be (?:there|coming|attending|joining)|get there|take part)"
_GOING = r"(?:coming|attending|joining|taking part)"
_ALONG = r"(?: (?:along|too|as well|online|in person))?"
_PLACE = r"(?:place|booking|attendance|seat|spot|registration|rsvp)"
_CANNOT = r"(?:cannot|cant|can not|can no longer|(?:wont|will not)(?: be able to)?|will be unable to|am unable to)"
_UNABLE = rf"{_AM} (?:not able to|unable to|no longer able to|not going to(?: be able to)?)"
_WHICH = (
    r"(?: (?:(?:to|at|for|on|of|from|in) )?(?P<which>.+?))??"
    r"(?: (?:now|after all|this time|any ?more|sorry|im afraid|i am afraid|unfortunately|thanks|thank you|please))*"
    r"(?: (?:because|due to|owing to|as (?:i|we|my|our)|since (?:i|we)) .+)?"
)
# Said alone, these are about coming to something; other words, such as "apologies", may be about anything.
_PLAINLY_COMING = (
    rf"{_AM} (?:definitely |still )?{_GOING}{_ALONG}"
    rf"|(?:{_WILL}|i can|we can) (?:come|attend|be (?:there|coming|attending))"
)
_PLAINLY_APOLOGIES = (
    rf"(?:(?:i|we) {_CANNOT}|{_UNABLE}) (?:come|attend|be (?:there|coming|attending)){_ALONG}"
    rf"|{_AM} (?:not|no longer) {_GOING}{_ALONG}|(?:please )?cancel (?:my|our) {_PLACE}"
)
_COMING = (
    rf"{_AM} (?:definitely |still )?(?:{_GOING}|going){_ALONG}|(?:{_WILL}|i can|we can)(?: now)? {_GO}{_ALONG}"
    rf"|(?:(?:id|i would|wed|we would) like|(?:i|we) want) to {_GO}{_ALONG}|(?:please )?count (?:me|us) in|coming|attending"
    rf"|(?:please )?(?:put (?:me|us) down|sign (?:me|us) up|book (?:me|us)(?: in| on)?(?: a place)?|register (?:me|us))"
    rf"|(?:(?:id|i would|wed|we would) like to |please |(?:can|could) you )?book (?:a|my|our) {_PLACE}"
)
_APOLOGIES = (
    rf"(?:(?:(?:i|we) )?{_CANNOT}|{_UNABLE}) {_GO}{_ALONG}|(?:{_AM} )?(?:not|no longer) (?:{_GOING}|going){_ALONG}"
    r"|(?:please )?(?:(?:i|we) )?(?:(?:would|id|wed) like to |want to |must |have to |need to )?"
    r"(?:(?:send|give|offer|note|take|accept|pass on|sending|giving) )?(?:(?:my|our) )?apologies(?: from (?:me|us))?"
    rf"|(?:(?:i|we) (?:have to|need to|must|want to) )?(?:please )?(?:(?:can|could) (?:you|i|we) )?cancel (?:my|our) {_PLACE}"
    rf"|(?:(?:{_WILL}|i|we) )?(?:(?:have to|must) )?(?:pull|drop) out"
    rf"|{_WILL} miss|(?:{_WILL} |i |we )(?:have to|must) miss|(?:please )?count (?:me|us) out"
    r"|(?:please )?take (?:me|us) off the list"
)
_WISHES = (
    (Act.COMING, _PLAINLY_COMING, True),
    (Act.COMING, _COMING, False),
    (Act.APOLOGIES, _PLAINLY_APOLOGIES, True),
    (Act.APOLOGIES, _APOLOGIES, False),
)
_ASKED = (
    r"(?:please )?(?:(?:can|could|may) (?:i|we) |(?:i|we) (?:want|would like) to |(?:i|we)['’]d like to "
    r"|how (?:do|can) (?:i|we) )?"
)
_SUGGEST = re.compile(
    rf"{_ASKED}(?:suggest|propose) (?:an? |another )?(?:(?P<plain>agenda )item|item(?P<agenda> for the agenda)?)"
    r"(?: (?:for|of|to|at) (?P<which>[^:]*?))?[.?!]*(?::\s*(?P<text>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_SUGGEST_FOR = re.compile(
    rf"{_ASKED}(?:suggest|propose) (?P<text>.+?) for the agenda(?: (?:of|for|at) (?P<which>.+))?[.?!]?",
    re.IGNORECASE | re.DOTALL,
)


def wish(text: str) -> Wish | None:
    """What a text says to an invitation; None for any other words."""
    said = normalised(text)
    for act, way, plain in _WISHES:
        if found := _shape(f"{_BEFORE_IT}(?:{way}){_WHICH}").fullmatch(said):
            return Wish(act, found["which"] or "", plain=plain)
    if found := _SUGGEST.fullmatch(text.strip()):
        plain = bool(found["plain"] or found["agenda"])
        return Wish(Act.SUGGEST, (found["which"] or "").strip(), (found["text"] or "").strip(), plain)
    if found := _SUGGEST_FOR.fullmatch(text.strip()):
        return Wish(Act.SUGGEST, (found["which"] or "").strip(" .?!"), found["text"].strip())
    return None


@cache
def _shape(way: str) -> re.Pattern[str]:
    return re.compile(way)


def attend(act: Act, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> tuple[Block, ...]:
    """Keep whether somebody comes, in place of what they said before."""
    if gone := closed(occurrence, schedule):
        return (Text(gone),)
    answer = Answer.COMING if act is Act.COMING else Answer.APOLOGIES
    message = turn.message
    attendance = Attendance(occurrence.key, message.conversation.person, message.name, answer, turn.now)
    before = turn.records.attending.answer(attendance)
    changed = f" Before, you told me {_BEFORE[before]}." if before and before is not answer else ""
    others = tuple(option for option in answer_options(occurrence, turn.now) if option.says != about(act, occurrence))
    ways = links(occurrence, schedule.hall, turn.now) if answer is Answer.COMING else ()
    return (
        Text(f"{_SAID[answer]}: {occurrence.series.name}, {when(occurrence, turn.now)}.{changed}"),
        Text(_ONLY_COORDINATORS, quiet=True),
        *ways,
        *buttons(others),
    )


def suggest(text: str, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> tuple[Block, ...]:
    """Keep an agenda item that somebody suggests; without its text, ask for it."""
    if gone := closed(occurrence, schedule):
        return (Text(gone),)
    filled = dict(turn.message.filled)
    text = " ".join((*filled.get(TEXT, ()), text)).strip()
    error = wrong_item(text) if text or filled else ""
    if error and not filled:
        # A face without forms shows no field, and so none of what is wrong with it.
        return Text(error), _form(occurrence, text, "")
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
    return f"{told} is over." if is_over(occurrence, schedule.now) else ""


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
