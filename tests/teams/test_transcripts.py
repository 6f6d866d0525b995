"""How a concern is told, said → heard, through Teams: its requests, its cards, its buttons."""

import asyncio
from pathlib import Path

import pytest

from knowledge.finding import Finder
from tests.handlers.concerns.stage import house
from tests.scripts import CONCERNS, play, turns
from tests.teams.conftest import Bot, Stage
from tests.teams.theatre import Theatre


@pytest.mark.parametrize("path", CONCERNS, ids=lambda path: path.stem)
def test_a_concern_is_told_in_teams_as_its_transcript_says(path: Path, stage: Stage, finder: Finder) -> None:
    stage.finder, stage.house = finder, house()

    async def scenario(bot: Bot) -> None:
        theatre = Theatre(bot, stage.clock)
        await asyncio.to_thread(play, theatre.as_it_is_here(turns(path)), theatre)

    stage.play(scenario)
