"""Talking about forums with the assistant in a terminal, with the forums and the knowledge that are shipped."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns.house import House
from knowledge.finding import Finder
from knowledge.forums.loading import example_forums, load
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.talking import Talk

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.yaml"))


@pytest.fixture
def talk(finder: Finder, store: SqlStore, clock: DrivenClock) -> Talk:
    """An assistant that knows the shipped forums."""
    house = House(series=load(example_forums(), finder.knowledge.compacts), public_url="https://bot.example.org")
    return Talk(Assistant(finder, store, clock, leads=LEADS, house=house))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_conversation_goes_as_its_transcript_says(path: Path, talk: Talk) -> None:
    turns: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for number, turn in enumerate(turns, start=1):
        said = talk(turn["said"])
        missing = [fragment for fragment in turn.get("heard", []) if fragment not in said]
        unwanted = [fragment for fragment in turn.get("never", []) if fragment in said]
        assert not missing, f"turn {number}, {turn['said']!r}: missing {missing} in:\n{said}"
        assert not unwanted, f"turn {number}, {turn['said']!r}: {unwanted} in:\n{said}"


def test_who_knows_of_no_forums_says_so(finder: Finder, store: SqlStore, clock: DrivenClock) -> None:
    talk = Talk(Assistant(finder, store, clock, leads=LEADS))
    heard = talk("when is the next forum?")
    assert "I do not know of any forums: nobody has told me when they are held." in heard
    assert LEADS in heard
    assert "[cpft.delivery.forums]" in talk("how often do the provider forums meet?")
    assert "Neither Compact gives the date" in talk("When in September is the next get-together?")
