"""Who has been welcomed is known by the posts that welcomed them."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop what nobody asks any more."""
    op.drop_table("greeted")
