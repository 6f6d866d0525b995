"""The shapes of what editors write: topics, Compacts, commitments, glossary, synonyms, what is not covered.

How concerns are handled has a module of its own, `knowledge.processes`.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from knowledge.entries import CommitmentId, Cue, Entry, Line, Slug, Wording
from knowledge.processes import Danger, Process


class Party(StrEnum):
    """Whom a commitment binds: the public body, the VCSE sector, or both."""

    PUBLIC = "public"
    VCSE = "vcse"
    BOTH = "both"


class Force(StrEnum):
    """How strongly the source binds. `states` is for background and definitions, which bind nobody."""

    MUST = "must"
    SHOULD = "should"
    WHERE_POSSIBLE = "where-possible"
    CONSIDER = "consider"
    MAY = "may"
    STATES = "states"


class Unit(StrEnum):
    DAYS = "days"
    WORKING_DAYS = "working-days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Limit(StrEnum):
    """Whether a period is the least or the most time allowed."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"


class Event(Entry):
    """One end of a period."""

    event: Line = Field(description="what happens then, as the end of 'when …': 'the funding ends'")
    cues: tuple[Cue, ...] = Field(
        min_length=1,
        description="words that show that a date in a question means this event; one form of each will do: endings are ignored",
    )


class Period(Entry):
    """The time between two events, `first` and `last` in order of time.

    `limit` is left out where the source gives a figure without saying whether it is the least or the most.
    """

    amount: int = Field(gt=0, le=1000, strict=True)
    unit: Unit
    limit: Limit | None = None
    first: Event
    last: Event
    assumes: Line | None = Field(
        default=None,
        description="where the source does not say from what the period runs: what a worked-out date assumes",
    )


class Commitment(Entry):
    """What one Compact says to one party about something, in plain English, with its place."""

    id: CommitmentId
    section: Line = Field(description="id of one of the sections above")
    party: Party
    kind: Slug = Field(
        description="undertaking, commitment, value, definition, background, governance, delivery, dispute"
    )
    force: Force
    topics: tuple[Slug, ...] = Field(min_length=1, description="topics it answers, the one it answers best first")
    says: Line
    conditions: tuple[Line, ...] = Field(default=(), description="when it applies")
    unless: tuple[Line, ...] = Field(default=(), description="when it does not")
    period: Period | None = None
    source: Line = Field(description="the place in the source, as a person would look it up")
    leaves_open: tuple[Line, ...] = Field(default=(), description="what the source does not say, or says in two ways")
    abridged: bool = Field(default=False, description="true where the source line is itself cut short")
    related: tuple[CommitmentId, ...] = ()
    wording: Line | None = Field(
        default=None, description="the document's own words, for an owner who may publish them"
    )

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for key, names in (("topics", self.topics), ("related", self.related)):
            if len(set(names)) < len(names):
                raise PydanticCustomError("repeated", "names an id twice under {key}", {"key": key})
        return self

    @property
    def compact(self) -> str:
        """The id of the Compact it stands in: the first part of its own id."""
        return self.id.partition(".")[0]


class Section(Entry):
    """A part of a Compact, for browsing."""

    id: Line
    title: Line
    place: Line


class Partners(Entry):
    public: tuple[Line, ...] = ()
    vcse: tuple[Line, ...] = ()


class PartyNames(Entry):
    public: Wording
    vcse: Wording


class Compact(Entry):
    """The facts of one agreement."""

    id: Slug
    name: Line = Field(description="short, as used in a sentence: 'CPFT Compact'")
    title: Line = Field(description="the document's full title")
    year: int = Field(ge=1998, le=2200, strict=True)
    status: Literal["in-force", "replaced"]
    replaced_by: Line | None = None
    note: Line | None = None
    partners: Partners
    parties: PartyNames
    named: tuple[Wording, ...] = Field(min_length=1, description="how a question names this Compact")
    process: Process = Field(default=Process(), description="how concerns under it are handled")

    @model_validator(mode="after")
    def _replaced_says_by_what(self) -> Self:
        if (self.status == "replaced") != (self.replaced_by is not None):
            raise PydanticCustomError("replaced_by", "replaced-by goes with status: replaced, and only with that")
        return self


class Theme(Entry):
    """A group of topics, for browsing."""

    id: Slug
    title: Line


class Topic(Entry):
    """What people ask about, with the ways they ask it."""

    id: Slug
    theme: Slug
    title: Line
    asked: tuple[Line, ...] = Field(min_length=1)


class Phrasings(Entry):
    """More ways to ask about a topic that stands in another file."""

    topic: Slug
    asked: tuple[Line, ...] = Field(min_length=1)


class Gap(Entry):
    """Something people ask that no Compact here answers."""

    id: Slug
    title: Line
    says: Line = Field(description="a sentence that says that it is not covered")
    instead: Line = Field(description="where to turn instead")
    asked: tuple[Line, ...] = Field(min_length=1)


class Term(Entry):
    """A word of the trade, explained."""

    term: Line
    also: tuple[Line, ...] = ()
    meaning: Line
    topics: tuple[Slug, ...] = ()


class PartyWords(Entry):
    """What people call the two sides, whichever the Compact."""

    public: tuple[Wording, ...] = ()
    vcse: tuple[Wording, ...] = ()


class ContentFile(Entry):
    """One YAML file. Every key is optional: a file may hold a whole Compact or three synonyms."""

    compact: Compact | None = None
    sections: tuple[Section, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    themes: tuple[Theme, ...] = ()
    topics: tuple[Topic, ...] = ()
    phrasings: tuple[Phrasings, ...] = ()
    not_covered: tuple[Gap, ...] = ()
    glossary: tuple[Term, ...] = ()
    parties_called: PartyWords = PartyWords()
    synonyms: tuple[Annotated[tuple[Wording, ...], Field(min_length=2)], ...] = ()
    danger: tuple[Danger, ...] = ()

    @model_validator(mode="after")
    def _sections_belong_to_a_compact(self) -> Self:
        if self.sections and not self.compact:
            raise PydanticCustomError("sections", "sections stand in the file of their Compact, beside its 'compact:'")
        return self
