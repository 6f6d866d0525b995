"""Words out of text: the one way in which phrasings, questions and glossary terms are made comparable."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

import Stemmer

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
_WORD = re.compile(r"[^\W_]+(?:[&'][^\W_]+)*")
# The same for text without accents, which nearly all is: half as fast again.
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:[&'][a-z0-9]+)*")
_FUNCTION_WORDS = frozenset(
    "a an the this that these those and or but if of to in on at by for from with as about it its we us our you your they"
    " them their he she his her i me my is are was were be been am do does did have has had can could will would shall should"
    " must may might not no so there here what which who whom whose when where why how any some all also just very too then"
    " than".split()
)
_stemmer = Stemmer.Stemmer("english")

Meaning = TypeVar("Meaning", bound=Hashable)


def words(text: str) -> list[str]:
    """The words of `text` in lower case, without accents, apostrophes or punctuation: "We've had É2!" is weve, had, e2.

    An ampersand inside a word stays (m&e, qs&g), since initials carry meaning.
    """
    plain = _plain(text)
    found = (_ASCII_WORD if plain.isascii() else _WORD).findall(plain)
    return [word.replace("'", "") for word in found] if "'" in plain else found


def is_blank(text: str) -> bool:
    """Whether nothing is to be seen of `text`: it may still hold spaces, or characters without width."""
    return not any(char.isprintable() and not char.isspace() for char in text)


def _plain(text: str) -> str:
    """`text` in lower case without accents, with one kind of apostrophe."""
    if text.isascii():
        return text.lower().replace("`", "'")
    folded = text.translate(_APOSTROPHES).casefold()
    if folded.isascii():
        return folded
    return "".join(char for char in unicodedata.normalize("NFKD", folded).casefold() if not unicodedata.combining(char))


def normalised(text: str) -> str:
    """`text` as its words with single spaces between: equal for texts that differ only in case, accents or punctuation."""
    return " ".join(words(text))


def tells(word: str) -> bool:
    """Whether a word says by itself what somebody asks about, as "notice" does and "the", "must" or "x" do not."""
    return len(word) > 1 and word not in _FUNCTION_WORDS


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of one word (Snowball English): notices, noticed and notice share one."""
    return str(_stemmer.stemWord(word))


class Phrases(Generic[Meaning]):
    """Finds known phrases in a list of words, the longest first, left to right."""

    def __init__(self, meanings: Mapping[tuple[str, ...], Meaning]) -> None:
        self._meanings = meanings
        self._longest: dict[str, int] = {}
        for phrase in meanings:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    def known(self) -> Iterable[tuple[str, ...]]:
        """Every phrase."""
        return self._meanings.keys()

    def split(self, said: Sequence[str]) -> list[tuple[tuple[str, ...], Meaning | None]]:
        """`said` cut into known phrases with their meaning and single other words with None."""
        pieces: list[tuple[tuple[str, ...], Meaning | None]] = []
        at = 0
        while at < len(said):
            phrase = self._phrase_at(said, at) if said[at] in self._longest else None
            pieces.append((phrase, self._meanings[phrase]) if phrase else ((said[at],), None))
            at += len(phrase) if phrase else 1
        return pieces

    def _phrase_at(self, said: Sequence[str], at: int) -> tuple[str, ...] | None:
        for size in range(self._longest[said[at]], 0, -1):
            phrase = tuple(said[at : at + size])
            if phrase in self._meanings:
                return phrase
        return None
