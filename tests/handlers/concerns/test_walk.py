"""A concern being told: what helps those who stumble, and what keeps the walk out of everybody else's way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns.house import House
from handlers.concerns.records import Draft
from handlers.concerns.walk import AWAY, IN_PRIVATE
from handlers.concerns.words import Said, Verb, said
from handlers.conversation import Choices, Conversation, Heading, Message, Option, Platform, Reply, Text
from knowledge.compiling import Compiled, compiled
from knowledge.finding import Finder
from knowledge.loading import merged
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.handlers.concerns.stage import References, Stage, channel, person
from tests.handlers.concerns.test_filing import TOLD, tell

NOTICE = "how much notice must we give before funding ends?"
STEPS = len(TOLD)


def draft(store: SqlStore, who: str = "ann") -> Draft | None:
    with store.begin() as records:
        return records.drafts.of(person(who))


def given(store: SqlStore, who: str = "ann") -> dict[str, tuple[str, ...]]:
    kept = draft(store, who)
    return dict(kept.state.given) if kept else {}


@pytest.mark.parametrize("text", ["", "  \n", "🙂", "x" * 20_000, "how? " * 400, "99", "yes please do", "\0\ud800"])
def test_everything_typed_is_answered_with_something_helpful(stage: Stage, store: SqlStore, text: str) -> None:
    """At every question: a sentence, and the question or the next one, and all that was told before is kept."""
    for number, told in enumerate(TOLD):
        stage.say("ann", told)
        kept = draft(store)
        assert kept is not None
        who = f"bea-{number}"
        with store.begin() as records:
            records.drafts.keep(replace(kept, person=person(who), id=f"{number:04}-{number:04}"))
        [reply] = stage.replies(who, text)
        words = [block.text for block in reply.blocks if isinstance(block, (Text, Heading))]
        assert words
        assert any(option.label in {"Stop", "File it"} for option in _offered(reply)) or "file it" in words[-1]
        after = given(store, who)
        assert all(set(values) <= set(after[step]) for step, values in kept.state.given.items())


def _offered(reply: Reply) -> list[Option]:
    return [option for block in reply.blocks if isinstance(block, Choices) for option in block.options]


def test_a_story_too_long_is_told_its_limit_and_loses_nothing(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=STEPS - 5)
    stage.say("ann", "x" * 3_000)
    heard = stage.say("ann", "y" * 3_001).here
    assert "That is too long: I can keep 6,000 characters here, and this would make 6,001." in heard
    assert "What you told me before is kept." in heard
    kept = draft(store)
    assert kept is not None
    assert kept.state.gathered["story"] == ("x" * 3_000,)


def test_a_story_is_kept_with_its_quoted_lines_and_without_what_no_store_keeps(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=STEPS - 5)
    stage.say("ann", "> They wrote this.\nAnd \0we answered.\ud800")
    kept = draft(store)
    assert kept is not None
    assert kept.state.gathered["story"] == ("> They wrote this.\nAnd we answered.",)


@pytest.mark.parametrize(("number", "heard"), [("0", "from 1 to 2"), ("3", "from 1 to 2"), ("1 and 7", "from 1 to 2")])
def test_a_number_that_is_not_shown_is_told_which_are(stage: Stage, number: str, heard: str) -> None:
    stage.say("ann", "raise a concern")
    assert heard in stage.say("ann", number).here


def test_numbers_mean_what_the_last_reply_showed(stage: Stage, store: SqlStore) -> None:
    """A list of topics from before, in the very place where the first question then comes from elsewhere."""
    stage.say("ann", "topics")
    stage.say("ann", "raise a concern", "lobby")
    stage.say("ann", "2")
    assert given(store) == {"compact": ("sglos",)}


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb not in {Verb.DELETE, Verb.STOP, Verb.AFRESH}])
def test_every_button_is_answered_and_keeps_what_was_told(stage: Stage, store: SqlStore, verb: Verb) -> None:
    tell(stage, but_for=6)
    kept = draft(store)
    assert kept is not None
    before = given(store)
    for step in ("", "when", "commitments", "nosuch"):
        says = str(Said(verb, kept.id, step, "in a week"))
        assert said(says) == Said(verb, kept.id, step, "in a week")
        assert stage.say("ann", says).here
    if verb not in {Verb.CHANGE, Verb.BACK}:
        assert before.items() <= given(store).items()


def test_a_message_of_a_button_says_the_same_typed_anyhow(stage: Stage) -> None:
    assert said("CONCERN 2222-2223-2222-2224 Leave Out commitments:cpft.about.what") == Said(
        Verb.LEAVE_OUT, "2222-2223-2222-2224", "commitments", "cpft.about.what"
    )
    assert said("concern ABC") is said("a concern 2222-2223 stop") is None


def test_a_draft_is_ones_own(stage: Stage, store: SqlStore) -> None:
    """Bea presses every button that Ann was shown: nothing of Ann's changes, and Bea hears nothing of it."""
    tell(stage)
    before = draft(store)
    for option in stage.options["ann"]:
        heard = stage.say("bea", option.says)
        assert "Quillby Lunch Club" not in heard.here
    assert draft(store) == before


