"""The tables. Change them only together with a migration; a test holds the two alike."""

import json
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
)

from handlers.conversation import Person, Platform

HEAD = "0006"
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


class Line(TypeDecorator[str]):
    """Text of a bounded length, in characters, kept as `keepable` leaves it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - as above
        """What can be kept of it."""
        return keepable(value) if value else value


class Words(TypeDecorator[str]):
    """Text of any length, kept as `keepable` leaves it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - as above
        """What can be kept of it."""
        return keepable(value) if value else value


class Who(TypeDecorator[Person]):
    """A person, in one column: their platform, tenant and user."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Person | None, dialect: Dialect) -> Any:  # noqa: ARG002 - as above
        """The same text for the same person; JSON escapes what a database cannot keep."""
        return json.dumps(astuple(value)) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> Person | None:  # noqa: ARG002 - as above
        """The person again."""
        if value is None:
            return None
        platform, tenant, user = json.loads(value)
        return Person(Platform(platform), tenant, user)


def keepable(text: str) -> str:
    """What every database can keep: no NUL, which PostgreSQL refuses, and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


contexts = Table(
    "contexts",
    metadata,
    Column("platform", Line(20), primary_key=True),
    Column("tenant", Line(200), primary_key=True),
    Column("channel", Line(300), primary_key=True),
    Column("user", Line(200), primary_key=True),
    Column("context", JSON, nullable=False),
    Column("touched_at", Moment, nullable=False),
    Index("contexts_by_age", "touched_at"),
)

unanswered = Table(
    "unanswered",
    metadata,
    Column("key", Line(64), primary_key=True),
    Column("text", Words, nullable=False),
    Column("times", Integer, nullable=False),
    Column("last_asked_at", Moment, nullable=False),
    Index("unanswered_by_age", "last_asked_at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("topic", Line(100), primary_key=True),
    Column("helped", Integer, nullable=False),
    Column("did_not_help", Integer, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("platform", Line(20), primary_key=True),
    Column("key", Line(200), primary_key=True),
    Column("payload", JSON),
    Column("received_at", Moment, nullable=False),
    Column("held_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Moment),
    Index("inbox_by_age", "received_at"),
)

places = Table(
    "places",
    metadata,
    Column("platform", Line(20), primary_key=True),
    Column("tenant", Line(200), primary_key=True),
    Column("kind", Line(10), primary_key=True),
    Column("id", Line(300), primary_key=True),
    Column("reference", JSON, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("conversation", Line(300), primary_key=True),
    Column("message", Line(200), primary_key=True),
    Column("card", JSON, nullable=False),
    Column("more", Words, nullable=False),
    Column("picked", JSON, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Index("cards_by_age", "sent_at"),
)

# The tables of concerns have the fields of `Draft`, `Case` and `CaseEvent` as their columns.
drafts = Table(
    "drafts",
    metadata,
    Column("person", Who, primary_key=True),
    Column("id", Line(100), nullable=False),
    Column("state", JSON, nullable=False),
    Column("started", Moment, nullable=False),
    Column("touched", Moment, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("ask_again", Moment),
    Column("reviewed", Words, nullable=False),
    Column("warned", Boolean, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("reference", Line(20), primary_key=True),
    Column("draft", Line(100), nullable=False, unique=True),
    Column("compact", Line(100), nullable=False),
    Column("raiser", Who, nullable=False),
    Column("raiser_name", Words, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("commitments", JSON, nullable=False),
    Column("knowledge", Line(100), nullable=False),
    Column("filed", Moment, nullable=False),
    Column("stage", Line(100), nullable=False),
    Column("stage_since", Moment, nullable=False),
    Column("acknowledged", Moment),
    Column("acknowledged_by", Words, nullable=False),
    Column("owner", Who),
    Column("owner_name", Words, nullable=False),
    Column("asked", Boolean, nullable=False),
    Column("card", Line(200), nullable=False),
    Column("closed", Moment),
    Column("outcome", Line(20)),
    Column("version", Integer, nullable=False),
    Column("stripped", Boolean, nullable=False),
    Index("cases_by_raiser", "raiser"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("reference", Line(20), ForeignKey("cases.reference"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", Line(20), nullable=False),
    Column("by", Who),
    Column("name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("detail", JSON, nullable=False),
    Index("case_events_by_case", "reference"),
)

rooms = Table(
    "rooms",
    metadata,
    Column("purpose", Line(20), primary_key=True),
    Column("subject", Line(100), primary_key=True),
    Column("platform", Line(20), primary_key=True),
    Column("tenant", Line(200), primary_key=True),
    Column("channel", Line(300), primary_key=True),
    Column("private", Boolean, nullable=False),
    Column("appointed_by", Who, nullable=False),
    Column("appointed_at", Moment, nullable=False),
)

# A forum is known by its series and the day that its rule gives. `rescheduled`: see `handlers.forums.records.Changed`.
forum_changes = Table(
    "forum_changes",
    metadata,
    Column("series", Line(100), primary_key=True),
    Column("forum", Date, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Who),
    Column("name", Words, nullable=False),
    Column("day", Date),
    Column("hour", Time),
    Column("cancelled", Boolean, nullable=False),
    Column("place", Words),
    Column("link", Words),
    Column("agenda", JSON, nullable=False),
    Column("reason", Words, nullable=False),
    Column("rescheduled", Moment),
)

forum_reminders = Table(
    "forum_reminders",
    metadata,
    Column("series", Line(100), primary_key=True),
    Column("reminder", Line(60), primary_key=True),
    Column("since", Moment, nullable=False),
)

forum_notices = Table(
    "forum_notices",
    metadata,
    Column("post", Line(300), primary_key=True),
    Column("series", Line(100), nullable=False),
    Column("forum", Date, nullable=False),
    Column("what", Line(60), nullable=False),
    Column("platform", Line(20), nullable=False),
    Column("tenant", Line(200), nullable=False),
    Column("channel", Line(300), nullable=False),
    Column("at", Moment, nullable=False),
    Column("became", Line(20), nullable=False),
    Column("public", Boolean, nullable=False),
    Index("forum_notices_by_forum", "series", "forum"),
    Index("forum_notices_by_moment", "at"),
)

forum_answers = Table(
    "forum_answers",
    metadata,
    Column("series", Line(100), primary_key=True),
    Column("forum", Date, primary_key=True),
    Column("person", Who, primary_key=True),
    Column("name", Words, nullable=False),
    Column("answer", Line(20), nullable=False),
    Column("at", Moment, nullable=False),
)

forum_suggestions = Table(
    "forum_suggestions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("series", Line(100), nullable=False),
    Column("forum", Date, nullable=False),
    Column("person", Who, nullable=False),
    Column("name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("forum_suggestions_by_forum", "series", "forum"),
)

# What waits to be sent has no `done_at`; the others have an `outcome`. `content` is a reply as JSON, until it is forgotten.
outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Line(300), nullable=False, unique=True),
    Column("platform", Line(20), nullable=False),
    Column("tenant", Line(200), nullable=False),
    Column("kind", Line(10), nullable=False),
    Column("recipient", Line(300), nullable=False),
    Column("thread", Line(200), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("content", Words),
    Column("replaces", Line(300)),
    Column("due_at", Moment, nullable=False),
    Column("held_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("first_tried_at", Moment),
    Column("done_at", Moment),
    Column("outcome", Line(10)),
    Column("message_id", Line(300)),
    Column("failure", Words),
    Index("outbox_by_end", "done_at"),
    Index("outbox_by_recipient", "recipient", "done_at"),
    Index("outbox_by_replaced", "replaces"),
)
