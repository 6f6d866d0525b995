"""Replicas with driven clocks as their driver sees them: started, told the time, and killed."""

import asyncio
import multiprocessing
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import aiohttp

from tests.crash import replica

# All that a thread may still read of a process which is killed while it starts.
_GONE = (EOFError, OSError)


def warmed_up() -> ForkServerContext:
    """What starts processes in which all is loaded already: loading takes two seconds, the rest a quarter of one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(replica.PRELOADED))
    # It finds what it loads from the folder that it is started in.
    forkserver.ensure_running()
    return context


@dataclass
class Replica:
    """A process. `wrong`: by how much its clock is."""

    context: ForkServerContext
    environment: Mapping[str, str]
    log: Path
    session: aiohttp.ClientSession
    wrong: timedelta = timedelta()
    busy: int = 0
    _process: BaseProcess | None = None
    _ready: "asyncio.Task[int | None] | None" = field(default=None, repr=False)

    @property
    def lives(self) -> bool:
        """Whether it was started, and not killed since."""
        return self._process is not None

    @property
    def at_work(self) -> bool:
        """Whether it can be told something."""
        return bool(self._process and self._ready and self._ready.done() and self._ready.result())

    def start(self, now: datetime) -> None:
        """Start it, without waiting until it is at work."""
        here, there = self.context.Pipe(duplex=False)
        arguments = (self.environment, self.log, now + self.wrong, there)
        self._process = self.context.Process(target=replica.live, args=arguments, daemon=True)
        self._process.start()
        there.close()
        self._ready = asyncio.create_task(_port(here))

    async def ready(self) -> None:
        """Wait until it is at work, where it lives."""
        if self._ready and not await self._ready:
            assert not self._process, self._complaint()

    async def kill(self) -> None:
        """Kill it as nothing can be caught. It must not have ended by itself."""
        process, self._process = self._process, None
        assert process is not None
        process.kill()
        await asyncio.to_thread(process.join)
        assert process.exitcode == -signal.SIGKILL, self._complaint()
        if self._ready:
            await self._ready
        self._ready = None

    async def gone(self) -> None:
        """Kill it where it lives."""
        if self._process:
            await self.kill()

    async def at(self, now: datetime) -> datetime | None:
        """Have it do all that is to be done by now, by its clock; returns by when it has planned, None where it is killed."""
        answer = await self._call("at", data=(now + self.wrong).isoformat())
        return datetime.fromisoformat(answer["planned"]) if answer and answer["planned"] else None

    async def event(self, payload: dict[str, Any]) -> bool:
        """Send it an event; whether it says that it has it."""
        return await self._call("event", json=payload) is not None

    async def _call(self, what: str, **content: Any) -> dict[str, Any] | None:
        process = self._process
        if not (process and self._ready and (port := await self._ready)):
            return None
        self.busy += 1
        try:
            async with self.session.post(f"http://127.0.0.1:{port}/{what}", **content) as answer:
                assert answer.status == 200, self._complaint()
                told: dict[str, Any] = await answer.json()
                return told
        except aiohttp.ClientError:
            assert self._process is not process, self._complaint()
            return None
        finally:
            self.busy -= 1

    def _complaint(self) -> str:
        return f"it ended, or failed, by itself: {self.log.read_text()[-3000:]}"


async def _port(tell: Connection) -> int | None:
    """The port that a process tells; None where it is killed before."""
    with tell, suppress(*_GONE):
        port: int = await asyncio.to_thread(tell.recv)
        return port
    return None