def test_what_is_said_in_a_channel_is_no_answer_and_tells_nothing(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=STEPS - 2)
    before = draft(store)
    for text in ("alone", "1", "that's all", "review", NOTICE, "stop"):
        assert "Are you raising it alone" not in stage.say("ann", text, "lobby").here
    assert draft(store) == before


def test_a_button_pressed_among_others_is_answered_in_private(stage: Stage) -> None:
    tell(stage)
    heard = stage.say("ann", stage.says("ann", "What happened"), "lobby")
    assert heard.here == IN_PRIVATE
    assert "Nobody said why." in heard.privately


def test_a_command_for_one_pair_of_eyes_goes_on_in_the_private_conversation(stage: Stage) -> None:
    """As Slack's slash command in a channel: nobody else reads the answer, but nothing typed there would reach us."""
    conversation = Conversation(Platform.SLACK, "T1", "command:lobby", "ann")
    replies = stage.assistant.handle(Message(conversation, "raise a concern", private=True, room=channel("lobby")))
    assert [(reply.private, Heading("Raise a concern") in reply.blocks) for reply in replies] == [
        (False, False),
        (True, True),
    ]
    assert "Are you raising it alone" in stage.say("ann", "cpft").here


@pytest.mark.parametrize("text", [NOTICE, "topics", "thanks", "show cpft.disputes.early", "about notice-of-ending"])
def test_a_concern_that_is_saved_is_in_nobodys_way(stage: Stage, store: SqlStore, text: str) -> None:
    without = stage.say("bea", text).here
    tell(stage, but_for=3)
    stage.say("ann", "save for later")
    before = draft(store)
    assert stage.say("ann", text).here == without
    assert draft(store) == before


def test_go_on_means_more_of_an_answer_where_there_is_more(stage: Stage) -> None:
    tell(stage, but_for=3)
    stage.say("ann", "save for later")
    stage.say("ann", NOTICE)
    assert "put it right" not in stage.say("ann", "go on").here
    assert "put it right" in stage.say("ann", "go on with my concern").here


@pytest.mark.parametrize(("hours", "asked"), [(3.9, True), (4.1, False)])
def test_after_some_hours_what_is_said_is_no_answer(stage: Stage, store: SqlStore, hours: float, asked: bool) -> None:
    tell(stage, but_for=STEPS - 3)
    stage.wait(timedelta(hours=hours))
    heard = stage.say("ann", "Quillby Lunch Club").here
    assert ("organisation" in given(store)) is asked
    assert ("You have a concern half told." in heard) is not asked
    assert timedelta(hours=4) == AWAY


def test_a_long_story_told_after_hours_is_kept_all_the_same(stage: Stage, store: SqlStore) -> None:
    """No button could hold it, and it can be nothing else."""
    tell(stage, but_for=STEPS - 5)
    stage.wait(timedelta(days=1))
    story = "And then they said that it was all decided. " * 50
    stage.say("ann", story)
    kept = draft(store)
    assert kept is not None
    assert kept.state.gathered["story"] == (story.strip(),)


def test_a_draft_goes_on_after_a_restart(stage: Stage, store: SqlStore, finder: Finder, clock: DrivenClock) -> None:
    for text in TOLD:
        stage.assistant = Assistant(finder, store, clock, leads=LEADS, house=House(references=References()))
        heard = stage.say("ann", text).here
    assert "Please check your concern" in heard


def test_deleting_and_stopping_leave_nothing(stage: Stage, store: SqlStore) -> None:
    for last in (("stop", "yes"), ("delete it", "delete it"), ("start afresh", "start afresh", "stop")):
        tell(stage)
        for text in last:
            stage.say("ann", text)
        assert draft(store) is None


