"""A reply as it stands where all can read it: short, the rest a button away."""

from typing import assert_never

from handlers.conversation import (
    AskDate,
    Block,
    Choices,
    Facts,
    Form,
    Heading,
    Option,
    Passage,
    Quote,
    Reply,
    SideBySide,
    Text,
)

_PASSAGES = 2
_FACTS = frozenset({"Binds", "Where"})
_MORE = "More, just for me"


def shortened(reply: Reply) -> Reply:
    """`reply` with what matters most, and a button for the rest; as it is where it has nothing to say in private."""
    if not reply.more:
        return reply
    kept: list[Block] = []
    buttons: list[Block] = [Choices((Option(_MORE, reply.more),), numbered=False)]
    room = _PASSAGES
    for block, following in zip(reply.blocks, (*reply.blocks[1:], None), strict=False):
        match block:
            case Heading():
                kept.append(block)
            case Text(quiet=quiet):
                introduces_list = isinstance(following, Choices) and following.numbered
                kept += [] if quiet and introduces_list else [block]
            case Passage():
                kept += [_brief(block)] if room else []
                room -= min(room, 1)
            case SideBySide(passages):
                kept.append(SideBySide(tuple(map(_brief, passages[:room]))))
                room -= min(room, len(passages))
            case Choices(numbered=False) | Form():
                buttons.append(block)
            case Choices() | Facts() | Quote() | AskDate():
                pass
            case _:
                assert_never(block)
    return Reply((*kept, *buttons))


def _brief(passage: Passage) -> Passage:
    facts = tuple((name, value) for name, value in passage.facts if name in _FACTS)
    return Passage(passage.title, passage.says, facts)
