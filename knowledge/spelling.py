"""Typing errors put right: only words the knowledge base does not know, and only towards words it does."""

from collections.abc import Mapping
from functools import lru_cache, reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4
_LONG = 7
_BITS = 32
# Words that ask: no knowledge base has to hold them for them to be right.
_ASKING = frozenset(
    "what whats when where which who whos whose why how does doing mean means meaning meant stand stands define definition"
    " acronym term terms refer refers explain tell know please thanks hello about".split()
)

_Candidates = tuple[list[str], NDArray[np.uint32]]


class Spelling:
    """Corrects words towards a vocabulary.

    A slip is one letter dropped, added, swapped or wrong (optimal string alignment): one is put right in words of
    four letters and more, two in words of seven and more. These bounds were measured; see docs/matching.md.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._frequencies = frequencies
        self._by_length: dict[int, list[str]] = {}
        for word in frequencies:
            self._by_length.setdefault(len(word), []).append(word)
        self._within: dict[tuple[int, int], _Candidates] = {}
        self.correct = lru_cache(maxsize=4_096)(self._correct)

    def known(self, word: str) -> bool:
        """Whether the vocabulary has this very word."""
        return word in self._frequencies

    def _correct(self, word: str) -> str:
        """The known word that `word` most likely was meant to be, or `word` itself."""
        if word in self._frequencies or word in _ASKING:
            return word
        if len(word) < _SHORTEST or any(char.isdigit() for char in word):
            return word
        slips = 2 if len(word) >= _LONG else 1
        near = [
            (distance, known[0] != word[0], -self._frequencies[known], known)
            for known, distance, _ in process.extract(
                word, self._alike(word, slips), scorer=OSA.distance, score_cutoff=slips, limit=None
            )
        ]
        return min(near)[-1] if near else word

    def _alike(self, word: str, slips: int) -> list[str]:
        """The known words that `word` may be `slips` away from: each slip brings one new letter at most, and loses one."""
        known, letters = self._candidates(len(word), slips)
        own = _letters(word)
        alike = (np.bitwise_count(letters & ~own) <= slips) & (np.bitwise_count(own & ~letters) <= slips)
        return [known[place] for place in np.flatnonzero(alike).tolist()]

    def _candidates(self, length: int, slips: int) -> _Candidates:
        if (length, slips) not in self._within:
            lengths = range(max(_SHORTEST, length - slips), length + slips + 1)
            known = [word for size in lengths for word in self._by_length.get(size, ())]
            self._within[length, slips] = known, np.array([_letters(word) for word in known], np.uint32)
        return self._within[length, slips]


def _letters(word: str) -> np.uint32:
    """Which letters a word has, a bit each; some letters of other alphabets share one."""
    return np.uint32(reduce(or_, (1 << ord(letter) % _BITS for letter in word), 0))
