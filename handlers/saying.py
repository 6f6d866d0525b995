"""What one message leads to: the blocks to say, and what the conversation is about afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from handlers.context import Context
from handlers.conversation import Block, Choices, Reply, Text


@dataclass(frozen=True)
class Saying:
    """Blocks to say, with the context that the next message is understood in.

    `private`: for the person alone, wherever they spoke; `here`: what is said in that place then.
    """

    blocks: tuple[Block, ...]
    context: Context
    more: str = ""
    private: bool = False
    here: tuple[Block, ...] = ()

    def replies(self) -> list[Reply]:
        """What is said, as the faces take it."""
        here = [Reply(self.here)] if self.here else []
        return [*here, Reply(self.blocks, self.more, private=self.private)]


def saying(blocks: Sequence[Block], context: Context, more: str = "") -> Saying:
    """`blocks`, with their numbered options remembered, so that "2" picks the second."""
    return Saying(tuple(blocks), replace(context, options=numbered(blocks)), more)


def plainly(text: str, context: Context, *more: str) -> Saying:
    """Sentences that change nothing of what the conversation is about."""
    return Saying((Text(text), *(Text(each) for each in more)), context)


def numbered(blocks: Iterable[Block]) -> tuple[str, ...]:
    """What picking 1, 2, 3 … says."""
    choices = [block for block in blocks if isinstance(block, Choices) and block.numbered]
    return tuple(option.says for block in choices for option in block.options)
