"""The Slack face as it runs in production, over real HTTP and a real database, towards the stand-in of Slack."""

import asyncio
import io
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import Engine, select

from bot.composition import Running, assembled
from bot.settings import Settings
from bot.slack.calling import connected
from bot.slack.running import EVENTS_PATH, Parts, parts, slack
from bot.store.opening import opened
from bot.store.schema import inbox, outbox
from bot.turns import Turns
from bot.web import application
from handlers.concerns.house import House
from handlers.conversation import Message, Reply
from knowledge.compiling import compiled
from knowledge.finding import Finder
from scheduler.delivery import Deliverer
from tests.clock import DrivenClock
from tests.knowledge.small import small_knowledge
from tests.slack.blocks import texts
from tests.slack.requests import BOT_USER, LEAD, Json, sending
from tests.slack.standin import Posted, SlackStandIn
from tests.waiting import until

SECRET = "5a1cb4e1-signing-secret"  # noqa: S105 - it signs for these tests only
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
# Answered, with a date to pick, from two Compacts; to be chosen between; and not found.
NOTICE = "how much notice must be given before a grant ends?"
VAGUE = "what about the weather"
UNHEARD_OF = "zebra quagga okapi"
HOUSE = House(administrators=frozenset({f"slack:{LEAD}"}))
# What is shorter may stand in any log by chance.
SHORT = 3


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


