"""Builds the index from the phrasings. All of it is counting, so there is no training and nothing is left to chance."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Concepts, runs
from knowledge.index import BACKGROUND, IndexData, Longs, Postings


def build(phrasings: Sequence[Sequence[str]], owners: Sequence[int], concepts: Concepts) -> IndexData:
    """The index of `phrasings` (each as its words), owned by the topics numbered in `owners` (from 0, never falling)."""
    meanings = _Features([concepts.features(said) for said in phrasings], first=0)
    vocabulary = list(dict.fromkeys(word for said in phrasings for word in said))
    letters = _Features([runs(word) for word in vocabulary], first=len(meanings.numbers))
    names = (*meanings.numbers, *letters.numbers)
    keys, rows = _pairs(phrasings, vocabulary, letters)
    keys = np.concatenate((meanings.keys, keys))
    rows = np.concatenate((np.repeat(np.arange(len(phrasings)), meanings.lengths), rows))
    return _weigh(keys, rows, names, len(meanings.numbers), np.asarray(owners, np.int32))


class _Features:
    """One kind of feature: a number for each, in order of appearance, and the numbers of each row one after the other."""

    def __init__(self, rows: Sequence[Iterable[str]], first: int) -> None:
        self.numbers: dict[str, int] = {}
        keys = [[self.numbers.setdefault(name, first + len(self.numbers)) for name in row] for row in rows]
        self.lengths = np.fromiter(map(len, keys), np.int64, len(keys))
        self.keys = np.fromiter((key for row in keys for key in row), np.int64, int(self.lengths.sum()))


def _pairs(phrasings: Sequence[Sequence[str]], vocabulary: Sequence[str], letters: _Features) -> tuple[Longs, Longs]:
    """Every run of letters with the phrasing it stands in. Runs are found once a word, not once a phrasing."""
    number_of = {word: place for place, word in enumerate(vocabulary)}
    sizes = np.fromiter(map(len, phrasings), np.int64, len(phrasings))
    used = np.fromiter((number_of[word] for said in phrasings for word in said), np.int64, int(sizes.sum()))
    lengths = letters.lengths[used]
    starts = np.concatenate(([0], np.cumsum(letters.lengths)))[used]
    return letters.keys[_spans(starts, lengths)], np.repeat(np.repeat(np.arange(len(phrasings)), sizes), lengths)


def _weigh(keys: Longs, rows: Longs, names: tuple[str, ...], concepts: int, owners: NDArray[np.int32]) -> IndexData:
    size = len(owners)
    keys, rows, counts = _counted(keys, rows, size)
    rarity = np.log((1 + size) / (1 + np.bincount(keys, minlength=len(names)))) + 1
    values = (1 + np.log(counts)) * rarity[keys]
    # Each kind of feature gets the same length in each phrasing, so that long words do not outweigh meaning.
    kind = rows * 2 + (keys >= concepts)
    lengths = np.sqrt(np.bincount(kind, weights=values**2, minlength=2 * size))
    values = values / lengths[kind] * math.sqrt(0.5)
    starts = np.searchsorted(keys, np.arange(len(names) + 1))
    phrasings = Postings(starts, rows.astype(np.int32), values.astype(np.float32), size)
    ratios, base = _likelihoods(keys, owners[rows], values, int(owners[-1]) + 1)
    return IndexData(names, concepts, rarity.astype(np.float32), phrasings, ratios, base, owners)


def _counted(keys: Longs, rows: Longs, size: int) -> tuple[Longs, Longs, NDArray[np.float32]]:
    """Each pair of key and row once, in order of keys and then rows, with how often it stands there.

    In place, since a large knowledge base has a hundred million of them.
    """
    cells = keys * size
    cells += rows
    cells.sort()
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    counts = np.diff(first, append=len(cells)).astype(np.float32)
    cells = cells[first]
    return cells // size, cells % size, counts


def _likelihoods(
    keys: Longs, owners: NDArray[np.int32], values: NDArray[np.float64], topics: int
) -> tuple[Postings, NDArray[np.float64]]:
    """How much likelier a feature is in a topic than in all together, as logarithms, smoothed towards no difference."""
    cells = keys * topics + owners
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    own, cells = np.add.reduceat(values, first), cells[first]
    totals = np.bincount(cells % topics, weights=own, minlength=topics)
    background = np.bincount(keys, weights=values) / values.sum()
    ratios = np.log1p(own / (BACKGROUND * background[cells // topics]))
    starts = np.searchsorted(cells // topics, np.arange(len(background) + 1))
    postings = Postings(starts, (cells % topics).astype(np.int32), ratios.astype(np.float32), topics)
    return postings, np.log(BACKGROUND / (totals + BACKGROUND))


def _spans(starts: Longs, lengths: Longs) -> Longs:
    """All the numbers of all the spans, one after the other: starts [5, 9] of lengths [2, 1] are 5, 6, 9."""
    offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return offsets + np.arange(lengths.sum())
