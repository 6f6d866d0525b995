"""A forum that is moved onto another of its series: that is remarked on, and the other is not lost sight of."""

import pytest

from tests.handlers.forums.town import APRIL, JANUARY, OFFICE, Town

ONTO_APRIL = f"confirm {JANUARY}: 0 move 2027-04-14 10:00"
NOTE = "Please note: another Quarterly forum is on Wednesday 14 April 2027 already, at 10:00."


@pytest.mark.parametrize("hour", ["10:00", "14:00"])
def test_coordinators_are_told_of_the_forum_that_is_on_that_day_already(invited: Town, hour: str) -> None:
    assert NOTE in invited.say(f"move the January forum to 14 April 2027 at {hour}", "ada", OFFICE)


def test_to_another_hour_of_its_own_day_it_is_in_nobodys_way(invited: Town) -> None:
    assert "Please note" not in invited.say("move the January forum to 13 January 2027 at 14:00", "ada", OFFICE)


def test_one_that_is_cancelled_is_in_nobodys_way(invited: Town) -> None:
    invited.press(f"confirm {APRIL}: 0 cancel", "ada", OFFICE)
    assert "Please note" not in invited.say("move the January forum to 14 April 2027 at 10:00", "ada", OFFICE)


@pytest.mark.parametrize(("cancelled", "number"), [(JANUARY, 1), (APRIL, 0)])
def test_of_two_at_one_hour_the_other_is_the_next_when_one_is_cancelled(
    invited: Town, cancelled: str, number: int
) -> None:
    invited.press(ONTO_APRIL, "ada", OFFICE)
    shown = invited.press(f"cancel {cancelled}: too few people", "ada", OFFICE)
    assert f"confirm {cancelled}: {number} cancel" in shown
    assert "The next one is on Wednesday 14 April 2027, 10:00 to 12:00." in shown


def test_an_earlier_one_on_that_day_is_not_the_next(invited: Town) -> None:
    invited.press(ONTO_APRIL.replace("10:00", "08:00"), "ada", OFFICE)
    assert "The next one is on Wednesday 14 July 2027" in invited.press(f"cancel {APRIL}: snow", "ada", OFFICE)
