"""What people worry about while they tell a concern, each with an answer that is true wherever this runs."""

import re

from knowledge.text import normalised, words

_MOST_WORDS = 16

_SEES = (
    "Nobody sees it before you file it. Then the Compact leads get all of it, in their own channel, with your name as it "
    "stands here. Whoever runs me can open what is kept too, and should do so only where they must."
)
_NAMED = (
    "The Compact leads will see your name here, and all that you tell me. Whether they may tell the other side who raised "
    "it is for you to say: I ask you that near the end, and you can say no. What you write may show who you are, too."
)
_LONG = (
    "I ask about ten short questions, and you can save it for later at any time. When you have filed it, I tell you what "
    "happens next, and by when you should hear from the Compact leads where there is a time for that. How long it takes "
    "to settle I cannot say."
)
_NEXT = (
    "When I have asked everything, I show you all of it to check. When you say file it, it goes to the Compact leads. I tell "
    "you here when they have it, when they ask you something, and how it ends. Until you file it, you can stop at any time."
)
_NO_ORGANISATION = (
    "A Compact is between organisations, so the leads may not be able to take up what one person raises alone. You can raise "
    "it all the same: name a group that you belong to or help, or say just me."
)

_THIS = r"(?:this|it|that|all this|everything|what i (?:say|write|tell you|told you|have told you)|my (?:concern|story|answers?))"
_ASKING = r"(?:will|would|can|could|do|does|are|might)"
_TO_LEARN = r"(?:\w+ ){1,6}(?:find out|know|be told|told|learn|hear|see|get|guess)"
_ME = r"(?:its? (?:(?:was|is) )?(?:me|us)|who (?:i am|we are|raised it|it was|complained)|(?:my|our) name)"
_ORGANISATION = r"(?:an? )?(?:organi[sz]ation|charity|group)"
_NEXT_TO = r"(?:next|then|now|afterwards)"

_WORRIES: dict[str, tuple[str, ...]] = {
    _SEES: (
        rf"(?:but |and )?who(?: else)?(?: will| can| could| all| would)? (?:sees?|reads?|gets?|gets to see)(?: {_THIS})?",
        rf"(?:is|will|are|does) {_THIS} (?:be |stay |kept |be kept |remain )?(?:confidential|private|secret)",
        rf"(?:will|can|does) (?:any|some|every)(?:one|body)(?: else)? (?:see|read|know about) {_THIS}",
        rf"where does {_THIS} go",
    ),
    _NAMED: (
        rf"{_ASKING} (?:i|we) (?:stay|be|remain|keep|do {_THIS}|raise (?:this|it|a concern)) anonymous(?:ly)?",
        r"(?:is|will) (?:this|it) (?:be |stay )?anonymous",
        rf"{_ASKING} {_TO_LEARN} (?:that |about )?{_ME}",
        r"(?:will|is) (?:my|our) name (?:be )?(?:\w+ ?){1,4}",
        r"(?:do|must) (?:i|we) (?:have to |need to )?(?:give|say|tell you) (?:my|our) name",
        r"can (?:i|we|you) (?:keep|leave) (?:my|our) name out(?: of (?:it|this))?",
    ),
    _LONG: (
        rf"how long (?:will|does|would|is) (?:{_THIS}|the process)(?: all)? ?(?:take|going to take|last|be)?",
        r"how many (?:more )?questions(?: (?:are there|are left|will you ask|more))?",
    ),
    _NEXT: (
        rf"(?:and |so |but )?what (?:happens|will happen|comes|is)(?: {_NEXT_TO})+",
        rf"(?:and |so )?what (?:happens|will happen) (?:to|with) {_THIS}(?: {_NEXT_TO})?",
        rf"(?:and |so )?what (?:happens|will happen) (?:when|after|once|if) i (?:file|send|submit) it(?: {_NEXT_TO})?",
        r"then what|what next",
    ),
    _NO_ORGANISATION: (
        rf"(?:but |and )?(?:what if )?(?:i|we) (?:dont have|do not have|have no) {_ORGANISATION}",
        rf"(?:what if )?(?:im|i am) not (?:in|with|from|part of) {_ORGANISATION}",
        rf"(?:do|must) (?:i|we) (?:have to |need to )?(?:have|need|be in|be with) {_ORGANISATION}",
        r"(?:can|may) i (?:raise|do) (?:this|it|a concern) (?:on my own|as an individual|as a person|just as me)",
    ),
}
_READ = tuple((re.compile("|".join(asked)), answer) for answer, asked in _WORRIES.items())


def eased(text: str) -> str:
    """The answer to a worry about raising a concern; empty where a text asks nothing of the kind."""
    if len(words(text)) > _MOST_WORDS:
        return ""
    asked = normalised(text)
    return next((answer for pattern, answer in _READ if pattern.fullmatch(asked)), "")
