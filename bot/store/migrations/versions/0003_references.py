"""Where people and rooms can be spoken to unasked, and the cards sent there."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "places",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("tenant", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("id", sa.String(300), primary_key=True),
        sa.Column("reference", sa.JSON, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "cards",
        sa.Column("conversation", sa.String(300), primary_key=True),
        sa.Column("message", sa.String(200), primary_key=True),
        sa.Column("card", sa.JSON, nullable=False),
        sa.Column("more", sa.Text, nullable=False),
        sa.Column("picked", sa.JSON, nullable=False),
        sa.Column("sent_at", sa.DateTime, nullable=False),
    )
    op.create_index("cards_by_age", "cards", ["sent_at"])
