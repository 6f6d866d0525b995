"""What people say that is no question."""

import pytest

from handlers.smalltalk import Remark, remark
from tests.talking import Talk


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hello", Remark.HELLO),
        ("Good morning!", Remark.HELLO),
        ("HI, compactbot.", Remark.HELLO),
        ("ok", Remark.THANKS),
        ("Thanks!! :-)", Remark.THANKS),
        ("That's great…", Remark.THANKS),
        ("Bye-bye", Remark.GOODBYE),
        ("help", Remark.HELP),
        ("Are you a robot?", Remark.HELP),
        ("topics", Remark.TOPICS),
        ("What do you know?", Remark.TOPICS),
        ("Sections.", Remark.SECTIONS),
        ("which Compacts do you know?", Remark.SECTIONS),
        ("more", Remark.MORE),
        ("Tell me more, please", None),
        ("go on …", Remark.MORE),
        ("Why?", Remark.WHY),
        ("how did you get that?!", Remark.WHY),
        ("That helped.", Remark.HELPED),
        ("that didn’t help", Remark.DID_NOT_HELP),
        ("that didn't help", Remark.DID_NOT_HELP),
        ("None of these", Remark.DID_NOT_HELP),
        ("Y", Remark.YES),
        ("yes please", Remark.YES),
        ("no thank you", Remark.NO),
    ],
)
def test_a_remark_is_known_whatever_its_case_and_punctuation(text: str, meant: Remark | None) -> None:
    assert remark(text) is meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "who helps us if we need help with a bid?",
        "why must they give notice?",
        "hello, how much notice must we give?",
        "no notice was given",
        "thanks for the letter, but when does funding end?",
        "more money",
        "topics change",
        "that helped about notice-of-ending",
    ],
)
def test_a_question_with_a_remark_in_it_is_a_question(text: str) -> None:
    assert remark(text) is None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("hello", "Ask me what a Compact says"),
        ("cheers", "You are welcome."),
        ("bye", "Goodbye"),
        ("what can you do?", "What I can do"),
        ("browse", "What people ask about"),
        ("compacts", "The Compacts I know"),
        ("more", "That is all I have on this"),
        ("how come?", "I have not answered anything yet"),
        ("that helped", "I have not answered anything yet"),
        ("not helpful", "I have not answered anything yet"),
        ("yes", "I have not answered anything yet"),
        ("no", "I have not answered anything yet"),
    ],
)
def test_every_kind_of_remark_has_its_reply_before_anything_was_asked(say: Talk, text: str, reply: str) -> None:
    assert reply in say(text)


def test_help_names_every_command_as_it_is_typed(say: Talk) -> None:
    said = say("help")
    assert not [each for each in ("topics", "sections", "show", "more", "why?", "did not help") if each not in said]


@pytest.mark.parametrize("text", ["hello", "thanks", "help", "xyzzy plugh frobnicate"])
def test_a_remark_in_between_does_not_lose_the_thread(say: Talk, text: str) -> None:
    say("How much notice must we give before funding ends?")
    say(text)
    assert "[sglos.funding.ending.public.3]" in say("and South Glos?")
