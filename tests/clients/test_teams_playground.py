"""compactbot in Microsoft's own local Teams: what somebody does there, sees there, and what is left of it in pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clients import HERE
from tests.clients.playground import ASKER, Card, Chat, Playground, playground

pytestmark = pytest.mark.clients

NOTICE = "Notice before funding ends or changes"
HELPED, DID_NOT_HELP = "Yes, that helped", "No, it did not"
MORE = "More, just for me"


@dataclass(frozen=True)
class Scene:
    """Something said to the bot, and words by which its reply is known to be of the kind that the scene is named after."""

    said: str
    shows: str


SCENES = {
    "silent": Scene("Does South Gloucestershire say who pays for DBS checks?", "says nothing about this"),
    "not-covered": Scene("What is the VAT rate on grants?", "Neither Compact says anything about VAT."),
    "unknown": Scene("What is the capital of Mongolia?", "I would rather not guess"),
    "definition": Scene("What does full cost recovery mean?", "Asking for the whole cost"),
    "topics": Scene("topics", "What people ask about"),
    "theme": Scene("topics change", "When funding or a service changes or ends"),
    "help": Scene("help", "Work out a date"),
}


@dataclass(frozen=True)
class Met:
    """Ann in the Playground, and how she was welcomed."""

    ann: Playground
    welcome: Card


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    """Ann, who has added the app."""
    with playground(tmp_path_factory.mktemp("teams"), tmp_path_factory.mktemp("kept")) as ann:
        welcome = ann.sees("Hello! I am compactbot.")
        ann.draw("welcome")
        yield Met(ann, welcome)


@pytest.fixture
def ann(met: Met) -> Playground:
    """Ann, in her personal chat."""
    met.ann.go(Chat.PERSONAL)
    return met.ann


def test_whoever_adds_the_app_is_welcomed_and_only_once(met: Met) -> None:
    assert "Ask me anything about your Compact" in met.welcome.text
    met.ann.begin()
    met.ann.say("topics")
    met.ann.sees("What people ask about")
    assert [card for card in met.ann.cards() if "I am compactbot" in card.text] == []


def test_a_question_in_the_personal_chat_is_answered_whole(ann: Playground) -> None:
    ann.say("how much notice must we give?")
    answer = ann.sees(NOTICE)
    ann.draw("answer")
    assert "CPFT Compact" in answer.text
    assert "South Gloucestershire Compact" in answer.text
    assert {"1", "2", HELPED, DID_NOT_HELP} <= set(answer.buttons)
    assert MORE not in answer.buttons


def test_a_number_shows_its_commitment_and_cannot_be_pressed_again(ann: Playground) -> None:
    ann.say("how much notice must we give?")
    ann.sees(NOTICE)
    ann.press("1")
    ann.sees("Outcome 4: clear arrangements when services change")
    ann.draw("commitment")
    used = ann.sees(NOTICE)
    assert "1" not in used.buttons
    assert "2" in used.buttons


def test_an_answer_is_rated_once_and_its_card_tells_how(ann: Playground) -> None:
    ann.say("who pays for DBS checks?")
    assert HELPED in ann.sees("Who pays for DBS checks").buttons
    ann.press(HELPED)
    ann.sees("Thank you for telling me.")
    used = ann.sees(f"Picked: {HELPED}")
    ann.draw("rated")
    assert "Who pays for DBS checks" in used.text
    assert not {HELPED, DID_NOT_HELP} & set(used.buttons)


def test_what_was_meant_is_chosen_with_a_button(ann: Playground) -> None:
    ann.say("Can we get money?")
    asked = ann.sees("Did you mean")
    ann.draw("choose")
    picked = next(button for button in asked.buttons if "Being paid on time" in button or button == "2")
    ann.press(picked)
    ann.sees("must pay within 30 days")
    assert picked not in ann.sees("Did you mean").buttons


def test_a_date_is_worked_out_from_the_calendar(ann: Playground) -> None:
    ann.say("how much notice must we give?")
    ann.sees(NOTICE)
    ann.fill("Pick a day, then press what happens on it", "2027-03-31")
    ann.press("The day when the funding or support…")
    assert "Wednesday 31 March 2027" in ann.sees("Thursday 31 December 2026").text
    ann.draw("date")


def test_a_calendar_without_a_day_is_not_sent(ann: Playground) -> None:
    ann.say("how much notice must we give?")
    ann.sees(NOTICE)
    ann.press("The day when the funding or support…")
    assert NOTICE in ann.sees("Pick a day first.").text


def test_in_a_group_chat_a_mention_is_answered_short_and_whole_in_private(ann: Playground) -> None:
    ann.go(Chat.GROUP)
    ann.say("how much notice must we give?")
    answer = ann.sees(NOTICE)
    ann.draw("answer-in-group")
    assert f"{ASKER} asked: how much notice must we give?" in answer.text
    assert {MORE, HELPED} <= set(answer.buttons)
    assert "1" not in answer.buttons
    ann.press(MORE)
    ann.go(Chat.PERSONAL)
    assert "1" in ann.sees(NOTICE).buttons
    ann.go(Chat.GROUP)
    assert MORE in ann.cards()[-1].buttons


def test_in_a_channel_a_mention_is_answered_in_its_thread_and_so_is_what_follows(ann: Playground) -> None:
    ann.go(Chat.CHANNEL)
    ann.say("how much notice must we give?")
    assert MORE in ann.sees(NOTICE).buttons
    ann.draw("answer-in-channel")
    ann.press(HELPED)
    ann.sees(f"Picked: {HELPED}")
    ann.reply("and the charities?")
    ann.sees("Nothing under this heading binds the voluntary sector.")
    assert [NOTICE in card.text for card in ann.cards()] == [True, True]


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_shows_what_it_is_named_after(name: str, ann: Playground) -> None:
    ann.say(SCENES[name].said)
    ann.sees(SCENES[name].shows)
    ann.draw(name)
    assert (HERE / "pictures" / f"teams-{name}.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_said_is_not_in_the_log(ann: Playground) -> None:
    ann.say("What do purple elephants eat?")
    ann.sees("I would rather not guess")
    written = Path(ann.log).read_text(encoding="utf-8")
    assert "INFO" in written
    assert "elephants" not in written
