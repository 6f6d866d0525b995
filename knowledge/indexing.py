"""Builds the index from the phrasings. All of it is counting, so there is no training and nothing is left to chance."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Concepts, runs
from knowledge.index import BACKGROUND, CELL, ENTRY, IndexData, Ints, Longs, Records, spans


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
    return letters.keys[spans(starts, lengths)], np.repeat(np.repeat(np.arange(len(phrasings)), sizes), lengths)


def _weigh(keys: Longs, rows: Longs, names: tuple[str, ...], concepts: int, owners: NDArray[np.int32]) -> IndexData:
    size = len(owners)
    keys, rows, counts = _counted(keys, rows, size)
    rarity = np.log((1 + size) / (1 + np.bincount(keys, minlength=len(names)))) + 1
    values = (1 + np.log(counts)) * rarity[keys]
    # Each kind of feature gets the same length in each phrasing, so that long words do not outweigh meaning.
    kind = rows * 2 + (keys >= concepts)
    lengths = np.sqrt(np.bincount(kind, weights=values**2, minlength=2 * size))
    values = values / lengths[kind] * math.sqrt(0.5)
    starts, cells, begins, base = _cells(keys, owners[rows], values, int(owners[-1]) + 1)
    entries = _records(ENTRY, phrasing=rows, value=values)
    return IndexData(names, concepts, rarity.astype(np.float32), starts, cells, base, begins, entries, owners)


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


def _cells(
    keys: Longs, owners: NDArray[np.int32], values: NDArray[np.float64], topics: int
) -> tuple[Longs, Records, Ints, NDArray[np.float64]]:
    """How much likelier a feature is in a topic than in all together, as logarithms, smoothed towards no difference.

    As cells, with where each feature's start, where each cell's `values` begin, and each topic's ratio for a feature it
    has not.
    """
    cells = keys * topics + owners
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    own, cells = np.add.reduceat(values, first), cells[first]
    totals = np.bincount(cells % topics, weights=own, minlength=topics)
    background = np.bincount(keys, weights=values) / values.sum()
    ratios = np.log1p(own / (BACKGROUND * background[cells // topics]))
    starts = np.searchsorted(cells // topics, np.arange(len(background) + 1))
    begins = np.append(first, len(values)).astype(np.int32)
    return (
        starts,
        _records(CELL, topic=cells % topics, ratio=ratios),
        begins,
        np.log(BACKGROUND / (totals + BACKGROUND)),
    )


def _records(kind: np.dtype[np.void], **columns: NDArray[Any]) -> Records:
    made = np.empty(len(next(iter(columns.values()))), kind)
    for name, column in columns.items():
        made[name] = column
    return made
