"""What people write about their concern when they are not asked: it goes to the leads or nowhere, and to no operator."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bot.store.schema import contexts, unanswered
from bot.store.sql import SqlStore
from handlers.concerns.records import EventKind
from handlers.concerns.waiting import ask_again
from handlers.conversation import Conversation, Message, Platform
from tests.clock import DrivenClock
from tests.handlers.concerns.stage import Stage, channel, person
from tests.handlers.concerns.test_filing import appoint, cases, tell

CRY = "Mrs Quillby shouted at me on the phone and I cried"
CALL = "call 999 now"


@pytest.fixture
def filed(stage: Stage, store: SqlStore, clock: DrivenClock) -> str:
    """Ann has filed a concern, and the leads have a channel; its reference."""
    appoint(store, clock)
    tell(stage)
    stage.say("ann", "file it")
    return cases(store)[0].reference


@pytest.fixture
def asked(stage: Stage, filed: str) -> str:
    """The leads have asked Ann something; the reference."""
    stage.say("ada", f"ask {filed}: who told you?", "leads")
    return filed


@pytest.fixture
def talking_first(stage: Stage, store: SqlStore, clock: DrivenClock) -> None:
    """Ann talks with the other side first, and has just been asked how it went."""
    tell(stage, but_for=4)
    for text in ("not yet", "try", "in a week"):
        stage.say("ann", text)
    stage.wait(timedelta(days=7))
    assert ask_again(store, clock.now()) == 1


def gaps(engine: Engine) -> list[str]:
    """What the operator reads as gaps of the knowledge base."""
    with engine.connect() as connection:
        return list(connection.execute(select(unanswered.c.text)).scalars())


def written(store: SqlStore, reference: str) -> list[tuple[EventKind, str]]:
    """What Ann wrote to the leads."""
    with store.begin() as records:
        own = [each for each in records.cases.events(reference) if each.by == person("ann")]
    return [(each.kind, each.text) for each in own if each.kind is not EventKind.FILED]


WORDS = (CRY, "xyzzy plugh", "that did not help", "none of these", "what did xyzzy do?", "that did not help")


@pytest.mark.usefixtures("both", "asked")
def test_nothing_said_while_the_leads_wait_is_a_gap(stage: Stage, engine: Engine) -> None:
    for text in WORDS:
        stage.say("ann", text)
    assert gaps(engine) == []


@pytest.mark.usefixtures("both", "talking_first")
def test_nothing_said_to_how_it_went_is_a_gap(stage: Stage, engine: Engine) -> None:
    for text in WORDS:
        stage.say("ann", text)
    assert gaps(engine) == []


@pytest.mark.usefixtures("both")
def test_nothing_said_after_the_bare_words_for_adding_is_a_gap(stage: Stage, filed: str, engine: Engine) -> None:
    for text in WORDS:
        stage.say("ann", f"add to {filed}")
        stage.say("ann", text)
    assert gaps(engine) == []


def test_nothing_said_while_a_case_is_kept_is_a_gap(stage: Stage, filed: str, engine: Engine) -> None:
    for text in WORDS:
        stage.say("ann", text)
    stage.say("ada", f"close {filed} as settled: All is well.", "leads")
    for text in WORDS:
        stage.say("ann", text)
    assert gaps(engine) == []


@pytest.mark.usefixtures("filed")
def test_nothing_said_by_a_command_among_others_is_a_gap(stage: Stage, engine: Engine) -> None:
    """As Slack's slash command in a channel, whose answer nobody else reads."""
    conversation = Conversation(Platform.SLACK, "T1", "command:lobby", "ann")
    for text in WORDS:
        stage.assistant.handle(Message(conversation, text, private=True, room=channel("lobby")))
    assert gaps(engine) == []


@pytest.mark.usefixtures("filed")
def test_a_question_asked_before_is_not_noted_once_there_is_a_concern(stage: Stage, engine: Engine) -> None:
    for text in ("can we have a say in CPFT's new strategy, Mrs Quillby asks?", "raise a concern", "that did not help"):
        stage.say("bea", text)
    assert gaps(engine) == []


def test_what_others_ask_and_what_is_asked_among_others_is_noted_as_ever(
    stage: Stage, filed: str, engine: Engine
) -> None:
    assert filed
    stage.say("bea", "xyzzy plugh")
    heard = stage.say("ann", "plugh xyzzy", "lobby").here
    assert heard == stage.say("max", "plugh xyzzy", "lobby").here
    assert gaps(engine) == ["xyzzy plugh", "plugh xyzzy"]


@pytest.mark.usefixtures("filed")
def test_who_has_a_concern_is_not_told_that_a_question_was_noted(stage: Stage) -> None:
    for who, noted in (("ann", False), ("bea", True)):
        stage.say(who, "who pays for DBS checks?")
        assert ("I have noted the question" in stage.say(who, "that did not help").here) is noted


@pytest.mark.usefixtures("filed")
def test_who_has_a_concern_still_hears_why(stage: Stage) -> None:
    stage.say("ann", "who pays for DBS checks?")
    assert "which people ask about" in stage.say("ann", "why?").here


