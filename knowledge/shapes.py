"""Data read from YAML, held against a model: each mistake is told with its file, line and entry, in an editor's words."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from knowledge.problems import KnowledgeError
from knowledge.yamlfiles import Document, Place

_OUR_WORDS = {
    "extra_forbidden": "is not a key that is known here",
    "missing": "is missing",
    "tuple_type": "should be a list, each entry on a line of its own that begins with a hyphen",
    "string_too_short": "is empty",
    "string_too_long": "should have {max_length} characters at most",
    # Only ids have a pattern.
    "string_pattern_mismatch": (
        "should be lower-case words joined by hyphens, such as 'provider-forum', and in the id of a commitment by dots too"
    ),
    "too_short": "needs more entries",
    "model_type": "should hold keys such as 'id:', not bare words",
}

Model = TypeVar("Model", bound=BaseModel)


def shaped(document: Document, model: type[Model], data: Any, place: Place = ()) -> Model:
    """`data`, which stands at `place` in the document, as a `model`.

    Raises KnowledgeError with every mistake in its shape.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = [each for each in error.errors() if not _only_seems_short(each)]
        raise KnowledgeError(
            [document.problem((*place, *each["loc"]), _in_our_words(each)) for each in found]
        ) from error


def _in_our_words(error: ErrorDetails) -> str:
    words = _OUR_WORDS.get(error["type"])
    return words.format(**error.get("ctx", {})) if words else error["msg"]


def _only_seems_short(error: ErrorDetails) -> bool:
    """Whether a list is called too short because wrong entries of it, complained about on their own, do not count."""
    return error["type"] == "too_short" and len(error["input"]) >= int(error["ctx"]["min_length"])
