"""Mails about one thing to one person: the queue of notices, and whom a newsletter's editors are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = "kind IN ('confirm', 'welcome', 'preferences-link', 'ready-for-approval', 'source-failing', 'run-report')"
STATES = "state IN ('planned', 'claimed', 'accepted', 'refused', 'uncertain', 'excluded')"


def upgrade() -> None:
    """Add the queue, and where a newsletter's alerts are kept; nothing that is there changes its meaning."""
    op.add_column("newsletters", sa.Column("alerts", sa.Text(), nullable=True))
    op.create_table(
        "notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("newsletter", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_notices_kind")),
        sa.CheckConstraint(STATES, name=op.f("ck_notices_state")),
        sa.CheckConstraint("state NOT IN ('planned', 'claimed') OR address IS NOT NULL", name=op.f("ck_notices_whom")),
        sa.CheckConstraint("state <> 'excluded' OR reason IS NOT NULL", name=op.f("ck_notices_named_exclusion")),
        sa.CheckConstraint(
            "state <> 'claimed' OR (claimed_by IS NOT NULL AND lease_until IS NOT NULL)", name=op.f("ck_notices_claim")
        ),
        sa.ForeignKeyConstraint(["newsletter"], ["newsletters.id"], name=op.f("fk_notices_newsletter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_state_queued_at"), "notices", ["state", "queued_at"])
    op.create_index(op.f("ix_notices_identity"), "notices", ["identity"])
