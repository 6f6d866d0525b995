"""Where forums are announced and coordinated: administrators say so in the channel."""

from dataclasses import replace

import pytest

from handlers.conversation import Platform, Room
from handlers.ports import Purpose
from tests.forums.small import made
from tests.handlers.forums.town import BACK_OFFICE, MARKET, OFFICE, SQUARE, TENANT, Town

YEARLY = made(id="yearly", name="The great gathering", recurrence="FREQ=YEARLY", starts="2026-12-01", compact="sglos")


def appointed(town: Town, purpose: Purpose, room: Room) -> list[str]:
    with town.store.begin() as records:
        return list(records.rooms.subjects(purpose, room))


@pytest.fixture
def busy(town: Town) -> Town:
    """A town with two series."""
    town.series = (*town.series, YEARLY)
    return town


@pytest.mark.parametrize(
    "words",
    [
        "post forum reminders here",
        "Please post the forum reminders here.",
        "send forum reminders here",
        "can you post forum reminders here please",
    ],
)
def test_an_administrator_has_all_forums_announced_in_a_channel(busy: Town, words: str) -> None:
    heard = busy.say(words, "max")
    assert "From now on I post the reminders of these forums here: Quarterly forum and The great gathering." in heard
    assert appointed(busy, Purpose.FORUMS, SQUARE) == ["quarterly", "yearly"]
    assert "I already post" in busy.say(words, "max")


@pytest.mark.parametrize(
    "which", ["the quarterly forum", "quarterly", "the CPFT Compact", "CPFT"], ids=lambda which: which
)
def test_it_may_be_for_one_series(busy: Town, which: str) -> None:
    busy.say(f"post forum reminders here for {which}", "max")
    assert appointed(busy, Purpose.FORUMS, SQUARE) == ["quarterly"]


def test_what_cannot_be_meant_is_asked(busy: Town) -> None:
    heard = busy.say("post forum reminders here for the moon", "max")
    assert "Which forum do you mean? I know of Quarterly forum and The great gathering." in heard


def test_where_there_are_no_forums_that_is_said(town: Town) -> None:
    town.series = ()
    assert "I do not know of any forums yet." in town.say("post forum reminders here", "max")


def test_since_when_a_channel_is_for_a_series_does_not_change_when_it_is_said_again(busy: Town) -> None:
    busy.say("post forum reminders here for quarterly", "max")
    with busy.store.begin() as records:
        before = records.forums.appointed(Purpose.FORUMS, busy.clock.now())
    busy.at("2026-12-24")
    busy.say("post forum reminders here", "max")
    with busy.store.begin() as records:
        since = {each.series: each.since for each in records.forums.appointed(Purpose.FORUMS, busy.clock.now())}
    assert since == {"quarterly": before[0].since, "yearly": busy.clock.now()}


@pytest.mark.parametrize(
    "words",
    ["stop", "stop forum reminders here", "Stop posting forum reminders here please", "no more forum reminders"],
)
def test_it_ends_when_an_administrator_says_stop(busy: Town, words: str) -> None:
    busy.appoint(SQUARE)
    busy.appoint(MARKET)
    assert "I no longer post the reminders of these forums here" in busy.say(words, "max")
    assert appointed(busy, Purpose.FORUMS, SQUARE) == []
    assert appointed(busy, Purpose.FORUMS, MARKET) == ["quarterly", "yearly"]


def test_one_series_can_be_stopped(busy: Town) -> None:
    busy.appoint(SQUARE)
    busy.say("stop forum reminders here for the quarterly forum", "max")
    assert appointed(busy, Purpose.FORUMS, SQUARE) == ["yearly"]


def test_there_may_be_nothing_to_stop(town: Town) -> None:
    assert "I do not post the reminders" in town.say("stop forum reminders here", "max")
    assert "are not coordinated here" in town.say("stop coordinating forums here", "max")
    assert "I post no forum reminders here." in town.say("stop", "max")
    assert town.heard("stop", "max", Room(Platform.SLACK, TENANT, "D1", private=True)) is None


def test_coordinators_have_channels_of_their_own(busy: Town) -> None:
    heard = busy.say("coordinate forums here for quarterly", "max", OFFICE)
    assert "Everybody in this channel can change these forums" in heard
    assert appointed(busy, Purpose.COORDINATORS, OFFICE) == ["quarterly"]
    assert appointed(busy, Purpose.FORUMS, OFFICE) == []
    assert "no longer coordinated here" in busy.say("stop coordinating forums here", "max", OFFICE)
    assert appointed(busy, Purpose.COORDINATORS, OFFICE) == []


@pytest.mark.parametrize(
    "words",
    ["post forum reminders here", "stop forum reminders here", "coordinate forums here", "stop coordinating forums"],
)
def test_who_is_no_administrator_is_told_so_kindly(busy: Town, words: str) -> None:
    busy.appoint(SQUARE)
    heard = busy.say(words, "ann")
    assert "Only the administrators of this assistant" in heard
    assert "give them this: slack:ann" in heard
    assert appointed(busy, Purpose.FORUMS, SQUARE) == ["quarterly", "yearly"]


def test_a_private_chat_is_no_place_for_it(town: Town) -> None:
    alone = Room(Platform.SLACK, TENANT, "D1", private=True)
    assert "Please say that in the channel" in town.say("post forum reminders here", "max", alone)


def test_the_thread_in_which_it_is_said_does_not_matter(town: Town) -> None:
    town.say("post forum reminders here", "max", replace(SQUARE, thread="1.2"))
    assert appointed(town, Purpose.FORUMS, SQUARE) == ["quarterly"]


def test_coordinators_can_stop_reminders_in_a_channel_that_is_gone(town: Town) -> None:
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    words = "stop forum reminders in slack C1 for quarterly"
    for room in (MARKET, BACK_OFFICE):
        assert "Only the administrators" in town.say(words, "ann", room)
    assert "I no longer post the reminders of that forum there." in town.say(words, "ada", OFFICE)
    assert appointed(town, Purpose.FORUMS, SQUARE) == []
    assert "I do not post" in town.say(words, "max", MARKET)
