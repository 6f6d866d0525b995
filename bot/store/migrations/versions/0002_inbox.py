"""Events from the platforms, and who has been greeted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the inbox."""
    op.create_table(
        "inbox",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("payload", sa.JSON),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("held_until", sa.DateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("done_at", sa.DateTime),
    )
    op.create_index("inbox_by_age", "inbox", ["received_at"])
    op.create_table(
        "greeted",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("tenant", sa.String(200), primary_key=True),
        sa.Column("user", sa.String(200), primary_key=True),
        sa.Column("greeted_at", sa.DateTime, nullable=False),
    )
