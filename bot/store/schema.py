"""The tables. Change them only together with a migration; a test holds the two alike."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Index, Integer, MetaData, String, Table, Text, TypeDecorator

HEAD = "0002"
metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment in time, kept as UTC; it goes in and comes out with its time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002 - the base's signature
        """UTC without a zone, as both databases order it well."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """The moment in UTC."""
        return value.replace(tzinfo=UTC) if value else None


contexts = Table(
    "contexts",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("tenant", String(200), primary_key=True),
    Column("channel", String(300), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("context", JSON, nullable=False),
    Column("touched_at", Moment, nullable=False),
    Index("contexts_by_age", "touched_at"),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("last_asked_at", Moment, nullable=False),
    Index("unanswered_by_age", "last_asked_at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("helped", Integer, nullable=False),
    Column("did_not_help", Integer, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("payload", JSON),
    Column("received_at", Moment, nullable=False),
    Column("held_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Moment),
    Index("inbox_by_age", "received_at"),
)

greeted = Table(
    "greeted",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("tenant", String(200), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("greeted_at", Moment, nullable=False),
)
