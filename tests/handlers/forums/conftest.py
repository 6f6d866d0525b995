"""A town in which nothing is announced yet."""

import pytest
from sqlalchemy import Engine

from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.handlers.forums.town import Town


@pytest.fixture
def town(engine: Engine, finder: Finder, clock: DrivenClock) -> Town:
    """A town with one quarterly forum, on a Friday in November."""
    return Town(engine, finder, clock)
