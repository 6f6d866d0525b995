"""The assistant over a real store, with the knowledge that is shipped."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.store.inbox import SqlInbox
from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.assistant import ABOUT_WHAT, MOST_CHARACTERS, NOTHING_SAID, TOO_LONG, AnsweredBeforeError, Assistant
from handlers.conversation import Conversation, Message, Platform
from knowledge.finding import Finder
from scheduler.retention import forget_old
from tests.clock import FRIDAY, DrivenClock
from tests.conftest import LEADS
from tests.talking import Talk, conversation, options

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.yaml"))
NOTICE = "How much notice must we give before funding ends?"
UNHEARD_OF = "xyzzy plugh frobnicate"
VAGUE = "sharing things"
NOTHING_YET = "I have not answered anything yet"
_DEAD_END = re.compile("I know no|There is no|I have not found|I am not sure|Please pick")
_PIECES = (
    "hello thanks help topics more why? yes no show about section sections cite 1 2 99 #3 > &gt; cpft sglos funding"
    " notice and if it ends on 31/02/2027 today six weeks that helped cpft.outcome-4.public.4 notice-of-ending"
).split()


@pytest.fixture(scope="module")
def talk(finder: Finder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """An assistant that a property's examples talk to one after the other, each in what the last one left."""
    engine = opened(f"sqlite:///{tmp_path_factory.mktemp('talk') / 'compactbot.db'}")
    yield Talk(Assistant(finder, SqlStore(engine), DrivenClock(), leads=LEADS))
    engine.dispose()


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_conversation_goes_as_its_transcript_says(path: Path, say: Talk) -> None:
    turns: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for number, turn in enumerate(turns, start=1):
        said = say(turn["said"])
        missing = [fragment for fragment in turn.get("heard", []) if fragment not in said]
        unwanted = [fragment for fragment in turn.get("never", []) if fragment in said]
        assert said, f"turn {number}: nothing was said"
        assert not missing, f"turn {number}, {turn['said'][:80]!r}: missing {missing} in:\n{said}"
        assert not unwanted, f"turn {number}, {turn['said'][:80]!r}: {unwanted} in:\n{said}"


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=12).map(" ".join)))
def test_any_text_is_replied_to(talk: Talk, text: str) -> None:
    assert talk.blocks(text)


@pytest.mark.parametrize("text", [f"{UNHEARD_OF} \ud800", "hello \udc80", f"{NOTICE} \udcff"])
def test_text_that_was_decoded_badly_is_replied_to(say: Talk, text: str) -> None:
    """Half a surrogate pair: JSON can carry one, and Python makes one of each stray byte on standard input."""
    assert say(text)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("x" * 100_000, TOO_LONG),
        ("how much notice? " * 6_000, TOO_LONG),
        ("x" * (MOST_CHARACTERS + 1), TOO_LONG),
        (" " * 100_000, NOTHING_SAID),
        ("🙂" * 1_000, NOTHING_SAID),
        ("> " + "x" * 100_000, TOO_LONG),
    ],
    ids=["one word", "many words", "one too many", "blanks", "emoji", "a quotation"],
)
def test_what_is_too_much_or_nothing_is_said_so(say: Talk, text: str, reply: str) -> None:
    assert say(text).startswith(reply)


def test_blanks_around_a_question_do_not_count_as_its_length(say: Talk) -> None:
    assert "cpft.outcome-4.public.4" in say(f"{NOTICE}{' ' * MOST_CHARACTERS}")


def test_the_longest_text_allowed_is_read(say: Talk) -> None:
    assert say("x" * MOST_CHARACTERS) != TOO_LONG


@pytest.mark.parametrize("text", ["> \n" * 20_000, "1 May 2027 " * 100, "notice " * 300])
def test_no_text_keeps_the_assistant_busy_for_long(say: Talk, text: str) -> None:
    start = time.thread_time()
    say(text)
    assert time.thread_time() - start < 2


def test_empty_lines_are_read_quickly(say: Talk) -> None:
    start = time.thread_time()
    say("\n" * 10_000)
    assert time.thread_time() - start < 0.3


@pytest.mark.parametrize(
    "part", [{"user": "bea"}, {"channel": "elsewhere"}, {"tenant": "them"}, {"platform": Platform.SLACK}]
)
def test_conversations_do_not_mix(assistant: Assistant, part: dict[str, Any]) -> None:
    """Whoever the other is, and wherever: what one asked is nothing to the other."""
    one = Conversation(Platform.TERMINAL, "us", "here", "ann")
    assistant.handle(Message(one, NOTICE, private=True))
    [reply] = assistant.handle(Message(replace(one, **part), "why?", private=True))
    assert NOTHING_YET in str(reply.blocks)
    [reply] = assistant.handle(Message(one, "why?", private=True))
    assert NOTHING_YET not in str(reply.blocks)


