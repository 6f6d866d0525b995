"""A Slack that goes by a driven clock, and fails now and then."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from tests.crash.forums_town import BACK_OFFICE, MARKET, OFFICE, PEOPLE, SQUARE
from tests.slack.requests import LEAD, dm
from tests.slack.standin import Channel, Cut, Failure, RateLimited, ServerError, SlackStandIn, Timeout
from tests.slack.standin.things import User

FAILS = 1 / 12
_HANGS = 0.3
_FAILURES: tuple[Failure, ...] = (
    *map(RateLimited, (3, 30, 90)),
    *(kind(done=done) for kind in (ServerError, Cut) for done in (False, True)),
    *(Timeout(_HANGS, done=done) for done in (False, True)),
)


class DrivenSlack(SlackStandIn):
    """A workspace with the town's channels and people. `failed`: how many calls failed, by how."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.failed: Counter[str] = Counter()
        self._chance = chance
        self._caught: asyncio.Event | None = None
        self._moment = datetime.now(UTC)
        for name in PEOPLE:
            self.users[name] = User(name, name.lower(), name)
            self.channels[dm(name)] = Channel(dm(name), "", "im", (name,))
        for room in (SQUARE, MARKET, OFFICE, BACK_OFFICE):
            self.channels[room.channel] = Channel(room.channel, room.channel.lower(), members=(*PEOPLE, LEAD))

    def tell(self, moment: datetime) -> None:
        """It is that time now."""
        self._moment = moment

    def time(self) -> int:
        """What it was told."""
        return int(self._moment.timestamp())

    def trap(self) -> asyncio.Event:
        """Have whoever calls next wait; the event tells that somebody does."""
        self._caught = asyncio.Event()
        return self._caught

    def let_go(self) -> None:
        """Set no trap any more."""
        self._caught = None

    async def _served(self, request: web.Request, method: str, answer: Callable[[], web.Response]) -> web.Response:
        if self._caught:
            self._caught.set()
            self.let_go()
            self._fail(method, Timeout(_HANGS, done=self._chance.random() < 2 / 3))
        elif self._chance.random() < FAILS:
            self._fail(method, self._chance.choice(_FAILURES))
        return await super()._served(request, method, answer)

    def _fail(self, method: str, failure: Failure) -> None:
        self.failed[type(failure).__name__] += 1
        self.fail(method, kind=failure)
