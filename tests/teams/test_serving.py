"""`compactbot serve` with Teams, as a real process."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.settings import Settings
from tests.knowledge.small import small_knowledge
from tests.teams.activities import APP_ID, chat, personal
from tests.teams.conftest import NOTICE, shown
from tests.teams.connector import HOST, PASSWORD, TOKEN, Teams
from tests.waiting import PATIENCE

PROGRAM = Path(sys.executable).with_name("compactbot")


@dataclass(frozen=True)
class Program:
    """The process: what it said until it listened, and where it does."""

    process: asyncio.subprocess.Process
    lines: list[str]
    address: str

    async def stop(self) -> str:
        """Tells it to stop; gives what it logged."""
        self.process.send_signal(signal.SIGTERM)
        out, logged = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        assert (self.process.returncode, out) == (0, b"Stopping.\n")
        return logged.decode()


@asynccontextmanager
async def started(folder: Path, **more: str) -> AsyncIterator[Program]:
    """`compactbot serve`, listening; it is gone when the context is left."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]
    knowledge = folder / "knowledge"
    knowledge.mkdir()
    small_knowledge(knowledge)
    places = {
        "DATABASE_URL": f"sqlite:///{folder / 'compactbot.db'}",
        "KNOWLEDGE_PATH": str(knowledge),
        "KNOWLEDGE_SHIPPED": "false",
        "CACHE_DIR": str(folder / "cache"),
        "PORT": str(port),
        "PYTHONUTF8": "1",
    }
    kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        "serve",
        cwd=folder,
        env={**kept, **places, **more},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while not lines or not lines[-1].startswith("Listening"):
                line = await process.stdout.readline()
                assert line, "it ended"
                lines.append(line.decode().strip())
        yield Program(process, lines, f"http://{HOST}:{port}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def test_one_life_of_the_program(tmp_path: Path, certified: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """It says that Teams is on, answers, refuses others, and stops; and its log tells no secret."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certified[0]))

    async def scenario() -> None:
        async with Teams().running(certified) as teams, aiohttp.ClientSession() as session:
            settings = {
                "TEAMS_APP_ID": APP_ID,
                "TEAMS_APP_PASSWORD": PASSWORD,
                "TEAMS_OPENID_URL": teams.openid,
                "TEAMS_AUTHORITY_URL": teams.authority,
                "TEAMS_SERVICE_HOSTS": HOST,
            }
            async with started(tmp_path, **settings) as program:
                endpoint = f"{program.address}/api/messages"
                assert f"on   Teams: POST {endpoint}" in program.lines
                token = teams.signers[0].token(teams.url)
                body = json.dumps(personal(NOTICE) | {"serviceUrl": teams.url}).encode()
                for bearer, status in ((token, 200), (token[:-8] + "AAAAAAAA", 401)):
                    headers = {"Authorization": f"Bearer {bearer}"}
                    async with session.post(endpoint, data=body, headers=headers) as answer:
                        assert answer.status == status
                await teams.until(lambda: teams.said)
                logged = await program.stop()
            assert "was refused: its token's signature is wrong" in logged
            assert [secret for secret in (token, PASSWORD, TOKEN, NOTICE, "Traceback") if secret in logged] == []
            assert "three months' written notice" in shown(teams.said[0])
            assert teams.wrong == []

    asyncio.run(scenario())


def test_open_to_this_machine_alone_it_says_so(tmp_path: Path, certified: tuple[Path, Path]) -> None:
    async def scenario() -> None:
        async with Teams().running(certified) as teams, aiohttp.ClientSession() as session:
            async with started(tmp_path, TEAMS_ANONYMOUS="true") as program:
                [line] = [each for each in program.lines if "Teams:" in each]
                assert line.endswith("from clients on this machine; nobody who calls is checked (TEAMS_ANONYMOUS)")
                body = json.dumps(personal(NOTICE) | {"serviceUrl": teams.url}).encode()
                async with session.post(f"{program.address}/api/messages", data=body) as answer:
                    assert answer.status == 200
                await teams.until(lambda: teams.said)
                await program.stop()
            assert [said.conversation for said in teams.said] == [chat()]

    asyncio.run(scenario())
