"""Taking a forum's place or joining link away: one of the two has to stay."""

import pytest

from handlers.forums.edits import Where, read
from handlers.ports import Purpose
from tests.forums.small import made
from tests.handlers.forums.town import JANUARY, OFFICE, Town

LINK = "https://meet.example.org/quarterly"
FORM = f"change the place of {JANUARY}"
NEITHER = "A forum needs a place or a joining link."


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("words", "news", "where"),
    [
        ("remove the link of the January forum", "There is no joining link any more.", "('Where', 'The hall')"),
        ("please take away the zoom link from the January forum.", "There is no joining link", "('Where', 'The hall')"),
        ("remove the venue of the January forum", "It is online only.", "('Where', 'Online')"),
    ],
)
def test_one_of_the_two_is_taken_away_and_announced(invited: Town, words: str, news: str, where: str) -> None:
    assert news in invited.say(words, "ada", OFFICE)
    assert where in invited.say("yes", "ada", OFFICE)
    [post] = invited.new_posts()
    assert news in post
    assert where in post
    assert where in invited.press(f"show {JANUARY}", "ann")


def test_without_its_link_it_cannot_be_joined_online(invited: Town) -> None:
    invited.press(f"confirm {JANUARY}: 0 where no link", "ada", OFFICE)
    assert LINK not in invited.press(f"show {JANUARY}", "ann")
    invited.press(f"confirm {JANUARY}: 1 where link {LINK}", "ada", OFFICE)
    assert LINK in invited.press(f"show {JANUARY}", "ann")


def test_a_field_that_is_emptied_means_none(invited: Town) -> None:
    shown = invited.say(FORM, "ada", OFFICE, filled=(("place", ("The Guildhall",)), ("link", ("",))))
    assert f"confirm {JANUARY}: 0 where no link place The Guildhall" in shown
    shown = invited.say(FORM, "ada", OFFICE, filled=(("place", ("",)), ("link", (LINK,))))
    assert f"confirm {JANUARY}: 0 where no place'" in shown


def test_both_cannot_be_taken_away(invited: Town) -> None:
    form = invited.form(FORM, "ada", OFFICE, filled=(("place", ("",)), ("link", ("",))))
    assert NEITHER in form.fields[0].error
    invited.press(f"confirm {JANUARY}: 0 where no link", "ada", OFFICE)
    assert NEITHER in invited.say("remove the place of the January forum", "ada", OFFICE)


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
