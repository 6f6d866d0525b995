"""The assistant as a theatre for transcripts: no platform, several people, rooms and presses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from handlers.assistant import Assistant
from handlers.concerns.house import House
from handlers.conversation import (
    AskDate,
    Block,
    Choices,
    Conversation,
    Filled,
    Form,
    Message,
    Option,
    Person,
    Platform,
    Reply,
    Room,
)
from tests.clock import DrivenClock
from tests.scripts import Filled as Fills
from tests.scripts import Heard
from tests.talking import strings

TENANT = "T1"
_SYMBOLS = "2346789FKMQRTWXY"


def person(who: str) -> Person:
    """Somebody on stage."""
    return Person(Platform.SLACK, TENANT, who)


def channel(name: str) -> Room:
    """A room where others read."""
    return Room(Platform.SLACK, TENANT, name)


class References:
    """References one after the other, the same each time."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        number = next(self._numbers)
        symbols = "".join(_SYMBOLS[number // 16**place % 16] for place in reversed(range(8)))
        return f"{symbols[:4]}-{symbols[4:]}"


def house() -> House:
    """The house that transcripts are played in."""
    return House(safeguarding="Our safeguarding team is on 01632 960000.", references=References())


@dataclass
class Stage:
    """People who talk with one assistant."""

    assistant: Assistant
    clock: DrivenClock
    options: dict[str, list[Option]] = field(default_factory=dict)

    def say(self, who: str, text: str, room: str = "") -> Heard:
        """See `Theatre.say`."""
        replies = self.replies(who, text, room)
        alone = [reply for reply in replies if reply.private or not room]
        here = [reply for reply in replies if reply not in alone] if room else alone
        return Heard(_text(here), _text(alone) if room else "")

    def press(self, who: str, label: str, filled: Fills | None = None) -> Heard:
        """See `Theatre.press`."""
        return Heard(_text(self.replies(who, self.says(who, label), filled=_filled(filled or {}))))

    def wait(self, how_long: timedelta) -> None:
        """See `Theatre.wait`."""
        self.clock.advance(how_long)

    def says(self, who: str, label: str) -> str:
        """What the latest button of a label says."""
        found = [option.says for option in self.options.get(who, []) if option.label == label]
        assert found, (
            f"{who} has no button “{label}”, but {[option.label for option in self.options.get(who, [])][-20:]}"
        )
        return found[-1]

    def replies(self, who: str, text: str, room: str = "", filled: Filled = ()) -> list[Reply]:
        """The replies to what somebody says."""
        place = channel(room) if room else Room(Platform.SLACK, TENANT, f"D-{who}", private=True)
        conversation = Conversation(Platform.SLACK, TENANT, place.channel, who)
        message = Message(conversation, text, not room, place, who.title(), filled)
        replies = self.assistant.handle(message)
        self.options.setdefault(who, []).extend(option for reply in replies for option in offered(reply.blocks))
        return replies


def offered(blocks: tuple[Block, ...]) -> Iterator[Option]:
    """Everything that can be pressed."""
    for block in blocks:
        match block:
            case Choices(options) | AskDate(days=options):
                yield from options
            case Form(submit=submit, opens=opens):
                yield from (submit, opens)
            case _:
                pass


def _filled(fields: Fills) -> Filled:
    return tuple((key, tuple(values)) for key, values in fields.items())


def _text(replies: list[Reply]) -> str:
    return "\n".join(each for reply in replies for each in strings(reply.blocks))
