"""What people say that is no question: greetings, thanks, verdicts, and the words that steer a conversation."""

from enum import StrEnum
from functools import cache

from knowledge.text import normalised


class Remark(StrEnum):
    """What a short message amounts to."""

    HELLO = "hello"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HELP = "help"
    TOPICS = "topics"
    SECTIONS = "sections"
    MORE = "more"
    WHY = "why"
    HELPED = "helped"
    DID_NOT_HELP = "did not help"
    YES = "yes"
    NO = "no"


_SAID_AS: dict[Remark, tuple[str, ...]] = {
    Remark.HELLO: (
        "hello",
        "hi",
        "hey",
        "hiya",
        "hello there",
        "hi there",
        "good morning",
        "good afternoon",
        "good evening",
        "morning",
        "afternoon",
        "hello bot",
        "hi bot",
        "alright",
        "how are you",
        "are you there",
        "is anyone there",
        "hello compactbot",
        "hi compactbot",
        "hey there",
        "howdy",
        "greetings",
        "good day",
    ),
    Remark.THANKS: (
        "thanks",
        "thank you",
        "thank you very much",
        "thanks a lot",
        "many thanks",
        "cheers",
        "ta",
        "thx",
        "brilliant",
        "great",
        "great thanks",
        "ok thanks",
        "ok thank you",
        "lovely thanks",
        "perfect",
        "thats great",
        "much appreciated",
        "thanks so much",
        "thank you so much",
        "lovely",
        "nice one",
        "ok",
        "okay",
        "fine",
        "got it",
        "i see",
    ),
    Remark.GOODBYE: (
        "bye",
        "goodbye",
        "bye bye",
        "see you",
        "cheerio",
        "ta ta",
        "good night",
        "thats all",
        "thats all thanks",
    ),
    Remark.HELP: (
        "help",
        "help me",
        "what can you do",
        "what do you do",
        "how do you work",
        "how does this work",
        "who are you",
        "what are you",
        "what is this",
        "commands",
        "menu",
        "start",
        "instructions",
        "are you a robot",
        "are you human",
        "are you ai",
        "are you a person",
        "how do i use this",
        "what can i ask",
        "what can i ask you",
    ),
    Remark.TOPICS: (
        "topics",
        "list topics",
        "show topics",
        "topic list",
        "what topics",
        "all topics",
        "themes",
        "browse",
        "what topics are there",
        "what do you know",
        "what do you know about",
        "what topics do you cover",
        "contents",
    ),
    Remark.SECTIONS: (
        "sections",
        "list sections",
        "show sections",
        "compacts",
        "list compacts",
        "which compacts",
        "which compacts do you know",
    ),
    Remark.MORE: (
        "more",
        "show more",
        "tell me more",
        "more please",
        "go on",
        "continue",
        "what else",
        "anything else",
        "next",
        "details",
    ),
    Remark.WHY: (
        "why",
        "why that",
        "why this",
        "how do you know",
        "how come",
        "explain",
        "why do you say that",
        "how did you get that",
        "where does that come from",
    ),
    Remark.HELPED: (
        "that helped",
        "yes that helped",
        "it helped",
        "this helped",
        "helpful",
        "that was helpful",
        "very helpful",
        "that answers it",
        "that answered it",
    ),
    Remark.DID_NOT_HELP: (
        "that did not help",
        "that didnt help",
        "no that did not help",
        "no that didnt help",
        "did not help",
        "didnt help",
        "not helpful",
        "unhelpful",
        "that is wrong",
        "thats wrong",
        "wrong",
        "wrong answer",
        "not what i asked",
        "thats not what i asked",
        "that is not what i asked",
        "none of these",
        "none of them",
        "neither",
        "not what i meant",
        "thats not it",
        "no use",
        "useless",
        "that doesnt help",
        "this is not helpful",
        "that doesnt answer my question",
        "you didnt answer my question",
        "none of those",
    ),
    Remark.YES: ("yes", "y", "yep", "yeah", "yes please"),
    Remark.NO: ("no", "n", "nope", "no thanks", "no thank you"),
}


def remark(text: str) -> Remark | None:
    """What a message amounts to, where it is one of the remarks and no more; None for a question."""
    return _remarks().get(normalised(text))


@cache
def _remarks() -> dict[str, Remark]:
    return {said: kind for kind, ways in _SAID_AS.items() for said in ways}
