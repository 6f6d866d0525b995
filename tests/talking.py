"""Talking with the assistant in plain text."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from handlers.assistant import Assistant
from handlers.conversation import Block, Choices, Conversation, Message, Option, Platform


def conversation(who: str) -> Conversation:
    """The conversation that somebody has with the assistant alone."""
    return Conversation(Platform.TERMINAL, tenant="tenant", channel=f"channel of {who}", user=who)


class Talk:
    """Says something to an assistant, and hears all the text of its reply, a string a line."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def __call__(self, text: str, *, who: str = "ann") -> str:
        """The text of the reply to `text`: what it shows and what its options say."""
        return "\n".join(strings(self.blocks(text, who=who)))

    def blocks(self, text: str, *, who: str = "ann") -> tuple[Block, ...]:
        """The blocks of the reply to `text`."""
        [reply] = self.assistant.handle(Message(conversation(who), text, private=True))
        return reply.blocks


def options(blocks: tuple[Block, ...]) -> list[Option]:
    """Everything that can be picked in a reply."""
    return [option for block in blocks if isinstance(block, Choices) for option in block.options]


def strings(value: Any) -> Iterator[str]:
    """All the text in a value, however deep."""
    match value:
        case str():
            yield value
        case tuple():
            for each in value:
                yield from strings(each)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from strings(getattr(value, field.name))
        case _:
            pass
