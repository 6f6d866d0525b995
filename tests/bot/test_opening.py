"""Opening a database: what it is told where it cannot be used, and its tables brought up to date."""

import asyncio
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.doctor import examined
from bot.settings import Settings
from bot.store import opening, schema
from bot.store.opening import StoreError, ahead, answers, opened
from bot.store.sql import SqlStore
from handlers.ports import Unanswered, Verdicts
from tests.bot.databases import PASSWORD, USER, PostgreSQL
from tests.clock import FRIDAY
from tests.talking import conversation
from tests.waiting import PATIENCE

ANN = conversation("ann")
_FIRST_VERSION = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0001');
CREATE TABLE contexts (platform VARCHAR(20) NOT NULL, tenant VARCHAR(200) NOT NULL,
  channel VARCHAR(300) NOT NULL, "user" VARCHAR(200) NOT NULL, context JSON NOT NULL,
  touched_at DATETIME NOT NULL, PRIMARY KEY (platform, tenant, channel, "user"));
CREATE INDEX contexts_by_age ON contexts (touched_at);
CREATE TABLE unanswered (key VARCHAR(64) NOT NULL PRIMARY KEY, text TEXT NOT NULL,
  times INTEGER NOT NULL, last_asked_at DATETIME NOT NULL);
CREATE INDEX unanswered_by_age ON unanswered (last_asked_at);
CREATE TABLE verdicts (topic VARCHAR(100) NOT NULL PRIMARY KEY, helped INTEGER NOT NULL,
  did_not_help INTEGER NOT NULL);
