"""Replies as JSON text, and back. Each block is tagged with the name of its class."""

import json
from dataclasses import fields
from functools import cache
from types import GenericAlias
from typing import Any, cast, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from handlers.conversation import Block, Reply

_TAG = "block"
# What people wrote stays out of errors.
_AS_WRITTEN = ConfigDict(extra="forbid", hide_input_in_errors=True)


class UnreadableReplyError(ValueError):
    """A reply was kept by another version of compactbot, which knew something else. The text holds nothing of it."""


def written(reply: Reply) -> str:
    """A reply as JSON."""
    blocks = [{_TAG: type(block).__name__, **vars(block)} for block in reply.blocks]
    return json.dumps({**vars(reply), "blocks": blocks}, default=vars, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Reply:
    """The reply that was written. Raises UnreadableReplyError where this version does not know all of it."""
    kept: dict[str, Any] = json.loads(text)
    unknown = kept.keys() - {field.name for field in fields(Reply)}
    if unknown or "blocks" not in kept:
        raise UnreadableReplyError(f"kept by another version: {', '.join(sorted(unknown)) or 'no blocks'}")
    return Reply(**{**kept, "blocks": tuple(map(_block, kept["blocks"]))})


def _block(kept: dict[str, Any]) -> Block:
    kind = kept.pop(_TAG, None)
    adapter = _kinds().get(kind)
    if adapter is None:
        raise UnreadableReplyError(f"kept by another version: a block {kind}")
    try:
        [block] = adapter.validate_python([kept])
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"][1:]))
        raise UnreadableReplyError(f"kept by another version: {kind}.{place}: {first['type']}") from None
    return block


@cache
def _kinds() -> dict[str, TypeAdapter[list[Block]]]:
    """What validates each block: in a list, as pydantic takes no configuration for a class that is not its own."""
    return {
        kind.__name__: TypeAdapter(cast("Any", GenericAlias(list, (kind,))), config=_AS_WRITTEN)
        for kind in get_args(Block)
    }
