"""The assistant with the knowledge that is shipped, a real store in a file, and a clock that is driven."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from knowledge.compiling import Compiled, compiled
from knowledge.finding import Finder
from knowledge.loading import load, shipped_content
from tests.bot.databases import PostgreSQL, running
from tests.clock import DrivenClock
from tests.leaks import LEAKS
from tests.talking import Talk

LEADS = "Your Compact leads are Ada and Bea."


def pytest_configure(config: pytest.Config) -> None:
    """Has nothing that people typed put out."""
    config.pluginmanager.register(LEAKS)


@pytest.fixture(scope="session")
def ready() -> Compiled:
    """The knowledge that is shipped, ready for questions."""
    return compiled(load([shipped_content()]))


@pytest.fixture(scope="session")
def finder(ready: Compiled) -> Finder:
    """What answers questions from the knowledge that is shipped."""
    return Finder(ready)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server, started when a test first needs it."""
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest) -> str:
    """Has a test run twice, with a database of each kind; without it, SQLite."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a fresh database is to be; where `engine` is asked for as well, its tables may be there already."""
    if "both" not in request.fixturenames or request.getfixturevalue("both") == "sqlite":
        yield f"sqlite:///{tmp_path / 'compactbot.db'}"
        return
    server = request.getfixturevalue("postgresql")
    with server.database(server.ready if "engine" in request.fixturenames else "") as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A fresh database, with its tables."""
    engine = opened(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """A store over a fresh database."""
    return SqlStore(engine)


@pytest.fixture
def clock() -> DrivenClock:
    """A clock that stands at ten on Friday 20 November 2026."""
    return DrivenClock()


@pytest.fixture
def assistant(finder: Finder, store: SqlStore, clock: DrivenClock) -> Assistant:
    """An assistant that has not spoken with anybody."""
    return Assistant(finder, store, clock, leads=LEADS)


@pytest.fixture
def say(assistant: Assistant) -> Talk:
    """Says something to the assistant and hears the text of its reply."""
    return Talk(assistant)
