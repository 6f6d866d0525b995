"""How a concern is told, said → heard."""

from pathlib import Path

import pytest

from tests.handlers.concerns.stage import Stage
from tests.scripts import CONCERNS, play, turns


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("path", CONCERNS, ids=lambda path: path.stem)
def test_a_concern_is_told_as_its_transcript_says(path: Path, stage: Stage) -> None:
    assert play(turns(path), stage)
