"""Opens the database, and brings its tables up to date."""

import os
import sqlite3
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.dialect import wait_for
from bot.store.schema import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT_FOR_LOCK = 10.0
_LOOK_AGAIN_AFTER = 0.05
_MOST_CONNECTIONS = 10
# The count of rows after an insert, too, which only SQLite's driver keeps of itself; and no values in errors, as they are
# people's words.
_ANYWHERE: dict[str, Any] = {"execution_options": {"preserve_rowcount": True}, "hide_parameters": True}
# Of libpq, in seconds but for the last: a server that is gone without a word is noticed within a minute, not in hours.
_CONNECTING = {
    "client_encoding": "utf8",
    "connect_timeout": "5",
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
# A replica that is gone without a word lets go of its locks, too.
_SESSION = f"SET lock_timeout = '{_WAIT_FOR_LOCK:.0f}s'; SET idle_in_transaction_session_timeout = '60s'"


class StoreError(Exception):
    """The database cannot be used; the text says which and why, for the operator."""


def opened(url: str) -> Engine:
    """The database at `url`, sqlite:///… or postgresql://…, with its tables up to date.

    Raises StoreError where that is not possible.
    """
    place = make_url(url)
    try:
        return _migrated(_sqlite(place) if place.get_backend_name() == "sqlite" else _postgresql(place))
    except (SQLAlchemyError, OSError, ValueError) as error:
        raise StoreError(f"The database {_named(place)} cannot be used: {_reason(error)}.") from error


def answers(engine: Engine) -> bool:
    """Whether the database answers; raises SQLAlchemyError where it cannot be asked."""
    with engine.begin() as connection:
        return connection.execute(text("SELECT 1")).scalar() == 1


def ahead(engine: Engine, now: datetime) -> timedelta:
    """How far this machine's clock is ahead of the database's; nothing for a file, which has no clock of its own.

    Who works on what is agreed by the clocks of all processes on one database: they should differ by seconds at most.
    """
    if engine.dialect.name == "sqlite":
        return timedelta()
    with engine.begin() as connection:
        theirs: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now - theirs


def _named(place: URL) -> str:
    """Which database it is, for people to read: without its password, and without options, which may hold others."""
    if place.get_backend_name() == "sqlite":
        return place.database or ""
    return place.set(query={}).render_as_string(hide_password=True)


def _reason(error: Exception) -> str:
    """Why, in one line. Of what PostgreSQL says only the headline, as the details may hold what people wrote."""
    cause = getattr(error, "orig", None) or error
    headline = getattr(getattr(cause, "diag", None), "message_primary", None)
    return " ".join(str(headline or getattr(cause, "strerror", None) or cause).split()).rstrip(".?")


def _migrated(engine: Engine) -> Engine:
    try:
        with engine.begin() as connection:
            wait_for(connection, "migrations")
            _migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _postgresql(place: URL) -> Engine:
    psycopg = place.set(drivername="postgresql+psycopg", query=_CONNECTING | dict(place.query))
    pool: dict[str, Any] = {"pool_size": _MOST_CONNECTIONS, "max_overflow": 0, "pool_timeout": _WAIT_FOR_LOCK}
    # No statement is prepared on the server: it would break when a newer replica changes its table, and behind poolers.
    how: dict[str, Any] = {"isolation_level": "READ COMMITTED", "connect_args": {"prepare_threshold": None}}
    engine = create_engine(psycopg, pool_pre_ping=True, **how, **pool, **_ANYWHERE)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _: object) -> None:
    kept_as = connection.info.parameter_status("server_encoding")
    if kept_as != "UTF8":
        raise ValueError(f"it keeps text as {kept_as}; please make one with ENCODING 'UTF8'")
    connection.execute(_SESSION)
    connection.commit()


def _sqlite(place: URL) -> Engine:
    _make_private(Path(place.database or ""))
    # One connection, as every transaction takes the lock: its queue wakes who is next; SQLite's own waiters sleep.
    one: dict[str, Any] = {"pool_size": 1, "max_overflow": 0, "pool_timeout": _WAIT_FOR_LOCK}
    engine = create_engine(place, connect_args={"timeout": _WAIT_FOR_LOCK}, **one, **_ANYWHERE)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _take_the_lock)
    return engine


def _make_private(file: Path) -> None:
    """What people ask is theirs: only the owner of the process may read a new database file."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own transactions begin too late to keep two writers apart: we begin them ourselves, below.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        _set(connection, pragma)


def _set(connection: Any, pragma: str) -> None:
    """Set a pragma. SQLite does not wait for others when it starts its log, so we do."""
    deadline = time.monotonic() + _WAIT_FOR_LOCK
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_AGAIN_AFTER)
        else:
            return


def _take_the_lock(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    if _revision(connection) == HEAD:
        return
    # Imported here: Alembic takes half a second to load, and is needed once a release.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError("The database was made by a later version of compactbot. Please use that version.") from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
