"""An office with the Compacts that are shipped."""

import pytest
from sqlalchemy import Engine

from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.handlers.concerns.office import Office
from tests.handlers.concerns.stage import Stage, house


@pytest.fixture
def office(engine: Engine, finder: Finder, clock: DrivenClock) -> Office:
    """Where cases are handled; no channel is set yet."""
    return Office(engine, finder.knowledge, clock)


@pytest.fixture
def stage(finder: Finder, store: SqlStore, clock: DrivenClock) -> Stage:
    """People who talk with an assistant that has not spoken with anybody."""
    return Stage(Assistant(finder, store, clock, leads=LEADS, house=house()), clock)
