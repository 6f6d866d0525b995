"""Two years of forums through three processes on one PostgreSQL, killed all the time: what is received is the preview."""

import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Engine

from bot.settings import Settings
from bot.store.opening import opened
from knowledge.forums.loading import load
from tests.bot.databases import PostgreSQL
from tests.crash.forums_afterwards import Afterwards
from tests.crash.forums_edits import KINDS
from tests.crash.forums_expected import Oracle
from tests.crash.forums_kills import Kills
from tests.crash.forums_slack import DrivenSlack
from tests.crash.forums_town import FORUMS
from tests.crash.forums_years import Years
from tests.crash.processes import rounds, seed
from tests.crash.replicas import Replica, warmed_up
from tests.knowledge.small import small_knowledge
from tests.slack.conftest import PROXIES
from tests.slack.requests import LEAD

BEGIN, END = datetime(2027, 1, 4, 8, tzinfo=UTC), datetime(2029, 1, 8, 8, tzinfo=UTC)
REPLICAS = 3

pytestmark = pytest.mark.crash


@pytest.fixture
def engine(postgresql: PostgreSQL) -> Iterator[Engine]:
    """A fresh database on PostgreSQL."""
    with postgresql.database(postgresql.ready) as url:
        engine = opened(url)
        yield engine
        engine.dispose()


def test_what_is_received_in_two_years_is_what_the_preview_says(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures are printed. CRASH_SEED has the same chances taken again, as far as processes let them be the same."""
    began, chance_of, context = time.monotonic(), seed(), warmed_up()
    monkeypatch.chdir(tmp_path)
    with capsys.disabled():
        sys.stdout.write(f"\nforums: CRASH_SEED={chance_of} CRASH_ROUNDS={rounds()}\n")
    years = asyncio.run(_lived(tmp_path, engine, context, random.Random(chance_of)))  # noqa: S311 - nothing is kept secret by it
    after = Afterwards(years)
    told = after.figures() | {"seconds": round(time.monotonic() - began)}
    with capsys.disabled():
        sys.stdout.writelines(f"  {name}: {what}\n" for name, what in told.items())
    assert after.twice == []
    assert after.missing == []
    assert after.unexpected == []
    assert list(after.wrong()) == []
    assert after.undone(engine) == []
    assert years.slack.refused == []
    assert set(years.changes) == KINDS
    assert years.kills.count >= rounds()


async def _lived(folder: Path, engine: Engine, context: ForkServerContext, chance: random.Random) -> Years:
    """Two years that were lived through; its replicas are gone."""
    environment = _environment(folder, engine)
    known = small_knowledge(folder / "knowledge")
    series = {each.id: each for each in load(folder / "forums.yaml", known.compacts, known.commitments)}
    async with (
        DrivenSlack(chance) as slack,
        # A port may be that of one who is dead: no connection is kept.
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
        AsyncExitStack() as stack,
    ):
        connects = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.url, "ADMINISTRATORS": f"slack:{LEAD}"}
        replicas = [
            Replica(context, environment | connects, folder / f"log{each}", session) for each in range(REPLICAS)
        ]
        for each in replicas:
            stack.push_async_callback(each.gone)
        oracle = Oracle(environment, series, BEGIN, END)
        years = Years(slack, replicas, engine, oracle, chance, Kills(replicas, slack, chance, rounds()), BEGIN)
        await years.live()
        return years


def _environment(folder: Path, engine: Engine) -> dict[str, str]:
    """The settings, and nothing of ours that happens to be set where the tests run."""
    for name in ("knowledge", "cache"):
        (folder / name).mkdir()
    (folder / "forums.yaml").write_text(FORUMS, encoding="utf-8")
    ours = {*(name.upper() for name in Settings.model_fields), *PROXIES}
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "DATABASE_URL": engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
        "KNOWLEDGE_PATH": str(folder / "knowledge"),
        "KNOWLEDGE_SHIPPED": "false",
        "CACHE_DIR": str(folder / "cache"),
        "FORUMS_PATH": str(folder / "forums.yaml"),
    }
