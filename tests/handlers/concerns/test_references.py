"""References: short, and hard to mistake."""

import pytest

from handlers.concerns.references import drawn, read


@pytest.mark.parametrize(
    "typed",
    ["7KQM-2XWT", "7kqm-2xwt", "7KQM2XWT", " 7kqm 2xwt ", "7KQM–2XWT", "7kom-2xvt", "7 k q m 2 x w t", "7kqn_2xwt."],
)
def test_a_reference_is_read_whatever_its_case_spaces_and_lookalikes(typed: str) -> None:
    assert read(typed) == "7KQM-2XWT"


@pytest.mark.parametrize("typed", ["", "7KQM", "7KQM-2XW", "7KQM-2XWTT", "7KQM-2XWI", "7KQM-2XW1", "ÄÖÜß-2345"])
def test_what_can_be_no_reference_is_none(typed: str) -> None:
    assert read(typed) is None


def test_references_are_read_back_as_they_were_drawn() -> None:
    several = {drawn() for _ in range(200)}
    assert len(several) == 200
    assert all(read(each) == each for each in several)
