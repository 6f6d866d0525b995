"""Questions about forums as people ask them: whether one is meant, and what is asked about it.

What the Compacts say about forums (how often, what for, who must) is not asked here: that is the knowledge base's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from handlers.forums.naming import MONTHS
from knowledge.text import normalised

_MOST_WORDS = 25


class Aspect(StrEnum):
    """What is asked about a forum."""

    ALL = "all"
    WHEN = "when"
    WHERE = "where"
    LINK = "link"
    CHAIR = "chair"
    AGENDA = "agenda"
    CALENDAR = "calendar"
    STANDS = "stands"


@dataclass(frozen=True)
class Question:
    """A question about forums. `after`: about the forum after the one last spoken of; `last`: about the last one held."""

    aspect: Aspect
    after: bool = False
    last: bool = False


Ways = Sequence[tuple[Aspect, str]]

_MEETING = r"(?:forums?|meetings?)"
_ONLINE = r"(?:zoom|teams|joining|join|meeting|online|video|webex|google meet|dial in)"
_THE = r"(?:the |our |your |a |any |next |this |coming |upcoming )*(?:\w+ ){0,4}"
_SEND = (
    r"(?:is there|do you have|have (?:you|we) got|(?:can|could) (?:i|you) (?:have|get|send me)|what is|whats|where is"
    r"|send me|i need)"
)
_ADD = r"(?:can (?:i|you) |how do i )?(?:add|put|save)"
_DIARY = r"(?:calendar|diary|outlook|phone)"
_NEXT = r"(?:the |our )?(?:next|upcoming|coming|future) (?:\w+ ){0,4}"
_HELD = r"(?: (?:being held|held|on|happening|taking place))?"
_THEN = r"(?: (?:(?:in|on|this|next) .+|today|tomorrow))"
_SOON = r"(?: (?:coming up|coming|planned|soon))"
_CHANGED = r"(?:cancelled|canceled|moved|postponed|changed|called off)"

_TELLING: Ways = (
    (Aspect.CALENDAR, r"\b(?:calendar|diary|ics|outlook)\b"),
    (
        Aspect.LINK,
        rf"\b(?:link|on (?:zoom|teams)|online|in person|{_ONLINE} (?:call|details)|(?:do|can|could) (?:i|we) join)\b",
    ),
    (Aspect.AGENDA, r"\b(?:agenda|discussed|talked? about|covered|items)\b"),
    (
        Aspect.CHAIR,
        r"\b(?:chair(?:s|ed|ing)?|conven(?:es|ing|or)|runs|running|organis(?:es|ing)|host(?:s|ing)|in charge)\b",
    ),
    (Aspect.STANDS, rf"\b(?:{_CHANGED}|going ahead|still on|happening)\b"),
    (Aspect.WHERE, r"\b(?:where|wheres|venue|place|location|building|room|held at)\b"),
    (Aspect.WHEN, r"\b(?:when|whens|dates?|day|time|starts?|finish|ends?|how long)\b"),
)
"""Words that tell what is asked, the most telling first."""

_WHOLE: Ways = (
    (
        Aspect.ALL,
        rf"(?:(?:list|show|show me|what are|any) )?(?:the |our )?(?:next|upcoming|coming|future) (?:\w+ ){{0,4}}{_MEETING}",
    ),
    (Aspect.ALL, r"(?:list|show|show me) (?:all )?(?:the )?forums|(?:what|which) forums are there(?: coming up)?"),
    (Aspect.ALL, rf"(?:is|are) there (?:an?|any) (?:\w+ ){{0,3}}forums?{_SOON}"),
    (Aspect.WHEN, rf"(?:whens|when (?:is|are|was|were)) {_THE}forums?{_HELD}{_THEN}?"),
    (Aspect.WHEN, rf"(?:what|which) (?:date|day|time|day and time) (?:is|are) {_THE}forums?{_HELD}"),
    (Aspect.WHEN, rf"(?:dates?|times?) (?:of|for) {_THE}forums?|forum dates?"),
    (Aspect.WHEN, rf"what time does {_THE}forum (?:start|begin|end|finish)"),
    (Aspect.WHEN, rf"(?:is|are) there (?:an?|any|another|the) (?:\w+ ){{0,3}}forums?{_SOON}?{_THEN}"),
    (Aspect.WHEN, rf"how long (?:is|does) {_THE}forum(?: last| take)?"),
    (Aspect.WHERE, rf"(?:wheres|where (?:is|are|was|were)) {_THE}forums?{_HELD}"),
    (Aspect.WHERE, rf"(?:venue|place|location|address) (?:of|for) {_THE}forum"),
    (Aspect.LINK, rf"(?:{_SEND} )?(?:the |a |any )?{_ONLINE} (?:link|details)(?: (?:for|to|of) .+)?"),
    (Aspect.LINK, rf"(?:how|where) (?:do|can) (?:i|we) join(?: (?:it|{_THE}{_MEETING}))?(?: online)?"),
    (Aspect.LINK, rf"(?:is|are) {_THE}forums? (?:on zoom|on teams|online|in person|face to face)"),
    (
        Aspect.CHAIR,
        rf"(?:whos|who is|who will be) (?:chairing|convening|running|hosting|organising)(?: (?:it|{_THE}{_MEETING}))?",
    ),
    (Aspect.CHAIR, rf"(?:whos the|who is the) (?:chair|host|organiser)(?: (?:of|for|at) {_THE}forum)"),
    # Who has to call all of them is what the Compacts say.
    (Aspect.CHAIR, rf"who (?:organises|organizes|runs|hosts|arranges) {_THE}forum"),
    (Aspect.AGENDA, rf"(?:what is|whats|what was|is there anything) on the agenda(?: (?:of|for|at) {_THE}{_MEETING})?"),
    (Aspect.AGENDA, rf"(?:can i see|show me|send me|what is|whats) the agenda(?: (?:of|for|at) {_THE}{_MEETING})?"),
    (
        Aspect.CALENDAR,
        rf"{_ADD} (?:it|this|that|them|these|{_THE}{_MEETING}) (?:to|in|into|on) (?:my|our|the) {_DIARY}",
    ),
    (Aspect.STANDS, rf"(?:is|has|was) {_THE}forum (?:been )?(?:still )?(?:{_CHANGED}|going ahead|on|happening)"),
)
"""Questions that need no more than themselves."""

_ABOUT_IT: Ways = (
    (Aspect.WHEN, r"when|when (?:is|are) (?:it|that|they|this)|what (?:time|day|date)(?: is (?:it|that))?"),
    (Aspect.WHEN, r"(?:when|what time) does it (?:start|begin|end|finish)|how long (?:is it|does it (?:last|take))"),
    (Aspect.WHERE, r"where|where (?:is|are) (?:it|that|they)(?: (?:held|being held|on))?|what is the (?:venue|place)"),
    (Aspect.LINK, r"(?:is it|are they) (?:online|on zoom|on teams|in person)"),
    (Aspect.LINK, rf"(?:{_SEND} )?(?:the |a |any )?link(?: (?:for|to) (?:it|that|this|them))?"),
    (
        Aspect.CHAIR,
        r"who (?:runs|chairs|convenes|hosts|organises|organizes) (?:it|that|them)|who is in charge(?: of it)?",
    ),
    (
        Aspect.CHAIR,
        r"(?:who is|whos) (?:the |in the )?(?:chair|host|convenor|organiser)(?: (?:of|for) (?:it|that|them))?",
    ),
    (Aspect.AGENDA, r"(?:the )?agenda|what is it about|what will be discussed|what are the items"),
    (Aspect.CALENDAR, r"calendar|(?:add|save) it|put it in"),
    (Aspect.STANDS, rf"is it (?:still on|cancelled|going ahead)|has it (?:been )?{_CHANGED}"),
)
"""Questions that follow an answer about forums."""

_AFTER = (
    rf"(?:(?:when is|what about|and) )?the (?:one|{_MEETING}|next one) after(?: (?:that|it|this))?"
    rf"|(?:and )?the following (?:one|{_MEETING})|and (?:then|after that)"
)
_LAST = rf"\b(?:last|previous|latest) (?:\w+ ){{0,3}}{_MEETING}\b"
_OF_THE_COMPACT = (
    r"\b(?:how (?:often|many)|purpose|what (?:is|are) .* for|why|must|should|ought|has to|have to|need to|required|supposed"
    r"|obliged|meant to|(?:every|each) (?:quarter|year|month)|commit(?:s|ted)?|promis\w+|compacts? sa(?:y|ys|id)"
    r"|existing|minutes|notes|policy|allowed|entitled)\b"
)
_COMING = (
    rf"\b(?:next|this|coming|upcoming|following|todays?|tomorrows?|{'|'.join(MONTHS)}|\d{{1,2}}(?:st|nd|rd|th)?)\b"
)
_POLITELY = (
    r"^(?:(?:hello|hi|hey|please|and|so|ok|okay|but|sorry|(?:can|could) you (?:tell|remind) me|do you know|tell me) )+"
)
_PLEASE = r"(?: (?:please|thanks|thank you|again|then|exactly|though))+$"


def question(text: str, *, follows: bool, named: bool) -> Question | None:
    """What a text asks about forums; None where it asks nothing, or what the Compacts say.

    `follows`: whether forums were spoken of just now; `named`: whether the text names a series that there is.
    """
    said = _shape(_PLEASE).sub("", _shape(_POLITELY).sub("", normalised(text)))
    if not said or said.count(" ") >= _MOST_WORDS:
        return None
    if follows and _shape(_AFTER).fullmatch(said):
        return Question(Aspect.WHEN, after=True)
    if follows and (aspect := _whole(said, _ABOUT_IT)):
        return Question(aspect)
    if _shape(_OF_THE_COMPACT).search(said):
        return None
    if aspect := _whole(said, _WHOLE):
        return Question(aspect, last=bool(_shape(_LAST).search(said)))
    of_one = (named or _shape(rf"\b{_MEETING}\b").search(said)) and _shape(_COMING).search(said)
    where_or_when = named and re.match(r"(?:whens|wheres|(?:when|where) (?:is|are))\b", said)
    aspect = aspect_of(said) if of_one or where_or_when else None
    return Question(aspect) if aspect else None


def aspect_of(text: str) -> Aspect | None:
    """What a text asks about, by the words in it; None where they tell nothing of the kind."""
    said = normalised(text)
    return next((aspect for aspect, way in _TELLING if _shape(way).search(said)), None)


def _whole(said: str, ways: Ways) -> Aspect | None:
    """What is asked by words that are wholly of one of these ways."""
    return next((aspect for aspect, way in ways if _shape(way).fullmatch(said)), None)


@cache
def _shape(way: str) -> re.Pattern[str]:
    # When first needed: to compile them all takes longer than to answer one question.
    return re.compile(way)
