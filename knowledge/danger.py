"""Whether what somebody tells may mean that a person is in danger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.processes import Danger
from knowledge.text import stem, words

_Stems = tuple[str, ...]


@dataclass(frozen=True)
class _Sign:
    said: _Stems
    followed_by: tuple[_Stems, ...]
    but_not_by: tuple[_Stems, ...]


class DangerSigns:
    """Finds words of danger in what people tell. Endings do not matter: "threatens" finds "threatened"."""

    def __init__(self, entries: Iterable[Danger]) -> None:
        self._signs: dict[str, list[_Sign]] = {}
        for entry in entries:
            followed_by, but_not_by = tuple(map(_stems, entry.followed_by)), tuple(map(_stems, entry.but_not_by))
            for said in map(_stems, entry.said):
                self._signs.setdefault(said[0], []).append(_Sign(said, followed_by, but_not_by))

    def in_text(self, text: str) -> bool:
        """Whether `text` has such words."""
        told = _stems(text)
        return any(_stands_at(sign, told, at) for at, word in enumerate(told) for sign in self._signs.get(word, ()))


def _stems(text: str) -> _Stems:
    return tuple(map(stem, words(text)))


def _stands_at(sign: _Sign, told: Sequence[str], at: int) -> bool:
    end = at + len(sign.said)
    if tuple(told[at:end]) != sign.said:
        return False
    if any(_begins(told, end, phrase) for phrase in sign.but_not_by):
        return False
    return not sign.followed_by or any(_begins(told, end, phrase) for phrase in sign.followed_by)


def _begins(told: Sequence[str], at: int, phrase: _Stems) -> bool:
    return tuple(told[at : at + len(phrase)]) == phrase
