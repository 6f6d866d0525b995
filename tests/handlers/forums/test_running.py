"""What is said of forums while they are on, when they are over, and of spans of time in which there are none."""

import pytest

from handlers.forums.hall import Hall
from handlers.ports import Purpose
from tests.forums.small import made
from tests.handlers.forums.town import JANUARY, OFFICE, SQUARE, Town

LATE = made(time="22:00", length="PT4H", starts="2026-10-14")
WEEKLY = made(recurrence="FREQ=WEEKLY;BYDAY=WE", starts="2026-10-14")


@pytest.mark.parametrize(
    "words",
    [
        "is there a zoom link?",
        "where is the forum?",
        "how do I join the forum?",
        "when is the next forum?",
        "next forum quarterly",
    ],
)
@pytest.mark.parametrize("hour", ["10:00", "11:59"])
def test_until_it_ends_the_forum_that_is_on_is_meant(town: Town, words: str, hour: str) -> None:
    town.at("2027-01-13", hour)
    heard = town.say(words, "ann")
    assert "13 January 2027" in heard
    assert "https://meet.example.org/quarterly" in heard
    assert f"coming to {JANUARY}" in heard
    town.at("2027-01-13", "12:00")
    later = town.say(words, "bea")
    assert "14 April 2027" in later
    assert "13 January" not in later


def test_of_the_one_that_is_on_the_next_is_told_as_well(town: Town) -> None:
    town.at("2027-01-13", "10:05")
    heard = town.say("when is the next forum?", "ann")
    assert (
        "It is on now, Wednesday 13 January 2027, 10:00 to 12:00. The next one is on Wednesday 14 April 2027" in heard
    )


def test_a_forum_that_goes_on_past_midnight_is_still_meant(town: Town) -> None:
    town.series = (LATE,)
    town.at("2027-01-14", "01:30")
    assert "It is on now, Wednesday 13 January 2027" in town.say("when is the forum?", "ann")


def test_a_cancelled_forum_is_not_on(town: Town) -> None:
    town.appoint(OFFICE, Purpose.COORDINATORS)
    town.press(f"confirm {JANUARY}: 0 cancel", "ada", OFFICE)
    assert "is cancelled" in town.say("when is the next forum?", "ann")
    town.at("2027-01-13", "10:05")
    assert "It is on Wednesday 14 April 2027" in town.say("when is the next forum?", "bea")


@pytest.mark.parametrize("words", [f"show {JANUARY}", "where is it?", "when is it?", "is there a link?"])
def test_of_a_forum_that_is_over_nobody_is_asked_whether_they_come(town: Town, words: str) -> None:
    town.say("when is the January forum?", "ann")
    town.at("2027-01-13", "12:00")
    heard = town.say(words, "ann")
    assert "13 January 2027" in heard
    assert "coming to forum" not in heard
    assert "suggest an item" not in heard


def test_the_last_forum_is_one_that_was_held(town: Town) -> None:
    town.at("2027-01-15")
    heard = town.say("when was the last forum?", "ann")
    assert "It was on Wednesday 13 January 2027, 10:00 to 12:00. The next one is on Wednesday 14 April 2027" in heard
    town.at("2026-10-01")
    assert "I know of no such forum in the last year." in town.say("when is the last forum?", "bea")


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("is there a forum this week?", []),
        ("is there a forum next week?", ["9 December"]),
        ("is there a forum this month?", ["9 December"]),
        ("is there a forum next month?", ["13 January"]),
        ("when are the forums in 2027?", ["13 January", "14 April", "14 July", "13 October"]),
        ("is there a forum next year?", ["13 January", "14 April", "14 July", "13 October"]),
        ("when are the forums in 2020?", []),
        ("when are the forums in 2099?", ["14 January", "8 April", "8 July", "14 October"]),
    ],
)
def test_the_forums_of_a_week_a_month_or_a_year(town: Town, words: str, days: list[str]) -> None:
    town.at("2026-12-03")
    if days == ["9 December"]:
        town.series = (made(starts="2026-12-09", recurrence="FREQ=MONTHLY;BYDAY=2WE"),)
    heard = town.say(words, "ann")
    assert ("I know of no coming forum then." in heard) is (not days)
    for each in days:
        assert f"Wednesday {each}" in heard


def test_of_many_forums_the_first_are_told_and_the_rest_counted(town: Town) -> None:
    town.series = (WEEKLY,)
    town.at("2026-12-03")
    heard = town.say("are there any forums in 2027?", "ann")
    assert "Wednesday 6 January 2027" in heard
    assert "And 47 forums more later." in heard


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("are there any forums coming up?", "13 January 2027"),
        ("who organises the forum?", "The partnership team calls it."),
    ],
)
def test_questions_as_people_ask_them(town: Town, words: str, heard: str) -> None:
    assert heard in town.say(words, "ann")


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("is there a link?", "You can come to The hall, or join online."),
        ("who is the chair?", "The partnership team calls it."),
        ("who's in the chair?", "The partnership team calls it."),
    ],
)
def test_questions_that_follow_an_answer(town: Town, words: str, heard: str) -> None:
    assert town.heard(words, "ann") is None
    town.say("when is the next forum?", "ann")
    assert heard in town.say(words, "ann")


def test_that_calendars_cannot_be_given_is_said_of_several_forums_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.series = (*town.series, made(id="yearly", name="The great gathering"))
    hall = Hall(town.hall.desk, town.series)
    monkeypatch.setattr(Town, "hall", property(lambda _: hall))
    town.say("when are the forums?", "ann")
    heard = town.say("add them to my calendar", "ann")
    assert "I cannot give out calendar files yet." in heard
    assert "You can put them in by hand:" in heard
    assert "13 January 2027" in heard


def test_stop_where_nothing_is_posted_is_answered_in_one_sentence(town: Town) -> None:
    said = town.heard("stop", "ann", SQUARE)
    assert said is not None
    assert [repr(block) for block in said.blocks] == ["Text(text='I post no forum reminders here.', quiet=False)"]
