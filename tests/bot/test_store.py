"""The store over real databases, SQLite's and PostgreSQL's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, timedelta, timezone
from threading import Barrier, Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, String, update

from bot.store import schema
from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.context import Context
from handlers.conversation import Conversation, Message, Platform, Text
from handlers.ports import Unanswered, Verdicts
from tests.bot.databases import PostgreSQL
from tests.clock import FRIDAY
from tests.talking import conversation
from tests.waiting import PATIENCE

ANN, BEA = conversation("ann"), conversation("bea")
LATER = FRIDAY + timedelta(minutes=1)
FULL = Context(
    asked="how much notice? “quoted” 'and' \0 🙂",
    topic="notice",
    compact="cpft",
    party="vcse",
    more=("cpft.a.1", "cpft.a.2"),
    options=("about notice",),
    because=("Because.",),
    judged=True,
)


@pytest.mark.usefixtures("both")
class TestContexts:
    def test_a_new_conversation_has_none(self, store: SqlStore) -> None:
        with store.begin() as records:
            assert records.context(ANN) is None

    @pytest.mark.parametrize("context", [Context(), FULL])
    def test_what_is_kept_is_read_again_as_it_was(self, store: SqlStore, context: Context) -> None:
        with store.begin() as records:
            records.keep_context(ANN, context, FRIDAY)
        with store.begin() as records:
            assert records.context(ANN) == context

    def test_what_is_kept_takes_the_place_of_what_was(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.keep_context(ANN, FULL, FRIDAY)
            records.keep_context(ANN, Context(asked="new"), LATER)
        with store.begin() as records:
            assert records.context(ANN) == Context(asked="new")

    @pytest.mark.parametrize("other", [{"platform": Platform.TEAMS}, {"tenant": "x"}, {"channel": "x"}, {"user": "x"}])
    def test_every_part_of_a_conversation_counts(self, store: SqlStore, other: dict[str, Any]) -> None:
        with store.begin() as records:
            records.keep_context(ANN, FULL, FRIDAY)
            assert records.context(replace(ANN, **other)) is None

    def test_a_row_of_another_version_is_read_as_far_as_it_is_known(self, store: SqlStore, engine: Engine) -> None:
        """A field that came later is let go; one that is missing has its default."""
        with store.begin() as records:
            records.keep_context(ANN, FULL, FRIDAY)
        kept = asdict(FULL) | {"mood": "cheerful", "nested": {"a": [1]}}
        del kept["because"]
        with engine.begin() as connection:
            connection.execute(update(schema.contexts).values(context=kept))
        with store.begin() as records:
            assert records.context(ANN) == replace(FULL, because=())


@pytest.mark.usefixtures("both")
class TestUnanswered:
    def test_a_question_is_counted_with_its_first_words_and_its_last_time(self, store: SqlStore) -> None:
        """Case, accents and punctuation make no other question."""
        with store.begin() as records:
            records.note_unanswered("Is there a café?", FRIDAY)
            records.note_unanswered("is there a CAFE", LATER)
        with store.begin() as records:
            assert records.unanswered() == [Unanswered("Is there a café?", 2, LATER)]

    def test_the_most_asked_come_first_then_the_latest(self, store: SqlStore) -> None:
        with store.begin() as records:
            for minute, text in enumerate(["often", "early", "often", "late"]):
                records.note_unanswered(text, FRIDAY + timedelta(minutes=minute))
            assert [each.text for each in records.unanswered()] == ["often", "late", "early"]

    @pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))])
    def test_a_moment_is_the_same_in_whatever_zone_it_was_told(self, store: SqlStore, zone: timezone) -> None:
        with store.begin() as records:
            records.note_unanswered("when?", FRIDAY.astimezone(zone))
            [noted] = records.unanswered()
        assert noted.last_asked == FRIDAY
        assert noted.last_asked.tzinfo is not None

    def test_a_microsecond_is_kept(self, store: SqlStore) -> None:
        moment = FRIDAY + timedelta(microseconds=1)
        with store.begin() as records:
            records.note_unanswered("when?", moment)
            assert records.unanswered()[0].last_asked == moment

    @pytest.mark.parametrize("text", ["", "?", "🙂", "'; DROP TABLE unanswered; --", "x" * 100_000, "\u202e", "%s :x"])
    def test_any_text_is_kept_as_it_is(self, store: SqlStore, text: str) -> None:
        with store.begin() as records:
            records.note_unanswered(text, FRIDAY)
        with store.begin() as records:
            assert [each.text for each in records.unanswered()] == [text]

    @pytest.mark.parametrize(("text", "kept"), [("\0", ""), ("a\0b", "ab"), ("\ud83d?", "?"), ("\0\udfffa", "a")])
    def test_what_no_database_can_keep_is_left_out(self, store: SqlStore, text: str, kept: str) -> None:
        """PostgreSQL refuses NUL; half of a surrogate pair is no character anywhere."""
        with store.begin() as records:
            records.note_unanswered(text, FRIDAY)
            records.note_unanswered(kept, FRIDAY)
        with store.begin() as records:
            assert records.unanswered() == [Unanswered(kept, 2, FRIDAY)]


@pytest.mark.usefixtures("both")
class TestVerdicts:
    def test_they_are_counted_by_topic_the_least_helpful_first(self, store: SqlStore) -> None:
        with store.begin() as records:
            for topic, helped in [("b", True), ("a", True), ("b", False), ("c", False), ("c", False), ("a", True)]:
                records.note_verdict(topic, helped=helped)
        with store.begin() as records:
            assert records.verdicts() == [Verdicts("c", 0, 2), Verdicts("b", 1, 1), Verdicts("a", 2, 0)]


@pytest.mark.usefixtures("both")
class TestForgetting:
    def test_what_is_older_goes_and_is_counted(self, store: SqlStore) -> None:
        """What was touched at the very moment stays."""
        with store.begin() as records:
            for moment, who in ((FRIDAY - timedelta(microseconds=1), ANN), (FRIDAY, BEA)):
                records.note_unanswered(who.user, moment)
                records.keep_context(who, FULL, moment)
        with store.begin() as records:
            assert records.forget(questions_before=FRIDAY, contexts_before=FRIDAY) == 2
        with store.begin() as records:
            assert [each.text for each in records.unanswered()] == ["bea"]
            assert [records.context(who) for who in (ANN, BEA)] == [None, FULL]

    def test_questions_and_contexts_have_their_own_times(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.note_unanswered("kept", FRIDAY)
            records.keep_context(ANN, FULL, FRIDAY)
            assert records.forget(questions_before=FRIDAY, contexts_before=LATER) == 1
            assert records.unanswered()
            assert records.context(ANN) is None

    def test_a_question_asked_again_stays(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.note_unanswered("again?", FRIDAY)
            records.note_unanswered("again?", LATER)
            assert records.forget(questions_before=LATER, contexts_before=LATER) == 0


@pytest.mark.usefixtures("both")
class TestTransactions:
    def test_after_an_error_nothing_of_it_is_kept(self, store: SqlStore) -> None:
        def write_and_fail() -> None:
            with store.begin() as records:
                records.keep_context(ANN, FULL, FRIDAY)
                records.note_unanswered("gone?", FRIDAY)
                records.note_verdict("gone", helped=True)
                raise LookupError

        with pytest.raises(LookupError):
            write_and_fail()
        with store.begin() as records:
            assert (records.context(ANN), records.unanswered(), records.verdicts()) == (None, [], [])

    def test_two_processes_with_the_same_person_both_count(self, database_url: str) -> None:
        """Reading and writing in one turn, neither overtakes the other."""
        together = Barrier(2)

        def count(_: int) -> None:
            with closing_store(database_url) as store:
                together.wait(timeout=PATIENCE)
                for _ in range(20):
                    with store.begin(of=ANN.person) as records:
                        times = len((records.context(ANN) or Context()).more)
                        records.keep_context(ANN, Context(more=("x",) * (times + 1)), FRIDAY)
                        records.note_verdict("both", helped=True)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(count, range(2)))
        with closing_store(database_url) as store, store.begin() as records:
            assert records.verdicts() == [Verdicts("both", 40, 0)]
            assert len((records.context(ANN) or Context()).more) == 40

    def test_counts_add_up_whoever_counts(self, store: SqlStore) -> None:
        """The same topic and question for different people at once."""

        def count(who: Conversation) -> None:
            for _ in range(20):
                with store.begin(of=who.person) as records:
                    records.note_verdict("both", helped=True)
                    records.note_unanswered("both?", FRIDAY)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(count, [ANN, BEA]))
        with store.begin() as records:
            assert records.verdicts() == [Verdicts("both", 40, 0)]
            assert records.unanswered() == [Unanswered("both?", 40, FRIDAY)]

    @pytest.mark.parametrize("where", ["here", "elsewhere"])
    def test_the_turns_of_one_person_wait_for_each_other(self, store: SqlStore, where: str) -> None:
        """In whatever channel."""
        began = Event()

        def speak() -> Context | None:
            began.set()
            with store.begin(of=replace(ANN, channel=where).person) as records:
                return records.context(ANN)

        with ThreadPoolExecutor(1) as pool:
            with store.begin(of=ANN.person) as records:
                said = pool.submit(speak)
                assert began.wait(timeout=PATIENCE)
                assert not wait([said], timeout=0.1).done
                records.keep_context(ANN, FULL, FRIDAY)
            assert said.result(timeout=PATIENCE) == FULL

    def test_an_answer_waits_for_the_answer_before(self, assistant: Assistant, store: SqlStore) -> None:
        """That another process is giving to the same person."""
        with ThreadPoolExecutor(1) as pool:
            with store.begin(of=ANN.person) as records:
                said = pool.submit(assistant.handle, Message(ANN, "why?", private=True))
                assert not wait([said], timeout=0.1).done
                records.keep_context(ANN, Context(because=("For this reason.",)), FRIDAY)
            [reply] = said.result(timeout=PATIENCE)
        assert Text("For this reason.") in reply.blocks


@pytest.mark.parametrize("other", [BEA, replace(ANN, tenant="x"), replace(ANN, platform=Platform.TEAMS)])
def test_on_postgresql_people_do_not_wait_for_each_other(postgresql: PostgreSQL, other: Conversation) -> None:
    with postgresql.database() as url, closing_store(url) as store:
        with store.begin(of=ANN.person) as records:
            records.keep_context(ANN, FULL, FRIDAY)
            with store.begin(of=other.person) as others:
                others.keep_context(other, FULL, FRIDAY)
        with store.begin() as records:
            assert records.context(ANN) == records.context(other) == FULL


def test_every_column_of_text_leaves_out_what_no_database_can_keep() -> None:
    columns = [column for table in schema.metadata.tables.values() for column in table.columns]
    assert [str(column) for column in columns if isinstance(column.type, String)] == [], "use Line or Words"


@contextmanager
def closing_store(url: str) -> Iterator[SqlStore]:
    """A store over an engine of its own, as another process would have."""
    engine = opened(url)
    try:
        yield SqlStore(engine)
    finally:
        engine.dispose()


_words = st.text(max_size=20)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """A store that a property's examples write to one after the other."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('shared') / 'compactbot.db'}"
        else:
            url = stack.enter_context(request.getfixturevalue("postgresql").database())
        yield stack.enter_context(closing_store(url))


@settings(max_examples=50, deadline=None)
@given(
    who=st.builds(Conversation, st.sampled_from(Platform), tenant=_words, channel=_words, user=_words),
    context=st.builds(
        Context,
        asked=_words,
        topic=st.none() | _words,
        more=st.lists(_words, max_size=3).map(tuple),
        judged=st.booleans(),
    ),
)
def test_any_context_of_anybody_is_read_again(shared: SqlStore, who: Conversation, context: Context) -> None:
    with shared.begin() as records:
        records.keep_context(who, context, FRIDAY)
        assert records.context(who) == context
