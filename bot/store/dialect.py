"""What SQLite and PostgreSQL say differently."""

import hashlib
import json

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


def insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can be told what to do on conflict; `dialect` is an engine's or a connection's `dialect.name`."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def wait_for(connection: Connection, *name: str) -> None:
    """Wait until no other transaction has waited for the same name, in whatever process; held until the end of this one.

    SQLite lets one transaction in at a time, so that there is nothing to wait for.
    """
    if connection.dialect.name == "postgresql":
        digest = hashlib.blake2b(json.dumps(name).encode(), digest_size=8).digest()
        connection.execute(_LOCK, {"key": int.from_bytes(digest, "big", signed=True)})
