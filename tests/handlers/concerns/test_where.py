"""Where concerns are not taken, nothing is offered that could not be seen through."""

import pytest

from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns.house import House
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.talking import Talk, options


@pytest.fixture
def elsewhere(finder: Finder, store: SqlStore, clock: DrivenClock) -> Talk:
    """Talking with an assistant that takes concerns nowhere."""
    return Talk(Assistant(finder, store, clock, leads="Ask Ada.", house=House(takes_concerns=frozenset())))


@pytest.mark.parametrize("said", ["how do I raise a concern?", "how much notice must we give?", "help", "topics"])
def test_no_button_raises_a_concern(elsewhere: Talk, said: str) -> None:
    assert [each.says for each in options(elsewhere.blocks(said)) if each.says.startswith("raise a concern")] == []


def test_saying_so_is_answered_from_the_compacts_and_begins_nothing(elsewhere: Talk, store: SqlStore) -> None:
    assert "cpft.disputes.right" in elsewhere("raise a concern")
    with store.begin() as records:
        assert list(records.drafts.untouched_since(DrivenClock().now().replace(year=2100))) == []


def test_help_does_not_speak_of_it(elsewhere: Talk) -> None:
    assert "my concerns" not in elsewhere("help")
    assert "What I can do" in elsewhere("help")
