"""How like a question each topic's phrasings are: sparse vectors, compared by sums over the question's features only.

Built by `knowledge.indexing`. Two kinds of features stand side by side (`knowledge.features`), each weighted by rarity
(inverse document frequency) and scaled to the same length. docs/matching.md has what was measured.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Concepts, runs_of, with_pairs

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

BACKGROUND = 10.0
NEAREST = 12
_MOST_SUMMED = 400_000


@dataclass(frozen=True)
class Postings:
    """A sparse matrix by rows: row r has `values` at `columns` from starts[r] to starts[r + 1]; `width` columns."""

    starts: Longs
    columns: Ints
    values: Floats
    width: int

    def weigh(self, rows: Longs, weights: Floats) -> NDArray[np.float64]:
        """The weighted sum of `rows`, over all columns.

        Of more values than can be summed in a few milliseconds, those of the rarest rows are taken: only a knowledge base
        many times the usual size has so many, and the commonest features tell its topics apart least.
        """
        lengths = self.starts[rows + 1] - self.starts[rows]
        if lengths.sum() > _MOST_SUMMED:
            rarest = np.argsort(lengths, kind="stable")
            kept = rarest[: max(1, int(np.searchsorted(np.cumsum(lengths[rarest]), _MOST_SUMMED)))]
            rows, weights, lengths = rows[kept], weights[kept], lengths[kept]
        if not len(rows):
            return np.zeros(self.width)
        parts = [slice(start, start + length) for start, length in zip(self.starts[rows], lengths, strict=True)]
        columns = np.concatenate([self.columns[part] for part in parts])
        values = np.concatenate([self.values[part] for part in parts]) * np.repeat(weights, lengths)
        return np.bincount(columns, weights=values, minlength=self.width).astype(np.float64, copy=False)


@dataclass(frozen=True)
class IndexData:
    """What is worked out from the phrasings once.

    `features`: names, concepts first, then (from `concepts` on) runs of letters; `rarity`: one weight a feature;
    `phrasings`: features by phrasings, each phrasing of length 1; `ratios`: features by topics, log-likelihood ratios
    above the smoothing; `base`: each topic's ratio for a feature it has not; `owners`: each phrasing's topic, rising.
    """

    features: tuple[str, ...]
    concepts: int
    rarity: Floats
    phrasings: Postings
    ratios: Postings
    base: NDArray[np.float64]
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


class Index:
    """The phrasings of all topics, comparable with a question."""

    def __init__(self, data: IndexData, concepts: Concepts) -> None:
        self._data = data
        self._concepts = concepts
        self._topics = int(data.owners[-1]) + 1
        self._bounds = np.searchsorted(data.owners, np.arange(self._topics + 1))
        self._most = max(int(np.diff(self._bounds).max()), NEAREST)

    def compare(self, said: Sequence[str], shortlist: int) -> Nearness:
        """How like the question `said` each topic is; phrasings are looked at for the `shortlist` likeliest topics only."""
        features, weights, known = self._vector(said)
        evidence = self._evidence(features, weights)
        nearest, best = np.zeros((2, self._topics), np.float32)
        phrasing = np.full(self._topics, -1, np.int32)
        listed = largest(evidence, shortlist)
        similar = self._data.phrasings.weigh(features, weights)
        rows = self._bounds[listed, None] + np.arange(self._most)
        own = np.where(rows < self._bounds[listed + 1, None], similar[np.minimum(rows, len(similar) - 1)], 0)
        top = np.partition(own, -NEAREST, axis=1)[:, -NEAREST:]
        # A topic with fewer phrasings is judged by those it has.
        counted = np.minimum(self._bounds[listed + 1] - self._bounds[listed], NEAREST)
        nearest[listed], best[listed] = top.sum(axis=1) / counted, top.max(axis=1)
        phrasing[listed] = rows[:, 0] + own.argmax(axis=1)
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

    def _evidence(self, features: Longs, weights: Floats) -> Floats:
        total = float(weights.sum())
        evidence = self._data.ratios.weigh(features, weights) + self._data.base * total
        return (evidence / max(total, 1e-9)).astype(np.float32)

    def _evidence_of(self, said: Sequence[str], topic: int) -> float:
        features, weights, _ = self._vector(said)
        return float(self._evidence(features, weights)[topic])

    def _vector(self, said: Sequence[str]) -> tuple[Longs, Floats, float]:
        concepts = self._concepts.of(said)
        parts = [self._weighted(Counter(kind)) for kind in (with_pairs(concepts), runs_of(said))]
        known = sum(concept in self._numbers for concept in concepts) / max(len(concepts), 1)
        return np.concatenate([keys for keys, _ in parts]), np.concatenate([weights for _, weights in parts]), known

    def _weighted(self, counts: Mapping[str, int]) -> tuple[Longs, Floats]:
        found = [(self._numbers[feature], count) for feature, count in counts.items() if feature in self._numbers]
        keys = np.fromiter((key for key, _ in found), np.int64, len(found))
        often = np.fromiter((count for _, count in found), np.float32, len(found))
        weights = (1 + np.log(often)) * self._data.rarity[keys]
        length = float(np.sqrt((weights**2).sum())) or 1.0
        return keys, (weights / length * math.sqrt(0.5)).astype(np.float32)


def largest(values: Floats, number: int) -> Longs:
    """The places of the `number` largest values, in no order."""
    if number >= len(values):
        return np.arange(len(values))
    return np.argpartition(-values, number)[:number]
