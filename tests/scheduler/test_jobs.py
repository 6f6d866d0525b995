"""The jobs as APScheduler does them."""

import asyncio
import logging
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Self

import pytest
from apscheduler.schedulers import base
from apscheduler.triggers import date, interval

from scheduler import jobs as ours
from scheduler.jobs import Daily, Every, Job, Jobs
from tests.waiting import PATIENCE, until


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


class SetClock(datetime):
    """The clock on the wall, which is `ahead`."""

    ahead = timedelta(hours=1)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """What it shows."""
        return cls.fromtimestamp((datetime.now(UTC) + cls.ahead).timestamp(), tz)


def test_a_clock_that_is_set_back_makes_nobody_wait_until_it_shows_that_hour_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (ours, base, date, interval):
        monkeypatch.setattr(module, "datetime", SetClock)
    monkeypatch.setattr(ours, "_MIND_EVERY", 0.02)

    async def scenario() -> int:
        done: list[datetime] = []

        async def work() -> None:
            done.append(datetime.now(UTC))

        jobs = Jobs([Job("look", work, Every(timedelta(seconds=0.05)))], UTC)
        jobs.start()
        await until(lambda: len(done) > 3)
        monkeypatch.setattr(SetClock, "ahead", timedelta())
        so_far = len(done)
        await until(lambda: len(done) > so_far + 3)
        jobs.stop()
        return len(done) - so_far

    assert asyncio.run(scenario()) > 3


def test_an_error_is_logged_without_its_text_and_work_that_is_broken_off_is_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The text of a database's error carries what people wrote."""

    async def scenario() -> None:
        async def fails() -> None:
            raise ValueError("Failing row contains (Mrs Quillby shouted).")

        async def hangs() -> None:
            await asyncio.Event().wait()

        hour = Every(timedelta(hours=1))
        jobs = Jobs([Job("one", fails, hour), Job("two", hangs, hour)], UTC)
        jobs.start()
        await until(lambda: caplog.records)
        jobs.stop()
        await asyncio.sleep(0.05)

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    assert caplog.messages == ["one at the start failed, and will be tried again at its time: ValueError"]
    assert not caplog.records[0].exc_info
