"""Where a Compact's concerns go, and how they come there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.conversation import Person, Platform, Room
from tests.handlers.concerns.office import ELSEWHERE, LEADS, OTHER, PUBLIC, REFERENCE, STORY, Office

CARD = f"case:{REFERENCE}:card"


@pytest.mark.parametrize(
    "words",
    [
        "send CPFT concerns here",
        "Send the CPFT Compact concerns here.",
        "please send Cambridgeshire and Peterborough NHS Foundation Trust concerns here",
        "send cpft concerns to here",
    ],
)
def test_an_administrator_sends_concerns_to_a_channel_by_any_name_of_the_compact(office: Office, words: str) -> None:
    heard = office.say(words, "max", LEADS)
    assert "From now on, concerns under the CPFT Compact come to this channel." in heard
    office.file()
    assert office.posts(CARD)[0].to == LEADS.channel


def test_who_is_no_administrator_is_told_so_kindly(office: Office) -> None:
    for words in ("send CPFT concerns here", "stop sending CPFT concerns here"):
        heard = office.say(words, "ada", LEADS)
        assert "Only the administrators of this assistant can say where concerns go." in heard
        assert "give them this: slack:ada" in heard
    office.file()
    assert not office.posts(CARD)


def test_an_administrators_id_counts_on_its_own_platform_only(office: Office) -> None:
    office.administrators = frozenset({"teams:max"})
    assert "Only the administrators" in office.appoint()


def test_in_a_terminal_everybody_is_an_administrator(office: Office) -> None:
    person = Person(Platform.TERMINAL, "local", "anybody")
    assert office.desk.is_administrator(person)


def test_a_private_chat_is_no_place_for_the_leads(office: Office) -> None:
    assert "Please say that in the channel" in office.say("send CPFT concerns here", "max")


def test_the_channel_that_has_them_already_says_so(office: Office) -> None:
    office.appoint()
    office.file()
    before = office.posts()
    assert "come to this channel already" in office.appoint()
    assert "come to this channel already" in office.appoint(replace(LEADS, thread="1.2"))
    assert office.posts() == before


def test_stopping_where_nothing_comes_says_so(office: Office) -> None:
    assert "do not come to this channel" in office.say("stop sending CPFT concerns here", "max", PUBLIC)


@pytest.mark.parametrize("words", ["send concerns here", "send the Moon concerns here", "stop sending concerns"])
def test_which_compact_is_asked_where_none_is_named(office: Office, words: str) -> None:
    heard = office.say(words, "max", LEADS)
    assert "Which Compact do you mean?" in heard
    assert "CPFT Compact concerns here" in heard


def test_where_there_is_one_compact_it_need_not_be_named(office: Office) -> None:
    office.knowledge = replace(office.knowledge, compacts={"cpft": office.knowledge.compacts["cpft"]})
    assert "come to this channel" in office.say("send concerns here", "max", LEADS)


def test_a_concern_without_a_channel_is_told_to_the_administrators_once_and_brought_when_there_is_one(
    both: str, office: Office
) -> None:
    office.administrators = frozenset({"slack:max", "slack:mia", "teams:tim"})
    office.file()
    told = office.posts(f"case:{REFERENCE}:undelivered:")
    assert [post.key.rpartition("undelivered:")[2] for post in told] == ["slack:max", "slack:mia", "teams:tim"]
    assert "send CPFT Compact concerns here" in told[0]
    assert not any(STORY in post or "Ann Field" in post for post in told)
    assert not office.case().card
    office.clock.advance(timedelta(days=1))
    assert "1 concern is already here or waiting. I am posting it now." in office.appoint()
    [card] = office.posts(CARD)
    assert (card.key, card.to) == (CARD, LEADS.channel)
    assert office.case().card == CARD
    assert office.events() == ["filed", "delivered"]
    assert office.posts(f"case:{REFERENCE}:undelivered:") == told


def test_another_channel_gets_all_open_cases_under_new_keys_and_the_one_before_is_told(
    both: str, office: Office
) -> None:
    office.appoint(ELSEWHERE)
    office.file()
    office.file(OTHER)
    office.say(f"close {OTHER} as settled: Done.", "ada", ELSEWHERE)
    assert "The channel that they came to before has been told." in office.appoint(LEADS)
    assert office.case().card == f"{CARD}-2"
    assert office.card().to == LEADS.channel
    assert STORY in office.card()
    assert office.case(OTHER).card == f"case:{OTHER}:card", "what is closed stays where it was"
    [before] = [post for post in office.posts() if post.replaces == CARD]
    assert (before.to, STORY in before) == (ELSEWHERE.channel, False)
    assert "This channel no longer handles concerns under the CPFT Compact." in before
    [told] = office.posts("room:cpft:left:")
    assert told.to == ELSEWHERE.channel
    assert "An administrator has moved them to another channel." in told


def test_after_a_move_updates_go_to_the_new_card_alone(office: Office) -> None:
    office.appoint(ELSEWHERE)
    office.file()
    office.appoint(LEADS)
    office.say(f"acknowledge {REFERENCE}", "ada", LEADS)
    [update] = [post for post in office.posts() if post.replaces == f"{CARD}-2"]
    assert update.to == LEADS.channel


def test_back_and_forth_each_time_the_cards_are_fresh(office: Office) -> None:
    for room in (LEADS, ELSEWHERE, LEADS):
        office.appoint(room)
        if room is LEADS and not office.posts(CARD):
            office.file()
    assert office.case().card == f"{CARD}-3"
    assert "is acknowledged" in office.say(f"acknowledge {REFERENCE}", "ada", LEADS)


def test_after_stopping_cases_wait_for_the_next_channel(office: Office) -> None:
    office.appoint()
    office.file()
    heard = office.say("stop sending CPFT concerns here", "max", LEADS)
    assert "no longer come to this channel" in heard
    assert "1 concern is still open, and nobody gets it now." in heard
    assert "This channel no longer handles" in office.posts(f"{CARD}:retired")[0]
    assert "This channel no longer handles" in office.say(f"take {REFERENCE}", "ada", LEADS)
    assert "It waits for the leads to have a channel" in office.say("my concerns", "ann")
    assert "will see it as soon as they have a channel" in office.say(f"add to {REFERENCE}: and more", "ann")
    office.appoint(ELSEWHERE)
    assert "will see it." in office.say(f"add to {REFERENCE}: and this", "ann")
    assert "and more" in office.card()
    assert office.card().to == ELSEWHERE.channel


def test_a_channel_on_another_platform_can_be_the_leads(office: Office) -> None:
    teams = Room(Platform.TEAMS, "tenant", "19:leads@thread.tacv2")
    office.appoint(teams)
    office.file()
    assert office.card().to == teams.channel
    office.say(f"acknowledge {REFERENCE}", "ada", teams)
    assert "have your concern" in office.heard()[-1]
