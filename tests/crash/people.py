"""Somebody in Slack, as a crash meets them: they wait for an answer, and in the end say or press it once more."""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.crash.flaky import FlakySlack
from tests.crash.wire import Wire
from tests.slack.blocks import texts
from tests.slack.requests import Json, block_actions, message_im

# Longer than a hold lasts that a killed process left behind, and than it takes until somebody looks.
PATIENCE = 30.0
# A press is not sent again by anybody but the person, so they give up on it sooner.
PATIENCE_AT_A_PRESS = 8.0
_A_MOMENT = 0.1
_MOST_REPLIES = 4


@dataclass(frozen=True)
class Heard:
    """An answer: the messages that it is."""

    messages: Sequence[Any]

    @property
    def text(self) -> str:
        """All that it shows."""
        return "\n".join(text for message in self.messages for text in texts(list(message.blocks)))

    def buttons(self) -> Iterator[tuple[Json, Any]]:
        """Each button as it is pressed, with its message."""
        for message in self.messages:
            for each in buttons(message.blocks):
                yield each, message


def buttons(blocks: Sequence[Json]) -> Iterator[Json]:
    """The buttons in blocks, as they are pressed."""
    for number, block in enumerate(blocks):
        for each in block.get("elements", ()):
            if each.get("type") == "button":
                yield each | {"block_id": block.get("block_id", f"b{number}"), "action_ts": "1.1"}


@dataclass
class Person:
    """A member of the workspace.

    `presses`: how many buttons they pressed in private that we said we have; `in_vain`: after how many of them they gave up
    waiting for an answer.
    """

    user: str
    slack: FlakySlack
    wire: Wire
    chance: random.Random
    presses: int = 0
    in_vain: int = 0

    async def say(self, text: str) -> Heard | None:
        """Write in private; what is answered, None where nothing is."""
        at = self.slack.write(text, user=self.user)
        return await self.hear(self.wire.event(message_im(text, user=self.user, ts=at)), PATIENCE)

    async def press(self, button: Json, message: Any) -> Heard | None:
        """Press a button in private; what is answered, None where nothing is or an error is shown."""
        trigger = await self.press_in(None, button, message)
        if not trigger:
            return None
        self.presses += 1
        heard = await self.hear(f"press:{trigger}", PATIENCE_AT_A_PRESS)
        self.in_vain += not heard
        return heard

    async def press_in(self, channel: str | None, button: Json, message: Any) -> str | None:
        """Press a button; gives the trigger of the press, None where an error is shown."""
        origin = self.slack.origin(self.user, channel)
        shown = {"ts": message.ts, "text": message.text, "blocks": list(message.blocks)}
        answer = await self.wire.press(block_actions(button, origin, message=shown))
        return None if answer is None else origin.trigger_id

    async def hear(self, identifier: str, patience: float) -> Heard | None:
        """The answer to what was said or pressed, when it comes."""
        keys = [f"reply:slack:{identifier}:{number}" for number in range(_MOST_REPLIES)]
        if await self.see(lambda: self.slack.by_key.get(keys[0]), patience) is None:
            return None
        await asyncio.sleep(_A_MOMENT)
        return Heard([post for key in keys for post in self.slack.by_key.get(key, ())])

    async def see(self, seen: Callable[[], Any], patience: float) -> Any:
        """What is to be seen, when it is; None where patience ends before."""
        with suppress(TimeoutError):
            return await self.slack.until(seen, patience)
        return None