@dataclass(frozen=True)
class Bot:
    """The bot as Slack meets it: an address, and what stands behind it."""

    slack: SlackStandIn
    address: str
    running: Running
    checks: Sequence[str]
    deliverer: Deliverer
    session: aiohttp.ClientSession
    typed: list[str]

    async def send(self, payload: Json, **how: Any) -> int:
        """Sends what Slack sends, signed; gives the status."""
        self.typed.extend(_typed(payload))
        sent = sending(payload, SECRET, **how)
        return (await self.post(sent.body, sent.headers))[0]

    async def post(self, body: bytes | io.BytesIO, headers: dict[str, str]) -> tuple[int, str]:
        """Posts any body; gives the status and the answer."""
        async with self.session.post(self.address + EVENTS_PATH, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def get(self, path: str) -> tuple[int, Json]:
        """What the server answers, as JSON."""
        async with self.session.get(self.address + path) as answer:
            return answer.status, await answer.json()

    async def ask(self, payload: Json) -> Posted:
        """Sends an event that is answered with one message, and gives that."""
        before = len(self.slack.posted)
        assert await self.send(payload) == 200
        await self.settled()
        [answer] = self.slack.posted[before:]
        return answer

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
        return [Put(row.key, row.done_at is not None, row.outcome, row.attempts) for row in rows]


Scenario = Callable[[Bot], Awaitable[None]]
Play = Callable[[SlackStandIn], Awaitable[None]]


@dataclass
class Stage:
    """Plays scenarios, and looks for what no scenario may lead to."""

    finder: Finder
    database: Path
    clock: DrivenClock
    log: pytest.LogCaptureFixture
    # What the bot says, where that is not what the assistant does.
    said: Callable[[Message], list[Reply]] | None = None
    house: House = HOUSE
    typed: list[str] = field(default_factory=list)
    engines: list[Engine] = field(default_factory=list)

    def play(self, scenario: Scenario, *, refused: Sequence[str] = (), agent: bool = True) -> SlackStandIn:
        """Plays a scenario with one bot; gives the stand-in of Slack with all that came in until the bot had stopped.

        `refused`: the errors that Slack is to refuse calls with.
        """

        async def alone(slack: SlackStandIn) -> None:
            async with self.start(slack) as bot:
                await scenario(bot)

        return self.play_bare(alone, refused=refused, agent=agent)

    def play_bare(self, scenario: Play, *, refused: Sequence[str] = (), agent: bool = True) -> SlackStandIn:
        """Plays a scenario that starts its bots itself."""

        async def play() -> SlackStandIn:
            async with SlackStandIn(agent=agent) as slack:
                await scenario(slack)
                return slack

        slack = asyncio.run(play())
        # Only now has every worker thread let go of them.
        for engine in self.engines:
            engine.dispose()
        assert [refusal.error for refusal in slack.refused] == list(refused), slack.refused
        self._nothing_unfurls(slack)
        self._nothing_typed_is_logged(slack)
        return slack

    def start(
        self, slack: SlackStandIn, *, database: Path | None = None, socket: bool = False
    ) -> AbstractAsyncContextManager[Bot]:
        """A bot, running until the context is left; several may run at once, on the same database or on others."""
        return self._start(slack, database or self.database, slack.app_token if socket else None)

    @asynccontextmanager
    async def _start(self, slack_: SlackStandIn, database: Path, app_token: str | None) -> AsyncIterator[Bot]:
        settings = Settings(
            _env_file=None,
            slack_bot_token=slack_.bot_token,
            slack_signing_secret=SECRET,
            slack_app_token=app_token,
            slack_api_url=slack_.url,
        )
        running = self.running(database)
        async with slack(settings, running) as face, aiohttp.ClientSession() as session:
            checks = {"database": running.reachable} | dict(face.checks)
            runner = web.AppRunner(application(face.routes, checks), access_log=None, lingering_time=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            try:
                yield Bot(slack_, address, running, tuple(face.checks), face.deliverer, session, self.typed)
            finally:
                await runner.cleanup()

    @asynccontextmanager
    async def another(self, slack: SlackStandIn) -> AsyncIterator[Parts]:
        """Another process on the same database, to be driven by hand."""
        async with connected(slack.bot_token, slack.url) as called:
            yield parts(self.running(), called)

    def running(self, database: Path | None = None) -> Running:
        """The assistant over a database."""
        engine = opened(f"sqlite:///{database or self.database}")
        self.engines.append(engine)
        ready = assembled(self.finder, engine, self.clock, self.house, "Ask Ada.")
        said = self.said
        if said is None:
            return ready

        def settled(message: Message) -> list[Reply]:
            replies = said(message)
            with ready.store.begin() as records:
                records.settle(message, replies, self.clock.now())
            return replies

        return replace(ready, turns=Turns(settled, lambda *_: True))

    def logged(self, level: int) -> list[str]:
        """What our own code logged at a level."""
        return [
            record.getMessage()
            for record in self.log.records
            if record.levelno == level and record.name.startswith(("bot.", "scheduler."))
        ]

    def _nothing_unfurls(self, slack: SlackStandIn) -> None:
        for call in (*slack.calls["chat.postMessage"], *slack.calls["respond"]):
            assert (call.arguments["unfurl_links"], call.arguments["unfurl_media"]) == (False, False), call

    def _nothing_typed_is_logged(self, slack: SlackStandIn) -> None:
        written = [text for text in self.typed if len(text) > SHORT]
        private = (SECRET, slack.bot_token, slack.app_token, *written)
        assert [words for words in private if words in self.log.text] == []


def _typed(payload: Json) -> list[str]:
    """What a person wrote, or a button that they pressed says."""
    action: Json = next(iter(payload.get("actions", ())), {})
    said = (payload.get("event", {}).get("text"), payload.get("text"), action.get("value"))
    return [text.removeprefix(f"<@{BOT_USER}> ") for text in said if text]


def shown(message: Any) -> str:
    """All that a message shows and notifies with, a line each."""
    return "\n".join((message.text, *texts(list(message.blocks))))


def elements(blocks: Sequence[Json], kind: str = "button") -> list[Json]:
    """The buttons in blocks, or the date pickers."""
    inside = [each for block in blocks for each in (*block.get("elements", ()), block.get("accessory", {}))]
    return [each for each in inside if each.get("type") == kind]


def labelled(blocks: Sequence[Json], label: str) -> Json:
    """The one button with a label, as pressed."""
    [found] = [each for each in elements(blocks) if each["text"]["text"] == label]
    return found | {"block_id": "b", "action_ts": "1.1"}


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's clients would send even loopback requests through a proxy of the environment."""
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


@pytest.fixture
def stage(small: Finder, prepared: Path, tmp_path: Path, clock: DrivenClock, caplog: pytest.LogCaptureFixture) -> Stage:
    """A stage with an empty database, which logs as `compactbot serve` does."""
    caplog.set_level(logging.INFO)
    database = tmp_path / "compactbot.db"
    shutil.copy(prepared, database)
    return Stage(small, database, clock, caplog)
