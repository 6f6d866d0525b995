"""From a question to the topics it may be about, with how sure we are.

The score of a topic is its evidence (`knowledge.index`) plus a share of its twelve nearest phrasings. The weights, and those
of the confidence, were measured on questions that the phrasings were not written from; `benchmarks/calibrate.py`
prints them afresh, and docs/matching.md tells the story.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.base import Knowledge
from knowledge.compiling import Compiled, concepts_of, entries_of, phrasings_of
from knowledge.content import Gap, Topic
from knowledge.dates import find_dates, without_dates
from knowledge.index import Index, Longs, Nearness, largest
from knowledge.naming import Named, Names
from knowledge.spelling import Spelling
from knowledge.text import tells, words

_SHORTLIST = 40
_CANDIDATES = 5
_CHARACTERS_READ, _WORDS_READ, _WORDS_EXPLAINED = 8_000, 400, 60
_NEAREST_WEIGHT = 20.0
_UNCOVERED_PENALTY = 2.0


@dataclass(frozen=True)
class Signals:
    """What the confidence is worked out from.

    The leading topic's `score`, its `margin` over the second, the similarity (0 to 1) of its `nearest` phrasings and of
    the `best` one, and the share (0 to 1) of the question's concepts that are `known`.
    """

    score: float
    margin: float
    nearest: float
    best: float
    known: float

    def row(self) -> tuple[float, ...]:
        """The signals as the numbers that `Weights` goes with."""
        return (self.score, min(self.margin, 2.0), self.nearest, self.best, self.known)


@dataclass(frozen=True)
class Weights:
    """A logistic function's: confidence = 1 / (1 + exp(-(intercept + signals · slopes)))."""

    intercept: float
    slopes: tuple[float, ...]

    def confidence(self, signals: Signals) -> float:
        """How likely, 0 to 1, it is that the leading topic is the right one."""
        total = self.intercept + sum(slope * value for slope, value in zip(self.slopes, signals.row(), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


CALIBRATED = Weights(intercept=-4.617, slopes=(0.115, 1.22, -1.071, 2.055, 4.062))


@dataclass(frozen=True)
class Candidate:
    """A topic or gap that a question may be about, best first; `phrasing` is the most similar way of asking on file."""

    entry: Topic | Gap
    score: float
    similarity: float
    phrasing: str


@dataclass(frozen=True)
class Match:
    """What the matcher made of a question.

    `said`: its words as read, after `corrections` (as typed, as read); `named`: Compact and party;
    `candidates`: at most five, best first; `confidence`: that the first is right, 0 to 1.
    """

    said: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    named: Named
    candidates: tuple[Candidate, ...]
    signals: Signals | None
    confidence: float


class Matcher:
    """Compares questions with the phrasings of a knowledge base. Built once; safe to share between threads."""

    def __init__(self, ready: Compiled, weights: Weights = CALIBRATED) -> None:
        self._names = Names(ready.knowledge)
        self._weights = weights
        self._entries = entries_of(ready.knowledge)
        self._phrasings = [phrasing for phrasing, _ in phrasings_of(ready.knowledge)]
        self._index = Index(ready.index, concepts_of(ready.knowledge)) if ready.index else None
        self.spelling = Spelling(dict(zip(ready.vocabulary, ready.frequencies.tolist(), strict=True)))
        self._uncovered = {
            compact: self._not_covered_by(ready.knowledge, compact) for compact in ready.knowledge.compacts
        }

    @property
    def names(self) -> Names:
        """What the knowledge base calls Compacts and parties."""
        return self._names

    def match(self, question: str, *, today: date) -> Match:
        """The topics that `question` may be about. Dates are left out of the comparison; only the first 400 words count.

        `today` is the day from which dates without a year are read.
        """
        question = question[:_CHARACTERS_READ]
        asked = words(without_dates(question, find_dates(question, today=today)))[:_WORDS_READ]
        said = [self.spelling.correct(word) for word in asked]
        corrections = tuple((typed, read) for typed, read in zip(asked, said, strict=True) if typed != read)
        named = self._names.read(said)
        says_something = any(tells(word) for word in named.rest) and not self._names.only_names(said)
        if self._index is None or not says_something:
            return Match(tuple(said), corrections, named, (), None, 0.0)
        near = self._index.compare(named.rest, _SHORTLIST)
        scores = self._scores(near, named.compacts)
        order = _best(scores, _CANDIDATES)
        candidates = self._candidates(near, scores, order)
        signals = _signals(candidates, float(near.nearest[order[0]]), near.known)
        confidence = self._weights.confidence(signals)
        return Match(tuple(said), corrections, named, candidates, signals, confidence)

    def contributions(self, match: Match) -> dict[str, float]:
        """How much each word of a question speaks for its leading candidate."""
        if self._index is None or not match.candidates:
            return {}
        return self._index.contributions(
            match.named.rest[:_WORDS_EXPLAINED], self._entries.index(match.candidates[0].entry)
        )

    def _scores(self, near: Nearness, compacts: Sequence[str]) -> NDArray[np.float32]:
        scores = near.evidence + np.float32(_NEAREST_WEIGHT) * near.nearest
        for compact in compacts if len(compacts) == 1 else ():
            scores[self._uncovered[compact]] -= _UNCOVERED_PENALTY
        return scores

    def _candidates(self, near: Nearness, scores: NDArray[np.float32], order: Longs) -> tuple[Candidate, ...]:
        columns = (order, scores[order], near.best[order], near.phrasing[order])
        return tuple(map(self._candidate, *(column.tolist() for column in columns)))

    def _candidate(self, number: int, score: float, similarity: float, row: int) -> Candidate:
        phrasing = self._phrasings[row] if row >= 0 else self._entries[number].title
        return Candidate(self._entries[number], score, similarity, phrasing)

    def _not_covered_by(self, knowledge: Knowledge, compact: str) -> NDArray[np.bool_]:
        covered = {topic for each in knowledge.commitments.values() if each.compact == compact for topic in each.topics}
        return np.array([isinstance(entry, Topic) and entry.id not in covered for entry in self._entries])


def _best(scores: NDArray[np.float32], number: int) -> Longs:
    top = largest(scores, number)
    return top[np.argsort(-scores[top], kind="stable")]


def _signals(candidates: Sequence[Candidate], nearest: float, known: float) -> Signals:
    first = candidates[0]
    second = candidates[1].score if len(candidates) > 1 else 0.0
    return Signals(first.score, first.score - second, nearest, first.similarity, known)