INSERT INTO unanswered VALUES ('k', 'old?', 3, '2026-01-02 03:04:05.000006');
"""


@pytest.mark.usefixtures("both")
class TestOpening:
    def test_what_was_kept_is_there_when_it_is_opened_again(self, database_url: str) -> None:
        for times in (1, 2):
            engine = opened(database_url)
            with SqlStore(engine).begin() as records:
                records.note_verdict("again", helped=True)
                assert records.verdicts() == [Verdicts("again", times, 0)]
            engine.dispose()

    def test_it_answers(self, engine: Engine) -> None:
        assert answers(engine)

    def test_several_programs_may_open_a_fresh_database_at_once(self, database_url: str) -> None:
        together = Barrier(4)

        def open_and_write(_: int) -> None:
            together.wait(timeout=PATIENCE)
            engine = opened(database_url)
            with SqlStore(engine).begin() as records:
                records.note_verdict("both", helped=True)
            engine.dispose()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(open_and_write, range(4)))
        engine = opened(database_url)
        with SqlStore(engine).begin() as records:
            assert records.verdicts() == [Verdicts("both", 4, 0)]
        engine.dispose()

    def test_a_database_of_a_later_version_is_told(self, database_url: str, engine: Engine) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreError, match="made by a later version of compactbot"):
            opened(database_url)

    def test_a_database_that_stopped_working_raises_what_the_turn_can_catch(self, engine: Engine) -> None:
        """And what people wrote is not in it."""
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE unanswered")
        with pytest.raises(DBAPIError) as raised, SqlStore(engine).begin() as records:
            records.note_unanswered("my funder is cutting Quillby off", FRIDAY)
        assert "funder" not in str(raised.value)


@pytest.mark.usefixtures("both")
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
        self, database_url: str, bare: Callable[[str], None]
    ) -> None:
        bare(_FIRST_VERSION)
        engine = opened(database_url)
        with SqlStore(engine).begin() as records:
            assert records.unanswered() == [Unanswered("old?", 3, datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC))]
        with engine.begin() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        engine.dispose()


@pytest.fixture
def bare(database_url: str) -> Callable[[str], None]:
    """Runs statements in a database that the program has not opened yet."""

    def run(statements: str) -> None:
        if database_url.startswith("sqlite"):
            with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as database, database:
                database.executescript(statements)
        else:
            with psycopg.connect(database_url) as connection:
                connection.execute(statements.replace("DATETIME", "TIMESTAMP").encode())

    return run


class TestSQLite:
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

    def test_it_leaves_the_drivers_of_other_databases_alone(self, database_url: str) -> None:
        """As loading one takes a while."""
        opens = f"import sys; from bot.store.opening import opened; opened({database_url!r}); print('psycopg' in sys.modules)"
        ran = subprocess.run([sys.executable, "-c", opens], capture_output=True, text=True, check=True)
        assert ran.stdout == "False\n"


class TestPostgreSQL:
    @pytest.fixture
    def place(self, postgresql: PostgreSQL) -> Iterator[str]:
        """A fresh database."""
        with postgresql.database() as url:
            yield url

    @pytest.fixture
    def told(self) -> Callable[[str], str]:
        """What is said of a database that cannot be used."""

        def hear(url: str) -> str:
            with pytest.raises(StoreError) as raised:
                opened(url)
            assert PASSWORD not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__cause__}"
            return str(raised.value)

        return hear

    def test_a_wrong_password_is_told_without_it(self, place: str, told: Callable[[str], str]) -> None:
        said = told(place.replace(PASSWORD, f"not-{PASSWORD}"))
        assert said.startswith(f"The database postgresql://{USER}:***@/test")
        assert said.endswith(f'password authentication failed for user "{USER}".')

    def test_a_password_among_the_options_is_not_told_either(self, place: str, told: Callable[[str], str]) -> None:
        url = f"{place.replace(f':{PASSWORD}', '')}&password=not-{PASSWORD}"
        assert told(url).endswith(f'password authentication failed for user "{USER}".')

    def test_a_database_that_does_not_exist_is_told(self, postgresql: PostgreSQL, told: Callable[[str], str]) -> None:
        assert told(postgresql.url("nowhere")).endswith('database "nowhere" does not exist.')

    @pytest.mark.parametrize("host", ["@127.0.0.1:1/ours", "@/ours?host=/nowhere", "@nowhere.invalid/ours"])
    def test_a_server_that_is_away_is_told_at_once(self, host: str, told: Callable[[str], str]) -> None:
        said = told(f"postgresql://{USER}:{PASSWORD}{host}")
        assert said.startswith(f"The database postgresql://{USER}:***{host.partition('?')[0]} cannot be used: ")

    def test_a_server_that_does_not_speak_is_told_in_seconds(self, told: Callable[[str], str]) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as silent:
            port = silent.getsockname()[1]
            said = told(f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}/ours?connect_timeout=2")
        assert said.endswith("timeout expired.")

    def test_a_place_where_no_tables_may_be_made_is_told(
        self, place: str, postgresql: PostgreSQL, told: Callable[[str], str]
    ) -> None:
        postgresql.run(f"ALTER DATABASE {make_url(place).database} OWNER TO postgres")
        assert told(place).endswith("cannot be used: permission denied for schema public.")

    def test_a_database_that_cannot_keep_every_character_is_told(
        self, postgresql: PostgreSQL, told: Callable[[str], str]
    ) -> None:
        with postgresql.database("TEMPLATE template0 ENCODING 'SQL_ASCII'") as url:
            assert told(url).endswith("it keeps text as SQL_ASCII; please make one with ENCODING 'UTF8'.")

    def test_nothing_is_waited_for_longer_than_ten_seconds(self, place: str) -> None:
        engine = opened(place)
        with engine.begin() as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "10s"
            assert connection.execute(text("SHOW transaction_isolation")).scalar() == "read committed"
        engine.dispose()

    def test_it_goes_on_when_the_server_was_away(self, place: str, postgresql: PostgreSQL) -> None:
        engine, name = opened(place), make_url(place).database
        postgresql.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgresql.hang_up(place)
        with pytest.raises(OperationalError) as raised:
            answers(engine)
        assert PASSWORD not in f"{raised.value} {raised.value!r}"
        postgresql.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert answers(engine)
        engine.dispose()

    def test_a_server_that_was_started_again_meanwhile_is_not_noticed(self, place: str, postgresql: PostgreSQL) -> None:
        engine = opened(place)
        postgresql.hang_up(place)
        assert answers(engine)
        engine.dispose()

    def test_a_turn_whose_connection_broke_leaves_nothing_behind(self, place: str, postgresql: PostgreSQL) -> None:
        engine = opened(place)

        def speak() -> None:
            with SqlStore(engine).begin(of=ANN.person) as records:
                records.note_verdict("lost", helped=True)
                postgresql.hang_up(place)
                records.note_verdict("lost", helped=True)

        with pytest.raises(OperationalError):
            speak()
        with SqlStore(engine).begin(of=ANN.person) as records:
            assert records.verdicts() == []
        engine.dispose()

    def test_it_goes_on_when_a_newer_version_changes_a_table(self, place: str) -> None:
        """Though it has read from the table often."""
        engine = opened(place)

        def read() -> list[str]:
            with SqlStore(engine).begin() as records:
                return [each.text for each in records.unanswered()]

        assert [read() for _ in range(10)] == [[]] * 10
        with psycopg.connect(place) as newer:
            newer.execute("ALTER TABLE unanswered ALTER COLUMN text TYPE varchar(100000)")
        assert read() == []
        engine.dispose()

    @pytest.mark.parametrize("password", [PASSWORD, f"not-{PASSWORD}"])
    def test_the_doctor_does_not_tell_the_password(self, place: str, tmp_path: Path, password: str) -> None:
        url = f"{place.replace(PASSWORD, password)}&sslpassword={PASSWORD}"
        settings = Settings(database_url=url, knowledge_path=tmp_path, knowledge_shipped=False, cache_dir=None)
        findings = asyncio.run(examined(settings))
        [database] = [each for each in findings if each.name == "Database"]
        assert database.passed is (password == PASSWORD)
        assert f"postgresql://{USER}:***@/{make_url(place).database}" in database.note
        assert PASSWORD not in database.note

    def test_the_old_name_of_the_scheme_will_do(self, place: str) -> None:
        engine = opened(place.replace("postgresql://", "postgres://"))
        assert answers(engine)
        engine.dispose()


@pytest.mark.usefixtures("both")
def test_a_clock_that_differs_from_the_databases_is_told(engine: Engine) -> None:
    """A file has no clock of its own, so that there is nothing to differ from."""
    apart = ahead(engine, datetime.now(UTC) + timedelta(minutes=5))
    expected = timedelta(minutes=5) if engine.dialect.name == "postgresql" else timedelta()
    assert abs(apart - expected) < timedelta(seconds=5)
