"""How concerns are handled: each Compact's process, and the words that tell of danger to a person."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from knowledge.entries import CommitmentId, Entry, Line, Slug, Wording


class Stage(Entry):
    """A part of the way in which a concern is settled."""

    id: Slug
    title: Annotated[Line, StringConstraints(max_length=40)] = Field(
        description="short, as on a button: 'Talking it over'"
    )
    happens: Line = Field(description="what happens in it: a sentence to whoever raised the concern")
    within: int | None = Field(
        default=None,
        gt=0,
        le=260,
        strict=True,
        description="in how many working days from its beginning it should be over",
    )


class Oversight(Entry):
    """Who sees to it that concerns are handled properly."""

    by: Line = Field(description="who, as the end of 'It is watched over by …'")
    sources: tuple[CommitmentId, ...] = Field(min_length=1, description="where the Compact says so")


_USUAL_STAGES = (
    Stage(id="received", title="Received", happens="The Compact leads read it and tell you that they have it."),
    Stage(
        id="talking",
        title="Talking it over",
        happens="The leads hear both sides and look for an answer that works for both.",
    ),
    Stage(id="deciding", title="Being decided", happens="The leads say what they have found and what should happen."),
)


class Process(Entry):
    """How concerns under a Compact are handled. What is left out is as usual; a Compact need not describe any."""

    overseen: Oversight | None = None
    advised_first: tuple[CommitmentId, ...] = Field(
        default=(), description="what the Compact advises before a concern is raised: ids of commitments"
    )
    acknowledge_within: int | None = Field(
        default=None, gt=0, le=260, strict=True, description="in how many working days the leads say that they have it"
    )
    times_from: Line | None = Field(
        default=None,
        description="the place where the Compact sets these times; left out where they are an aim of your own",
    )
    stages: tuple[Stage, ...] = Field(
        default=_USUAL_STAGES, min_length=1, description="in order, the first from the filing on"
    )
    silent: Line | None = Field(default=None, description="what the Compact does not say about this: a sentence")

    @model_validator(mode="after")
    def _names_each_stage_once(self) -> Self:
        if len({stage.id for stage in self.stages}) < len(self.stages):
            raise PydanticCustomError("repeated", "names an id twice under stages")
        return self


class Danger(Entry):
    """Words by which a story tells that somebody may come to harm. A word stands for all its endings."""

    said: tuple[Wording, ...] = Field(min_length=1, description="one of these, a word or several in a row")
    followed_by: tuple[Wording, ...] = Field(
        default=(), description="and right after it one of these, where any are given"
    )
    but_not_by: tuple[Wording, ...] = Field(default=(), description="and right after it none of these")
