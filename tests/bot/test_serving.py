"""`compactbot serve` and `compactbot doctor` as real processes, towards the stand-in of Slack."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.doctor import Checked, examined
from bot.serving import parts
from bot.settings import Settings
from bot.slack.manifest import SCOPES
from tests.knowledge.small import small_knowledge
from tests.leaks import LEAKS
from tests.slack.conftest import NOTICE, PROXIES, SECRET, shown
from tests.slack.requests import message_im, sending
from tests.slack.standin import Cut, NotOk, ServerError, SlackStandIn
from tests.waiting import PATIENCE

PROGRAM = Path(sys.executable).with_name("compactbot")
# What is quoted is no part of the question.
ASKED = f"> They wrote to us in Quillby.\n{NOTICE}"
SAYS = "The council gives three months' written notice before funding ends."
FORUMS = """\
series:
  - id: forum
    name: Town forum
    compact: northshire
    starts: 2026-01-07
    recurrence: FREQ=WEEKLY
    time: "10:00"
    length: PT2H
    place: The hall
    convenor: Ada
    reminders: []
"""

Scenario = Callable[[SlackStandIn], Awaitable[None]]
AT_HOME = ("Knowledge base", "Database", "Forums", "Clocks", "Delivery", "Concerns")
TEAMS_OFF = "Teams: set TEAMS_APP_ID and TEAMS_APP_PASSWORD to turn it on"


@dataclass(frozen=True)
class Ended:
    """A process that has ended: its code, and what it printed."""

    code: int | None
    out: str
    err: str


@dataclass
class Program:
    """A process of ours that runs."""

    process: asyncio.subprocess.Process
    address: str
    session: aiohttp.ClientSession
    lines: list[str] = field(default_factory=list)

    async def told(self, words: str) -> None:
        """Reads what it prints up to a line with these words."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while words not in (self.lines[-1] if self.lines else ""):
                line = await self.process.stdout.readline()
                assert line, await self._complaint()
                self.lines.append(line.decode().rstrip("\n"))

    async def get(self, path: str) -> tuple[int, Any]:
        """What it answers."""
        async with self.session.get(self.address + path) as answer:
            return answer.status, await answer.json()

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> Ended:
        """Tells it to stop, and waits until it has."""
        self.process.send_signal(how)
        out, err = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        LEAKS.look((out + err).decode(), "compactbot serve")
        return Ended(self.process.returncode, out.decode(), err.decode())

    async def _complaint(self) -> str:
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()


@dataclass(frozen=True)
class Place:
    """Where processes run: a folder of their own, and a small knowledge base that is made ready once."""

    folder: Path
    knowledge: Path
    cache: Path
    port: int

    def environment(self, slack: SlackStandIn | None, **more: str) -> dict[str, str]:
        """The settings, and nothing of ours that happens to be set where the tests run."""
        ours = {*(name.upper() for name in Settings.model_fields), *PROXIES}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        platform = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.url} if slack else {}
        places = {
            "DATABASE_URL": f"sqlite:///{self.folder / 'compactbot.db'}",
            "KNOWLEDGE_PATH": str(self.knowledge),
            "KNOWLEDGE_SHIPPED": "false",
            "CACHE_DIR": str(self.cache),
            "PORT": str(self.port),
            "ADMINISTRATORS": "slack:U0MAX",
        }
        return kept | {"PYTHONUTF8": "1"} | places | platform | more

    def settings(self, slack: SlackStandIn | None, **more: str) -> Settings:
        """The same as settings."""
        names = {name.upper() for name in Settings.model_fields}
        values: dict[str, Any] = {
            name.lower(): value for name, value in self.environment(slack, **more).items() if name in names
        }
        return Settings(_env_file=None, **values)

    @asynccontextmanager
    async def started(self, slack: SlackStandIn, **more: str) -> AsyncIterator[Program]:
        """`compactbot serve`, running; it is gone when the context is left."""
        process = await self._process(slack, more, "serve")
        try:
            async with aiohttp.ClientSession() as session:
                yield Program(process, f"http://127.0.0.1:{self.port}", session)
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def run(self, slack: SlackStandIn | None, *arguments: str, **more: str) -> Ended:
        """A command that ends by itself. It never ends in a traceback."""
        process = await self._process(slack, more, *arguments)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert b"Traceback" not in err, err.decode()
        return Ended(process.returncode, out.decode(), err.decode())

    async def _process(
        self, slack: SlackStandIn | None, more: dict[str, str], *arguments: str
    ) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            PROGRAM,
            *arguments,
            cwd=self.folder,
            env=self.environment(slack, **more),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


