"""Editors' words for rates, days for which a bank had no sheet, and a way to one currency's history."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what accepting a rate and filling gaps need to remember; nothing that is there changes."""
    op.create_table(
        "rate_acceptances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("local", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("nominal", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(accepted_by) > 0", name=op.f("ck_rate_acceptances_accepted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_acceptances")),
        sa.UniqueConstraint(
            "bank",
            "effective_on",
            "local",
            "currency",
            "nominal",
            "value",
            name=op.f("uq_rate_acceptances_row"),
        ),
    )
    op.create_table(
        "rate_days",
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bank", "day", name=op.f("pk_rate_days")),
    )
    op.create_index(op.f("ix_rates_bank_currency_local"), "rates", ["bank", "currency", "local"])
