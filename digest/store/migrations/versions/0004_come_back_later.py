"""Readers whose mail server asked to come back later: until when they are left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant before which a planned delivery is not claimed; nothing that is there changes."""
    op.add_column("deliveries", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
