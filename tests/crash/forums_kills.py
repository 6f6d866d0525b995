"""Kills replicas in the midst of their work, and starts them again."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.crash.forums_slack import DrivenSlack
from tests.crash.replicas import Replica

SKEW = 25
"""The most seconds by which a replica's clock is wrong, either way."""
MOST_AT_ONCE = 3


@dataclass
class Kills:
    """What befalls the replicas. `rounds`: how many kills there are to be; `took`: how long work takes, in seconds."""

    replicas: Sequence[Replica]
    slack: DrivenSlack
    chance: random.Random
    rounds: int
    count: int = 0
    in_mid_work: int = 0
    during_start: int = 0
    took: float = 0.05

    @property
    def left(self) -> int:
        """How many there are to be yet."""
        return max(self.rounds - self.count, 0)

    async def strike(self, most: int, told: Sequence[asyncio.Task[Any]], now: datetime) -> None:
        """Kill some in the midst of what they are told to do: after a while, or while Slack takes a message."""
        if self.chance.random() < 1 / 2:
            caught: asyncio.Task[object] = asyncio.create_task(self.slack.trap().wait())
            done: asyncio.Task[object] = asyncio.create_task(_all(told))
            await asyncio.wait([caught, done], return_when=asyncio.FIRST_COMPLETED)
            caught.cancel()
            self.slack.let_go()
        else:
            await asyncio.sleep(self.chance.uniform(0, self.took))
        living = [each for each in self.replicas if each.lives]
        victims = self.chance.sample(living, min(self.chance.choice([1, 1, 1, 2, MOST_AT_ONCE]), most, len(living)))
        await self.kill(victims)
        for each in victims:
            # Others stay away until something is due again.
            if self.chance.random() < 3 / 4:
                self.start(each, now)

    async def kill(self, victims: Sequence[Replica]) -> None:
        """Kill these."""
        self.count += len(victims)
        self.in_mid_work += sum(each.busy > 0 for each in victims)
        self.during_start += sum(not each.at_work for each in victims)
        await asyncio.gather(*(each.kill() for each in victims))

    async def all_ready(self, now: datetime) -> None:
        """Start all that do not live, and wait until all are at work."""
        for each in self.replicas:
            if not each.lives:
                self.start(each, now)
        await asyncio.gather(*(each.ready() for each in self.replicas))

    async def some_ready(self, now: datetime) -> None:
        """Wait until one is at work at least."""
        if not any(each.at_work for each in self.replicas):
            if not any(each.lives for each in self.replicas):
                self.start(self.chance.choice(self.replicas), now)
            await asyncio.gather(*(each.ready() for each in self.replicas))

    def start(self, each: Replica, now: datetime) -> None:
        """Start one, with a clock that is a little wrong."""
        self.skew(each)
        each.start(now)

    def skew(self, each: Replica) -> None:
        """Have its clock a little wrong."""
        each.wrong = timedelta(seconds=self.chance.uniform(-SKEW, SKEW))


async def _all(tasks: Sequence[asyncio.Task[Any]]) -> None:
    if tasks:
        await asyncio.wait(tasks)
