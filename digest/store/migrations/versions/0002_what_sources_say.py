"""What sources say beyond words and dates, how pages are to be read, and what sites ask of us."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is known of articles, sources and sites; what is there already says nothing of it yet."""
    op.add_column("articles", sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("articles", sa.Column("section", sa.Text(), nullable=True))
    op.add_column("articles", sa.Column("image_url", sa.Text(), nullable=True))
    op.add_column("articles", sa.Column("marks", sa.Text(), server_default="[]", nullable=False))
    op.add_column("articles", sa.Column("copy_of", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_articles_copy_of"), "articles", ["copy_of"])
    op.add_column("sources", sa.Column("selectors", sa.Text(), nullable=True))
    op.add_column("source_health", sa.Column("reading", sa.Text(), nullable=True))
    op.add_column("source_health", sa.Column("warnings", sa.Text(), server_default="[]", nullable=False))
    op.add_column("fetches", sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fetches", sa.Column("digest", sa.Text(), nullable=True))
    op.create_table(
        "fetch_sites",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("robots_status", sa.Integer(), nullable=True),
        sa.Column("robots_body", sa.LargeBinary(), nullable=True),
        sa.Column("robots_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(robots_at IS NULL) = (robots_status IS NULL)", name=op.f("ck_fetch_sites_robots")),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_fetch_sites")),
    )
