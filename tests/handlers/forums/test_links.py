"""What opens a forum's joining link and its calendar file: wherever a forum is told of, for as long as it is of use."""

import pytest

from handlers.conversation import Block, Choices, Facts
from handlers.ports import Purpose
from tests.forums.small import made
from tests.handlers.forums.town import JANUARY, OFFICE, SQUARE, Town

JOIN = ("Join online", "https://meet.example.org/quarterly")
CALENDAR = ("Add to calendar", "https://bot.example.org/forums/quarterly/2027-01-13.ics")
CONFIRM = f"confirm {JANUARY}: 0"


@pytest.fixture
def told(town: Town) -> Town:
    """The town after the invitation to the forum of January."""
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    town.plan()
    town.plan_at("2026-12-16", "09:30")
    return town


def links(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    """What can be opened, each with its address."""
    options = [option for block in blocks if isinstance(block, Choices) for option in block.options]
    assert not any(option.says for option in options if option.link)
    return [(option.label, option.link) for option in options if option.link]


def heard(town: Town, words: str, who: str = "ann") -> tuple[Block, ...]:
    """What somebody hears in the square, or a coordinator in the office."""
    said = town.heard(words, who, OFFICE if who == "ada" else SQUARE)
    assert said is not None
    return said.blocks


def test_an_invitation_has_both(told: Town) -> None:
    [invitation] = told.new_posts()
    assert links(invitation.blocks) == [JOIN, CALENDAR]


@pytest.mark.parametrize(
    "words", [f"show {JANUARY}", "when is the next forum?", "is there a zoom link?", "where is the next forum?"]
)
def test_so_has_every_answer_about_the_forum(told: Town, words: str) -> None:
    assert links(heard(told, words)) == [JOIN, CALENDAR]


def test_whoever_comes_gets_them_and_whoever_does_not_needs_none(told: Town) -> None:
    assert links(heard(told, f"coming to {JANUARY}")) == [JOIN, CALENDAR]
    assert links(heard(told, f"apologies for {JANUARY}")) == []


def test_a_change_is_shown_to_the_coordinators_with_what_can_be_opened(told: Town) -> None:
    told.new_posts()
    new = "https://zoom.example.org/1"
    shown = heard(told, f"change the link for the January forum to {new}", "ada")
    assert links(shown) == [("Join online", new), CALENDAR]
    heard(told, "yes", "ada")
    [news] = told.new_posts()
    assert links(news.blocks) == [("Join online", new), CALENDAR]
    assert f"The joining link is now {new}" in news


def test_of_a_cancelled_forum_nothing_can_be_opened_and_the_next_one_is_offered_to_whoever_asks(told: Town) -> None:
    told.new_posts()
    told.press(f"{CONFIRM} cancel", "ada", OFFICE)
    assert links(told.new_posts()[0].blocks) == []
    assert links(heard(told, f"show {JANUARY}")) == []
    asked = links(heard(told, "when is the January forum?"))
    assert asked == [JOIN, (CALENDAR[0], CALENDAR[1].replace("01-13", "04-14"))]


@pytest.mark.parametrize(
    ("at", "found"),
    [("09:59", [JOIN, CALENDAR]), ("10:00", [JOIN]), ("11:59", [JOIN]), ("12:00", [])],
)
def test_it_can_be_joined_until_it_ends(told: Town, at: str, found: list[tuple[str, str]]) -> None:
    told.at("2027-01-13", at)
    assert links(heard(told, f"show {JANUARY}")) == found


def test_coordinators_see_the_address_itself(told: Town) -> None:
    for words, who in ((f"manage {JANUARY}", "ada"), (f"{CONFIRM} agenda Taxis", "ada")):
        rows = [row for block in heard(told, words, who) if isinstance(block, Facts) for row in block.rows]
        assert JOIN in rows


def test_of_several_forums_each_is_opened_by_its_name_and_day(town: Town) -> None:
    rule = "FREQ=YEARLY;BYMONTH=2,11;BYDAY=3WE"
    gathering = made(id="yearly", name="The gathering", starts="2026-11-18", recurrence=rule, link=None)
    town.series = (*town.series, gathering)
    heard(town, "when are the forums?")
    assert links(heard(town, "add them to my calendar")) == [
        ("Add to calendar: 13 January, Quarterly forum", CALENDAR[1]),
        ("Add to calendar: 17 February, The gathering", "https://bot.example.org/forums/yearly/2027-02-17.ics"),
    ]
    assert links(heard(town, "are they online?")) == [("Join online: 13 January, Quarterly forum", JOIN[1])]
