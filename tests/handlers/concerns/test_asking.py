"""The questions by which a concern is told: what stands beside each, and which words pick an answer."""

from datetime import date

import pytest

from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns.steps import COMMITMENTS, STORY, commitment_option, steps
from handlers.concerns.synonyms import SYNONYMS
from handlers.conversation import AskDate, Choices, Conversation, Form, Message, Option, Platform, Reply
from handlers.wizard import State
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.handlers.concerns.stage import Stage, house, person
from tests.handlers.concerns.test_filing import TOLD, tell

TODAY = date(2026, 11, 20)
NOTHING_LIKE_IT = "zzz qqq"


def state(store: SqlStore) -> State:
    with store.begin() as records:
        draft = records.drafts.of(person("ann"))
    assert draft is not None
    return draft.state


def options(replies: list[Reply]) -> list[Option]:
    blocks = [block for reply in replies for block in reply.blocks]
    return [option for block in blocks if isinstance(block, Choices) for option in block.options]


def up_to(stage: Stage, number: int) -> None:
    """Tells a concern as far as a question, counted from 1."""
    for text in TOLD[:number]:
        stage.say("ann", text)


def test_every_question_has_a_sentence_of_help(finder: Finder) -> None:
    assert [step.key for step in steps(finder.knowledge, today=TODAY) if not step.help.endswith((".", "!"))] == []


def test_the_help_stands_with_the_question_and_comes_again_when_it_is_asked_for(stage: Stage) -> None:
    assert "Its leads get your concern." in stage.say("ann", "raise a concern").here
    assert "Its leads get your concern." in stage.say("ann", "what does that mean?").here


def test_on_a_page_nobody_is_told_to_say_anything(stage: Stage) -> None:
    up_to(stage, 7)
    [form] = [block for block in stage.replies("ann", "concern page")[-1].blocks if isinstance(block, Form)]
    helps = {field.key: field.help for field in form.fields}
    assert "do not name patients" in helps[STORY]
    assert COMMITMENTS in helps
    assert [key for key, text in helps.items() if "then say" in text] == []


def test_other_words_are_for_options_that_there_are(finder: Finder) -> None:
    known = {step.key: step for step in steps(finder.knowledge, today=TODAY)}
    for key, words in SYNONYMS.items():
        assert known[key].synonyms == words
        assert words.keys() <= {option.says for option in known[key].options({"compact": ("cpft",)})}
        said = [each for values in words.values() for each in values]
        assert len(said) == len({*said}), "each stands for one"
        assert said == [each.lower() for each in said]


@pytest.mark.parametrize(
    ("words", "step", "value"),
    [
        ("with others", "raising", "together"),
        ("Jointly", "raising", "together"),
        ("on my own", "raising", "alone"),
        ("just me.", "raising", "alone"),
        ("our own", "raising", "alone"),
        ("voluntary", "party", "vcse"),
        ("a charity", "party", "vcse"),
    ],
)
def test_plain_words_for_an_option_pick_it(stage: Stage, store: SqlStore, words: str, step: str, value: str) -> None:
    up_to(stage, 2 if step == "raising" else 4)
    stage.say("ann", words)
    assert state(store).given[step] == (value,)


def test_where_no_commitment_fits_that_is_said_with_what_to_do(stage: Stage) -> None:
    up_to(stage, 5)
    for text in (NOTHING_LIKE_IT, "that's all"):
        stage.say("ann", text)
    heard = stage.say("ann", "3 March").here
    assert "I found no commitment that fits what you have told me." in heard
    assert "I found no commitment that fits" not in stage.say("ann", "notice before funding ends").here


def test_a_story_can_be_told_again_and_picks_cannot(stage: Stage) -> None:
    tell(stage)
    story = stage.replies("ann", "change what happened")
    assert "Tell it again" in [option.label for option in options(story)]
    stage.say("ann", "keep it")
    picks = stage.replies("ann", "change commitments")
    assert [option.label for option in options(picks) if option.label in {"Keep it as it was", "Tell it again"}] == [
        "Keep it as it was"
    ]


def test_no_two_commitments_are_called_the_same(finder: Finder) -> None:
    known = finder.knowledge
    labels = [commitment_option(each, known).label for each in known.commitments.values()]
    assert len({*labels}) == len(labels)
    told_apart = commitment_option(known.commitments["cpft.outcome-3.public.3"], known)
    assert told_apart.label == "… let organisations know of any concerns after a visit."


def test_what_is_only_to_be_changed_is_not_said_to_be_kept(stage: Stage) -> None:
    tell(stage)
    assert "I have kept that under what happened." not in stage.say("ann", "change what happened").here


def test_in_a_terminal_no_page_is_offered_and_a_day_is_named_in_words(
    finder: Finder, store: SqlStore, clock: DrivenClock
) -> None:
    assistant = Assistant(finder, store, clock, leads=LEADS, house=house())

    def replies(platform: Platform, text: str) -> list[Reply]:
        return assistant.handle(Message(Conversation(platform, "", "D-ann", "ann"), text, private=True))

    labels = {each: [option.label for option in options(replies(each, TOLD[0]))] for each in Platform}
    assert {each for each, shown in labels.items() if "Tell it on one page" in shown} == {
        Platform.SLACK,
        Platform.TEAMS,
    }
    heard = [replies(Platform.TERMINAL, text) for text in TOLD[1:7]][-1]
    asked = [block for reply in heard for block in reply.blocks if isinstance(block, AskDate)]
    assert [block.prompt for block in asked] == ["Or name a day."]


@pytest.mark.parametrize("number", [3, 5, 7])
def test_what_shows_nothing_is_no_answer(stage: Stage, store: SqlStore, number: int) -> None:
    """At a name, a story and a day."""
    up_to(stage, number)
    before = state(store)
    stage.say("ann", "\u200b\u200d")
    assert state(store) == before
