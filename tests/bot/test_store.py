"""The store over a real SQLite file."""

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.store import opening, schema
from bot.store.opening import StoreError, opened
from bot.store.sql import SqlStore
from handlers.context import Context
from handlers.conversation import Conversation, Platform
from handlers.ports import Unanswered, Verdicts
from tests.clock import FRIDAY
from tests.talking import conversation

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

    def test_a_row_of_another_version_is_read_as_far_as_it_is_known(self, store: SqlStore, tmp_path: Path) -> None:
        """A field that came later is let go; one that is missing has its default."""
        with store.begin() as records:
            records.keep_context(ANN, FULL, FRIDAY)
        kept = asdict(FULL) | {"mood": "cheerful", "nested": {"a": [1]}}
        del kept["because"]
        with closing(sqlite3.connect(tmp_path / "compactbot.db")) as database, database:
            database.execute("UPDATE contexts SET context = ?", [json.dumps(kept)])
        with store.begin() as records:
            assert records.context(ANN) == replace(FULL, because=())


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

    @pytest.mark.parametrize(
        "text", ["", "?", "\0", "a\0b", "🙂", "'; DROP TABLE unanswered; --", "x" * 100_000, "\u202e"]
    )
    def test_any_text_is_kept_as_it_is(self, store: SqlStore, text: str) -> None:
        with store.begin() as records:
            records.note_unanswered(text, FRIDAY)
        with store.begin() as records:
            assert [each.text for each in records.unanswered()] == [text]


class TestVerdicts:
    def test_they_are_counted_by_topic_the_least_helpful_first(self, store: SqlStore) -> None:
        with store.begin() as records:
            for topic, helped in [("b", True), ("a", True), ("b", False), ("c", False), ("c", False), ("a", True)]:
                records.note_verdict(topic, helped=helped)
        with store.begin() as records:
            assert records.verdicts() == [Verdicts("c", 0, 2), Verdicts("b", 1, 1), Verdicts("a", 2, 0)]


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

    def test_two_threads_writing_at_once_both_count(self, store: SqlStore) -> None:
        """Reading and writing in one transaction, neither overtakes the other."""

        def count(_: int) -> None:
            for _ in range(20):
                with store.begin() as records:
                    times = len((records.context(ANN) or Context()).more)
                    records.keep_context(ANN, Context(more=("x",) * (times + 1)), FRIDAY)
                    records.note_verdict("both", helped=True)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(count, range(2)))
        with store.begin() as records:
            assert records.verdicts() == [Verdicts("both", 40, 0)]
            assert len((records.context(ANN) or Context()).more) == 40

    def test_two_programs_may_open_a_fresh_database_at_once(self, database_url: str) -> None:
        together = Barrier(2)

        def open_and_write(_: int) -> None:
            together.wait(timeout=10)
            engine = opened(database_url)
            with SqlStore(engine).begin() as records:
                records.note_verdict("both", helped=True)
            engine.dispose()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(open_and_write, range(2)))
        engine = opened(database_url)
        with SqlStore(engine).begin() as records:
            assert records.verdicts() == [Verdicts("both", 2, 0)]
        engine.dispose()


