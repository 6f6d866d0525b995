"""Buttons that open an address, and what becomes of a card in which a button was pressed."""

import pytest

from bot.teams.rendering import spent
from handlers.conversation import Choices, Option, Text
from handlers.presenting import verdict_options
from tests.teams.cards import Json, buttons, problems, texts
from tests.teams.test_rendering import ENDS, HELPED, OTHER_SIDE, TOPICS, button, drawn, one, small

ADDRESS = "https://meet.example.org/~a?b=1&c=2"


def test_a_link_is_a_button_that_opens_it_and_says_nothing() -> None:
    [row] = drawn(Choices((Option("Join online", "", link=ADDRESS), *TOPICS.options), numbered=False))
    opens = {"type": "Action.OpenUrl", "title": "Join online", "url": ADDRESS}
    assert row["actions"] == [opens, button("Change", "topics change"), button("Money", "topics money")]


@pytest.mark.parametrize("address", [f"https://a.example/{'x' * 3000}", "javascript:alert(1)", "msteams:/l/chat"])
def test_an_address_that_no_button_may_open_is_shown_whole(address: str) -> None:
    card = one(Choices((Option("Join", "", link=address),), numbered=False)).card
    assert buttons(card) == []
    assert "".join("".join(texts(card)).split()) == f"•Join:{address}"


@pytest.mark.parametrize("numbered", [True, False])
def test_a_link_is_never_used_up(numbered: bool) -> None:
    join = Option("Join online", "", link=ADDRESS)
    card = one(Choices((join, *TOPICS.options), numbered=numbered, once=True)).card
    assert [each["url"] for each in buttons(spent(card, "topics money"))] == [ADDRESS]


def picked(label: str, row: Json) -> Json:
    return small(f"Picked: {label}") | {"id": f"picked:{row['id']}"}


def test_what_settles_something_goes_and_the_rest_stays() -> None:
    card = one(Text("They must."), TOPICS, OTHER_SIDE, ENDS, HELPED).card
    after = spent(card, "that helped")
    assert after["body"] == [*card["body"][:-1], picked("Yes, that helped", card["body"][-1])]
    assert problems(after) == []


def test_in_a_list_only_what_was_picked_is_switched_off() -> None:
    card = one(TOPICS, HELPED).card
    after = buttons(spent(card, "topics money"))
    assert after == [*buttons(card)[:1], {**buttons(card)[1], "isEnabled": False}, *buttons(card)[2:]]


@pytest.mark.parametrize(
    "picked", ["about notice for public", "work out notice last", "note ref", "words of another card"]
)
def test_other_buttons_and_a_calendar_may_be_pressed_again(picked: str) -> None:
    """By other people, too: what leads can do with a case, or who comes to a forum."""
    acts = Choices((Option("Take it", "take ref"), Option("Note", "note ref")), numbered=False)
    card = one(TOPICS, OTHER_SIDE, ENDS, acts, HELPED).card
    assert spent(card, picked) == card


def test_of_what_is_picked_once_nothing_can_be_picked_again_numbered_or_not() -> None:
    card = one(Choices(TOPICS.options, numbered=True, once=True), OTHER_SIDE).card
    after = spent(card, "topics money")
    assert [each["data"]["says"] for each in buttons(after)] == ["about notice for public"]
    assert after["body"][0] == picked("2.\u00a0Money", card["body"][0])


def test_an_answer_is_rated_once() -> None:
    """As ratings are counted: what asks for one settles it."""
    card = one(verdict_options("notice")).card
    assert spent(card, "that helped about notice")["body"] == [picked("Yes, that helped", card["body"][0])]


def test_a_question_with_many_answers_goes_in_all_its_rows() -> None:
    options = tuple(Option(f"Answer {at}", f"answer {at}") for at in range(12))
    card = one(Choices(options, numbered=False, once=True)).card
    assert len(card["body"]) > 1
    [line] = spent(card, "answer 7")["body"]
    assert line["inlines"][0]["text"] == "Picked: Answer 7"


def test_what_was_picked_is_told_in_full() -> None:
    label = "What the voluntary and community sector has promised to do"
    card = one(Choices((Option(label, "a"), Option("B", "b")), numbered=False, once=True)).card
    assert spent(card, "a")["body"][-1] == picked(label, card["body"][-1])


def test_a_card_is_not_changed_by_what_becomes_of_it() -> None:
    card = one(TOPICS, HELPED).card
    before = repr(card)
    spent(card, "that helped")
    spent(card, "topics money")
    assert repr(card) == before
