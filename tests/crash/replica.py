"""A replica of the program whose clock is driven from outside; all else is put together as `compactbot serve` does it.

It is told over HTTP what time it is, and answers once it has done all that is to be done by then.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiohttp import web
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_SUBMITTED, JobExecutionEvent

from bot import composition
from bot.settings import Settings
from bot.slack.calling import connected
from bot.slack.running import Parts, parts
from bot.upkeep import upkeep
from scheduler.jobs import Daily, Every, Job, Jobs
from scheduler.reminding import Reminding
from tests.clock import LONDON, DrivenClock

# Loaded by what follows only when it is first needed, which would be in every process anew.
PRELOADED = (
    "__main__",
    __name__,
    "bot.store.opening",
    "bot.store.outbox",
    "bot.store.sql",
    "knowledge.forums.loading",
    "sqlalchemy.dialects.postgresql.psycopg",
    "psycopg",
)
_DAY = timedelta(days=1)


class DrivenJobs(Jobs):
    """Jobs that wait by a driven clock: APScheduler, which goes by the clock on the wall, is told when a moment has come."""

    def __init__(self, jobs: Sequence[Job], clock: DrivenClock) -> None:
        super().__init__(jobs, LONDON)
        self._clock = clock
        self._every = {job.name: _interval(job) for job in jobs}
        self._done = dict.fromkeys(self._every, clock.now())
        self._once: dict[str, tuple[Callable[[], Awaitable[object]], datetime]] = {}
        self._under_way = 0
        self._scheduler.add_listener(self._count, EVENT_JOB_SUBMITTED | EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)

    def once(self, name: str, work: Callable[[], Awaitable[object]], at: datetime) -> None:
        """See `Jobs.once`."""
        self._once[name] = work, at.astimezone(UTC)
        self._wake()

    def moved(self) -> None:
        """The clock was moved: do what is due by now, and what is due as often as that, whichever way it was moved."""
        now = self._clock.now().astimezone(UTC)
        for name, every in self._every.items():
            if abs(now - self._done[name].astimezone(UTC)) >= every:
                self._done[name] = now
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))
        self._wake()

    async def rest(self) -> None:
        """Returns when all that is due is done."""
        while self._under_way or self._is_to_begin():  # noqa: ASYNC110 - APScheduler has nothing to wait for
            await asyncio.sleep(0.001)

    def _is_to_begin(self) -> bool:
        return any(job.next_run_time <= datetime.now(UTC) for job in self._scheduler.get_jobs())

    def _wake(self) -> None:
        now = self._clock.now().astimezone(UTC)
        for name in [name for name, (_, at) in self._once.items() if at <= now]:
            super().once(name, self._once.pop(name)[0], datetime.now(UTC))

    def _count(self, event: JobExecutionEvent) -> None:
        self._under_way += 1 if event.code == EVENT_JOB_SUBMITTED else -1


def _interval(job: Job) -> timedelta:
    match job.when:
        case Every(interval):
            return interval
        case Daily():
            return _DAY


@dataclass(frozen=True)
class Driven:
    """What a replica is told to do."""

    clock: DrivenClock
    parts: Parts
    jobs: DrivenJobs
    reminding: Reminding

    async def at(self, request: web.Request) -> web.Response:
        """It is that time now. Answers, when all is done, by when forums are planned, by our own clock."""
        self.clock.moment = _moment(await request.text())
        self.jobs.moved()
        await asyncio.gather(self.parts.answering.take_up(), self.jobs.rest(), self.parts.deliverer.deliver())
        while under_way := self.parts.answering._under_way:
            await asyncio.wait(under_way)
        await self.jobs.rest()
        await self.parts.deliverer.deliver()
        planned = self.reminding._planned
        return web.json_response({"planned": planned and planned.isoformat()})

    async def event(self, request: web.Request) -> web.Response:
        """An event of Slack's. Answers when it is kept."""
        payload: dict[str, Any] = await request.json()
        await self.parts.answering.receive(payload["event_id"], payload)
        return web.json_response({})


def live(environment: Mapping[str, str], log: Path, at: datetime, tell: Connection) -> None:
    """The life of a replica, which only ends by being killed. It tells its port when it is at work."""
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as out:
        os.dup2(out.fileno(), sys.stderr.fileno())
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    asyncio.run(_live(Settings(_env_file=None), DrivenClock(at.astimezone(LONDON)), tell))


async def _live(settings: Settings, clock: DrivenClock, tell: Connection) -> None:
    running = composition.running(settings, clock)
    async with AsyncExitStack() as stack:
        called = await stack.enter_async_context(connected(str(settings.slack_bot_token), settings.slack_api_url))
        grace = timedelta(hours=settings.forum_grace)
        reminding = Reminding(running.store, running.hall, clock, grace=grace, shared=True)
        jobs = DrivenJobs([reminding.job, *upkeep(running, settings)], clock)
        reminding.wake_by(jobs)
        stack.enter_context(running.replan.heard(reminding.replan))
        driven = Driven(clock, parts(running, called), jobs, reminding)
        jobs.start()
        app = web.Application()
        app.router.add_post("/at", driven.at)
        app.router.add_post("/event", driven.event)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        tell.send(runner.addresses[0][1])
        await asyncio.Event().wait()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(LONDON)
