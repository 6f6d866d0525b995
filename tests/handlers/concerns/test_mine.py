"""What whoever raised a case sees of it and does with it."""

from datetime import timedelta

import pytest

from handlers.conversation import Choices, Facts, Form, Text
from tests.handlers.concerns.office import LEADS, OTHER, REFERENCE, STORY, Office

CARD = f"case:{REFERENCE}:card"
ROOM = f"case:{REFERENCE}:room:"


@pytest.fixture
def filed(office: Office) -> Office:
    """An office whose leads have a channel with one case in it."""
    office.appoint()
    office.file()
    return office


def test_who_raised_nothing_is_told_so_and_how_to_begin(office: Office) -> None:
    said = office.say("my concerns", "zoe")
    assert "You have not raised any concerns with me." in said
    assert "raise a concern" in said


@pytest.mark.parametrize("words", ["my concerns", "My concerns.", "show my concerns", "my concern"])
def test_ones_concerns_are_listed_the_latest_first_with_how_they_stand(filed: Office, words: str) -> None:
    filed.clock.advance(timedelta(days=1))
    filed.file(OTHER, compact="sglos")
    filed.say(f"close {REFERENCE} as settled: Done.", "ada", LEADS)
    blocks = filed.blocks(words, "ann")
    [facts] = [block for block in blocks if isinstance(block, Facts)]
    assert [name for name, _ in facts.rows] == [OTHER, REFERENCE]
    assert "It waits for the leads to have a channel" in facts.rows[0][1]
    assert "CPFT Compact, raised on Friday 20 November 2026. Closed on Saturday 21 November 2026: settled" in str(facts)
    [choices] = [block for block in blocks if isinstance(block, Choices)]
    assert [option.says for option in choices.options] == [f"show {OTHER}", f"show {REFERENCE}"]


def test_ones_own_case_shows_what_was_told_and_what_the_leads_let_one_know(filed: Office) -> None:
    filed.say(f"note {REFERENCE}: they fib", "ada", LEADS)
    filed.say(f"ask {REFERENCE}: who wrote?", "ada", LEADS)
    shown = filed.say(f"show {REFERENCE}", "ann")
    for part in (STORY, "You raised it.", "who wrote?", "Ada asked you something.", "The leads wait for your answer"):
        assert part in shown
    assert "they fib" not in shown
    assert "made a note" not in shown


@pytest.mark.parametrize(
    ("said", "event", "told"),
    [
        (f"answer {REFERENCE}: the finance team", "answered", "The raiser answered your question about"),
        (f"add to {REFERENCE}: the finance team", "added", "The raiser added something to"),
    ],
)
def test_what_a_raiser_writes_reaches_the_leads_on_the_card_and_as_a_message(
    filed: Office, said: str, event: str, told: str
) -> None:
    filed.say(f"ask {REFERENCE}: who wrote?", "ada", LEADS)
    assert "I have put that with" in filed.say(said, "ann")
    assert filed.events()[-1] == event
    assert "the finance team" in filed.card()
    [post] = filed.posts(ROOM)
    assert post.to == LEADS.channel
    assert told in post
    assert "the finance team" in post
    assert filed.case().asked is (event == "added"), "only an answer is what the leads wait for"


def test_an_answer_that_nobody_asked_for_is_added(filed: Office) -> None:
    filed.say(f"answer {REFERENCE}: the finance team", "ann")
    assert filed.events()[-1] == "added"


@pytest.mark.parametrize("act", ["add to", "answer"])
def test_a_text_can_be_filled_in(filed: Office, act: str) -> None:
    form = filed.form(f"{act} {REFERENCE}", "ann")
    assert "I have put that with" in filed.say(form.submit.says, "ann", filled=(("text", ("the finance team",)),))
    empty = filed.form(form.submit.says, "ann", filled=(("text", ()),))
    assert [field.error for field in empty.fields] == ["Please write something here."]


@pytest.mark.parametrize("nothing", ["\u200b", " \u2060 "])
def test_a_text_of_which_nothing_is_to_be_seen_is_none(filed: Office, nothing: str) -> None:
    typed = filed.blocks(f"add to {REFERENCE}: {nothing}", "ann")
    assert any(isinstance(block, Form) for block in typed)
    assert filed.events()[-1] == "delivered"


@pytest.mark.parametrize("act", ["add to", "answer"])
def test_a_text_too_long_is_told_why_it_is_not_kept(filed: Office, act: str) -> None:
    typed = filed.blocks(f"{act} {REFERENCE}: {'x' * 3_001}", "ann")
    assert typed[0] == Text("That is too long. I can keep 3,000 characters here.")
    assert isinstance(typed[1], Form)
    sent = filed.form(f"{act} {REFERENCE}", "ann", filled=(("text", ("x" * 3_001,)),))
    assert [field.error for field in sent.fields] == ["That is too long. I can keep 3,000 characters here."]
    assert filed.events()[-1] == "delivered"


def test_what_is_quoted_in_a_text_is_kept(filed: Office) -> None:
    filed.say(f"add to {REFERENCE}: they wrote\n> no more money\nand that was all", "ann")
    assert "no more money" in filed.card()


def test_withdrawing_is_asked_about_once_and_then_done(filed: Office) -> None:
    [_, choices] = filed.blocks(f"withdraw {REFERENCE}", "ann")
    assert isinstance(choices, Choices)
    assert filed.case().closed is None
    assert "is withdrawn. I have told the Compact leads." in filed.say(choices.options[0].says, "ann")
    assert (filed.case().outcome, filed.events()[-1]) == ("withdrawn", "withdrawn")
    assert "Friday 20 November 2026, withdrawn" in filed.card()
    [post] = filed.posts(ROOM)
    assert "The raiser has withdrawn" in post
    heard = filed.say(f"take {REFERENCE}", "ada", LEADS)
    assert f"The raiser withdrew {REFERENCE} on Friday 20 November 2026 at 10:00" in heard


@pytest.mark.parametrize("act", ["add to", "answer", "withdraw", "yes, withdraw"])
def test_a_closed_case_takes_nothing_more(filed: Office, act: str) -> None:
    filed.say(f"close {REFERENCE} as not upheld: Sorry.", "ada", LEADS)
    before = filed.events()
    heard = filed.say(f"{act} {REFERENCE}: but", "ann")
    assert f"{REFERENCE} was closed on Friday 20 November 2026: not upheld." in heard
    assert filed.events() == before


def test_withdrawing_what_never_reached_the_leads_tells_nobody(office: Office) -> None:
    office.file()
    heard = office.say(f"yes, withdraw {REFERENCE}", "ann")
    assert "I have told the Compact leads" not in heard
    assert not office.posts(ROOM)
    office.appoint()
    assert not office.posts(CARD), "what is withdrawn is not brought to a channel that is set later"
