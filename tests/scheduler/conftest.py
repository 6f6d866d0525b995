"""The town with forums, as the tests of what is said in it have it."""

import pytest
from sqlalchemy import Engine

from handlers.ports import Purpose
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.handlers.forums.town import OFFICE, SQUARE, Town


@pytest.fixture
def town(engine: Engine, finder: Finder, clock: DrivenClock) -> Town:
    """A town whose forum is announced in the square and coordinated in the office, planned for the first time."""
    town = Town(engine, finder, clock)
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    town.plan()
    return town
