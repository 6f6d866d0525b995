"""A town in which nothing is announced yet."""

import pytest
from sqlalchemy import Engine

from handlers.ports import Purpose
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.handlers.forums.town import OFFICE, SQUARE, Town


@pytest.fixture
def town(engine: Engine, finder: Finder, clock: DrivenClock) -> Town:
    """A town with one quarterly forum, on a Friday in November."""
    return Town(engine, finder, clock)


@pytest.fixture
def invited(town: Town) -> Town:
    """The town after the invitation to the forum of January."""
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    town.plan()
    town.plan_at("2026-12-16", "09:30")
    town.new_posts()
    return town
