"""What measures a bot under load in a chat platform: how fast its answers arrive, beside another bot's.

Both are whole servers in processes of their own. The same signed events go to each in turn, so many in flight at a
time, and both post their answers to the same minimal stand-in of the platform. A question takes from when its event is
sent until its answer arrives there. Loopback only.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from operator import ge, lt
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import aiohttp
import numpy as np
from aiohttp import web
from processes import memory
from rich.box import SIMPLE
from rich.table import Table

from bot.settings import Settings
from knowledge.evaluation import read_questions

HOST = "127.0.0.1"
IN_FLIGHT = 50
QUESTIONS = Path(__file__).with_name("questions.jsonl")
_COMMAND = Path(sys.executable).with_name("compactbot")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_ROUNDS = 3
_MOST_EVENTS = 1_500
_MOST_SECONDS = 10.0
_WARM_UP = 100
_READY_WITHIN = 30.0
_ANSWER_WITHIN = 10.0
_QUIET = 2.0
_STOPPED_WITHIN = 10.0

_ABOUT = (
    "{rounds} rounds for each in turn, of {seconds:.0f} seconds or {events:,} questions, {in_flight} of them in flight; "
    "shown are the medians of the rounds. A question is in flight until its answer arrives, so that the mean time is "
    "{in_flight} over the questions a second. Load, stand-in and both servers share the {cores} cores of this machine."
)


class Sent(Protocol):
    """A signed request."""

    @property
    def body(self) -> bytes: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


# A question and its number in its round, as the place that its answer goes to, and what is sent.
Event = Callable[[str, int], tuple[str, Sent]]


@dataclass(frozen=True)
class Round:
    """What came of one round: `times` in milliseconds, one for each event that was answered; how many were not, or were
    not taken at all; `seconds` for them all.
    """

    times: Sequence[float]
    lost: int
    seconds: float

    @property
    def rate(self) -> float:
        """Questions answered a second."""
        return len(self.times) / self.seconds

    def quantile(self, percent: float) -> float:
        """In milliseconds; endless where nothing was answered."""
        return float(np.percentile(self.times, percent)) if self.times else float("inf")


@dataclass(frozen=True)
class Bar:
    """What was measured, as a figure and as it is shown, and what it is held to; `value` None where nothing was."""

    what: str
    value: float | None
    form: str
    held_to: str
    holds: Callable[[float, float], bool]
    limit: float


class Answers:
    """What the stand-in tells of answers that arrived: which thread each is in, and when it came."""

    def __init__(self, told: Connection) -> None:
        """`told`: gives a thread and a moment of `time.perf_counter`, which all processes share, for each answer."""
        self._told = told
        self._awaited: dict[str, asyncio.Future[float]] = {}

    def listen(self) -> None:
        """Hear of answers in the running loop."""
        asyncio.get_running_loop().add_reader(self._told.fileno(), self._hear)

    def to(self, thread: str) -> asyncio.Future[float]:
        """When the first answer in a thread arrives."""
        self._awaited[thread] = asyncio.get_running_loop().create_future()
        return self._awaited[thread]

    def _hear(self) -> None:
        while self._told.poll():
            thread, at = self._told.recv()
            awaited = self._awaited.pop(thread, None)
            if awaited and not awaited.done():
                awaited.set_result(at)


def without_proxies() -> None:
    """Take proxies out of the environment: even loopback requests would go through them."""
    for name in _PROXIES:
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)


async def measured(addresses: Mapping[str, str], event: Event, told: Connection) -> dict[str, list[Round]]:
    """The rounds of the bots at these addresses, by their names.

    `told`: gives a place and a moment of `time.perf_counter`, which all processes share, for each answer that arrives.
    """
    answers = Answers(told)
    answers.listen()
    rounds: dict[str, list[Round]] = {name: [] for name in addresses}
    questions = cycle(question.text for question in read_questions(QUESTIONS))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        for address in addresses.values():
            await _round(session, address, _events(event, islice(questions, _WARM_UP)), answers)
        for _ in range(_ROUNDS):
            asked = list(islice(questions, _MOST_EVENTS))
            for name, address in addresses.items():
                rounds[name].append(await _round(session, address, _events(event, asked), answers))
    return rounds


def _events(event: Event, questions: Iterable[str]) -> list[tuple[str, Sent]]:
    return [event(question, number) for number, question in enumerate(questions)]


async def _round(
    session: aiohttp.ClientSession, address: str, asked: Sequence[tuple[str, Sent]], answers: Answers
) -> Round:
    """The events sent, `IN_FLIGHT` at a time, as far as one comes with them in `_MOST_SECONDS`."""
    events = iter(asked)
    begun = time.perf_counter()

    async def ask() -> list[float | None]:
        times = []
        for thread, sent in events:
            times.append(await _time(session, address, sent, answers.to(thread)))
            if time.perf_counter() > begun + _MOST_SECONDS:
                break
        return times

    taken = await asyncio.gather(*(ask() for _ in range(IN_FLIGHT)))
    seconds = time.perf_counter() - begun
    times = [each for one in taken for each in one]
    return Round([each for each in times if each is not None], times.count(None), seconds)


async def _time(
    session: aiohttp.ClientSession, address: str, sent: Sent, answer: asyncio.Future[float]
) -> float | None:
    """Milliseconds until an event's answer has arrived; None if the event is refused or not answered."""
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            async with session.post(address, data=sent.body, headers=sent.headers) as response:
                response.raise_for_status()
            return (await answer - begun) * 1_000
    except (aiohttp.ClientError, TimeoutError):
        return None


