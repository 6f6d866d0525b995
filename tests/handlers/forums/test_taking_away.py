"""Taking a forum's place or joining link away: one of the two has to stay."""

import pytest

from handlers.forums.edits import Where, read
from handlers.ports import Purpose
from tests.forums.small import made
from tests.handlers.forums.town import JANUARY, OFFICE, SQUARE, Town

LINK = "https://meet.example.org/quarterly"
FORM = f"change the place of {JANUARY}"
NEITHER = "A forum needs a place or a joining link."


@pytest.fixture
def told(town: Town) -> Town:
    """The town after the invitation to the forum of January."""
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    town.plan()
    town.plan_at("2026-12-16", "09:30")
    town.new_posts()
    return town


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("words", "news", "where"),
    [
        ("remove the link of the January forum", "There is no joining link any more.", "('Where', 'The hall')"),
        ("please take away the zoom link from the January forum.", "There is no joining link", "('Where', 'The hall')"),
        ("remove the venue of the January forum", "It is online only.", "('Where', 'Online')"),
    ],
)
def test_one_of_the_two_is_taken_away_and_announced(told: Town, words: str, news: str, where: str) -> None:
    assert news in told.say(words, "ada", OFFICE)
    assert where in told.say("yes", "ada", OFFICE)
    [post] = told.new_posts()
    assert news in post
    assert where in post
    assert where in told.press(f"show {JANUARY}", "ann")


def test_without_its_link_it_cannot_be_joined_online(told: Town) -> None:
    told.press(f"confirm {JANUARY}: 0 where no link", "ada", OFFICE)
    assert LINK not in told.press(f"show {JANUARY}", "ann")
    told.press(f"confirm {JANUARY}: 1 where link {LINK}", "ada", OFFICE)
    assert LINK in told.press(f"show {JANUARY}", "ann")


def test_a_field_that_is_emptied_means_none(told: Town) -> None:
    shown = told.say(FORM, "ada", OFFICE, filled=(("place", ("The Guildhall",)), ("link", ("",))))
    assert f"confirm {JANUARY}: 0 where no link place The Guildhall" in shown
    shown = told.say(FORM, "ada", OFFICE, filled=(("place", ("",)), ("link", (LINK,))))
    assert f"confirm {JANUARY}: 0 where no place'" in shown


def test_both_cannot_be_taken_away(told: Town) -> None:
    form = told.form(FORM, "ada", OFFICE, filled=(("place", ("",)), ("link", ("",))))
    assert NEITHER in form.fields[0].error
    told.press(f"confirm {JANUARY}: 0 where no link", "ada", OFFICE)
    assert NEITHER in told.say("remove the place of the January forum", "ada", OFFICE)


def test_what_is_not_there_is_not_taken_away(town: Town) -> None:
    town.series = (made(link=None),)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    assert "link already" in town.say("remove the link of the January forum", "ada", OFFICE)
    form = town.form(FORM, "ada", OFFICE, filled=(("place", ("The hall",)), ("link", ("",))))
    assert "That is its place and its link already." in form.fields[0].error


@pytest.mark.parametrize("place", [None, "", "The hall", "no place", "link street"])
@pytest.mark.parametrize("link", [None, "", LINK])
def test_a_button_says_what_stays_and_what_goes(place: str | None, link: str | None) -> None:
    assert read(str(Where(place, link))) == Where(place, link)
