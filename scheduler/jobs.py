"""When the bot wakes by itself: the one place that knows APScheduler.

It wakes the work; what the work does is decided by the database, so that several processes may wake at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from time import monotonic
from typing import assert_never

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

# In seconds. A clock that is set back by less makes nobody wait for long.
_MIND_EVERY = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Every:
    """Again and again, so far apart."""

    interval: timedelta


@dataclass(frozen=True)
class Daily:
    """Every day at a local time."""

    at: time


@dataclass(frozen=True)
class Job:
    """Work that is done at the start, and from then on from time to time.

    Work that was missed is done once, not as often as it was missed: it finds out for itself what is to be done by now.
    """

    name: str
    work: Callable[[], Awaitable[object]]
    when: Every | Daily


class Jobs:
    """Jobs that run until they are stopped, in the running event loop."""

    def __init__(self, jobs: Sequence[Job], zone: tzinfo) -> None:
        """`zone`: in which `Daily` times are meant."""
        self._jobs = tuple(jobs)
        self._zone = zone
        self._scheduler = AsyncIOScheduler(timezone=zone)
        self._minding: asyncio.Task[None] | None = None
        for job in jobs:
            self._add(f"{job.name} at the start", job.work, DateTrigger(timezone=zone))
            self._add(job.name, job.work, _trigger(job.when, zone))

    def start(self) -> None:
        """Begin to wake."""
        self._scheduler.start()
        self._minding = asyncio.create_task(self._mind_the_clock())

    def stop(self) -> None:
        """Wake no more. Work under way goes on in its thread, and nobody waits for it."""
        if self._minding:
            self._minding.cancel()
        self._scheduler.shutdown(wait=False)

    def once(self, name: str, work: Callable[[], Awaitable[object]], at: datetime) -> None:
        """Do work at a moment, in place of the work of the same name that was still to be done."""
        self._add(name, work, DateTrigger(at, timezone=self._zone))

    def _add(self, name: str, work: Callable[[], Awaitable[object]], trigger: BaseTrigger) -> None:
        # Of anything but a coroutine function, APScheduler would not await what it returns. It would log the text of an
        # error, too, and that of a database's carries what people wrote.
        async def done() -> None:
            with suppress(asyncio.CancelledError):
                try:
                    await work()
                except Exception as error:  # noqa: BLE001 - its next time may find the database well again
                    _log.warning("%s failed, and will be tried again at its time: %s", name, type(error).__name__)

        once = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(done, trigger, id=name, name=name, replace_existing=True, **once)

    async def _mind_the_clock(self) -> None:
        """Have jobs wait anew where the clock is set back: APScheduler would wait until it shows again what it showed before."""
        ahead = _ahead()
        while True:
            await asyncio.sleep(_MIND_EVERY)
            before, ahead = ahead, _ahead()
            if before - ahead > _MIND_EVERY:
                for job in self._jobs:
                    self._scheduler.reschedule_job(job.name, trigger=_trigger(job.when, self._zone))


def _ahead() -> float:
    """By how many seconds the clock on the wall is ahead of one that nobody sets."""
    return datetime.now(UTC).timestamp() - monotonic()


def _trigger(when: Every | Daily, zone: tzinfo) -> BaseTrigger:
    match when:
        case Every(interval):
            return IntervalTrigger(seconds=interval.total_seconds(), timezone=zone)
        case Daily(at):
            return CronTrigger(hour=at.hour, minute=at.minute, timezone=zone)
        case _:
            assert_never(when)
