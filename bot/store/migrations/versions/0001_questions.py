"""What conversations are about, questions without an answer, and whether answers helped."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "contexts",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("tenant", sa.String(200), primary_key=True),
        sa.Column("channel", sa.String(300), primary_key=True),
        sa.Column("user", sa.String(200), primary_key=True),
        sa.Column("context", sa.JSON, nullable=False),
        sa.Column("touched_at", sa.DateTime, nullable=False),
    )
    op.create_index("contexts_by_age", "contexts", ["touched_at"])
    op.create_table(
        "unanswered",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("last_asked_at", sa.DateTime, nullable=False),
    )
    op.create_index("unanswered_by_age", "unanswered", ["last_asked_at"])
    op.create_table(
        "verdicts",
        sa.Column("topic", sa.String(100), primary_key=True),
        sa.Column("helped", sa.Integer, nullable=False),
        sa.Column("did_not_help", sa.Integer, nullable=False),
    )
