"""Processes that are killed at random moments and started again."""

import asyncio
import multiprocessing
import os
import random
import secrets
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.crash import serving

STARTS_WITHIN = 60.0
_SAYS = b"Listening on"
_DURING_START = 0.4


def rounds() -> int:
    """How often to kill."""
    return int(os.environ.get("CRASH_ROUNDS", "200"))


def seed() -> int:
    """What chance starts from: another each time, unless it is given."""
    return int(os.environ.get("CRASH_SEED") or secrets.randbelow(10**6))


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def warmed_up() -> ForkServerContext:
    """What starts processes in which the program is loaded already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(serving.PRELOADED))
    return context


@dataclass
class Replica:
    """`compactbot serve`: a process that is to live for as long as the context is open, and is killed in between.

    `environment`: its settings. `log`: the file to the end of which it logs. `starts`: how many seconds each start took.
    """

    context: ForkServerContext
    environment: Mapping[str, str]
    folder: Path
    log: Path
    starts: list[float] = field(default_factory=list)
    at_work: asyncio.Event = field(default_factory=asyncio.Event)
    _process: BaseProcess | None = None
    _reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    def start(self) -> None:
        """Start it, without waiting until it is at work."""
        here, there = self.context.Pipe(duplex=False)
        arguments = (self.environment, self.folder, self.log, there)
        self._process = self.context.Process(target=serving.live, args=arguments, daemon=True)
        self._process.start()
        there.close()
        self._reading = asyncio.create_task(self._read(here, time.monotonic()))

    async def kill(self) -> bool:
        """Kill it as nothing can be caught; whether it had begun to work. It must not have ended by itself."""
        process, reading, worked = self._process, self._reading, self.at_work.is_set()
        assert process is not None
        assert reading is not None
        process.kill()
        await asyncio.to_thread(process.join)
        assert process.exitcode == -signal.SIGKILL, f"it ended by itself: {self.log.read_text()[-3000:]}"
        await reading
        self.at_work.clear()
        return worked

    async def ready(self) -> None:
        """Wait until it is at work."""
        assert self._reading is not None
        waiting = asyncio.create_task(self.at_work.wait())
        await asyncio.wait([waiting, self._reading], timeout=STARTS_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        assert self.at_work.is_set(), f"it did not start: {self.log.read_text()[-3000:]}"

    async def _read(self, here: Connection, started: float) -> None:
        with here, os.fdopen(here.fileno(), "rb", closefd=False) as printed:
            while line := await asyncio.to_thread(printed.readline):
                if line.startswith(_SAYS):
                    self.starts.append(time.monotonic() - started)
                    self.at_work.set()


@dataclass
class Killer:
    """Kills replicas at random moments, and starts each again at once. All must have been at work when it begins."""

    replicas: Sequence[Replica]
    chance: random.Random
    kills: int = 0
    during_start: int = 0

    async def run(self, rounds: int, work: Callable[[], Awaitable[None]]) -> None:
        """Kill so many times: at any moment of a start, or when there was some `work`."""
        for _ in range(rounds):
            replica = self.chance.choice(self.replicas)
            if self.chance.random() < _DURING_START:
                await asyncio.sleep(self.chance.uniform(0, replica.starts[-1]))
            else:
                await replica.ready()
                await work()
            self.during_start += not await replica.kill()
            self.kills += 1
            replica.start()
        for replica in self.replicas:
            await replica.ready()


async def while_killed(killing: asyncio.Task[None], work: Sequence[asyncio.Task[None]]) -> None:
    """Wait until the killing is over, or the first of what goes on meanwhile fails, which is raised."""
    done, _ = await asyncio.wait([killing, *work], return_when=asyncio.FIRST_COMPLETED)
    for each in done:
        each.result()
    await killing


async def stopped(work: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for their end."""
    for each in work:
        each.cancel()
    for each in work:
        with suppress(asyncio.CancelledError):
            await each
