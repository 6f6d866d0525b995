"""Delivers the outbox: claims what is due, sends it by its platform's sender, and marks what became of it.

The database decides who sends what: any number of deliverers may run on one outbox. A post is held for a minute, which
is longer than sending may take.
"""

import asyncio
import logging
from asyncio import FIRST_COMPLETED
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.conversation import Platform
from handlers.ports import Clock
from handlers.posts import Post
from scheduler.batching import Batches

MOST_AT_ONCE = 20
MOST_ATTEMPTS = 40
LONGEST_WAIT = timedelta(minutes=15)
SENT_WITHIN = 45.0
READ_AGAIN_AFTER = 5.0
# For stopping: what is cut off is sent once more.
FINISH_WITHIN = 10.0
# Well before a hold ends that may have been taken for longer than sending takes.
HOLD_AGAIN_AFTER = timedelta(seconds=10)
# What waits behind a post that somebody else is sending is due as soon as that is sent, which nobody tells us.
LOOK_AGAIN_AFTER = timedelta(seconds=2)
SHORTEST_SLEEP = 0.05
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claimed:
    """A post that is ours to send now.

    `attempts`: how often it was claimed, this time included. `first_tried`: when it was claimed first: where that is not
    now, it may have been sent by a process that died before it could say so. `replaced`: the platform's id of the
    message whose place it takes, None where there is none.
    """

    post: Post
    attempts: int
    first_tried: datetime
    replaced: str | None = None


class Queue(Protocol):
    """The outbox, as a deliverer needs it. What is claimed is held for a minute."""

    def claim(self, now: datetime, platforms: Sequence[Platform], limit: int) -> Sequence[Claimed]:
        """Posts that are due, one an address at most, now held by us."""
        ...

    def all_sent(self, sent: Sequence[tuple[str, str]], now: datetime) -> None:
        """Posts are sent: for each its key, and the platform's message."""
        ...

    def failed(self, key: str, reason: str, now: datetime) -> None:
        """A post cannot be sent, now or later."""
        ...

    def later(self, key: str, until: datetime) -> None:
        """A post is to be tried again, not before `until`."""
        ...

    def hold(self, key: str, now: datetime) -> bool:
        """Hold a post that was left to us when it was put for a minute from now; False where it is ours no more."""
        ...

    def next_due(self, platforms: Sequence[Platform]) -> datetime | None:
        """The earliest moment at which something can be claimed; None where nothing waits."""
        ...