@contextmanager
def child(work: Callable[..., Coroutine[Any, Any, None]], *arguments: str) -> Iterator[tuple[Any, Connection]]:
    """Work in a process of its own: what it tells first, such as its port, and what tells the rest.

    `work` is given what to tell by, and the arguments.
    """
    context = get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, tell, *arguments), daemon=True)
    process.start()
    try:
        if not told.poll(_READY_WITHIN):
            raise TimeoutError(f"{work.__name__} has not started within {_READY_WITHIN:.0f} seconds")
        yield told.recv(), told
    finally:
        process.terminate()
        process.join(_STOPPED_WITHIN)


def _run(work: Callable[..., Coroutine[Any, Any, None]], *arguments: Any) -> None:
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(work(*arguments))


async def served(runner: web.BaseRunner, tell: Connection) -> None:
    """Serve until the process is ended, having told the port."""
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    tell.send(runner.addresses[0][1])
    await asyncio.Event().wait()


@contextmanager
def compactbot(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """A `compactbot serve` as it is installed, with settings for a platform: its port, and its process."""
    port = _free_port()
    places = {
        "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "CACHE_DIR": str(folder / "cache"),
        "HOST": HOST,
        "PORT": str(port),
    }
    others = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    log = folder / "serve.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [_COMMAND, "serve"],
            env={**others, **places, **settings},
            cwd=folder,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, log)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(_STOPPED_WITHIN)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"compactbot has not started; it said:\n{log.read_text(encoding='utf-8')}")


def resting(process: int) -> int | None:
    """Bytes in memory once a process has come to rest, None where they cannot be told."""
    time.sleep(_QUIET)
    return memory(process, "VmRSS")


def share_bar(ours: Sequence[Round], bare: Sequence[Round]) -> Bar:
    """How fast compactbot is to be, measured by the bare bot."""
    share = _median(ours, _rate) / max(_median(bare, _rate), 1e-9)
    return Bar("questions a second, to the bare bot's", share, "{:.2f} ×", "at least", ge, 0.7)


def slowest_bar(ours: Sequence[Round]) -> Bar:
    """How long nearly all may take at most."""
    return Bar(f"p99 at {IN_FLIGHT} in flight", _median(ours, _slowest), "{:.0f} ms", "under", lt, 100.0)


def memory_bars(first: int | None, before: int | None, after: int | None) -> list[Bar]:
    """What memory is held to, as `resting` gave it: at the first start, at the second, and after that one's questions."""
    measured = {
        "compactbot serve's memory at rest, before any question": before,
        "the same, after all these questions": after,
        "the same, at the very first start, which makes the index": first,
    }
    return [Bar(what, each and each / 1e6, "{:.0f} MB", "under", lt, 200.0) for what, each in measured.items()]


def rates(platform: str, rounds: Mapping[str, Sequence[Round]]) -> Table:
    """How fast each bot answered, as a table."""
    headings = ("questions a second", "each round", "p50 ms", "p99 ms", "unanswered")
    table = _table(f"{platform}, from the signed event to the answer's arrival", "server", *headings)
    for name, each in rounds.items():
        one_by_one = " ".join(f"{one.rate:.0f}" for one in each)
        quantiles = (f"{_median(each, _middle):.0f}", f"{_median(each, _slowest):.0f}")
        table.add_row(name, f"{_median(each, _rate):.0f}", one_by_one, *quantiles, str(sum(one.lost for one in each)))
    return table


def bars(platform: str, measured_: Sequence[Bar]) -> Table:
    """What was measured beside what it is held to, as a table."""
    table = _table(f"What compactbot is held to in {platform}", "measure", "measured", "bar", "holds")
    for bar in measured_:
        limit = f"{bar.held_to} {bar.form.format(bar.limit)}"
        if bar.value is None:
            table.add_row(bar.what, "–", limit, "–")
        else:
            holds = "yes" if bar.holds(bar.value, bar.limit) else "[bold red]no[/]"
            table.add_row(bar.what, bar.form.format(bar.value), limit, holds)
    return table


def about() -> str:
    """How all this is measured."""
    events = {"rounds": _ROUNDS, "seconds": _MOST_SECONDS, "events": _MOST_EVENTS, "in_flight": IN_FLIGHT}
    return _ABOUT.format(**events, cores=os.cpu_count())


def _table(title: str, first: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    table.add_column(first)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _median(rounds: Sequence[Round], figure: Callable[[Round], float]) -> float:
    return median(map(figure, rounds))


def _rate(one: Round) -> float:
    return one.rate


def _middle(one: Round) -> float:
    return one.quantile(50)


def _slowest(one: Round) -> float:
    return one.quantile(99)
