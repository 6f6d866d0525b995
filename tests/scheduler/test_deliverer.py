"""A deliverer at rest: what wakes it, and what stops it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.store.inbox import HELD_FOR
from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore
from handlers.conversation import Person, Platform, Reply, Text
from handlers.posts import Post
from scheduler import delivery
from scheduler.delivery import Claimed, Deliverer, SendError
from tests.clock import FRIDAY, DrivenClock
from tests.waiting import PATIENCE, until

ANN, BEA = Person(Platform.SLACK, "T1", "U1"), Person(Platform.SLACK, "T1", "U2")


class Sent:
    """Remembers what it was to send, and fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.keys: list[str] = []
        self.failures = failures

    async def send(self, claimed: Claimed) -> str:
        if self.failures:
            self.failures -= 1
            raise SendError("not now")
        self.keys.append(claimed.post.key)
        return f"m{len(self.keys)}"


def put(store: SqlStore, *keys: str, to: Person = ANN) -> None:
    """Puts posts to one person."""
    with store.begin() as records:
        for key in keys:
            records.outbox.put(Post(key, to, Reply((Text(key),)), FRIDAY))


class Hanging(Sent):
    """Hangs where it sends one post, until it is let go on."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.go_on = asyncio.Event()

    async def send(self, claimed: Claimed) -> str:
        if claimed.post.key == self.key:
            await self.go_on.wait()
        return await super().send(claimed)


@pytest.mark.parametrize("steps", range(4))
def test_it_stops_even_where_it_is_woken_at_the_same_moment(engine: Engine, clock: DrivenClock, steps: int) -> None:
    """Or so many steps of the event loop later."""

    async def scenario() -> None:
        deliverer = Deliverer(Platform.SLACK, SqlOutbox(engine), Sent(), clock, sweep=timedelta(minutes=1))
        running = asyncio.create_task(deliverer.run())
        await asyncio.sleep(0.05)
        deliverer.wake()
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, PATIENCE)

    asyncio.run(scenario())


def test_what_others_put_is_found_at_the_next_sweep(engine: Engine, store: SqlStore, clock: DrivenClock) -> None:
    async def scenario() -> None:
        sent, queue = Sent(), SqlOutbox(engine)
        sweep = timedelta(seconds=0.05)
        deliverer = Deliverer(Platform.SLACK, queue, sent, clock, sweep=sweep)
        running = asyncio.create_task(deliverer.run())
        await asyncio.sleep(0.05)
        put(store, "k1", "k2")
        await until(lambda: sent.keys == ["k1", "k2"])
        running.cancel()
        assert queue.next_due([Platform.SLACK]) is None

    asyncio.run(scenario())


def test_whoever_sends_one_itself_hears_whether_it_is_sent(engine: Engine, store: SqlStore, clock: DrivenClock) -> None:
    """What is left to the deliverer goes in its turn, behind the one that failed."""

    async def scenario() -> None:
        sent, queue = Sent(failures=1), SqlOutbox(engine)
        deliverer = Deliverer(Platform.SLACK, queue, sent, clock, sweep=None)
        put(store, "k1", "k2")
        [first] = queue.claim(FRIDAY, [Platform.SLACK], 9)
        assert await deliverer.send(first) is False
        await deliverer.leave("k2")
        assert await deliverer.deliver() == FRIDAY + timedelta(seconds=2)
        clock.advance(timedelta(seconds=2))
        assert await deliverer.deliver() is None
        assert sent.keys == ["k1", "k2"]

    asyncio.run(scenario())


def test_one_that_hangs_holds_up_nobody_else(
    engine: Engine, store: SqlStore, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes due meanwhile is sent, too; only what is for the same person waits."""
    monkeypatch.setattr(delivery, "LOOK_AGAIN_AFTER", timedelta(seconds=0.02))

    async def scenario() -> None:
        sent = Hanging("k1")
        deliverer = Deliverer(Platform.SLACK, SqlOutbox(engine), sent, clock, sweep=None)
        put(store, "k1", "k2")
        delivering = asyncio.create_task(deliverer.deliver())
        await asyncio.sleep(0.05)
        put(store, "k3", to=BEA)
        await until(lambda: sent.keys == ["k3"])
        sent.go_on.set()
        assert await delivering is None
        assert sent.keys == ["k3", "k1", "k2"]

    asyncio.run(scenario())


@pytest.mark.parametrize("in_time", [True, False])
def test_what_is_being_sent_when_it_stops_is_sent_first(
    engine: Engine, store: SqlStore, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch, in_time: bool
) -> None:
    """Cut off, it would be sent once more; only what takes too long is."""
    monkeypatch.setattr(delivery, "FINISH_WITHIN", PATIENCE if in_time else 0.05)

    async def scenario() -> None:
        sent, queue = Hanging("k1"), SqlOutbox(engine)
        deliverer = Deliverer(Platform.SLACK, queue, sent, clock, sweep=None)
        put(store, "k1")
        running = asyncio.create_task(deliverer.run())
        await until(lambda: queue.next_due([Platform.SLACK]) == FRIDAY + HELD_FOR)
        running.cancel()
        await asyncio.sleep(0.02)
        if in_time:
            sent.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (sent.keys, queue.next_due([Platform.SLACK]) is None) == ((["k1"], True) if in_time else ([], False))

    asyncio.run(scenario())


def test_what_is_sent_and_cannot_be_marked_is_marked_later_and_not_sent_again(
    engine: Engine, store: SqlStore, clock: DrivenClock
) -> None:
    class Away(SqlOutbox):
        times = 2

        def all_sent(self, sent: Sequence[tuple[str, str]], now: datetime) -> None:
            if self.times:
                self.times -= 1
                raise ConnectionError
            super().all_sent(sent, now)

    async def scenario() -> None:
        sent, queue = Sent(), Away(engine)
        deliverer = Deliverer(Platform.SLACK, queue, sent, clock, sweep=None)
        put(store, "k1")
        for _ in range(2):
            assert await deliverer.deliver() == clock.now() + HELD_FOR
            clock.advance(HELD_FOR)
        assert await deliverer.deliver() is None
        assert sent.keys == ["k1"]

    asyncio.run(scenario())
