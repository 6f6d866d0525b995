"""Blocking work done for several at once: what comes while it is being done waits, and is done together next."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_MOST = 50


class Batches(Generic[Item, Result]):
    """Does work in a thread, for all who wait for it. Nobody waits for others to come: one alone is served at once."""

    def __init__(
        self, work: Callable[[Sequence[Item]], Sequence[Result]], thread: ThreadPoolExecutor | None = None
    ) -> None:
        """`work`: gives a result for each item, in order. It is called for one batch at a time.

        `thread`: where it is done; None for the threads that the whole program shares, behind all that is queued there.
        """
        self._do = work
        self._thread = thread
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._working: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """The result for an item. Raises what the work raises for it alone: no item suffers from another."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await result

    async def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._done(batch)
        finally:
            self._working = None

    async def _done(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            items = [item for item, _ in batch]
            results = await asyncio.get_running_loop().run_in_executor(self._thread, self._do, items)
        except Exception as error:  # noqa: BLE001 - it is for whoever waits for the result
            if len(batch) == 1:
                _fail(batch[0][1], error)
                return
            for each in batch:
                await self._done([each])
            return
        for (_, waiting), result in zip(batch, results, strict=True):
            if not waiting.done():
                waiting.set_result(result)


def _fail(waiting: "asyncio.Future[Result]", error: Exception) -> None:
    if not waiting.done():
        waiting.set_exception(error)
