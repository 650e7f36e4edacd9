"""Contents that somebody had who was erased: their address in a browser is to show nothing if nobody else had them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; nobody who was erased before had a mail with such an address."""
    op.add_column("issue_contents", sa.Column("was_erased", sa.Boolean(), server_default=sa.false(), nullable=False))
