"""The first page that a person sees, and what a newcomer is told."""

import pytest

from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns.house import House
from handlers.conversation import Choices, Platform, Reply, Text
from knowledge.finding import Finder
from knowledge.forums.loading import example_forums, load
from tests.clock import DrivenClock
from tests.talking import Talk, conversation, options, strings

ANN = conversation("ann").person


@pytest.fixture
def at_home(finder: Finder, store: SqlStore, clock: DrivenClock) -> Assistant:
    """An assistant that takes concerns everywhere and knows of forums."""
    series = load(example_forums(), finder.knowledge.compacts)
    return Assistant(finder, store, clock, leads="Ask Ada.", house=House(series=series))


def offered(reply: Reply) -> set[str]:
    """What the buttons of a reply say."""
    return {option.says for option in options(reply.blocks)}


def text_of(reply: Reply) -> str:
    """All the text of a reply, a string a line."""
    return "\n".join(strings(reply))


def test_everybody_is_shown_where_a_concern_begins(at_home: Assistant) -> None:
    for reply in (at_home.home(ANN), at_home.welcome(Platform.SLACK)):
        assert "raise a concern" in offered(reply)


def test_a_concern_half_told_is_offered_in_place_of_a_new_one(at_home: Assistant) -> None:
    Talk(at_home)("raise a concern", who="ann")
    assert "You have a concern half told." in text_of(at_home.home(ANN))
    assert "raise a concern" not in offered(at_home.home(ANN))
    assert "half told" not in text_of(at_home.home(conversation("bea").person))


def test_the_forums_that_come_next_are_shown_soonest_first(at_home: Assistant) -> None:
    page = text_of(at_home.home(ANN))
    forums = [option for option in options(at_home.home(ANN).blocks) if option.says.startswith("next forum")]
    assert [option.label for option in forums] == [
        "Provider forum (example)",
        "The chair's yearly report (example)",
        "Compact Implementation Group (example)",
    ]
    assert page.index(forums[0].label) < page.index(forums[1].label) < page.index(forums[2].label)


def test_what_the_assistant_is_for_comes_first_and_ways_to_ask_come_last(at_home: Assistant) -> None:
    page = text_of(at_home.home(ANN))
    parts = ("What I can do", "The next forums", "What people ask about", "How to ask", "How much notice must we give")
    assert sorted(parts, key=page.index) == list(parts)


def test_what_is_ones_own_comes_before_all_else(at_home: Assistant) -> None:
    Talk(at_home)("raise a concern", who="ann")
    assert at_home.home(ANN).blocks[0] == Text(
        "You have a concern half told. You began it on Friday 20 November 2026. To start afresh deletes it."
    )


def test_on_a_page_where_nothing_can_be_typed_nothing_has_a_number(at_home: Assistant) -> None:
    assert not any(block.numbered for block in at_home.home(ANN).blocks if isinstance(block, Choices))


def test_without_forums_none_are_spoken_of(assistant: Assistant) -> None:
    assert "The next forums" not in text_of(assistant.home(ANN))


def test_where_concerns_are_not_taken_none_is_offered(finder: Finder, store: SqlStore, clock: DrivenClock) -> None:
    nowhere = Assistant(finder, store, clock, leads="Ask Ada.", house=House(takes_concerns=frozenset()))
    for reply in (nowhere.home(ANN), nowhere.welcome(Platform.SLACK)):
        assert "raise a concern" not in offered(reply)
