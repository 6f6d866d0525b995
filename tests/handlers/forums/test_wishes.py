"""What people say to an invitation in words of their own: when it is taken for an answer, and when it is not."""

import pytest

from handlers.conversation import Form
from handlers.forums.attending import wish
from handlers.forums.records import Answer
from handlers.forums.words import Act
from handlers.ports import Purpose
from tests.forums.small import day, made
from tests.handlers.forums.town import JANUARY, MARKET, OFFICE, SQUARE, Town

YEARLY = made(id="yearly", name="The great gathering", recurrence="FREQ=YEARLY", starts="2026-12-01", compact="sglos")
KEY = ("quarterly", day("2027-01-13"))


def answers(town: Town) -> list[tuple[str, Answer]]:
    with town.store.begin() as records:
        return [(each.person.user, each.answer) for each in records.attending.answers(KEY)]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Sorry, I can't come", Answer.APOLOGIES),
        ("not coming", Answer.APOLOGIES),
        ("I won't be able to come", Answer.APOLOGIES),
        ("I'm unable to attend", Answer.APOLOGIES),
        ("I'm so sorry but we will not be able to make it this time", Answer.APOLOGIES),
        ("My apologies, I can no longer come because my train is cancelled", Answer.APOLOGIES),
        ("please send my apologies", Answer.APOLOGIES),
        ("we have to pull out", Answer.APOLOGIES),
        ("cancel my place", Answer.APOLOGIES),
        ("I can't make it on Wednesday", Answer.APOLOGIES),
        ("I can't attend that", Answer.APOLOGIES),
        ("I am coming", Answer.COMING),
        ("yes, I'd like to come", Answer.COMING),
        ("Thanks, we will be there", Answer.COMING),
        ("put me down for it please", Answer.COMING),
        ("I can't come to terms with the funding cut", None),
        ("we are coming to an end", None),
        ("I cannot come up with the money", None),
        ("We cannot attend forums because nobody pays for travel", None),
        ("I can't come if it is on a Monday", None),
        ("Apologies for the delay", None),
    ],
)
def test_after_a_forum_was_spoken_of_own_words_are_understood(town: Town, words: str, answer: Answer | None) -> None:
    town.say("when is the next forum?", "ann", MARKET)
    said = town.heard(words, "ann", MARKET)
    assert (said is None) == (answer is None)
    assert answers(town) == ([("ann", answer)] if answer else [])


@pytest.mark.parametrize(
    "words",
    [
        "Cancel my place at the forum",
        "please cancel our booking for the January forum",
        "I'm not able to attend the next forum",
        "I'll miss the quarterly forum",
    ],
)
def test_who_names_a_forum_is_understood_at_once(town: Town, words: str) -> None:
    assert "You send your apologies: Quarterly forum" in town.say(words, "ann")
    assert answers(town) == [("ann", Answer.APOLOGIES)]


def test_coordinators_who_cancel_their_own_place_cancel_no_forum(town: Town) -> None:
    town.appoint(OFFICE, Purpose.COORDINATORS)
    assert "You send your apologies" in town.say("Cancel my place at the January forum", "ada", OFFICE)
    assert "The one on Wednesday 13 January 2027 is cancelled." in town.say("Cancel the January forum", "ada", OFFICE)


@pytest.mark.parametrize("words", ["I am coming", "I'm unable to attend", "cancel my booking"])
def test_where_no_forum_was_spoken_of_it_is_asked_which_one(town: Town, words: str) -> None:
    said = town.heard(words, "ann")
    assert said is not None
    assert "Which one do you mean?" in repr(said.blocks)
    assert answers(town) == []
    [says] = said.context.options
    assert "Quarterly forum, Wednesday 13 January 2027" in town.press(says, "ann")
    assert [who for who, _ in answers(town)] == ["ann"]


@pytest.mark.parametrize(
    "words",
    ["apologies", "not coming", "I can't make it", "we cannot attend training", "I am going", "can't come any more"],
)
def test_what_may_be_about_anything_is_left_alone(town: Town, words: str) -> None:
    assert town.heard(words, "ann") is None


def test_where_several_could_be_meant_it_is_asked_and_no_is_an_answer(town: Town) -> None:
    town.series = (*town.series, YEARLY)
    town.say("when is the next forum?", "ann")
    assert "Which one do you mean?" in town.say("sorry, I can't come", "ann")
    assert "All right. Nothing was changed." in town.say("no", "ann")
    assert answers(town) == []
    assert town.heard("no", "ann") is None, "it was said, and there is nothing more to say no to"


@pytest.mark.parametrize(
    "words", ["suggest an agenda item", "Can I suggest an item for the agenda?", "I'd like to propose an agenda item."]
)
def test_an_item_can_be_suggested_at_any_time(town: Town, words: str) -> None:
    assert town.form(words, "ann").submit.says == f"suggest an item for {JANUARY}"
    town.series = (*town.series, YEARLY)
    assert "Which one do you mean?" in town.say(words, "bea")


@pytest.mark.parametrize("length", [301, 350, 420, 3_900])
def test_an_item_that_is_too_long_is_said_to_be_and_is_not_lost(town: Town, length: int) -> None:
    text = "x" * length
    said = town.heard(f"suggest an agenda item: {text}", "ann")
    assert said is not None
    assert "That is too long. I can take 300 characters." in repr(said.blocks)
    form = said.blocks[-1]
    assert isinstance(form, Form)
    assert form.fields[0].values == (text,)
    with town.store.begin() as records:
        assert records.attending.suggestions(KEY) == []
    town.series = (*town.series, YEARLY)
    assert "I can take 300 characters." in town.say(f"suggest an agenda item: {text}", "bea")


def test_a_place_that_is_too_long_is_said_to_be(town: Town) -> None:
    town.appoint(OFFICE, Purpose.COORDINATORS)
    heard = town.say(f"change the place of the January forum to {'x' * 360}", "ada", OFFICE)
    assert "That is too long. I can take 300 characters." in heard
    link = f"https://meet.example.org/{'x' * 500}"
    assert f"link {link}" in town.say(f"change the link of the January forum to {link}", "ada", OFFICE)


def test_a_long_story_is_no_command(town: Town) -> None:
    story = (
        f"Cancel culture is what I would call it. {'They cut our funding and told nobody. ' * 12}Is a forum the place?"
    )
    assert town.heard(story, "ann") is None


@pytest.mark.parametrize("words", ["sorry sorry so very sorry", "so that", "thanks for asking", "I"])
def test_politeness_alone_is_no_answer(words: str) -> None:
    assert wish(words) is None


def test_politeness_without_end_is_read_soon() -> None:
    assert wish("so sorry " * 400 + "I cannot come") == wish("I cannot come")
    assert wish("im sorry thanks for asking " * 150) is None


def test_an_answer_is_wished_for_with_its_forum_and_without_its_reason() -> None:
    found = wish("I cannot attend the January forum because of my train")
    assert found is not None
    assert (found.act, found.which) == (Act.APOLOGIES, "the january forum")


def test_while_a_forum_is_on_it_is_the_one_that_is_meant(town: Town) -> None:
    town.appoint(SQUARE)
    town.at("2027-01-13", "10:05")
    assert "You send your apologies: Quarterly forum, Wednesday 13 January 2027" in town.say("I can't make it", "ann")
    assert answers(town) == [("ann", Answer.APOLOGIES)]