def test_what_is_typed_while_the_leads_wait_is_offered_as_the_answer_and_sent_by_its_button(
    stage: Stage, store: SqlStore, asked: str
) -> None:
    heard = stage.say("ann", CRY).here
    assert f"Is this your answer to the Compact leads about {asked}?" in heard
    assert "I have not found anything" not in heard
    assert written(store, asked) == []
    assert stage.says("ann", f"Send as my answer about {asked}") == f"answer {asked}: {CRY}"
    stage.press("ann", f"Send as my answer about {asked}")
    assert written(store, asked) == [(EventKind.ANSWERED, CRY)]


@pytest.mark.parametrize("text", [CRY, "no", "yes", "12", "They never did.\n> said Quillby\nNot once.", "x " * 1_400])
def test_yes_sends_what_was_typed_however_long_or_short(stage: Stage, store: SqlStore, asked: str, text: str) -> None:
    stage.say("ann", text)
    assert written(store, asked) == []
    stage.say("ann", "yes")
    assert written(store, asked) == [(EventKind.ANSWERED, text.strip())]


def test_no_sends_nothing(stage: Stage, store: SqlStore, asked: str) -> None:
    stage.say("ann", CRY)
    assert "I have sent nothing." in stage.say("ann", "no").here
    assert written(store, asked) == []


def test_what_is_too_long_is_said_to_be(stage: Stage, asked: str) -> None:
    assert asked
    assert "I can keep 3,000 characters here." in stage.say("ann", "x" * 3_001).here


@pytest.mark.usefixtures("asked")
def test_a_question_is_answered_while_the_leads_wait_and_may_be_the_answer_too(stage: Stage) -> None:
    heard = stage.say("ann", "who pays for DBS checks?").here
    assert "Who pays for DBS checks" in heard
    assert "Is this your answer to the Compact leads" in heard


@pytest.mark.parametrize("text", ["topics", "thanks", "my concerns", "show cpft.disputes.early", "help"])
def test_what_is_for_the_assistant_is_offered_to_nobody(stage: Stage, asked: str, text: str) -> None:
    assert asked
    assert "Is this your answer" not in stage.say("ann", text).here


def test_where_the_leads_of_two_wait_there_is_a_button_for_each(stage: Stage, store: SqlStore, asked: str) -> None:
    tell(stage)
    stage.say("ann", "file it")
    other = next(each.reference for each in cases(store) if each.reference != asked)
    stage.say("ada", f"ask {other}: and who wrote?", "leads")
    assert "Is this an answer to the Compact leads?" in stage.say("ann", CRY).here
    stage.press("ann", f"Send as my answer about {other}")
    assert (written(store, asked), written(store, other)) == ([], [(EventKind.ANSWERED, CRY)])


def test_what_is_typed_after_the_bare_words_is_offered_to_be_added(stage: Stage, store: SqlStore, filed: str) -> None:
    stage.say("ann", f"add to {filed}")
    assert f"Shall I put this with {filed}" in stage.say("ann", CRY).here
    stage.say("ann", "yes")
    assert written(store, filed) == [(EventKind.ADDED, CRY)]


@pytest.mark.usefixtures("talking_first")
@pytest.mark.parametrize("text", ["badly", CRY, f"{CRY}. {'x ' * 1_000}"])
def test_how_it_went_can_go_with_what_was_told(stage: Stage, store: SqlStore, text: str) -> None:
    assert "Does that belong to your concern? I have not kept it yet." in stage.say("ann", text).here
    stage.say("ann", "yes")
    with store.begin() as records:
        draft = records.drafts.of(person("ann"))
    assert draft is not None
    assert text.strip() in draft.state.given["story"]


@pytest.mark.parametrize(
    "said", ["he threatened to kill me", "add to {}: he is suicidal now", "answer {}: My client is being abused"]
)
def test_danger_is_answered_with_whom_to_call_wherever_it_is_told(stage: Stage, asked: str, said: str) -> None:
    assert CALL in stage.say("ann", said.format(asked)).here.split("\n")[0]


@pytest.mark.usefixtures("talking_first")
def test_danger_in_how_it_went_is_answered_with_whom_to_call(stage: Stage) -> None:
    heard = stage.say("ann", "he threatened to kill me").here
    assert CALL in heard.split("\n")[0]
    assert "What you have told me is kept." not in heard, "it is not kept yet"


def test_danger_filled_into_a_form_is_answered_with_whom_to_call(stage: Stage, store: SqlStore, filed: str) -> None:
    [reply] = stage.replies("ann", f"add to {filed}", filled=(("text", ("He is suicidal now.",)),))
    assert CALL in str(reply.blocks[0])
    assert written(store, filed) == [(EventKind.ADDED, "He is suicidal now.")]


def test_what_people_typed_is_gone_when_they_are_forgotten(
    stage: Stage, store: SqlStore, engine: Engine, asked: str
) -> None:
    assert asked
    stage.say("ann", CRY)
    with store.begin() as records:
        records.forget_person(person("ann"), stage.clock.now())
    with engine.connect() as connection:
        assert "Quillby" not in str(connection.execute(select(contexts.c.context)).all())
    assert gaps(engine) == []


def test_what_may_be_a_question_is_answered_though_a_concern_is_saved(stage: Stage) -> None:
    tell(stage, but_for=5)
    stage.say("ann", "save for later")
    heard = stage.say("ann", "our funder wants to end the grant with two weeks notice only").here
    assert "Notice before funding ends" in heard
    assert "Does that belong to your concern?" in heard
