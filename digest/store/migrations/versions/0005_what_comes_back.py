"""What comes back after a yes: events of providers, stops and corrections; and reasons that only providers know."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: Why an address must not be mailed, as of this revision.
REASONS = "reason IN ('bounced', 'complained', 'erased', 'by-hand', 'unsubscribed', 'invalid')"


def upgrade() -> None:
    """Add what feedback, stopping and correcting need to remember; nothing that is there changes its meaning."""
    op.add_column("newsletters", sa.Column("sending", sa.Text(), nullable=True))
    op.add_column("issues", sa.Column("corrects", sa.Text(), nullable=True))
    op.add_column("issues", sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("complained_at", sa.DateTime(timezone=True), nullable=True))
    bounced = sa.text("bounced_at IS NOT NULL")
    op.create_index(
        "ix_deliveries_bounced", "deliveries", ["issue"], sqlite_where=bounced, postgresql_where=bounced
    )  # counted again and again while an issue is sent
    op.create_table(
        "issue_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("stopped_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_by", sa.Text(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_issue_stops_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_stops")),
    )
    op.create_index(op.f("ix_issue_stops_issue"), "issue_stops", ["issue"])
    op.create_table(
        "settlements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('accepted', 'planned')", name=op.f("ck_settlements_verdict")),
        sa.CheckConstraint("settled_by IN ('evidence', 'policy', 'person')", name=op.f("ck_settlements_settled_by")),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_settlements_issue")),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_settlements_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
    )
    op.create_index(op.f("ix_settlements_issue"), "settlements", ["issue"])
    op.create_index(op.f("ix_settlements_delivery"), "settlements", ["delivery"])
    op.create_table(
        "preflight_waivers",
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(said_by) > 0 AND length(why) > 0", name=op.f("ck_preflight_waivers_said")),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_preflight_waivers_issue")),
        sa.PrimaryKeyConstraint("issue", "name", name=op.f("pk_preflight_waivers")),
    )
    op.create_table(
        "link_looks",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("leads_to", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_link_looks")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("natural_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_feedback_natural_key")),
        sa.UniqueConstraint("source", "event_id", name=op.f("uq_feedback_source_event_id")),
    )
    op.create_index(op.f("ix_feedback_delivery"), "feedback", ["delivery"])
    op.create_index(op.f("ix_feedback_identity"), "feedback", ["identity"])
    op.create_table(
        "provider_suppressions",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "identity", name=op.f("pk_provider_suppressions")),
    )
    with op.batch_alter_table("suppressions") as suppressions:  # SQLite copies a table to change a constraint
        suppressions.drop_constraint(op.f("ck_suppressions_reason"), type_="check")
        suppressions.create_check_constraint(op.f("ck_suppressions_reason"), REASONS)
