"""What every entry that editors write is made of: ids, lines, words, and the base of the models.

Every model is frozen and forbids unknown keys, so that a slip of the pen is found
(`knowledge.loading` adds file, line and entry to each complaint). YAML keys are
hyphenated where Python names have underscores: `leaves-open` is `leaves_open`.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from knowledge.text import words

Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60),
    Field(description="lower-case words joined by hyphens"),
]
CommitmentId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$", max_length=100),
    Field(description="the Compact's id, then its place, joined by dots: cpft.outcome-4.public.4"),
]


def _must_be_written_as_text(value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    raise PydanticCustomError(
        "not_text",
        "should be text; put it in quotation marks if it is meant as words (YAML read it as {kind})",
        {"kind": type(value).__name__},
    )


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000),
    BeforeValidator(_must_be_written_as_text, json_schema_input_type=str),
]


def _must_hold_a_word(text: str) -> str:
    if words(text):
        return text
    raise PydanticCustomError("no_word", "has no letter or figure in it")


def _must_be_one_word(text: str) -> str:
    if len(words(text)) == 1:
        return text
    raise PydanticCustomError("one_word", "should be a single word")


Cue = Annotated[Line, AfterValidator(_must_be_one_word)]
Wording = Annotated[Line, AfterValidator(_must_hold_a_word)]


def _hyphenated(name: str) -> str:
    return name.replace("_", "-")


class Entry(BaseModel):
    """The base of every model."""

    model_config = ConfigDict(alias_generator=_hyphenated, extra="forbid", frozen=True, str_strip_whitespace=True)
