"""A Slack that fails now and then, in all the ways that Slack and the line to it fail."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from aiohttp import web

from bot.slack.sending import POST
from tests.slack.requests import LEADS, Json, dm
from tests.slack.standin import Channel, Cut, Failure, NotOk, Posted, RateLimited, ServerError, SlackStandIn, Timeout
from tests.slack.standin.things import User

T = TypeVar("T")

# Where it says `done`, Slack has done what it was asked for, and only its answer is lost. 6 s is longer than we wait.
FAILURES: tuple[Failure, ...] = (
    RateLimited(1),
    RateLimited(3),
    NotOk("internal_error"),
    ServerError(),
    ServerError(done=True),
    Cut(),
    Cut(done=True),
    Timeout(0.5, done=True),
    Timeout(6),
    Timeout(6, done=True),
)


class FlakySlack(SlackStandIn):
    """A workspace in which calls fail with a probability of `rate`, for as long as that is not set to 0.

    `by_key`: what was posted, by the key of our post, in order. `called`: how many calls came in; `failed`: how many of
    them failed, by how.
    """

    def __init__(self, chance: random.Random, users: Sequence[str], rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.called = 0
        self.failed: Counter[str] = Counter()
        self.by_key: defaultdict[str, list[Posted]] = defaultdict(list)
        self._chance = chance
        for user in users:
            self.users[user] = User(user, user.lower(), user)
            self.channels[dm(user)] = Channel(dm(user), "", "im", (user,))
        self.channels[LEADS] = Channel(LEADS, "leads", "private", tuple(self.users))

    def keep(self, kept: list[T], item: T) -> None:
        """Also by its key."""
        if isinstance(item, Posted) and (key := key_of(item.metadata)):
            self.by_key[key].append(item)
        super().keep(kept, item)

    async def _served(self, request: web.Request, method: str, answer: Callable[[], web.Response]) -> web.Response:
        self.called += 1
        self.changed()
        if self._chance.random() < self.rate:
            failure = self._chance.choice(FAILURES)
            self.failed[str(failure)] += 1
            self.fail(method, kind=failure)
        return await super()._served(request, method, answer)


def key_of(metadata: Json | None) -> str:
    """The key of the post that a message is, by its metadata; empty for a message that is none of our posts."""
    if not metadata or metadata["event_type"] != POST:
        return ""
    return str(metadata["event_payload"]["key"])
