"""How a concern is told in Slack, said → heard, by signed requests to the running app."""

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from knowledge.finding import Finder
from tests.handlers.concerns.stage import house
from tests.scripts import CONCERNS, play, turns
from tests.slack.conftest import Bot, Stage
from tests.slack.theatre import SlackTheatre

IN_ROOMS = [path for path in CONCERNS if any(turn.room for turn in turns(path))]


@pytest.fixture
def told_as_in(stage: Stage, finder: Finder) -> "Stage":
    """A stage with the Compacts that are shipped."""
    stage.finder, stage.house = finder, house()
    return stage


def played(stage: Stage, path: Path, speaks: Literal["mention", "command"] = "mention") -> None:
    """Play a transcript."""

    async def scenario(bot: Bot) -> None:
        theatre = SlackTheatre(bot, stage.clock, asyncio.get_running_loop(), speaks)
        await asyncio.to_thread(play, turns(path), theatre)

    stage.play(scenario)


@pytest.mark.parametrize("path", CONCERNS, ids=lambda path: path.stem)
def test_a_concern_is_told_as_its_transcript_says(path: Path, told_as_in: Stage) -> None:
    played(told_as_in, path)


@pytest.mark.parametrize("path", IN_ROOMS, ids=lambda path: path.stem)
def test_what_is_said_in_a_room_may_be_a_command(path: Path, told_as_in: Stage) -> None:
    played(told_as_in, path, "command")
