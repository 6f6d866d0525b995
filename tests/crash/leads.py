"""The Compact leads, who handle the cases in their channel: two of them may be at the same one."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.crash.flaky import key_of
from tests.crash.people import PATIENCE, PATIENCE_AT_A_PRESS, Heard, Person, buttons
from tests.slack.filling import states
from tests.slack.requests import BOT_USER, LEADS, Json, app_mention, view_submission

CARD = re.compile(r"case:([0-9A-Z]{4}-[0-9A-Z]{4}):card(?:-\d+)?(?::\d+)?")
_ACTS = re.compile(r"(acknowledge|take|close) [0-9A-Z-]{9}")
# As if somebody sent a form again that Slack says could not be sent.
_TRIES = 3


@dataclass(frozen=True)
class Card:
    """A case's card as it stands in the channel."""

    ts: str
    text: str
    blocks: Sequence[Json]
    key: str

    @property
    def reference(self) -> str:
        """Of the case."""
        found = CARD.fullmatch(self.key)
        assert found is not None
        return found[1]


def cards(history: dict[str, Json]) -> list[Card]:
    """The cards in a channel, the oldest first."""
    keyed = [(key_of(message.get("metadata")), message) for message in history.values()]
    return [
        Card(message["ts"], message["text"], message["blocks"], key) for key, message in keyed if CARD.fullmatch(key)
    ]


@dataclass
class Lead(Person):
    """Somebody who acts on cards. `acts`: how often."""

    acts: int = 0

    async def set_up(self, compact: str) -> None:
        """Say, as an administrator, that concerns come to the channel, until that is answered."""
        while not await self._mention(f"send {compact} concerns here"):
            pass

    async def go(self) -> None:
        """Act until cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.1, 0.6))
            open_ones = [
                (card, button)
                for card in cards(self.slack.history[LEADS])
                for button in buttons(card.blocks)
                if _ACTS.fullmatch(button.get("value", ""))
            ]
            if open_ones:
                await self._act(*self.chance.choice(open_ones))
                self.acts += 1

    async def _act(self, card: Card, button: Json) -> None:
        closes = button["value"].startswith("close")
        if not closes:
            await self.press_in(LEADS, button, card)
        elif self.chance.random() < 0.5:
            await self._mention(f"close {card.reference} as settled: {self._sentence()}")
        elif self.chance.random() < 0.5:
            await self._close_in_a_form(card, button)

    async def _mention(self, text: str) -> Heard | None:
        """Say something to us in the channel; what is answered there."""
        at = self.slack.write(f"<@{BOT_USER}> {text}", user=self.user, channel=LEADS)
        return await self.hear(self.wire.event(app_mention(text, user=self.user, channel=LEADS, ts=at)), PATIENCE)

    async def _close_in_a_form(self, card: Card, button: Json) -> None:
        before = len(self.slack.opened)
        if not await self.press_in(LEADS, button, card):
            return
        opened = await self.see(lambda: self._opened(card, before), PATIENCE_AT_A_PRESS)
        if not opened:
            return
        view = self.slack.views[opened.view_id]
        [how, text] = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        values = states(view, {how: ["settled"], text: [self._sentence()]})
        for _ in range(_TRIES):
            origin = self.slack.origin(self.user, LEADS)
            answer = await self.wire.press(view_submission(view, values, origin))
            if answer is not None:
                assert "errors" not in json.loads(answer or "{}"), answer
                return

    def _opened(self, card: Card, since: int) -> Any:
        return next(
            (each for each in self.slack.opened[since:] if card.reference in each.view["private_metadata"]), None
        )

    def _sentence(self) -> str:
        return f"They have paid {self.chance.getrandbits(48):012x} now."
