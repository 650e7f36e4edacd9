"""Readers' paces, hours, quiet days and pauses; and when newsletters come out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PACES = "pace IN ('every-issue', 'daily', 'weekly')"
DAYS = "weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')"
#: Said in SQL: so SQLite adds a constraint to a table without copying it, and PostgreSQL understands it, too.
COLUMNS = (
    "pace TEXT DEFAULT 'every-issue' NOT NULL CONSTRAINT ck_subscriptions_pace CHECK (" + PACES + ")",
    "weekday TEXT CONSTRAINT ck_subscriptions_weekday CHECK (" + DAYS + ")",
    "hour INTEGER CONSTRAINT ck_subscriptions_hour CHECK (hour BETWEEN 0 AND 23)",
)


def upgrade() -> None:
    """Add what composing and planning need to know of readers' clocks; whoever is there gets every issue at once."""
    for column in COLUMNS:
        op.execute(f"ALTER TABLE subscriptions ADD COLUMN {column}")
    op.add_column("subscriptions", sa.Column("quiet_days", sa.Text(), server_default="", nullable=False))
    op.add_column("subscriptions", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column("subscriptions", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("newsletters", sa.Column("schedule", sa.Text(), nullable=True))
    by_hour = sa.text("state = 'planned' AND not_before IS NOT NULL AND reason IS NULL")
    op.create_index(
        "ix_deliveries_by_hour",
        "deliveries",
        ["issue", "not_before"],
        sqlite_where=by_hour,
        postgresql_where=by_hour,
    )
