"""What one message leads to: the blocks to say, and what the conversation is about afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from handlers.context import Context
from handlers.conversation import Block, Choices, Text


@dataclass(frozen=True)
class Saying:
    """Blocks to say, with the context that the next message is understood in."""

    blocks: tuple[Block, ...]
    context: Context
    more: str = ""


def saying(blocks: Sequence[Block], context: Context, more: str = "") -> Saying:
    """`blocks`, with their numbered options remembered, so that "2" picks the second."""
    return Saying(tuple(blocks), replace(context, options=tuple(_numbered(blocks))), more)


def plainly(text: str, context: Context, *more: str) -> Saying:
    """Sentences that change nothing of what the conversation is about."""
    return Saying((Text(text), *(Text(each) for each in more)), context)


def _numbered(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, Choices) and block.numbered:
            yield from (option.says for option in block.options)
