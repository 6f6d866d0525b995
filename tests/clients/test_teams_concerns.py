"""A concern in Microsoft's own local Teams, from its first word until it is settled, with pictures of each step."""

from collections.abc import Iterator

import pytest

from tests.clients.playground import ADMINISTRATOR, Chat, Playground, playground

pytestmark = pytest.mark.clients

CLUB = "Ashmere Lunch Club"
STORY = "They ended our grant with two weeks' notice, and nobody talked with us before."
SENTENCE = "The grant goes on until March, as we agreed with you on Monday."
TELLING = (
    ("CPFT", "Are you raising it alone"),
    ("alone", "What is your organisation called?"),
    (CLUB, "On which side of the Compact are you?"),
    ("charity", "What happened?"),
    (STORY, "say that's all"),
    ("that's all", "When did it happen?"),
    ("in May", "Which of these commitments is it about"),
    ("1", "Picked:"),
    ("done", "Have you talked with the other side"),
    ("yes", "What would put it right?"),
    ("Three months' money.", "May the Compact leads tell the other side"),
    ("no", "How can the leads reach you"),
)


@pytest.fixture
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """Ann, who is an administrator, a Compact lead, and somebody with a concern: the Playground has one person who acts."""
    settings = {"ADMINISTRATORS": ADMINISTRATOR, "SAFEGUARDING_CONTACT": "You can also ring Ada on 01632 960000."}
    with playground(tmp_path_factory.mktemp("teams"), tmp_path_factory.mktemp("kept"), settings) as ann:
        yield ann


def test_a_concern_goes_from_its_first_word_to_the_leads_and_is_settled(ann: Playground) -> None:
    ann.go(Chat.CHANNEL)
    ann.say("send CPFT concerns here")
    ann.sees("come to this channel")

    ann.go(Chat.PERSONAL)
    ann.say("raise a concern")
    assert "01632 960000" in ann.sees("Which Compact is it about?").text
    ann.draw("concern-begins")
    for said, hears in TELLING:
        ann.say(said)
        card = ann.sees(hears)
        if hears.startswith("Which of these"):
            assert "must give at" in card.text
            ann.draw("concern-commitments")
    ann.say("here")
    review = ann.sees("Please check your concern")
    assert all(words in review.text for words in (CLUB, STORY, "Three months' money."))
    ann.draw("concern-review")
    ann.press("File it")
    ann.sees("Your reference is")
    ann.draw("concern-filed")

    ann.go(Chat.CHANNEL)
    card = ann.sees(CLUB)
    assert STORY in card.text
    assert {"Acknowledge", "Take it", "Note", "Ask the raiser", "Move to stage", "Close"} <= set(card.buttons)
    ann.draw("concern-leads")
    ann.press("Acknowledge")
    assert "Acknowledge" not in ann.sees("Acknowledged").buttons

    ann.go(Chat.PERSONAL)
    ann.sees("will look into it")

    ann.go(Chat.CHANNEL)
    ann.press("Close")
    ann.sees("How did it end?")
    ann.pick("Settled")
    ann.fill("A sentence to the raiser", SENTENCE)
    ann.draw("concern-closing")
    ann.press("Close it")
    closed = ann.sees("Closed")
    assert "Acknowledge" not in closed.buttons
    ann.draw("concern-closed")

    ann.go(Chat.PERSONAL)
    assert SENTENCE in ann.sees("settled").text
    ann.draw("concern-settled")
    for private in (CLUB, STORY, SENTENCE):
        assert private not in ann.log.read_text(encoding="utf-8")
