"""Which Compact and which party a question names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.base import Knowledge
from knowledge.content import Party
from knowledge.text import Phrases, words

_MODALS = frozenset(
    "must should do does did have has had are is can could will would ought need needs shall may cant dont doesnt".split()
)
_DUTY_VERBS = frozenset(
    "commit commits committed undertake undertakes undertook promise promises promised agree agrees agreed owe owes side".split()
)
_BETWEEN = frozenset(
    "the a an any all local our your their what about for from by of and to other smaller bigger".split()
)


# "Does the Compact cover TUPE?" asks about TUPE: left in, the words in front would speak for whatever they stand by most.
_THE_COMPACT = r"(?:(?:the|this|that|either|your|our) )?(?:compacts?|agreement|it|they)"
_FRAME = re.compile(
    rf"(?:(?:does|do|did|would) {_THE_COMPACT} (?:cover|mention|include|deal with|talk about|speak of"
    r"|(?:say|have) (?:anything|something|much) (?:about|on))"
    rf"|what (?:does|do|did) {_THE_COMPACT} say (?:about|on)"
    rf"|(?:is there|have you) (?:anything|something) (?:in {_THE_COMPACT} )?(?:about|on)) (?=\w)"
)


@dataclass(frozen=True)
class Named:
    """What a question names: the ids of Compacts, the party whose duty is asked about, and the words that are left."""

    compacts: tuple[str, ...]
    party: Party | None
    rest: tuple[str, ...]


class Names:
    """Knows what people call the Compacts and the two sides."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._compacts = Phrases(
            {tuple(words(name)): compact.id for compact in knowledge.compacts.values() for name in compact.named}
        )
        self._parties = Phrases(dict(_party_phrases(knowledge)))
        self._in_names = _BETWEEN.union(self.vocabulary())

    def vocabulary(self) -> Iterable[str]:
        """Every word that stands in a name, so that typing errors in names are put right too."""
        return [word for phrases in (self._compacts, self._parties) for phrase in phrases.known() for word in phrase]

    def read(self, said: Sequence[str]) -> Named:
        """What the words of a question name."""
        pieces = self._compacts.split(said)
        rest = tuple(_unframed([word for piece, compact in pieces if compact is None for word in piece]))
        compacts = tuple(dict.fromkeys(compact for _, compact in pieces if compact is not None))
        return Named(compacts, self._party(said), rest)

    def without_compacts(self, said: Sequence[str]) -> list[str]:
        """The words of a text that do not name a Compact."""
        return [word for piece, compact in self._compacts.split(said) if compact is None for word in piece]

    def only_names(self, said: Sequence[str]) -> bool:
        """Whether nothing but a party or Compact is named: "and the charities?", "what about South Glos?"."""
        if not self._in_names.issuperset(said):
            return False
        rest = [piece for piece, party in self._parties.split(self.without_compacts(said)) if party is None]
        return len(rest) < len(said) and all(word in _BETWEEN for piece in rest for word in piece)

    def _party(self, said: Sequence[str]) -> Party | None:
        pieces = self._parties.split(said)
        subjects = {
            party
            for place, (_, party) in enumerate(pieces)
            if party is not None and (_asks_of(pieces, place) or self.only_names(said))
        }
        return subjects.pop() if len(subjects) == 1 else None


def _unframed(said: Sequence[str]) -> list[str]:
    """The words of a question without those that only ask whether the Compact speaks of something."""
    return _FRAME.sub("", " ".join(said), count=1).split()


def _asks_of(pieces: Sequence[tuple[tuple[str, ...], Party | None]], place: int) -> bool:
    """Whether the party at `place` is the one of whom something is asked: "must charities …", "what charities must …"."""
    after = pieces[place + 1][0][0] if place + 1 < len(pieces) else ""
    before = next((piece[0] for piece, _ in reversed(pieces[:place]) if piece[0] not in _BETWEEN), "")
    # "Must charities be told?" asks what others owe them.
    return after in _MODALS or after in _DUTY_VERBS or (before in _MODALS and after != "be")


def _party_phrases(knowledge: Knowledge) -> Iterable[tuple[tuple[str, ...], Party]]:
    for party, names in ((Party.PUBLIC, knowledge.public_names), (Party.VCSE, knowledge.vcse_names)):
        for name in names:
            yield tuple(words(name)), party
    for compact in knowledge.compacts.values():
        yield tuple(words(compact.parties.public)), Party.PUBLIC
        yield tuple(words(compact.parties.vcse)), Party.VCSE
