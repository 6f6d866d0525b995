"""The Teams face as it runs in production, over real HTTP and a real database, towards the stand-in of Teams."""

import asyncio
import io
import json
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import Engine, select

from bot.composition import Running, assembled
from bot.settings import Settings
from bot.store.opening import opened
from bot.store.outbox import SqlOutbox
from bot.store.schema import inbox, outbox
from bot.teams.adapter import BotBuilderConnector
from bot.teams.door import PATH
from bot.teams.running import Parts, app, parts, teams
from bot.turns import Turns
from bot.web import application
from handlers.concerns.house import House
from handlers.conversation import Message, Platform, Reply, Text
from handlers.posts import Address, Post
from knowledge.compiling import compiled
from knowledge.finding import Finder
from scheduler.delivery import Deliverer
from tests.clock import DrivenClock
from tests.knowledge.small import small_knowledge
from tests.teams.activities import ANOTHER, APP_ID, Json
from tests.teams.connector import HOST, PASSWORD, TOKEN, Said, Teams
from tests.teams.tokens import certificate
from tests.waiting import until

PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
# Answered, with a date to pick, from two Compacts; to be chosen between; and not found.
NOTICE = "how much notice must be given before a grant ends?"
VAGUE = "what about the weather"
UNHEARD_OF = "zebra quagga okapi"
MORE = "More, just for me"
HOUSE = House(administrators=frozenset({f"teams:{ANOTHER}"}))


@dataclass(frozen=True)
class Row:
    """An event in the inbox."""

    key: str
    payload: Json | None
    attempts: int
    done: bool


@dataclass(frozen=True)
class Put:
    """A post in the outbox; `outcome`: None until it is done."""

    key: str
    done: bool
    outcome: str | None
    attempts: int
    failure: str | None


