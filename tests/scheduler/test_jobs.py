"""The jobs as APScheduler does them."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from scheduler.jobs import Daily, Every, Job, Jobs
from tests.waiting import PATIENCE


@pytest.mark.parametrize("when", [Every(timedelta(hours=1)), Daily(time(3, 30))])
def test_work_is_done_at_the_start_however_it_is_made(when: Every | Daily) -> None:
    """A function that returns something to be awaited is as good as a coroutine function."""

    async def scenario() -> None:
        coroutine, other = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            coroutine.set()

        async def beyond() -> None:
            other.set()

        jobs = Jobs([Job("one", work, when), Job("two", lambda: asyncio.create_task(beyond()), when)], UTC)
        jobs.start()
        async with asyncio.timeout(PATIENCE):
            await coroutine.wait()
            await other.wait()
        jobs.stop()

    asyncio.run(scenario())


def test_work_put_for_a_moment_is_done_once_in_place_of_what_it_was_put_over() -> None:
    async def scenario() -> list[str]:
        done: list[str] = []
        last = asyncio.Event()

        def work(name: str) -> asyncio.Future[None]:
            done.append(name)
            last.set()
            return asyncio.ensure_future(asyncio.sleep(0))

        jobs, now = Jobs([], UTC), datetime.now(UTC)
        jobs.once("plan", lambda: work("never"), now + timedelta(hours=1))
        jobs.start()
        jobs.once("plan", lambda: work("now"), now)
        async with asyncio.timeout(PATIENCE):
            await last.wait()
        jobs.stop()
        return done

    assert asyncio.run(scenario()) == ["now"]
