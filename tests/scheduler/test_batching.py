"""Work done for several at once, and each told what came of its own."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from scheduler.batching import Batches
from tests.waiting import PATIENCE, until


class Slow:
    """Work that waits until it may go on, and remembers what it was given each time."""

    def __init__(self) -> None:
        self.given: list[list[int]] = []
        self.go_on = threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.given.append(list(items))
        assert self.go_on.wait(PATIENCE)
        if 13 in items:
            raise ValueError("unlucky")
        return [item * 10 for item in items]


async def begun(work: Slow, times: int = 1) -> None:
    """Waits until the work was begun so many times."""
    await until(lambda: len(work.given) >= times)


@pytest.mark.parametrize("own", [True, False])
def test_what_comes_meanwhile_is_done_together_next(own: bool) -> None:
    """The first goes at once; each gets its own result."""

    async def scenario() -> None:
        work = Slow()
        batches = Batches(work, ThreadPoolExecutor(1) if own else None)
        first = asyncio.ensure_future(batches.add(1))
        await begun(work)
        others = [asyncio.ensure_future(batches.add(item)) for item in (2, 3, 4)]
        await asyncio.sleep(0)
        work.go_on.set()
        assert await asyncio.gather(first, *others) == [10, 20, 30, 40]
        assert work.given == [[1], [2, 3, 4]]

    asyncio.run(scenario())


def test_one_that_fails_takes_no_other_along() -> None:
    async def scenario() -> None:
        work = Slow()
        work.go_on.set()
        batches = Batches(work)
        results = await asyncio.gather(*(batches.add(item) for item in (1, 13, 2)), return_exceptions=True)
        assert [str(each) for each in results] == ["10", "unlucky", "20"]
        assert await batches.add(3) == 30

    asyncio.run(scenario())


def test_one_that_nobody_waits_for_any_more_is_done_all_the_same() -> None:
    async def scenario() -> None:
        work = Slow()
        batches = Batches(work)
        given_up = asyncio.ensure_future(batches.add(1))
        await begun(work)
        given_up.cancel()
        unlucky = asyncio.ensure_future(batches.add(13))
        other = asyncio.ensure_future(batches.add(2))
        await asyncio.sleep(0)
        unlucky.cancel()
        work.go_on.set()
        assert await other == 20
        assert work.given == [[1], [13, 2], [13], [2]]

    asyncio.run(scenario())


def test_a_great_many_are_done_in_several_goes() -> None:
    async def scenario() -> None:
        work = Slow()
        work.go_on.set()
        batches = Batches(work)
        items = [item for item in range(200) if item != 13]
        assert await asyncio.gather(*map(batches.add, items)) == [item * 10 for item in items]
        assert max(map(len, work.given)) == 50

    asyncio.run(scenario())
