"""Opens the database, and brings its tables up to date."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.schema import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT_FOR_LOCK = 10.0
_LOOK_AGAIN_AFTER = 0.05


class StoreError(Exception):
    """The database cannot be used; the text says which and why, for the operator."""


def opened(url: str) -> Engine:
    """The database at `url`, with its tables up to date. Raises StoreError where that is not possible."""
    file = make_url(url).database or ""
    try:
        _make_private(Path(file))
        # One connection, as every transaction takes the lock: its queue wakes who is next; SQLite's own waiters sleep.
        one = {"pool_size": 1, "max_overflow": 0, "pool_timeout": _WAIT_FOR_LOCK}
        engine = create_engine(url, connect_args={"timeout": _WAIT_FOR_LOCK}, **one)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _take_the_lock)
        return _migrated(engine)
    except (SQLAlchemyError, OSError, ValueError) as error:
        reason = getattr(error, "orig", None) or getattr(error, "strerror", None) or error
        raise StoreError(f"The database {file} cannot be used: {reason}.") from error


def answers(engine: Engine) -> bool:
    """Whether the database answers; raises SQLAlchemyError where it cannot be asked."""
    with engine.begin() as connection:
        return connection.execute(text("SELECT 1")).scalar() == 1


def _migrated(engine: Engine) -> Engine:
    try:
        with engine.begin() as connection:
            _migrate(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _make_private(file: Path) -> None:
    """What people ask is theirs: only the owner of the process may read a new database file."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


def _prepare(connection: Any, _: object) -> None:
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
