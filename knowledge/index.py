"""How like a question each topic's phrasings are: sparse vectors, compared by sums over the question's features only.

Built by `knowledge.indexing`. Two kinds of features stand side by side (`knowledge.features`), each weighted by rarity
(inverse document frequency) and scaled to the same length. docs/matching.md has what was measured.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Concepts, runs, with_pairs

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Records = NDArray[np.void]

BACKGROUND = 10.0
NEAREST = 12
# Records, since what stands side by side in memory is found at one go.
CELL = np.dtype([("topic", np.int32), ("ratio", np.float32)])
ENTRY = np.dtype([("phrasing", np.int32), ("value", np.float32)])
# Sixteen bytes, which numpy repeats fastest.
_SPREAD = np.dtype([("place", np.int32), ("shift", np.int32), ("weight", np.float32), ("", np.int32)])
_MOST_SUMMED = 200_000
_WORDS_REMEMBERED = 4_096


@dataclass(frozen=True)
class IndexData:
    """What is worked out from the phrasings once.

    `features`: names, concepts first, then (from `concepts` on) runs of letters; `rarity`: one weight a feature;
    `cells`: feature f's are those from starts[f] to starts[f + 1], one for each topic that has it, with the log-likelihood
    ratio above the smoothing; `base`: each topic's ratio for a feature it has not; `entries`: cell c's are those from
    begins[c] to begins[c + 1], one for each of the topic's phrasings that has the feature, each phrasing of length 1 over
    all its entries; `owners`: each phrasing's topic, rising.
    """

    features: tuple[str, ...]
    concepts: int
    rarity: Floats
    starts: Longs
    cells: Records
    base: NDArray[np.float64]
    begins: Ints
    entries: Records
    owners: Ints


@dataclass(frozen=True)
class Nearness:
    """How like a question each topic is, as arrays over the topics.

    `evidence`: mean log-likelihood ratio of the question's features under the topic against all topics together.
    `nearest`: the mean cosine of the twelve most similar phrasings (of all, where a topic has fewer), 0 to 1; 0 for
    topics outside the shortlist.
    `best`: the most similar phrasing's cosine; `phrasing`: its row, -1 outside the shortlist.
    `known`: the share, 0 to 1, of the question's concepts that the phrasings know.
    """

    evidence: Floats
    nearest: Floats
    best: Floats
    phrasing: Ints
    known: float


@dataclass(frozen=True)
class _Met:
    """The cells that a question meets, by number, each with its topic, its ratio and the weight of its feature."""

    numbers: Longs
    topics: Longs
    ratios: Floats
    weights: Floats


class Index:
    """The phrasings of all topics, comparable with a question."""

    def __init__(self, data: IndexData, concepts: Concepts) -> None:
        self._data = data
        self._concepts = concepts
        self._topics = len(data.base)
        bounds = np.searchsorted(data.owners, np.arange(self._topics + 1))
        self._firsts, sizes = bounds[:-1], np.diff(bounds)
        self._most = max(int(sizes.max()), NEAREST)
        # A topic with fewer phrasings is judged by those it has.
        self._counted = np.minimum(sizes, NEAREST)
        self._letters = lru_cache(maxsize=_WORDS_REMEMBERED)(self._letters_of)

    def compare(self, said: Sequence[str], shortlist: int) -> Nearness:
        """How like the question `said` each topic is; phrasings are looked at for the `shortlist` likeliest topics only."""
        features, weights, known = self._vector(said)
        met = self._met(features, weights)
        evidence = self._evidence(met, weights)
        listed = largest(evidence, shortlist)
        own = self._similarities(met, listed)
        top = np.partition(own, -NEAREST, axis=1)[:, -NEAREST:]
        nearest, best = np.zeros((2, self._topics), np.float32)
        nearest[listed], best[listed] = top.sum(axis=1) / self._counted.take(listed), top.max(axis=1)
        phrasing = np.full(self._topics, -1, np.int32)
        phrasing[listed] = self._firsts.take(listed) + own.argmax(axis=1)
        return Nearness(evidence, nearest, best, phrasing, known)

    def contributions(self, said: Sequence[str], topic: int) -> dict[str, float]:
        """How much each word of `said` speaks for `topic`: what the evidence loses without it."""
        whole = self._evidence_of(said, topic)
        return {
            word: whole - self._evidence_of([each for each in said if each != word], topic)
            for word in dict.fromkeys(said)
        }

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {feature: number for number, feature in enumerate(self._data.features)}

    def _vector(self, said: Sequence[str]) -> tuple[Longs, Floats, float]:
        """The features of a question that the phrasings know, with their weights, and the share of known concepts."""
        concepts = self._concepts.of(said)
        meanings = [self._numbers.get(each) for each in with_pairs(concepts)]
        known = len(concepts) - meanings[: len(concepts)].count(None)
        counts = Counter(chain(meanings, chain.from_iterable(map(self._letters, said))))
        del counts[None]
        features = np.fromiter(counts, np.int64, len(counts))
        often = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (1 + np.log(often)) * self._data.rarity.take(features)
        split = len(set(meanings) - {None})
        _halve(weights[:split])
        _halve(weights[split:])
        return features, weights, known / max(len(concepts), 1)

    def _known(self, features: Iterable[str]) -> tuple[int, ...]:
        """The numbers of those features that the phrasings know."""
        return tuple(number for each in features if (number := self._numbers.get(each)) is not None)

    def _letters_of(self, word: str) -> tuple[int, ...]:
        return self._known(runs(word))

    def _met(self, features: Longs, weights: Floats) -> _Met:
        """Where the question's features and the topics meet.

        Of more cells than can be summed in a few milliseconds, those of the rarest features are taken: only a knowledge
        base many times the usual size has so many, and the commonest features tell its topics apart least.
        """
        starts = self._data.starts.take(features)
        lengths = self._data.starts.take(features + 1) - starts
        if lengths.sum() > _MOST_SUMMED:
            rarest = np.argsort(lengths, kind="stable")
            kept = rarest[: max(1, int(np.searchsorted(np.cumsum(lengths[rarest]), _MOST_SUMMED)))]
            starts, lengths, weights = starts[kept], lengths[kept], weights[kept]
        numbers = spans(starts, lengths)
        cells = self._data.cells.take(numbers)
        return _Met(numbers, cells["topic"].astype(np.int64), cells["ratio"], weights.repeat(lengths))

    def _evidence(self, met: _Met, weights: Floats) -> Floats:
        total = float(weights.sum())
        evidence = _summed(met.topics, met.ratios * met.weights, self._topics) + self._data.base * total
        return (evidence / max(total, 1e-9)).astype(np.float32)

    def _evidence_of(self, said: Sequence[str], topic: int) -> float:
        features, weights, _ = self._vector(said)
        return float(self._evidence(self._met(features, weights), weights)[topic])

    def _similarities(self, met: _Met, listed: Longs) -> NDArray[np.float64]:
        """The cosines of the phrasings of each topic in `listed`, a row each, filled up with zeros."""
        rows = np.full(self._topics, -1)
        rows[listed] = np.arange(len(listed))
        kept = np.flatnonzero((rows >= 0).take(met.topics))
        numbers = met.numbers.take(kept)
        begins = self._data.begins.take(numbers)
        lengths = self._data.begins.take(numbers + 1) - begins
        spread = np.empty(len(kept), _SPREAD)
        spread["place"] = begins - lengths.cumsum() + lengths
        spread["shift"] = (rows * self._most - self._firsts).take(met.topics.take(kept))
        spread["weight"] = met.weights.take(kept)
        spread = spread.repeat(lengths)
        entries = self._data.entries.take(spread["place"] + np.arange(len(spread)))
        places, cosines = entries["phrasing"] + spread["shift"], entries["value"] * spread["weight"]
        return _summed(places, cosines, len(listed) * self._most).reshape(len(listed), self._most)


def _halve(weights: Floats) -> None:
    """Makes one kind's weights half of a vector of length one, in place."""
    weights /= math.sqrt((weights * weights).sum()) or 1.0
    weights *= math.sqrt(0.5)


def largest(values: Floats, number: int) -> Longs:
    """The places of the `number` largest values, in no order."""
    if number >= len(values):
        return np.arange(len(values))
    return np.argpartition(-values, number)[:number]


def spans(starts: Longs, lengths: Longs) -> Longs:
    """All the numbers of all the spans, one after the other: starts [5, 9] of lengths [2, 1] are 5, 6, 9."""
    first: Longs = (starts - lengths.cumsum() + lengths).repeat(lengths)
    return first + np.arange(len(first))


def _summed(places: NDArray[np.integer], values: Floats, size: int) -> NDArray[np.float64]:
    return np.bincount(places, values, size).astype(np.float64, copy=False)
