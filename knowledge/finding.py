"""What the knowledge base answers to a question: the one place that decides between the outcomes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice

from knowledge.compiling import Compiled
from knowledge.content import Commitment, Gap, Party, Term, Topic
from knowledge.matching import Candidate, Match, Matcher
from knowledge.text import normalised

# Measured on benchmarks/questions.jsonl; docs/matching.md shows what other values would have given.
ANSWER_FROM = 0.7
SURE_FROM = 0.95
NEAR_ENOUGH = 0.077
MOST_ANSWERS = 4
MOST_OPTIONS = 3
_WITH_OTHERS = 2

_POLITELY = re.compile(
    r"^(?:(?:please|do you know|can you tell me|could you tell me|can you explain|i wonder|tell me) )+"
)
_ASKS_MEANING = (
    re.compile(r"what (?:is meant by|do you mean by|is the meaning of|is the definition of) (?P<term>.+)"),
    re.compile(r"what (?:does|do|did) (?P<term>.+?) (?:mean|stand for|refer to)"),
    re.compile(r"what (?P<term>.+?) (?:means?|stands? for|refers? to)"),
    re.compile(r"(?:define|explain|meaning of|definition of) (?P<term>.+)"),
    re.compile(r"(?P<term>.+?) (?:meaning|definition|stands for|acronym)"),
)
_ASKS_WHAT_IT_IS = re.compile(r"(?:what is|whats|what are|who is|who are|whos) (?P<term>.+)")
_ARTICLE = re.compile(r"^(?:(?:an?|the) )?(?:(?:term|word|abbreviation|acronym|initials) )?")
_MEANS = re.compile(r"\b(?:mean|means|meant|meaning|stand|stands|define|definition|acronym|refer|refers|explain)\b")


@dataclass(frozen=True)
class Option:
    """A topic to pick, and the commitment that would come first if it were picked."""

    topic: Topic
    commitment: Commitment


@dataclass(frozen=True)
class Answered:
    """A topic's commitments: those shown as the answer, best first, and the topic's others.

    `also`: where the answer is likely but not sure, what else may have been meant, likeliest first.
    `shown`: the answer's commitments and those of `also`, at most four.
    """

    topic: Topic
    commitments: tuple[Commitment, ...]
    others: tuple[Commitment, ...]
    confidence: float
    also: tuple[Option, ...] = ()

    @property
    def shown(self) -> tuple[Commitment, ...]:
        """Every commitment that the person sees as a possible answer, the one that fits best first."""
        return (*self.commitments, *(option.commitment for option in self.also))


@dataclass(frozen=True)
class Choose:
    """Not sure enough: up to three topics to pick from, likeliest first."""

    options: tuple[Option, ...]


@dataclass(frozen=True)
class NotCovered:
    """A known matter that no Compact here answers."""

    gap: Gap


@dataclass(frozen=True)
class Silent:
    """A topic on which the Compact asked about says nothing; `elsewhere` is what another says, as another's words."""

    topic: Topic
    compact: str
    elsewhere: tuple[Commitment, ...]
    confidence: float


@dataclass(frozen=True)
class Defined:
    """A word of the trade, explained."""

    term: Term


@dataclass(frozen=True)
class Unknown:
    """Nothing on file is like the question."""


Finding = Answered | Choose | NotCovered | Silent | Defined | Unknown


@dataclass(frozen=True)
class Scope:
    """To what an answer is narrowed: a Compact's id and a party, each None for all."""

    compact: str | None = None
    party: Party | None = None

    def or_else(self, other: "Scope") -> "Scope":
        """This scope, with what it leaves open taken from `other`."""
        return Scope(self.compact or other.compact, self.party or other.party)


@dataclass(frozen=True)
class Found:
    """A finding with what led to it: the match, and the scope in which it was answered."""

    finding: Finding
    match: Match
    scope: Scope