@dataclass(frozen=True)
class Bot:
    """The bot as Teams meets it: an address, and what stands behind it."""

    teams: Teams
    address: str
    running: Running
    deliverer: Deliverer
    session: aiohttp.ClientSession
    typed: list[str]

    async def send(self, activity: Json, token: str | None = None, **more: Any) -> int:
        """Sends what Teams sends, with a good token or another; gives the status."""
        self.typed.extend(_typed(activity))
        whole = {"serviceUrl": self.teams.url} | activity | more
        good = self.teams.signers[0].token(self.teams.url)
        headers = {"Authorization": f"Bearer {good if token is None else token}"}
        return (await self.post(json.dumps(whole).encode(), headers))[0]

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Posts any body; gives the status and the answer."""
        typed = {"Content-Type": "application/json"}
        async with self.session.post(self.address + PATH, data=io.BytesIO(body), headers=typed | headers) as answer:
            return answer.status, await answer.text()

    async def get(self, path: str) -> tuple[int, Json]:
        """What the server answers, as JSON."""
        async with self.session.get(self.address + path) as answer:
            return answer.status, await answer.json()

    async def ask(self, activity: Json, **more: Any) -> Said:
        """Sends an activity that is answered with one message, and gives that."""
        [answer] = await self.answers(activity, **more)
        return answer

    async def answers(self, activity: Json, **more: Any) -> list[Said]:
        """Sends an activity, and gives all that is said until it is answered."""
        before = len(self.teams.said)
        assert await self.send(activity, **more) == 200
        await self.settled()
        return self.teams.said[before:]

    async def say(self, to: Address, reply: Reply, key: str, replaces: str | None = None) -> list[Said]:
        """Has something said unasked, and gives what comes of it."""
        before = len(self.teams.said)
        self.put(to, reply, key, replaces)
        await self.settled()
        return self.teams.said[before:]

    def put(self, to: Address, reply: Reply, key: str, replaces: str | None = None) -> None:
        """Has something said unasked, without waiting for it."""
        with self.running.store.begin() as records:
            records.outbox.put(Post(key, to, reply, self.running.clock.now(), replaces))

    async def put_off(self, wait: timedelta = timedelta(seconds=2)) -> None:
        """Waits until what failed is put off, by as long as it is to wait."""
        queue, due = SqlOutbox(self.running.engine), self.running.clock.now() + wait
        await until(lambda: queue.next_due([Platform.TEAMS]) == due)

    async def settled(self) -> None:
        """Waits until every event that was received is answered, and every post is delivered."""
        await until(self._at_rest)

    def _at_rest(self) -> bool:
        return all(row.done for row in self.inbox()) and all(put.done for put in self.outbox())

    def inbox(self) -> list[Row]:
        """What the inbox holds, oldest first."""
        with self.running.engine.begin() as connection:
            rows = connection.execute(select(inbox).order_by(inbox.c.received_at)).all()
        return [Row(row.key, row.payload, row.attempts, row.done_at is not None) for row in rows]

    def outbox(self) -> list[Put]:
        """What the outbox holds, in the order in which it was put."""
        with self.running.engine.begin() as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.number)).all()
        return [Put(row.key, row.done_at is not None, row.outcome, row.attempts, row.failure) for row in rows]


Scenario = Callable[[Bot], Awaitable[None]]
Play = Callable[[Teams], Awaitable[None]]


@dataclass
class Stage:
    """Plays scenarios, and looks for what no scenario may lead to. `handle`: answers messages in the assistant's place."""

    finder: Finder
    database: Path
    clock: DrivenClock
    log: pytest.LogCaptureFixture
    certificate: tuple[Path, Path]
    typed: list[str] = field(default_factory=list)
    engines: list[Engine] = field(default_factory=list)
    handle: Callable[[Message], list[Reply]] | None = None
    house: House = HOUSE

    def play(self, scenario: Scenario, **settings: Any) -> Teams:
        """Plays a scenario with one bot; gives the stand-in with all that came in until the bot had stopped."""

        async def alone(teams_: Teams) -> None:
            async with self.start(teams_, **settings) as bot:
                await scenario(bot)

        return self.play_bare(alone)

    def play_bare(self, scenario: Play) -> Teams:
        """Plays a scenario that starts its bots itself."""

        async def play() -> Teams:
            async with Teams().running(self.certificate) as teams_:
                await scenario(teams_)
                return teams_

        played = asyncio.run(play())
        # Only now has every worker thread let go of them.
        for engine in self.engines:
            engine.dispose()
        assert played.wrong == []
        self._nothing_private_is_logged(played)
        return played

    def start(
        self, teams_: Teams, *, database: Path | None = None, **settings: Any
    ) -> AbstractAsyncContextManager[Bot]:
        """A bot, running until the context is left; several may run at once, on the same database or on others."""
        return self._start(teams_, database or self.database, settings)

    @asynccontextmanager
    async def _start(self, teams_: Teams, database: Path, more: dict[str, Any]) -> AsyncIterator[Bot]:
        running = self.running(database)
        async with teams(settings(teams_, **more), running) as face, aiohttp.ClientSession() as session:
            checks = {"database": running.reachable} | dict(face.checks)
            runner = web.AppRunner(application(face.routes, checks), access_log=None, shutdown_timeout=0.01)
            await runner.setup()
            await web.TCPSite(runner, HOST, 0).start()
            address = f"http://{HOST}:{runner.addresses[0][1]}"
            try:
                yield Bot(teams_, address, running, face.deliverer, session, self.typed)
            finally:
                await runner.cleanup()

    @asynccontextmanager
    async def another(self, teams_: Teams) -> AsyncIterator[Parts]:
        """Another process on the same database, to be driven by hand."""
        async with aiohttp.ClientSession() as session:
            yield parts(self.running(), BotBuilderConnector(app(settings(teams_)), session))

    def running(self, database: Path | None = None) -> Running:
        """The assistant over a database."""
        engine = opened(f"sqlite:///{database or self.database}")
        self.engines.append(engine)
        ready = assembled(self.finder, engine, self.clock, self.house, "Ask Ada.")
        handle = self.handle
        if handle is None:
            return ready

        def settle(message: Message, replies: list[Reply]) -> bool:
            with ready.store.begin() as records:
                return records.settle(message, replies, self.clock.now())

        def settled(message: Message) -> list[Reply]:
            replies = handle(message)
            return replies if settle(message, replies) else []

        return replace(ready, turns=Turns(settled, settle))

    def breaking(self, _: Message) -> list[Reply]:
        """Breaks the database in the middle of a turn, so that nothing of it is kept, until it is mended."""
        self._rename("inbox", "gone")
        return [Reply((Text("This is not kept."),))]

    def mend(self) -> None:
        """Mends the database."""
        self._rename("gone", "inbox")

    def _rename(self, table: str, to: str) -> None:
        with self.engines[-1].begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")

    def logged(self, level: int) -> list[str]:
        """What our own code logged at a level."""
        return [
            record.getMessage()
            for record in self.log.records
            if record.levelno == level and record.name.startswith(("bot.", "scheduler."))
        ]

    def _nothing_private_is_logged(self, played: Teams) -> None:
        private = [PASSWORD, TOKEN, *played.tokens_made(), *self.typed]
        assert [words for words in private if words in self.log.text] == []


