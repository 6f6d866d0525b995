"""Concerns, the rooms they go to, and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _concerns()
    op.create_table(
        "rooms",
        sa.Column("purpose", sa.String(20), primary_key=True),
        sa.Column("subject", sa.String(100), primary_key=True),
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("tenant", sa.String(200), primary_key=True),
        sa.Column("channel", sa.String(300), primary_key=True),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("appointed_by", sa.Text, nullable=False),
        sa.Column("appointed_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(300), nullable=False, unique=True),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("recipient", sa.String(300), nullable=False),
        sa.Column("thread", sa.String(200), nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("replaces", sa.String(300)),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("held_until", sa.DateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_tried_at", sa.DateTime),
        sa.Column("done_at", sa.DateTime),
        sa.Column("outcome", sa.String(10)),
        sa.Column("message_id", sa.String(300)),
        sa.Column("failure", sa.Text),
    )
    op.create_index("outbox_by_end", "outbox", ["done_at"])
    op.create_index("outbox_by_recipient", "outbox", ["recipient", "done_at"])
    op.create_index("outbox_by_replaced", "outbox", ["replaces"])


def _concerns() -> None:
    op.create_table(
        "drafts",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("touched", sa.DateTime, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("ask_again", sa.DateTime),
        sa.Column("reviewed", sa.Text, nullable=False),
        sa.Column("warned", sa.Boolean, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("reference", sa.String(20), primary_key=True),
        sa.Column("draft", sa.String(100), nullable=False, unique=True),
        sa.Column("compact", sa.String(100), nullable=False),
        sa.Column("raiser", sa.Text, nullable=False),
        sa.Column("raiser_name", sa.Text, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("commitments", sa.JSON, nullable=False),
        sa.Column("knowledge", sa.String(100), nullable=False),
        sa.Column("filed", sa.DateTime, nullable=False),
        sa.Column("stage", sa.String(100), nullable=False),
        sa.Column("stage_since", sa.DateTime, nullable=False),
        sa.Column("acknowledged", sa.DateTime),
        sa.Column("acknowledged_by", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("owner_name", sa.Text, nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("card", sa.String(200), nullable=False),
        sa.Column("closed", sa.DateTime),
        sa.Column("outcome", sa.String(20)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("stripped", sa.Boolean, nullable=False),
    )
    op.create_index("cases_by_raiser", "cases", ["raiser"])
    op.create_table(
        "case_events",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(20), sa.ForeignKey("cases.reference"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_index("case_events_by_case", "case_events", ["reference"])
