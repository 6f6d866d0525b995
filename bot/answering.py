"""Events seen through, from the moment a platform sends them until they are answered, whatever happens in between."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.store.inbox import HELD_FOR, SqlInbox
from scheduler.batching import Batches

Payload = dict[str, Any]

_HOLD_EVERY = HELD_FOR.total_seconds() / 3
_TAKE_UP_EVERY = 30.0
_FORGET_EVERY = 3600.0
_FINISH_WITHIN = 10.0
_log = logging.getLogger(__name__)


class Answering:
    """Keeps a platform's events in its inbox, answers each once, and takes up those left unanswered."""

    def __init__(
        self,
        inbox: SqlInbox,
        now: Callable[[], datetime],
        answer: Callable[[Payload], Awaitable[bool]],
        forget: Callable[[datetime], object],
        hopeless: Callable[[Exception], bool] = lambda _: False,
    ) -> None:
        """`answer`: answers an event; whether it has marked it as answered (`Records.settle`).

        `forget`: deletes what is too old by then. `hopeless`: whether an error of `answer` will not mend by trying again.
        """
        self._inbox = inbox
        self._now = now
        self._answer = answer
        self._hopeless = hopeless
        self._tidy = forget
        # In a thread of its own, as a platform waits for it: not behind all the turns that are to be taken.
        self._received = Batches(self._keep, ThreadPoolExecutor(max_workers=1))
        # Each task has its event's key for a name.
        self._under_way: set[asyncio.Task[None]] = set()

    async def receive(self, key: str, payload: Payload) -> None:
        """Returns when an event is kept, and has it answered from then on; raises where it cannot be kept."""
        if await self._received.add((key, payload)):
            self._begin(key, payload)

    async def take_up(self) -> int:
        """Answer events left unanswered by a process that died or failed; returns how many there were, when all are done."""
        begun = await self._begin_left()
        await asyncio.gather(*map(asyncio.shield, begun))
        return len(begun)

    async def _begin_left(self) -> list[asyncio.Task[None]]:
        for key in await asyncio.to_thread(self._inbox.give_up, self._now()):
            _log.error("event %s is given up: it was tried too often", key)
        left = await asyncio.to_thread(self._inbox.take_up, self._now())
        return [self._begin(event.key, event.payload) for event in left]

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Take up and tidy from time to time; in the end wait for what is under way: cut off, it would be done again."""
        work = [
            asyncio.create_task(
                _forever(self._begin_left, _TAKE_UP_EVERY, "events left unanswered could not be taken up")
            ),
            asyncio.create_task(_forever(self._hold, _HOLD_EVERY, "events that take long could not be held")),
            asyncio.create_task(_forever(self._forget, _FORGET_EVERY, "what is too old could not be deleted")),
        ]
        try:
            yield
        finally:
            for each in work:
                each.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=_FINISH_WITHIN)

    def _begin(self, key: str, payload: Payload) -> asyncio.Task[None]:
        task = asyncio.create_task(self._see_through(key, payload), name=key)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _see_through(self, key: str, payload: Payload) -> None:
        try:
            if await self._answer(payload):
                return
        except Exception as error:  # noqa: BLE001 - the inbox keeps the event, and the others must be answered too
            # The text of a database's error carries what people wrote; those of our own errors do not.
            if not self._hopeless(error):
                _log.warning("event %s will be tried again: %s", key, type(error).__name__)
                return
            _log.error("event %s cannot be answered: %s", key, error)
        try:
            await asyncio.to_thread(self._inbox.done, key, self._now())
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("event %s is answered, which cannot be noted: %s", key, type(error).__name__)

    def _keep(self, events: Sequence[tuple[str, Payload]]) -> list[bool]:
        return self._inbox.receive_all(events, self._now())

    async def _hold(self) -> None:
        """Hold events for as long as they take: a platform may make us wait longer than a hold lasts."""
        for task in list(self._under_way):
            await asyncio.to_thread(self._inbox.hold, task.get_name(), self._now())

    async def _forget(self) -> None:
        await asyncio.to_thread(self._tidy, self._now())


async def _forever(work: Callable[[], Awaitable[object]], every: float, failed: str) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - the next round may find the database well again
            _log.warning("%s: %s", failed, type(error).__name__)
        await asyncio.sleep(every)
