"""Replies sent by whoever took the message: none that somebody else has sent meanwhile."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.replying import send_replies
from bot.store.inbox import HELD_FOR
from bot.store.outbox import SqlOutbox
from bot.store.posts import reply_key
from bot.store.sql import SqlStore
from handlers.conversation import Conversation, Message, Platform, Reply, Room, Text
from scheduler.delivery import Claimed, Deliverer
from tests.clock import FRIDAY, DrivenClock

ROOM = Room(Platform.SLACK, "T1", "D1", private=True)
MESSAGE = Message(Conversation(Platform.SLACK, "T1", "D1", "U1"), "hello", private=True, room=ROOM, id="e1")
REPLIES = [Reply((Text(word),)) for word in ("one", "two", "three")]


class Slow:
    """A platform that takes its time with each message."""

    def __init__(self, clock: DrivenClock, takes: timedelta) -> None:
        self._clock = clock
        self._takes = takes
        self.keys: list[str] = []

    async def send(self, claimed: Claimed) -> str:
        self.keys.append(claimed.post.key)
        self._clock.advance(self._takes)
        return "m"


@pytest.mark.parametrize(
    ("before", "takes"),
    [(timedelta(), timedelta()), (timedelta(seconds=40), timedelta(seconds=40)), (timedelta(), timedelta(minutes=2))],
)
def test_each_is_sent_once_however_long_the_platform_takes(
    engine: Engine, store: SqlStore, clock: DrivenClock, before: timedelta, takes: timedelta
) -> None:
    """Another process delivers, too, whatever is held no longer. `before`: how long it takes until we begin."""

    async def scenario() -> None:
        ours, others = Slow(clock, takes), Slow(clock, timedelta())
        queue = SqlOutbox(engine)

        class InBetween(Slow):
            async def send(self, claimed: Claimed) -> str:
                sent = await ours.send(claimed)
                await elsewhere.deliver()
                return sent

        elsewhere = Deliverer(Platform.SLACK, queue, others, clock, sweep=None)
        deliverer = Deliverer(Platform.SLACK, queue, InBetween(clock, takes), clock, sweep=None)
        with store.begin() as records:
            assert records.settle(MESSAGE, REPLIES, FRIDAY)
        clock.advance(before)
        await send_replies(deliverer, MESSAGE, REPLIES, FRIDAY)
        await elsewhere.deliver()
        every = [reply_key(MESSAGE, number) for number in range(len(REPLIES))]
        twice = {every[0]} if takes > HELD_FOR else set()
        assert sorted(ours.keys + others.keys) == sorted([*every, *twice])

    asyncio.run(scenario())