def test_yes_means_nothing_once_something_else_was_said(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=STEPS - 5)
    stage.say("ann", "stop")
    stage.say("ann", "They cut us off in Quillby.")
    stage.say("ann", "yes")
    assert draft(store) is not None


def test_a_third_compact_needs_no_code(store: SqlStore, ready: Compiled, clock: DrivenClock) -> None:
    """With one Compact, which has no process of its own: it is not asked for, and the usual way is told."""
    parts = []
    for part in ready.knowledge.parts:
        if part.compact is None:
            parts.append(part)
        elif part.compact.id == "cpft":
            facts = {key: value for key, value in part.compact.model_dump(by_alias=True).items() if key != "process"}
            parts.append(part.model_copy(update={"compact": type(part.compact).model_validate(facts)}))
    alone = Finder(replace(ready, knowledge=merged(parts)))
    stage = Stage(Assistant(alone, store, clock, leads=LEADS), clock)
    assert "Question 2" in stage.say("ann", TOLD[0]).here
    for text in TOLD[2:]:
        stage.say("ann", text)
    heard = stage.say("ann", "file it").here
    assert "What happens next: The Compact leads read it" in heard
    assert "The CPFT Compact sets no time." in heard
    assert "You should hear from them by" not in heard


def test_without_any_compact_no_concern_is_begun(store: SqlStore, clock: DrivenClock) -> None:
    stage = Stage(Assistant(Finder(compiled(merged([]))), store, clock, leads=LEADS), clock)
    assert "I know no Compact yet" in stage.say("ann", "raise a concern").here
    assert draft(store) is None


def noted(store: SqlStore) -> list[str]:
    """Questions without an answer, as the editors of the knowledge base read them."""
    with store.begin() as records:
        return [each.text for each in records.unanswered()]


@pytest.mark.parametrize("told", range(1, STEPS + 1))
def test_no_word_of_a_concern_comes_to_the_editors(stage: Stage, store: SqlStore, told: int) -> None:
    """Whatever is made of it: a question without an answer, one whose answer did not help, a story told after hours."""
    tell(stage, but_for=STEPS - told)
    for text in ("what did xyzzy plugh do?", "that did not help", "xyzzy plugh!", "that did not help"):
        stage.say("ann", text)
    stage.wait(timedelta(hours=5))
    for text in ("xyzzy plugh frobnicated", "that did not help", "none of these"):
        stage.say("ann", text)
    assert noted(store) == []
    stage.say("bea", "xyzzy plugh")
    assert noted(store) == ["xyzzy plugh"]


@pytest.mark.parametrize(
    "text",
    [
        "The forum next week was cancelled without a word.",
        "We can't come to the meeting any more",
        "topics we never agreed on",
        "They show no interest.",
        "Thanks for nothing, they said.",
        "Why should we trust them? They never answered.",
    ],
)
def test_what_sounds_like_something_else_is_part_of_the_story_all_the_same(
    stage: Stage, store: SqlStore, text: str
) -> None:
    tell(stage, but_for=STEPS - 5)
    stage.say("ann", text)
    kept = draft(store)
    assert kept is not None
    assert kept.state.gathered["story"] == (text,)


@pytest.mark.parametrize("text", ["none of these", "I don't know", "not sure", "No idea."])
def test_not_to_know_which_commitment_it_is_about_is_an_answer(stage: Stage, store: SqlStore, text: str) -> None:
    tell(stage, but_for=STEPS - 8)
    stage.say("ann", text)
    stage.say("ann", "done")
    assert given(store)["commitments"] == ("not sure",)


def test_the_review_says_that_the_leads_see_the_name(stage: Stage) -> None:
    tell(stage)
    assert "everything that the Compact leads will get, with your name here: Ann." in stage.say("ann", "review").here


def test_what_a_second_concern_would_be_about_is_taken_along(stage: Stage, store: SqlStore) -> None:
    tell(stage)
    stage.say("ann", "save for later")
    stage.say("ann", "we have a dispute with the council about our rent")
    stage.press("ann", "Start afresh")
    kept = draft(store)
    assert kept is not None
    assert kept.state.gathered == {"story": ("we have a dispute with the council about our rent",)}


def test_a_story_too_long_to_begin_with_is_told_so(stage: Stage, store: SqlStore) -> None:
    assert "That is too long to begin with." in stage.say("ann", f"raise a concern: {'x' * 6_001}").here
    kept = draft(store)
    assert kept is not None
    assert not kept.state.gathered


