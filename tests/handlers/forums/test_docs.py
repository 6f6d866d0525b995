"""What docs/forums.md tells people to say is understood."""

import re
from pathlib import Path

import pytest

from handlers.forums.asking import question
from handlers.ports import Purpose
from tests.forums.small import made
from tests.handlers.forums.town import OFFICE, SQUARE, Town

PAGE = (Path(__file__).parents[3] / "docs" / "forums.md").read_text(encoding="utf-8")


def phrases(section: str) -> list[str]:
    """What stands in backticks in the first cells of a section's table."""
    [found] = re.findall(rf"^## {section}\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    rows = [row for row in found.splitlines() if row.startswith("| `")]
    return [phrase for row in rows for phrase in re.findall(r"`(.+?)`", row.split(" | ")[0])]


@pytest.fixture
def june(town: Town) -> Town:
    """A town with a forum in June, announced in the square and coordinated in the office."""
    town.series = (made(starts="2026-06-10", name="Provider forum"),)
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    return town


@pytest.mark.parametrize("words", phrases("Ask about forums"))
def test_what_anybody_can_say_is_answered(june: Town, words: str) -> None:
    june.say("when is the next forum?", "ann")
    assert june.heard(words, "ann") is not None


@pytest.mark.parametrize("words", phrases("Change a forum"))
def test_what_coordinators_can_say_is_shown_to_them(june: Town, words: str) -> None:
    if words.startswith("bring back"):
        june.press("confirm forum quarterly 2027-06-09: 0 cancel", "ada", OFFICE)
    heard = june.say(words, "ada", OFFICE)
    assert "Wednesday 9 June 2027" in heard or "Thursday 17 June 2027" in heard
    assert "confirm forum quarterly 2027-06-09" in heard or "Coming: nobody yet" in heard


@pytest.mark.parametrize("words", ["who came to the June forum?", "write down the actions of the June forum"])
def test_what_coordinators_can_say_afterwards_is_understood(june: Town, words: str) -> None:
    assert f"`{words}`" in PAGE
    june.at("2027-06-11")
    assert "Wednesday 9 June 2027" in june.say(words, "ada", OFFICE)


@pytest.mark.parametrize(
    "words", ["post forum reminders here", "post forum reminders here for the provider forum", "coordinate forums here"]
)
def test_what_administrators_can_say_is_done(june: Town, words: str) -> None:
    assert f"`{words}`" in PAGE
    assert "Provider forum" in june.say(words, "max")


@pytest.mark.parametrize(
    "words",
    [
        "How often do the provider forums meet?",
        "Who convenes the quarterly provider forums?",
        "Do we have to come to every forum?",
        "The forum was cancelled and nobody told us why, and now the next meeting is in doubt",
        "Our charity runs a monthly lunch",
        "When must they tell us?",
    ],
)
def test_other_questions_are_left_to_the_knowledge_base(words: str) -> None:
    assert question(words, follows=True, named=True) is None
