"""Slack's way to our replicas: what it sends again, and what it does not."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from tests.slack.requests import Json, Retry, sending

# Slack waits 3 seconds for an answer, and sends an event again at once, after a minute and after five. Here it waits
# less, as our own holds are shorter here, too.
ANSWERED_WITHIN = 3.0
AGAIN_AFTER = (0.0, 5.0, 15.0)


@dataclass
class Wire:
    """Sends to whichever replica is there, as a load balancer would.

    `events`: for each by its id, whether we said that we have it; `again`: how often one was sent again. `presses`: how
    many there were, and forms that were sent; `failed`: how many of them people were told to have failed. `broken`: what
    became of requests that were not answered as they should be.
    """

    addresses: Sequence[str]
    secret: str
    session: aiohttp.ClientSession
    chance: random.Random
    events: dict[str, bool] = field(default_factory=dict)
    again: int = 0
    presses: int = 0
    failed: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def event(self, payload: Json) -> str:
        """Have an event sent, as often as Slack sends it; gives its id."""
        task = asyncio.create_task(self._send_event(payload))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        identifier: str = payload["event_id"]
        return identifier

    async def press(self, payload: Json) -> str | None:
        """Send what somebody does, once; gives what is answered, None where the person is shown an error."""
        answer = await self._sent(payload)
        self.presses += 1
        self.failed += answer is None
        return answer

    async def over(self) -> None:
        """Wait until every event is sent, or given up."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _send_event(self, payload: Json) -> None:
        identifier = payload["event_id"]
        self.events[identifier] = await self._sent(payload) is not None
        for number, pause in enumerate(AGAIN_AFTER, start=1):
            if self.events[identifier]:
                return
            await asyncio.sleep(pause)
            self.again += 1
            self.events[identifier] = await self._sent(payload, Retry(number)) is not None

    async def _sent(self, payload: Json, retry: Retry | None = None) -> str | None:
        for address in self.chance.sample(self.addresses, len(self.addresses)):
            sent = sending(payload, self.secret, retry=retry)
            try:
                async with (
                    asyncio.timeout(ANSWERED_WITHIN),
                    self.session.post(address, data=sent.body, headers=sent.headers) as answer,
                ):
                    body = await answer.text()
            except aiohttp.ClientConnectorError:
                self.broken["nobody there"] += 1
                continue
            except TimeoutError:
                self.broken["too late"] += 1
                return None
            except (aiohttp.ClientError, OSError):
                self.broken["cut off"] += 1
                return None
            if answer.status == 200:
                return body
            self.broken[f"status {answer.status}"] += 1
            return None
        return None
