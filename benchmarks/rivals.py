"""Other ways to find the phrasing most like a question, to be measured beside ours: rapidfuzz's scorers, and BM25."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import bm25s
import Stemmer
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

_SLOW = 5


@dataclass(frozen=True)
class Rival:
    """`best`: a question's most similar phrasing by its place, None where nothing is like it at all;
    `ranked`: all of them, the most similar first; `every`: 5 to be asked every fifth question only.
    """

    name: str
    every: int
    best: Callable[[str], int | None]
    ranked: Callable[[str], Sequence[int]]


def rivals(phrasings: Sequence[str]) -> tuple[Rival, ...]:
    """The other ways, made ready for `phrasings`; WRatio first."""
    return (
        _fuzzy("WRatio", fuzz.WRatio, phrasings),
        _fuzzy("token set ratio", fuzz.token_set_ratio, phrasings),
        _bm25(phrasings),
    )


def _fuzzy(name: str, scorer: Callable[..., float], phrasings: Sequence[str]) -> Rival:
    # Without this, capitals and question marks count, and WRatio is right far less often.
    plain = [default_process(phrasing) for phrasing in phrasings]

    def best(question: str) -> int | None:
        found = process.extractOne(default_process(question), plain, scorer=scorer)
        return found[2] if found and found[1] > 0 else None

    def ranked(question: str) -> Sequence[int]:
        return [place for _, _, place in process.extract(default_process(question), plain, scorer=scorer, limit=None)]

    return Rival(name, _SLOW, best, ranked)


def _bm25(phrasings: Sequence[str]) -> Rival:
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(_tokens(list(phrasings), stemmer), show_progress=False)

    def retrieve(question: str, number: int) -> tuple[list[int], list[float]]:
        places, scores = index.retrieve(_tokens(question, stemmer), k=number, show_progress=False)
        return places[0].tolist(), scores[0].tolist()

    def best(question: str) -> int | None:
        (place,), (score,) = retrieve(question, 1)
        return place if score > 0 else None

    return Rival("BM25", 1, best, lambda question: retrieve(question, len(phrasings))[0])


def _tokens(text: str | list[str], stemmer: Stemmer.Stemmer) -> bm25s.tokenization.Tokenized:
    return bm25s.tokenize(text, stopwords="english", stemmer=stemmer, show_progress=False)
