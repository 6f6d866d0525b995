"""How a concern begins: the words that start it, and the first state of its form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from handlers.commands import RaiseConcern, command
from handlers.concerns.steps import COMMITMENTS, COMPACT, STORY
from handlers.concerns.words import START
from handlers.turn import Turn
from handlers.wizard import State, Values
from knowledge.base import Knowledge
from knowledge.finding import Finder
from knowledge.text import words

_COLON = re.compile(rf"{START}:\s*(?P<story>.+)", re.IGNORECASE | re.DOTALL)
_POINTS = frozenset({"this", "that", "it"})
_OF_A_TOPIC = 2

_HELLO = r"(?:(?:hello|hi|hey|hiya|please|ok|okay|so|well|sorry|good morning|good afternoon|good evening) )*"
_WANT = (
    r"(?:(?:i|we) (?:want|wanna|wanted|wish|need|have|would like|am here|are here|am writing|are writing|have decided)"
    r"|(?:id|wed) like|(?:ive|weve) decided|let me|(?:please )?help me)(?: to)? "
)
_KIND = r"formal|official|serious|compact"
_NOUN = r"(?:concerns?|disputes?|complaints?|grievances?|breach)"
_RAISE = (
    r"(?:raise|file|make|lodge|start|submit|report|register|log|open|put in|bring|begin|flag)"
    rf" (?:(?:a|an|our|my|another|the|some|one|new|{_KIND}) )*{_NOUN}"
)
_HAVE = (
    r"(?:(?:i|we) (?:have|have got|are in|am in)|ive|weve|ive got|weve got|there is|theres)"
    rf" (?:(?:a|an|another|{_KIND}) )*(?:concern|dispute|complaint|grievance)"
)
_REST = (
    r"(?: (?:please|now|to raise|to make|under the compact))?"
    r"(?P<rest> (?:about|with|against|over|regarding|concerning|that|because|as|of|to|on|for|from|and|together|jointly) .+)?"
)
_STARTS = re.compile(
    rf"{_HELLO}(?:(?:{_WANT})?(?:{_RAISE}|complain)|{_HAVE}"
    rf"|(?:(?:a|new|{_KIND}) )*(?:concern|complaint)){_REST}"
)
_CLAUSE = re.compile(r"[.!;:](?=\s|$)|\n|\s[–—-]\s")
_ENOUGH_WORDS = 400
# Too short, or too unlike a word of the Compacts, to be put right by the knowledge base.
_MEANT = {"wnat": "want", "wnt": "want", "watn": "want", "wanna": "wanna"}


@dataclass(frozen=True)
class Start:
    """Somebody wants to raise a concern.

    `about`: the id of a commitment or topic, which may be narrowed to a `compact`. `story`: what they told of it in the
    same breath.
    """

    about: str = ""
    compact: str = ""
    story: str = ""


def start(turn: Turn, finder: Finder) -> Start | None:
    """What a message that wants to raise a concern says; None for any other, questions about raising one among them."""
    text = turn.text
    if isinstance(asked := command(text), RaiseConcern):
        if asked.about in _POINTS:
            return Start(turn.context.topic or "", turn.context.compact or "")
        if asked.about in {"", *finder.knowledge.commitments, *finder.knowledge.topics}:
            return Start(asked.about, asked.compact or "")
    if found := _COLON.fullmatch(turn.told):
        return Start(story=found["story"].strip())
    first, more = _split(text)
    asks = "?" in first or (more.endswith("?") and not _CLAUSE.search(more))
    if asks or (found := _STARTS.fullmatch(" ".join(_read(first, finder)))) is None:
        return None
    named = finder.matcher.names.read(_read(text, finder)).compacts
    return Start(compact=named[0] if len(named) == 1 else "", story=turn.told if more or found["rest"] else "")


def first_state(begun: Start, knowledge: Knowledge) -> State:
    """The state of a form with what is known of its beginning."""
    about = begun.about
    topical = [each for each in knowledge.about(about) if begun.compact in ("", each.compact)]
    touched = (about,) if about in knowledge.commitments else tuple(_best(each.id for each in topical))
    compacts = {knowledge.commitments[each].compact for each in touched} or {begun.compact}
    compacts = set(knowledge.compacts) if len(knowledge.compacts) == 1 else compacts & set(knowledge.compacts)
    given = {COMPACT: tuple(compacts)} if len(compacts) == 1 else {}
    gathered: dict[str, Values] = {}
    if touched:
        gathered[COMMITMENTS] = touched
    if begun.story:
        gathered[STORY] = (begun.story,)
    return State(given, gathered)


def _best(ids: Iterable[str]) -> list[str]:
    """The first few commitments of each Compact."""
    kept: dict[str, list[str]] = {}
    for each in ids:
        kept.setdefault(each.partition(".")[0], []).append(each)
    return [each for own in kept.values() for each in own[:_OF_A_TOPIC]]


def _split(text: str) -> tuple[str, str]:
    """A text's first clause, and the rest: "I want to complain. They …"."""
    found = _CLAUSE.search(text)
    return (text[: found.start()], text[found.end() :].strip()) if found else (text, "")


def _read(text: str, finder: Finder) -> list[str]:
    return [_MEANT.get(word) or finder.matcher.spelling.correct(word) for word in words(text)[:_ENOUGH_WORDS]]
