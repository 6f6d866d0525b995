"""The knowledge base as the rest of the program sees it: loaded, checked, and looked up by id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import process

from knowledge.content import Commitment, Compact, ContentFile, Gap, Section, Term, Theme, Topic
from knowledge.processes import Danger


@dataclass(frozen=True)
class Knowledge:
    """Everything that is known, by id, in the order of the files.

    `version` is a fingerprint of the content: it changes whenever a file's words do. `parts` is what the files hold.
    """

    compacts: Mapping[str, Compact]
    sections: Mapping[tuple[str, str], Section]
    commitments: Mapping[str, Commitment]
    themes: Mapping[str, Theme]
    topics: Mapping[str, Topic]
    gaps: Mapping[str, Gap]
    terms: tuple[Term, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    public_names: tuple[str, ...] = ()
    vcse_names: tuple[str, ...] = ()
    danger: tuple[Danger, ...] = ()
    version: str = field(default="", compare=False)
    parts: tuple[ContentFile, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def _by_topic(self) -> Mapping[str, tuple[Commitment, ...]]:
        rows = [
            (commitment.topics.index(topic), place, topic, commitment)
            for place, commitment in enumerate(self.commitments.values())
            for topic in commitment.topics
        ]
        rows.sort(key=lambda row: row[:2])
        found: dict[str, list[Commitment]] = {}
        for _, _, topic, commitment in rows:
            found.setdefault(topic, []).append(commitment)
        return {topic: tuple(commitments) for topic, commitments in found.items()}

    def about(self, topic: str) -> tuple[Commitment, ...]:
        """The commitments that answer a topic: first those that answer it best, then in the order of the files."""
        return self._by_topic.get(topic, ())

    def section_of(self, commitment: Commitment) -> Section:
        """The section a commitment stands in."""
        return self.sections[commitment.compact, commitment.section]

    def nearest(self, identifier: str, *, limit: int = 3) -> tuple[str, ...]:
        """Up to `limit` ids of commitments that look most like `identifier`, for "did you mean"."""
        return tuple(found for found, _, _ in process.extract(identifier.lower(), list(self.commitments), limit=limit))
