"""What coordinators can reach of a forum that was held: who came, and what was agreed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from handlers.conversation import Choices, Option, Reply
from handlers.forums.cards import missed
from handlers.forums.hall import schedule
from handlers.forums.records import DIGEST, Notice
from handlers.ports import Purpose
from tests.forums.small import day, made
from tests.handlers.forums.town import JANUARY, OFFICE, SQUARE, Town

YEARLY = made(id="yearly", name="The great gathering", recurrence="FREQ=YEARLY", starts="2026-12-01", compact="sglos")


@pytest.fixture
def after(town: Town) -> Town:
    """Two days after a forum that Ann came to."""
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    town.press(f"coming to {JANUARY}", "ann")
    town.press(f"coming to {JANUARY}", "cal")
    town.at("2027-01-15")
    return town


def offered(reply: Reply) -> Sequence[Option]:
    """What the last block of a reply offers."""
    choices = reply.blocks[-1]
    assert isinstance(choices, Choices)
    return choices.options


@pytest.mark.parametrize(
    "words",
    [
        "manage the January forum",
        "manage the forum on 13 January 2027",
        "manage the forum on 13 January",
        "who came to the January forum?",
        "who came to the forum?",
        "who came?",
        "who attended the quarterly forum",
    ],
)
def test_who_came_is_told_as_long_as_it_is_kept(after: Town, words: str) -> None:
    heard = after.say(words, "ada", OFFICE)
    assert "Wednesday 13 January 2027" in heard
    assert "Coming: 2 (Ann and 1 whose name I do not know)" in heard
    assert f"actions of {JANUARY}" in heard
    after.at("2027-02-14")
    assert "13 January 2027" not in after.say(words, "max", OFFICE)


@pytest.mark.parametrize(
    "words", ["write down the actions", "actions", "Please note the actions of the January forum.", "record actions"]
)
def test_the_actions_can_be_written_down(after: Town, words: str) -> None:
    form = after.form(words, "ada", OFFICE)
    assert form.submit.says == f"actions of {JANUARY}"


def test_the_forum_that_was_spoken_of_is_meant_if_it_was_held(after: Town) -> None:
    after.series = (*after.series, YEARLY)
    after.appoint(OFFICE, Purpose.COORDINATORS, "yearly")
    after.say("when is the next quarterly forum?", "ada", OFFICE)
    assert after.form("write down the actions", "ada", OFFICE).submit.says == f"actions of {JANUARY}"
    after.at("2026-12-20")
    after.say("manage forum yearly 2026-12-01", "ada", OFFICE)
    assert after.form("write down the actions", "ada", OFFICE).submit.says == "actions of forum yearly 2026-12-01"


def test_where_none_was_held_of_late_that_is_said(after: Town) -> None:
    after.at("2026-12-20")
    assert "I know of no such forum in the last 30 days." in after.say("write down the actions", "ada", OFFICE)


def test_only_coordinators_hear_who_came(after: Town) -> None:
    heard = after.say("who came to the January forum?", "bea")
    assert "Only the coordinators can do that, in their channel." in heard
    assert "Ann" not in heard
    assert after.heard("actions", "bea") is None


def test_after_a_follow_up_that_was_missed_the_actions_can_be_written_down(after: Town) -> None:
    key = ("quarterly", day("2027-01-13"))
    with after.store.begin() as records:
        now = schedule(after.hall, records, after.clock.now())
    whats = ["P1D after at 09:30", "P7D", DIGEST, "change 1"]
    notices = [Notice(f"post {what}", key, what, OFFICE, after.clock.now() - timedelta(days=1)) for what in whats]
    gone = Notice("gone", ("gone", key[1]), "P1D after at 09:30", OFFICE, after.clock.now())
    [ask, others] = offered(missed([*notices, gone], now))
    assert (ask.label, ask.says) == ("Write down the actions", f"actions of {JANUARY}")
    assert others.says == "next forums"
    april = Notice("april", ("quarterly", day("2027-04-14")), "P1D after at 09:30", OFFICE, after.clock.now())
    assert [option.label for option in offered(missed([*notices, april], now))[:-1]] == [
        "Write down the actions: Quarterly forum, Wednesday 13 January 2027",
        "Write down the actions: Quarterly forum, Wednesday 14 April 2027",
    ]