def settings(teams_: Teams, **more: Any) -> Settings:
    """Settings for a bot that takes the stand-in for Teams."""
    places = {
        "teams_openid_url": teams_.openid,
        "teams_authority_url": teams_.authority,
        "teams_service_hosts": HOST,
    }
    whole = {"teams_app_id": APP_ID, "teams_app_password": PASSWORD, **places, **more}
    return Settings(_env_file=None, **whole)


def shown(said: Said) -> str:
    """All that a message shows and notifies with, a line each."""
    return "\n".join((said.activity.get("summary", ""), *_texts(said.card)))


def buttons(said: Said) -> dict[str, Json]:
    """What the buttons of a card send, by their labels, those that can be pressed."""
    return {each["title"]: each["data"] for each in _found(said.card, "Action.Submit") if each.get("isEnabled", True)}


def inputs(said: Said, kind: str) -> Sequence[Json]:
    """The inputs of a kind in a card."""
    return _found(said.card, kind)


def _found(part: Any, kind: str) -> list[Json]:
    if isinstance(part, list):
        return [found for each in part for found in _found(each, kind)]
    if isinstance(part, dict):
        inside = [found for each in part.values() for found in _found(each, kind)]
        return [part, *inside] if part.get("type") == kind else inside
    return []


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for each in part for found in _texts(each)]
    if isinstance(part, dict):
        own = [part[name] for name in ("text", "title", "value", "label") if isinstance(part.get(name), str)]
        return [*own, *[found for each in part.values() for found in _texts(each)]]
    return []


def _typed(activity: Json) -> list[str]:
    """What a person wrote, or filled in."""
    value = activity.get("value")
    filled = [each for each in value.values() if isinstance(each, str)] if isinstance(value, dict) else []
    text = activity.get("text", "").rpartition("</at>")[2].removeprefix("&nbsp;").strip()
    return [each for each in (text, *filled) if len(each) > 3]


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even loopback requests would go through a proxy of the environment."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    """What answers questions from a small knowledge base."""
    return Finder(compiled(small_knowledge(tmp_path_factory.mktemp("small"))))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("prepared") / "compactbot.db"
    opened(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The certificate of where the bot signs in, and its key."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def stage(  # noqa: PLR0913, PLR0917 - a fixture asks for what it needs
    small: Finder,
    prepared: Path,
    certified: tuple[Path, Path],
    tmp_path: Path,
    clock: DrivenClock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    """A stage with an empty database, which logs as `compactbot serve` does."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certified[0]))
    caplog.set_level(logging.INFO)
    database = tmp_path / "compactbot.db"
    shutil.copy(prepared, database)
    return Stage(small, database, clock, caplog, certified)