def test_help_shows_where_a_concern_begins(stage: Stage) -> None:
    assert "Raise a concern" in stage.say("ann", "help").here


@pytest.mark.parametrize(
    ("told", "text", "heard"),
    [
        (1, "who is in the CPFT Compact?", "Back to your concern"),
        (1, "what does VCSE mean?", "Voluntary, community and social enterprise"),
        (1, "sharing things?", "I am not sure which of these you mean"),
        (1, "what is the airspeed of a swallow?", "I have not found anything about that"),
        (1, "no", "Please pick one of these"),
        (2, "help", "Question 2 of about"),
        (2, "thanks", "Question 2 of about"),
        (
            2,
            "The forum next week was called off and nobody told us why at all.",
            "I have kept that under what happened.",
        ),
        (3, "help", "What is your organisation called?"),
        (3, "hello", "That was part of my answer"),
        (3, "keep it", "On which side"),
        (3, "change the world", "On which side"),
        (4, "the council", "What happened?"),
        (4, "we are a public body", "What happened?"),
        (5, "file it", "There is still a question before you can file it."),
        (5, "change organisation", "Before, you said: Quillby Lunch Club"),
        (8, "show cpft.disputes.early", "Back to your concern"),
        (8, "tell it again", "I found these"),
        (8, "thank you", "Which of these commitments"),
        (10, "nope", "Would you like to try that first?"),
        (10, "yep", "What would put it right?"),
        (11, "done", "May the Compact leads"),
        (12, "ask us", "How can the leads reach you?"),
        (14, "Oh, and they never sent us the minutes of that meeting.", "Please check your concern"),
        (14, "back", "How can the leads reach you?"),
        (14, "page", "Check it"),
        (14, "change my phone", "Before, you said: ann@example.org"),
        (14, "show me everything", "Please check your concern"),
        (14, "stop", "Shall I delete what you have told me?"),
    ],
)
def test_what_is_typed_is_understood_by_the_question_it_is_typed_under(
    stage: Stage, told: int, text: str, heard: str
) -> None:
    tell(stage, but_for=STEPS - told)
    assert heard in stage.say("ann", text).here


def test_what_is_remembered_at_the_review_is_part_of_the_story(stage: Stage, store: SqlStore) -> None:
    tell(stage)
    heard = stage.say("ann", "Oh, and they never sent us the minutes of that meeting.").here
    assert "I have kept that under what happened." in heard
    assert given(store)["story"][1:] == ("Oh, and they never sent us the minutes of that meeting.",)
    stage.press("ann", "File it")
    assert draft(store) is None


def test_a_number_picks_what_an_answer_in_between_showed(stage: Stage, store: SqlStore) -> None:
    """The last of an answer's numbers takes what was said as part of the story."""
    tell(stage, but_for=STEPS - 5)
    [reply] = stage.replies("ann", "show cpft.disputes.early")
    shown = [block.options for block in reply.blocks if isinstance(block, Choices) and block.numbered]
    assert "[cpft.disputes.right]" in stage.say("ann", "1").here
    stage.say("ann", "show cpft.disputes.early")
    assert "Please pick one at a time." in stage.say("ann", "1 and 2").here
    stage.say("ann", "show cpft.disputes.early")
    stage.say("ann", str(sum(map(len, shown))))
    kept = draft(store)
    assert kept is not None
    assert kept.state.gathered["story"] == ("show cpft.disputes.early",)


@pytest.mark.parametrize("when", ["yesterday", "some day", "in 9 months"])
def test_a_day_that_cannot_be_waited_for_shows_the_question_again(stage: Stage, store: SqlStore, when: str) -> None:
    tell(stage, but_for=6)
    kept = draft(store)
    assert kept is not None
    assert "Which of these commitments" in stage.say("ann", f"concern {kept.id} ask me: {when}").here


def test_yes_is_no_answer_of_its_own_to_a_button_of_another_concern(stage: Stage, store: SqlStore) -> None:
    """Ann stops a concern, is asked whether to delete it, and deletes it from another place; then yes deletes nothing else."""
    tell(stage, but_for=6)
    stage.say("ann", "stop")
    kept = draft(store)
    assert kept is not None
    conversation = Conversation(Platform.SLACK, "T1", "elsewhere", "ann")
    stage.assistant.handle(Message(conversation, f"concern {kept.id} delete", private=True))
    stage.assistant.handle(Message(conversation, "raise a concern about cpft.disputes.early", private=True))
    stage.say("ann", "yes")
    assert draft(store) is not None