def test_a_conversation_goes_on_after_a_restart(finder: Finder, database_url: str, clock: DrivenClock) -> None:
    for text, expected in ((NOTICE, "cpft.outcome-4.public.4"), ("and South Glos?", "sglos.funding.ending.public.3")):
        engine = opened(database_url)
        assert expected in Talk(Assistant(finder, SqlStore(engine), clock, leads=LEADS))(text)
        engine.dispose()


def test_a_conversation_is_forgotten_after_a_day(say: Talk, store: SqlStore, clock: DrivenClock) -> None:
    say(NOTICE)
    clock.advance(timedelta(hours=23))
    forget_old(store, now=clock.now(), questions_kept=timedelta(days=90))
    assert NOTHING_YET not in say("why?")
    clock.advance(timedelta(hours=25))
    forget_old(store, now=clock.now(), questions_kept=timedelta(days=90))
    assert NOTHING_YET in say("why?")


def test_every_message_keeps_a_conversation_for_another_day(say: Talk, store: SqlStore, clock: DrivenClock) -> None:
    say(NOTICE)
    for _ in range(3):
        clock.advance(timedelta(hours=20))
        forget_old(store, now=clock.now(), questions_kept=timedelta(days=90))
        say("hello")
    assert NOTHING_YET not in say("why?")


def test_a_name_alone_is_no_question(say: Talk) -> None:
    """Nothing was asked before: there is no topic yet for South Glos to be silent on, nor one to assert."""
    assert say("what about South Glos?").startswith(ABOUT_WHAT)


def test_questions_without_an_answer_are_noted(say: Talk, store: SqlStore, clock: DrivenClock) -> None:
    """An unknown one as it is asked; an answered one when its answer did not help, and then only once."""
    say(UNHEARD_OF)
    clock.advance(timedelta(minutes=1))
    say(NOTICE)
    say("that did not help")
    say("that did not help")
    with store.begin() as records:
        noted = [(each.text, each.times, each.last_asked) for each in records.unanswered()]
    assert noted == [(NOTICE, 1, clock.now()), (UNHEARD_OF, 1, clock.now() - timedelta(minutes=1))]


def test_the_same_question_of_two_people_is_counted_twice(say: Talk, store: SqlStore) -> None:
    say(UNHEARD_OF, who="ann")
    say(f"{UNHEARD_OF.upper()}!", who="bea")
    with store.begin() as records:
        assert [(each.text, each.times) for each in records.unanswered()] == [(UNHEARD_OF, 2)]


def test_unanswered_questions_are_forgotten_when_their_time_is_up(
    say: Talk, store: SqlStore, clock: DrivenClock
) -> None:
    say(UNHEARD_OF)
    clock.advance(timedelta(days=30, seconds=1))
    forget_old(store, now=clock.now(), questions_kept=timedelta(days=30))
    with store.begin() as records:
        assert not records.unanswered()


def test_verdicts_are_counted_by_topic(say: Talk, store: SqlStore) -> None:
    for who, verdict in (("ann", "yes"), ("bea", "that did not help"), ("col", "none of these")):
        say(NOTICE, who=who)
        say(verdict, who=who)
    with store.begin() as records:
        [verdicts] = records.verdicts()
    assert (verdicts.helped, verdicts.did_not_help) == (1, 2)


def test_an_answer_may_be_judged_again_once_it_is_asked_for_again(say: Talk, store: SqlStore) -> None:
    for _ in range(2):
        say(NOTICE)
        say("that did not help")
    with store.begin() as records:
        assert [each.times for each in records.unanswered()] == [2]


def test_an_unknown_question_that_one_person_asked_counts_once(say: Talk, store: SqlStore) -> None:
    say(UNHEARD_OF)
    say("that did not help")
    with store.begin() as records:
        assert [each.times for each in records.unanswered()] == [1]


def test_what_did_not_help_is_not_blamed_on_an_earlier_answer(say: Talk, store: SqlStore) -> None:
    """Ann is asked what she meant, and it is none of that: the topic she was told about before has no part in it."""
    say(NOTICE)
    assert "I am not sure which of these you mean" in say(VAGUE)
    say("none of these")
    with store.begin() as records:
        assert not records.verdicts()