class TestOpening:
    def test_what_was_kept_is_there_when_it_is_opened_again(self, database_url: str) -> None:
        for times in (1, 2):
            engine = opened(database_url)
            with SqlStore(engine).begin() as records:
                records.note_verdict("again", helped=True)
                assert records.verdicts() == [Verdicts("again", times, 0)]
            engine.dispose()

    def test_folders_on_the_way_are_made(self, tmp_path: Path) -> None:
        opened(f"sqlite:///{tmp_path / 'new' / 'folder' / 'compactbot.db'}").dispose()
        assert (tmp_path / "new" / "folder" / "compactbot.db").is_file()

    def test_only_the_owner_may_read_it(self, store: SqlStore, tmp_path: Path) -> None:
        """The file, and the ones that SQLite puts beside it."""
        with store.begin() as records:
            records.note_unanswered("private?", FRIDAY)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("compactbot.db*")}
        assert modes == dict.fromkeys(modes, 0o600)
        assert "compactbot.db" in modes

    def test_a_file_that_is_no_database_is_told(self, tmp_path: Path, database_url: str) -> None:
        (tmp_path / "compactbot.db").write_bytes(b"These are minutes of a meeting, not a database.\n" * 100)
        with pytest.raises(StoreError, match=r"The database .*compactbot\.db cannot be used: file is not a database\."):
            opened(database_url)

    def test_a_damaged_database_is_told(self, tmp_path: Path, database_url: str) -> None:
        opened(database_url).dispose()
        path = tmp_path / "compactbot.db"
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
        with pytest.raises(StoreError, match="cannot be used"):
            opened(database_url)

    def test_a_folder_in_place_of_the_file_is_told(self, tmp_path: Path, database_url: str) -> None:
        (tmp_path / "compactbot.db").mkdir()
        with pytest.raises(StoreError, match="cannot be used: unable to open database file"):
            opened(database_url)

    def test_a_file_in_place_of_the_folder_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match="cannot be used"):
            opened(f"sqlite:///{tmp_path / 'file' / 'compactbot.db'}")

    @pytest.mark.parametrize("locked", [lambda path: path, lambda path: path.parent], ids=["file", "folder"])
    def test_a_place_that_may_not_be_written_is_told(self, tmp_path: Path, locked: Callable[[Path], Path]) -> None:
        path = tmp_path / "ours" / "compactbot.db"
        path.parent.mkdir()
        if locked(path) == path:
            path.touch()
        locked(path).chmod(0o500)
        if os.access(locked(path), os.W_OK):
            pytest.skip("permissions do not hold this user back, as they do not hold back root")
        with pytest.raises(StoreError, match="cannot be used"):
            opened(f"sqlite:///{path}")

    def test_a_parameter_that_cannot_be_used_is_told(self, database_url: str) -> None:
        with pytest.raises(StoreError, match="cannot be used"):
            opened(f"{database_url}?timeout=soon")

    def test_a_database_of_a_later_version_is_told(self, tmp_path: Path, database_url: str) -> None:
        opened(database_url).dispose()
        with closing(sqlite3.connect(tmp_path / "compactbot.db")) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreError, match="made by a later version of compactbot"):
            opened(database_url)

    def test_a_database_that_stopped_working_raises_what_the_turn_can_catch(self, engine: Engine) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE contexts")
        with pytest.raises(DBAPIError), SqlStore(engine).begin() as records:
            records.context(ANN)


class TestMigrations:
    def test_they_make_exactly_the_tables_of_the_schema(self, engine: Engine) -> None:
        with engine.begin() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, schema.metadata) == []

    def test_the_schema_names_the_newest_one(self, engine: Engine) -> None:
        scripts = ScriptDirectory(str(Path(opening.__file__).parent / "migrations"))
        assert scripts.get_heads() == [schema.HEAD]
        with engine.begin() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == schema.HEAD

    def test_a_database_of_the_first_version_is_brought_up_to_date_with_its_rows(
        self, tmp_path: Path, database_url: str
    ) -> None:
        _first_version(tmp_path / "compactbot.db")
        engine = opened(database_url)
        with SqlStore(engine).begin() as records:
            assert records.unanswered() == [Unanswered("old?", 3, datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC))]
        with engine.begin() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        engine.dispose()


def _first_version(path: Path) -> None:
    """A database as the first version of the program left it."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript("""
            CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
            INSERT INTO alembic_version VALUES ('0001');
            CREATE TABLE contexts (platform VARCHAR(20) NOT NULL, tenant VARCHAR(200) NOT NULL,
              channel VARCHAR(300) NOT NULL, user VARCHAR(200) NOT NULL, context JSON NOT NULL,
              touched_at DATETIME NOT NULL, PRIMARY KEY (platform, tenant, channel, user));
            CREATE INDEX contexts_by_age ON contexts (touched_at);
            CREATE TABLE unanswered (key VARCHAR(64) NOT NULL PRIMARY KEY, text TEXT NOT NULL,
              times INTEGER NOT NULL, last_asked_at DATETIME NOT NULL);
            CREATE INDEX unanswered_by_age ON unanswered (last_asked_at);
            CREATE TABLE verdicts (topic VARCHAR(100) NOT NULL PRIMARY KEY, helped INTEGER NOT NULL,
              did_not_help INTEGER NOT NULL);
            INSERT INTO unanswered VALUES ('k', 'old?', 3, '2026-01-02 03:04:05.000006');
        """)


_words = st.text(max_size=20)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """A store that a property's examples write to one after the other."""
    engine = opened(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'compactbot.db'}")
    yield SqlStore(engine)
    engine.dispose()


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