@pytest.fixture(scope="session")
def ready_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small knowledge base, and where it is kept ready between processes."""
    knowledge = tmp_path_factory.mktemp("knowledge")
    small_knowledge(knowledge)
    return knowledge, tmp_path_factory.mktemp("cache")


@pytest.fixture
def place(tmp_path: Path, ready_made: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty folder, and a port that is free."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return Place(tmp_path, *ready_made, port=taken.getsockname()[1])


def play(scenario: Scenario) -> SlackStandIn:
    """Plays a scenario against a stand-in of Slack, and gives that."""

    async def go() -> SlackStandIn:
        async with SlackStandIn() as slack:
            await scenario(slack)
            return slack

    slack = asyncio.run(go())
    assert slack.refused == []
    return slack


class TestServe:
    def test_it_says_what_is_on_answers_tells_its_health_and_stops_when_told(self, place: Place) -> None:
        """One life of the program over HTTP."""

        async def scenario(slack: SlackStandIn) -> None:
            async with place.started(slack, SLACK_SIGNING_SECRET=SECRET) as program:
                await program.told("Listening on")
                assert program.lines == [
                    f"on   Slack over HTTP: POST {program.address}/slack/events",
                    "off  Slack over Socket Mode: set SLACK_APP_TOKEN to turn it on",
                    f"off  {TEAMS_OFF}",
                    "off  Forums: set FORUMS_PATH to a file of them; see docs/forums.md",
                    f"Listening on {program.address}. Stop with Ctrl-C.",
                ]
                assert await program.get("/healthz") == (200, {"status": "ok"})
                assert await program.get("/readyz") == (200, {"status": "ok", "database": "ok", "slack": "ok"})
                sent = sending(message_im(ASKED), SECRET)
                events = program.address + "/slack/events"
                async with program.session.post(events, data=sent.body, headers=sent.headers) as answer:
                    assert answer.status == 200
                await slack.until(lambda: slack.posted)
                forged = sending(message_im(ASKED), "other")
                async with program.session.post(events, data=forged.body, headers=forged.headers) as answer:
                    assert answer.status == 401
                slack.fail("auth.test", times=None, kind=NotOk("account_inactive"))
                status, found = await program.get("/readyz")
                assert (status, found["slack"], found["database"]) == (503, "SlackApiError", "ok")
                assert await program.get("/healthz") == (200, {"status": "ok"})
                ended = await program.stop()
                assert (ended.code, ended.out) == (0, "Stopping.\n")
                for private in (NOTICE, SECRET, slack.bot_token, "Traceback"):
                    assert private not in ended.err
                assert "a request from 127.0.0.1 was refused" in ended.err
                assert "WARNING slack_bolt" not in ended.err

        assert SAYS in shown(play(scenario).posted[0])
        with closing(sqlite3.connect(place.folder / "compactbot.db")) as database:
            [(payload, done)] = database.execute("SELECT payload, done_at FROM inbox").fetchall()
        assert "notice" not in str(payload)
        assert done

    def test_it_starts_without_slack_and_stops_all_the_same(self, place: Place) -> None:
        """Over Socket Mode, with Slack refusing: it lives, is not ready, and Ctrl-C stops it."""

        async def scenario(slack: SlackStandIn) -> None:
            slack.fail("apps.connections.open", times=None, kind=NotOk("invalid_auth"))
            async with place.started(slack, SLACK_APP_TOKEN=slack.app_token) as program:
                await program.told("Listening on")
                assert program.lines[:2] == [
                    "off  Slack over HTTP: set SLACK_SIGNING_SECRET to turn it on",
                    "on   Slack over Socket Mode: connects to Slack by itself; no public address is needed",
                ]
                status, found = await program.get("/readyz")
                assert (status, found["slack"], found["slack socket"]) == (503, "ok", "ConnectionError")
                ended = await program.stop(signal.SIGINT)
                assert (ended.code, ended.out) == (0, "Stopping.\n")
                assert slack.app_token not in ended.err

        play(scenario)

    def test_a_port_that_is_taken_is_told_in_a_sentence(self, place: Place) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", place.port))
                taken.listen()
                ended = await place.run(slack, "serve", SLACK_SIGNING_SECRET=SECRET)
            assert ended.code == 1
            last = ended.err.splitlines()[-1]
            assert last.startswith(f"Error: 127.0.0.1:{place.port} cannot be used: ")
            assert last.endswith("address already in use. Set HOST or PORT to another.")

        play(scenario)

    def test_mistakes_in_the_file_of_forums_are_told_with_their_lines_and_nothing_starts(self, place: Place) -> None:
        file = place.folder / "forums.yaml"
        file.write_text("series:\n  - id: forum\n    name: Forum\n    compact: narnia\n", encoding="utf-8")

        async def scenario(slack: SlackStandIn) -> None:
            more = {"FORUMS_PATH": str(file)}
            served = await place.run(slack, "serve", SLACK_SIGNING_SECRET=SECRET, **more)
            shown = await place.run(slack, "forums", "next", **more)
            assert (served.code, shown.code) == (1, 1)
            assert served.err.endswith(shown.err), "after the log"
            headline, *mistakes = shown.err.splitlines()
            assert headline == "The file of forums has mistakes:"
            assert f"  {file}:2: series, forum, starts: is missing" in mistakes
            assert "Listening" not in served.out

        play(scenario)

    def test_it_says_how_many_forums_it_knows_and_where_their_calendar_is(self, place: Place) -> None:
        file = place.folder / "forums.yaml"
        file.write_text(FORUMS, encoding="utf-8")

        async def scenario(slack: SlackStandIn) -> None:
            more = {"FORUMS_PATH": str(file), "PUBLIC_URL": "https://bot.example.org/"}
            async with place.started(slack, SLACK_SIGNING_SECRET=SECRET, **more) as program:
                await program.told("Listening on")
                told = f"on   Forums: 1 series in {file}; GET https://bot.example.org/forums.ics"
                assert program.lines[-2] == told
                async with program.session.get(f"{program.address}/forums.ics") as answer:
                    assert "SUMMARY:Town forum" in await answer.text()
                assert (await program.stop()).code == 0

        play(scenario)

    def test_with_nothing_on_it_says_what_to_set(self, place: Place) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            ended = await place.run(slack, "serve")
            assert (ended.code, ended.out.splitlines()) == (
                1,
                [
                    "off  Slack over HTTP: set SLACK_SIGNING_SECRET to turn it on",
                    "off  Slack over Socket Mode: set SLACK_APP_TOKEN to turn it on",
                    f"off  {TEAMS_OFF}",
                ],
            )
            assert ended.err == (
                "Error: Nothing is on, so there is nothing to serve. Set what is named above, then try again.\n"
            )

        play(scenario)

    def test_without_any_setting_every_part_says_all_that_it_needs(self, place: Place) -> None:
        assert [(part.on, part.note) for part in parts(place.settings(None))] == [
            (False, "set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET to turn it on"),
            (False, "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN to turn it on"),
            (False, "set TEAMS_APP_ID and TEAMS_APP_PASSWORD to turn it on"),
        ]


def found(place: Place, scenario: Callable[[SlackStandIn], Settings]) -> list[Checked]:
    """What the doctor finds on Slack, Teams not being set up, with the settings that `scenario` gives after setting the stage."""
    findings: list[Checked] = []

    async def go(slack: SlackStandIn) -> None:
        findings.extend(await examined(scenario(slack)))

    play(go)
    at_home = [each for each in findings if each.name in AT_HOME]
    assert at_home[0].name == AT_HOME[0]
    assert all(each.passed for each in at_home)
    assert findings[-1] == Checked("Teams", passed=True, note="not set up; set TEAMS_APP_ID to use it")
    return findings[len(at_home) : -1]


class TestDoctor:
    def test_a_line_for_each_thing_that_passed(self, place: Place) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            ended = await place.run(slack, "doctor", SLACK_SIGNING_SECRET=SECRET, SLACK_APP_TOKEN=slack.app_token)
            assert (ended.code, ended.err) == (0, "")
            advice = "an administrator says in the leads' channel: send Northshire Compact concerns here"
            assert ended.out.splitlines() == [
                "ok    Knowledge base: 2 Compacts, 9 commitments, 6 topics",
                f"ok    Database: opened and up to date (sqlite:///{place.folder / 'compactbot.db'})",
                "ok    Forums: set FORUMS_PATH to a file of them; see docs/forums.md",
                "ok    Clocks: this machine's and the database's agree",
                "ok    Delivery: nothing failed in the last 7 days",
                f"ok    Concerns: no channel gets those under the Northshire Compact and the Westmere Compact; {advice}",
                "ok    Slack token and scopes: signed in to Trust as compactbot",
                "ok    Slack Socket Mode: a connection can be opened",
                "ok    Teams: not set up; set TEAMS_APP_ID to use it",
            ]

        play(scenario)

    def test_a_failed_line_says_what_to_do_and_the_exit_code_is_1(self, place: Place) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            slack.scopes = ("chat:write", "commands")
            ended = await place.run(slack, "doctor")
            assert (ended.code, ended.err) == (1, "")
            missing = f"the scopes {', '.join(each for each in SCOPES if each not in slack.scopes)} are missing"
            advice = "add them under OAuth & Permissions and install again"
            assert ended.out.splitlines()[len(AT_HOME) :] == [
                f"FAIL  Slack token and scopes: {missing}; {advice}",
                "FAIL  Slack way in: set SLACK_SIGNING_SECRET for HTTP, or SLACK_APP_TOKEN for Socket Mode",
                "ok    Teams: not set up; set TEAMS_APP_ID to use it",
            ]

        play(scenario)

    @pytest.mark.parametrize("missing", SCOPES)
    def test_every_scope_that_is_missing_is_named(self, place: Place, missing: str) -> None:
        def with_others(slack: SlackStandIn) -> Settings:
            slack.scopes = tuple(scope for scope in (*SCOPES, "users:read") if scope != missing)
            return place.settings(slack, SLACK_SIGNING_SECRET=SECRET)

        [token] = found(place, with_others)
        assert not token.passed
        assert token.note.startswith(f"the scopes {missing} are missing")

    @pytest.mark.parametrize(
        ("method", "name", "advice"),
        [
            ("auth.test", "Slack token and scopes", "copy the bot's token again"),
            ("apps.connections.open", "Slack Socket Mode", "make an app-level token with connections:write"),
        ],
    )
    def test_a_token_that_slack_refuses_is_told_with_where_to_get_another(
        self, place: Place, method: str, name: str, advice: str
    ) -> None:
        def refusing(slack: SlackStandIn) -> Settings:
            slack.fail(method, times=None, kind=NotOk("invalid_auth"))
            return place.settings(slack, SLACK_APP_TOKEN=slack.app_token)

        [wrong] = [each for each in found(place, refusing) if not each.passed]
        assert wrong.name == name
        assert wrong.note.startswith(f"Slack says invalid_auth; {advice}")

    @pytest.mark.parametrize("kind", [ServerError(), Cut()], ids=["500", "line closed"])
    @pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
    def test_a_slack_that_does_not_answer_is_no_fault_of_the_tokens(
        self, place: Place, method: str, kind: ServerError | Cut
    ) -> None:
        def failing(slack: SlackStandIn) -> Settings:
            slack.fail(method, times=None, kind=kind)
            return place.settings(slack, SLACK_APP_TOKEN=slack.app_token)

        notes = [each.note for each in found(place, failing) if not each.passed]
        assert notes == ["Slack cannot be reached; check the line, and SLACK_API_URL if you set it"]

    def test_a_slack_that_is_not_there_is_told_too(self, place: Place) -> None:
        def nowhere(slack: SlackStandIn) -> Settings:
            return place.settings(slack, SLACK_SIGNING_SECRET=SECRET, SLACK_API_URL=f"http://127.0.0.1:{place.port}/")

        [token] = found(place, nowhere)
        assert (token.passed, token.note.partition(";")[0]) == (False, "Slack cannot be reached")

    def test_without_slack_there_is_nothing_to_fail(self, place: Place) -> None:
        assert found(place, lambda _slack: place.settings(None)) == [
            Checked("Slack", passed=True, note="not set up; set SLACK_BOT_TOKEN to use it")
        ]

    def test_knowledge_and_database_that_cannot_be_used_are_findings(self, place: Place) -> None:
        """The rest is looked at all the same."""
        (place.folder / "database").mkdir()
        url = f"sqlite:///{place.folder / 'database'}"
        settings = place.settings(None, KNOWLEDGE_PATH=str(place.folder / "nowhere"), DATABASE_URL=url)
        knowledge, database, slack, teams = asyncio.run(examined(settings))
        assert not knowledge.passed
        assert "nowhere" in knowledge.note
        assert not database.passed
        assert database.note.startswith(f"The database {place.folder / 'database'} cannot be used: ")
        assert slack.passed
        assert teams.passed