def test_the_button_of_an_earlier_answer_judges_that_answer(say: Talk, store: SqlStore) -> None:
    """Whatever was said since, it is the topic on the button that did not help."""
    say(NOTICE)
    say(VAGUE)
    say("that did not help about notice-of-ending")
    with store.begin() as records:
        assert [(each.topic, each.did_not_help) for each in records.verdicts()] == [("notice-of-ending", 1)]
        assert VAGUE not in [each.text for each in records.unanswered()]


def test_the_button_of_an_earlier_answer_leaves_the_thread_where_it_is(say: Talk) -> None:
    say(NOTICE)
    say("who pays for DBS checks?")
    say("that helped about notice-of-ending")
    assert "“Who pays for DBS checks" in say("why?")


def test_nobody_is_named_beside_an_unanswered_question(assistant: Assistant, tmp_path: Path) -> None:
    ann = Conversation(Platform.SLACK, "T0TENANT", "C0CHANNEL", "U0USER")
    for text in (UNHEARD_OF, "that did not help", NOTICE, "that did not help"):
        assistant.handle(Message(ann, text, private=True))
    with closing(sqlite3.connect(tmp_path / "compactbot.db")) as database:
        kept = str([database.execute(f"SELECT * FROM {table}").fetchall() for table in ("unanswered", "verdicts")])  # noqa: S608 - names of ours
    assert UNHEARD_OF in kept
    assert not [each for each in ("T0TENANT", "C0CHANNEL", "U0USER", "slack") if each in kept]


class _StoppedClock:
    """A clock that breaks after it was read `reads` times."""

    def __init__(self, reads: int) -> None:
        self.reads = reads

    def now(self) -> datetime:
        self.reads -= 1
        if self.reads < 0:
            raise RuntimeError("the clock has stopped")
        return DrivenClock().now()


def test_a_turn_that_fails_leaves_nothing_behind(finder: Finder, store: SqlStore, say: Talk) -> None:
    """The question is noted, then the context cannot be kept: then nothing is, not even the question."""
    reads = 0
    while reads < 10:
        broken = Talk(Assistant(finder, store, _StoppedClock(reads), leads=LEADS))
        try:
            broken(UNHEARD_OF)
        except RuntimeError:
            reads += 1
            with store.begin() as records:
                assert not records.unanswered()
            assert NOTHING_YET in say("that helped")
        else:
            break
    assert 0 < reads < 10


def test_several_people_are_answered_in_one_go_as_one_by_one(assistant: Assistant, say: Talk) -> None:
    asked = {"ann": NOTICE, "bea": "what is a quagga?", "cy": "thanks", "dee": "topics"}
    before = [
        assistant.handle(Message(conversation(f"{who}'s twin"), text, private=True)) for who, text in asked.items()
    ]
    messages = [Message(conversation(who), text, private=True) for who, text in asked.items()]
    assert assistant.handle_all(messages) == before
    assert say("why?", who="ann") == say("why?", who="ann's twin")


@pytest.mark.usefixtures("both")
def test_where_one_was_answered_before_nothing_of_any_is_kept(
    assistant: Assistant, store: SqlStore, engine: Engine
) -> None:
    ann, bea = (
        Message(conversation("ann"), NOTICE, private=True),
        Message(conversation("bea"), NOTICE, private=True, id="e1"),
    )
    SqlInbox(engine, bea.conversation.platform).receive("e1", {}, FRIDAY)
    assert assistant.handle(bea)
    assert assistant.handle(bea) == []
    with pytest.raises(AnsweredBeforeError):
        assistant.handle_all([ann, bea])
    with store.begin() as records:
        assert records.contexts([ann.conversation, bea.conversation]).keys() == {bea.conversation}


def test_today_is_the_day_where_the_people_are(say: Talk, clock: DrivenClock) -> None:
    """Half past midnight on 1 July in London is still June in Greenwich."""
    clock.moment = datetime.fromisoformat("2027-07-01T00:30+01:00").astimezone(clock.moment.tzinfo)
    assert "Thursday 1 July 2027" in say("Our funding ends today. When should they have told us of it?")


def test_whatever_can_be_picked_leads_on(talk: Talk) -> None:
    """From the topics and the sections, every option of every reply is understood, and none leads to a dead end."""
    seen, left = {"topics", "sections"}, ["topics", "sections"]
    while left:
        said = left.pop()
        blocks = talk.blocks(said, who="crawler")
        assert not _DEAD_END.match(getattr(blocks[0], "text", "")), said
        new = {option.says for option in options(blocks) if not option.says.startswith("that ")} - seen
        seen |= new
        left += new
    assert len(seen) > 200
