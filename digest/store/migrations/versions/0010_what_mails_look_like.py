"""What readers want their mails to look like: in which look, and whether as text alone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both choices; whoever is there goes on getting mails as the newsroom sends them."""
    op.add_column("subscriptions", sa.Column("look", sa.Text(), server_default="", nullable=False))
    op.add_column("subscriptions", sa.Column("text_only", sa.Boolean(), server_default=sa.false(), nullable=False))
