"""What is compared: concepts with pairs of neighbours, and runs of letters within words."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from knowledge.text import Phrases, stem

_SHORTEST_RUN, _LONGEST_RUN = 3, 4


class Concepts:
    """Turns words into stems, with each group of synonyms as one."""

    def __init__(self, synonyms: Iterable[Sequence[Sequence[str]]]) -> None:
        """`synonyms`: groups of phrases, each phrase as its words."""
        self._groups = Phrases({tuple(phrase): f"={' '.join(group[0])}" for group in synonyms for phrase in group})

    def of(self, said: Sequence[str]) -> list[str]:
        """The concepts in the order of the words: a group as '=' and its first phrase, else the word's stem."""
        return [group or stem(piece[0]) for piece, group in self._groups.split(said)]

    def vocabulary(self) -> Iterable[str]:
        """Every word in a group of synonyms."""
        return (word for phrase in self._groups.known() for word in phrase)

    def features(self, said: Sequence[str]) -> list[str]:
        """The concepts of the words, and each two that stand side by side."""
        return with_pairs(self.of(said))


def with_pairs(concepts: Sequence[str]) -> list[str]:
    """The concepts, and each two that stand side by side."""
    return [*concepts, *(f"{one} {two}" for one, two in pairwise(concepts))]


def runs(word: str) -> tuple[str, ...]:
    """The runs of three and four letters in a word, its ends marked; a tilde in front keeps them apart from concepts."""
    marked = f"^{word}$"
    sizes = range(_SHORTEST_RUN, min(_LONGEST_RUN, len(marked)) + 1)
    return tuple(f"~{marked[at : at + size]}" for size in sizes for at in range(len(marked) - size + 1))