class Finder:
    """Answers questions from one knowledge base."""

    def __init__(self, ready: Compiled, default: Scope = Scope()) -> None:
        """`default` narrows answers to questions that name no Compact or party themselves."""
        self.knowledge = ready.knowledge
        self.matcher = Matcher(ready)
        self._default = default

    def find(self, question: str, *, today: date, within: Scope = Scope()) -> Found:
        """What the knowledge base answers to `question`. `within` narrows it, where the question itself does not."""
        match = self.matcher.match(question, today=today)
        scope = self.named_scope(match).or_else(within).or_else(self._default)
        term = self._asked_meaning(match)
        if term:
            return Found(Defined(term), match, scope)
        finding = self._decide(match, scope)
        if isinstance(finding, (Choose, Unknown)) and (term := self._asked_what(match)):
            return Found(Defined(term), match, scope)
        return Found(finding, match, scope)

    def about(self, topic: Topic, scope: Scope, confidence: float = 1.0) -> Answered | Silent | Unknown:
        """What is known about a topic, narrowed to `scope`. Unknown where no commitment at all answers it."""
        everything = self.knowledge.about(topic.id)
        if not everything:
            return Unknown()
        own = [each for each in everything if scope.compact in (None, each.compact)]
        if not own:
            return Silent(topic, str(scope.compact), everything[:MOST_ANSWERS], confidence)
        meant = [each for each in own if scope.party in (None, each.party) or each.party is Party.BOTH] or own
        shown = tuple(meant[:MOST_ANSWERS])
        ids = {each.id for each in shown}
        return Answered(topic, shown, tuple(each for each in everything if each.id not in ids), confidence)

    def named_scope(self, match: Match) -> Scope:
        """The scope that a question names itself. Two Compacts named are no narrowing."""
        compacts = match.named.compacts
        return Scope(compacts[0] if len(compacts) == 1 else None, match.named.party)

    def term(self, name: str) -> Term | None:
        """The glossary's entry for a term or one of its other names."""
        return self._terms.get(normalised(name))

    def _decide(self, match: Match, scope: Scope) -> Finding:
        if not match.candidates:
            return Unknown()
        first = match.candidates[0].entry
        if match.signals is None or match.signals.nearest < NEAR_ENOUGH:
            return Unknown()
        if match.confidence >= ANSWER_FROM:
            return NotCovered(first) if isinstance(first, Gap) else self._answer(first, match, scope)
        options = self._options(match.candidates, scope)
        return Choose(options) if options else Unknown()

    def _answer(self, topic: Topic, match: Match, scope: Scope) -> Answered | Silent | Unknown:
        answer = self.about(topic, scope, match.confidence)
        if not isinstance(answer, Answered) or match.confidence >= SURE_FROM:
            return answer
        kept, left = answer.commitments[:_WITH_OTHERS], answer.commitments[_WITH_OTHERS:]
        options = self._options(match.candidates[1:], scope)
        ids = {each.id for each in answer.commitments}
        also = [each for each in options if each.commitment.id not in ids][: MOST_ANSWERS - len(kept)]
        return replace(answer, commitments=kept, others=(*left, *answer.others), also=tuple(also))

    def _options(self, candidates: Sequence[Candidate], scope: Scope) -> tuple[Option, ...]:
        return tuple(islice(self._each_option(candidates, scope), MOST_OPTIONS))

    def _each_option(self, candidates: Sequence[Candidate], scope: Scope) -> Iterator[Option]:
        for candidate in candidates:
            if isinstance(candidate.entry, Gap):
                continue
            match self.about(candidate.entry, scope):
                case Answered(topic, commitments) | Silent(topic, _, commitments):
                    yield Option(topic, commitments[0])

    @cached_property
    def _terms(self) -> dict[str, Term]:
        return {normalised(name): term for term in self.knowledge.terms for name in (term.term, *term.also)}

    def _asked_meaning(self, match: Match) -> Term | None:
        said = _POLITELY.sub("", " ".join(match.said))
        if not _MEANS.search(said):
            return None
        return next((term for shape in _ASKS_MEANING if (term := self._named_in(shape, said))), None)

    def _asked_what(self, match: Match) -> Term | None:
        said = _POLITELY.sub("", " ".join(match.said))
        return self._named_in(_ASKS_WHAT_IT_IS, said) or self.term(said)

    def _named_in(self, shape: re.Pattern[str], said: str) -> Term | None:
        found = shape.fullmatch(said)
        if not found:
            return None
        return self.term(found["term"]) or self.term(_ARTICLE.sub("", found["term"]))