class SendError(Exception):
    """A post was not sent. Its text is for operators: a short reason without anything that people wrote."""

    def __init__(self, reason: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        """`permanent`: whether trying again cannot help; `retry_after`: after how many seconds the platform asks for it."""
        self.permanent = permanent
        self.retry_after = retry_after
        super().__init__(reason)


class Sender(Protocol):
    """Sends posts on one platform."""

    async def send(self, claimed: Claimed) -> str:
        """Send a post, or find it where it was sent before; returns the platform's id of the message. Raises SendError."""
        ...


class Deliverer:
    """Sends what the outbox holds for one platform."""

    def __init__(
        self, platform: Platform, queue: Queue, sender: Sender, clock: Clock, *, sweep: timedelta | None
    ) -> None:
        """`sweep`: how often to look for posts that other processes put; None where there are no others."""
        self._platforms = (platform,)
        self._queue = queue
        self._sender = sender
        self._clock = clock
        self._sweep = sweep
        self._sent = Batches(self._mark_sent)
        # The messages of posts that are sent and not marked so yet, by their keys.
        self._unmarked: dict[str, str] = {}
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at the outbox now. To be called in the event loop that runs the deliverer."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver whatever comes due, until cancelled."""
        while True:
            self._woken.clear()
            try:
                pause = self._until(await self.deliver())
            except Exception as error:  # noqa: BLE001 - the next round may find the database well again
                _log.warning("the outbox could not be read: %s", type(error).__name__)
                pause = READ_AGAIN_AFTER
            # Not wait_for: where it is woken and cancelled at the same moment, that forgets the latter.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def deliver(self) -> datetime | None:
        """Send all that is due; returns when the next will be, None where nothing waits."""
        under_way = set[asyncio.Task[None]]()
        try:
            while await self._begin(under_way) or under_way:
                await asyncio.wait(under_way, timeout=LOOK_AGAIN_AFTER.total_seconds(), return_when=FIRST_COMPLETED)
        except asyncio.CancelledError:
            await _finished(under_way)
            raise
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)
        return await asyncio.to_thread(self._queue.next_due, self._platforms)

    async def _begin(self, under_way: set[asyncio.Task[None]]) -> bool:
        """Begin to send what is due, beside what is under way: one that hangs does not hold up the others."""
        claiming = asyncio.create_task(asyncio.to_thread(self._claim, MOST_AT_ONCE - len(under_way)))
        try:
            return bool(await asyncio.shield(claiming))
        finally:
            # Even where it is stopped meanwhile: nobody else may send for a minute what is ours.
            if not claiming.done():
                await asyncio.wait([claiming])
            for each in () if claiming.exception() else claiming.result():
                task = asyncio.create_task(self._see_through(each))
                under_way.add(task)
                task.add_done_callback(under_way.discard)

    async def _see_through(self, claimed: Claimed) -> None:
        try:
            await self.send(claimed)
        except Exception as error:  # noqa: BLE001 - whoever claims it next finds out what became of it
            _log.warning("what became of post %s cannot be noted: %s", claimed.post.key, type(error).__name__)

    async def send(self, claimed: Claimed) -> bool:
        """Send one post that is ours to send, and mark what became of it; whether it is sent."""
        if (known := self._unmarked.get(claimed.post.key)) is not None:
            await self.sent(claimed.post.key, known)
            return True
        try:
            async with asyncio.timeout(SENT_WITHIN):
                message = await self._sender.send(claimed)
        except SendError as error:
            await self._not_sent(claimed, error)
            return False
        except Exception as error:  # noqa: BLE001 - one post that cannot be sent must not keep the others back
            await self._not_sent(claimed, SendError(type(error).__name__))
            return False
        await self.sent(claimed.post.key, message)
        return True

    async def sent(self, key: str, message: str) -> None:
        """Mark a post that is ours to send as sent, as the platform's `message`; where that fails, when it is ours again."""
        self._unmarked[key] = message
        await self._sent.add((key, message))
        self._unmarked.pop(key, None)

    async def is_ours(self, key: str, since: datetime) -> bool:
        """Whether a post is still ours to send that was left to us when it was put; it is held anew where it is time."""
        now = self._clock.now()
        return now - since < HOLD_AGAIN_AFTER or await asyncio.to_thread(self._queue.hold, key, now)

    async def leave(self, key: str) -> None:
        """Leave a post that is ours to send to whoever claims it, in its turn."""
        await asyncio.to_thread(self._queue.later, key, self._clock.now())
        self.wake()

    def _mark_sent(self, sent: Sequence[tuple[str, str]]) -> list[None]:
        self._queue.all_sent(sent, self._clock.now())
        return [None] * len(sent)

    def _claim(self, most: int) -> Sequence[Claimed]:
        return self._queue.claim(self._clock.now(), self._platforms, most) if most > 0 else ()

    def _until(self, due: datetime | None) -> float | None:
        """Seconds to sleep until something is due, or it is time to look what others put; None for until woken."""
        if due:
            return max(min(due - self._clock.now(), LOOK_AGAIN_AFTER).total_seconds(), SHORTEST_SLEEP)
        return self._sweep.total_seconds() if self._sweep else None

    async def _not_sent(self, claimed: Claimed, error: SendError) -> None:
        key, now = claimed.post.key, self._clock.now()
        if error.permanent or claimed.attempts >= MOST_ATTEMPTS:
            _log.error("post %s cannot be sent: %s", key, error)
            await asyncio.to_thread(self._queue.failed, key, str(error), now)
            return
        _log.warning("post %s will be tried again: %s", key, error)
        await asyncio.to_thread(self._queue.later, key, now + wait_before(claimed.attempts, error.retry_after))
        self.wake()


async def _finished(under_way: Collection[asyncio.Task[None]]) -> None:
    """Wait until what is under way is done; what takes too long is cut off."""
    if under_way:
        _, late = await asyncio.wait(under_way, timeout=FINISH_WITHIN)
        for each in late:
            each.cancel()


def wait_before(attempts: int, retry_after: float | None) -> timedelta:
    """How long to wait before the next attempt: as long as the platform asks, else twice as long each time."""
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    return min(timedelta(seconds=2 ** min(attempts, 10)), LONGEST_WAIT)
