"""Changes of forums, what was said about them, and who comes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "forum_changes",
        sa.Column("series", sa.String(100), primary_key=True),
        sa.Column("forum", sa.Date, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("hour", sa.Time),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("link", sa.Text),
        sa.Column("agenda", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("rescheduled", sa.DateTime),
    )
    op.create_table(
        "forum_reminders",
        sa.Column("series", sa.String(100), primary_key=True),
        sa.Column("reminder", sa.String(60), primary_key=True),
        sa.Column("since", sa.DateTime, nullable=False),
    )
    op.create_table(
        "forum_notices",
        sa.Column("post", sa.String(300), primary_key=True),
        sa.Column("series", sa.String(100), nullable=False),
        sa.Column("forum", sa.Date, nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(300), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("became", sa.String(20), nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
    )
    op.create_index("forum_notices_by_forum", "forum_notices", ["series", "forum"])
    op.create_index("forum_notices_by_moment", "forum_notices", ["at"])
    _attending()


def _attending() -> None:
    op.create_table(
        "forum_answers",
        sa.Column("series", sa.String(100), primary_key=True),
        sa.Column("forum", sa.Date, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "forum_suggestions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("series", sa.String(100), nullable=False),
        sa.Column("forum", sa.Date, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("forum_suggestions_by_forum", "forum_suggestions", ["series", "forum"])
