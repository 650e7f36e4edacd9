"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first version, and the empty shelf."""
    op.create_table(
        "articles",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "precision IN ('instant', 'day', 'relative', 'unknown')", name=op.f("ck_articles_precision")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_articles")),
        sa.UniqueConstraint("key", name=op.f("uq_articles_key")),
    )
    op.create_table(
        "fetches",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_fetches")),
    )
    op.create_table(
        "lists",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lists")),
    )
    op.create_table(
        "outlets",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_outlets")),
    )
    op.create_table(
        "rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("local", sa.Text(), nullable=False),
        sa.Column("nominal", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=True),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("nominal > 0", name=op.f("ck_rates_nominal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rates")),
    )
    op.create_index(op.f("ix_rates_bank_effective_on"), "rates", ["bank", "effective_on"], unique=False)
    op.create_table(
        "shelf",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint("height >= 0", name=op.f("ck_shelf_height")),
        sa.CheckConstraint("id = 1", name=op.f("ck_shelf_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf")),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("identity", name=op.f("uq_subscribers_identity")),
    )
    op.create_table(
        "suppressions",
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('bounced', 'complained', 'erased', 'by-hand')", name=op.f("ck_suppressions_reason")
        ),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "article_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.position"], name=op.f("fk_article_revisions_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_revisions")),
    )
    op.create_index(op.f("ix_article_revisions_article"), "article_revisions", ["article"], unique=False)
    op.create_table(
        "article_traits",
        sa.Column("trait", sa.Text(), nullable=False),
        sa.Column("article", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.position"], name=op.f("fk_article_traits_article")),
        sa.PrimaryKeyConstraint("trait", "article", name=op.f("pk_article_traits")),
    )
    op.create_table(
        "journalists",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("avatar_url", sa.Text(), nullable=True),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["journalists.id"], name=op.f("fk_journalists_merged_into")),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.slug"], name=op.f("fk_journalists_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journalists")),
    )
    op.create_table(
        "newsletters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["list"], ["lists.name"], name=op.f("fk_newsletters_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletters")),
        sa.UniqueConstraint("list", name=op.f("uq_newsletters_list")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber", sa.Integer(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('active', 'unconfirmed', 'unsubscribed')", name=op.f("ck_subscriptions_state")),
        sa.CheckConstraint("cursor >= 0", name=op.f("ck_subscriptions_cursor")),
        sa.ForeignKeyConstraint(["list"], ["lists.name"], name=op.f("fk_subscriptions_list")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_subscriptions_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("subscriber", "list", name=op.f("uq_subscriptions_subscriber_list")),
        sa.UniqueConstraint("token", name=op.f("uq_subscriptions_token")),
    )
    op.create_index(op.f("ix_subscriptions_list_subscriber"), "subscriptions", ["list", "subscriber"], unique=False)
    op.create_table(
        "bylines",
        sa.Column("article", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journalist", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.position"], name=op.f("fk_bylines_article")),
        sa.ForeignKeyConstraint(["journalist"], ["journalists.id"], name=op.f("fk_bylines_journalist")),
        sa.PrimaryKeyConstraint("article", "journalist", name=op.f("pk_bylines")),
    )
    op.create_index(op.f("ix_bylines_journalist_position"), "bylines", ["journalist", "position"], unique=False)
    op.create_table(
        "follows",
        sa.Column("subscription", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journalist", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["subscription"], ["subscriptions.id"], name=op.f("fk_follows_subscription")),
        sa.PrimaryKeyConstraint("subscription", "journalist", name=op.f("pk_follows")),
    )
    op.create_table(
        "issues",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("newsletter", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("template_revision", sa.Text(), nullable=False),
        sa.Column("rates_fingerprint", sa.Text(), nullable=False),
        sa.Column("composed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("audience", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('awaiting-approval', 'approved', 'sending', 'sent', 'superseded')", name=op.f("ck_issues_state")
        ),
        sa.ForeignKeyConstraint(["list"], ["lists.name"], name=op.f("fk_issues_list")),
        sa.ForeignKeyConstraint(["newsletter"], ["newsletters.id"], name=op.f("fk_issues_newsletter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
        sa.UniqueConstraint("newsletter", "number", name=op.f("uq_issues_newsletter_number")),
    )
    op.create_index(op.f("ix_issues_list"), "issues", ["list"], unique=False)
    op.create_table(
        "newsletter_journalists",
        sa.Column("newsletter", sa.Text(), nullable=False),
        sa.Column("journalist", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["journalist"], ["journalists.id"], name=op.f("fk_newsletter_journalists_journalist")),
        sa.ForeignKeyConstraint(["newsletter"], ["newsletters.id"], name=op.f("fk_newsletter_journalists_newsletter")),
        sa.PrimaryKeyConstraint("newsletter", "journalist", name=op.f("pk_newsletter_journalists")),
    )
    op.create_table(
        "source_health",
        sa.Column("journalist", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("last_tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_count", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_error_name", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('feed', 'wordpress', 'page', 'capture')", name=op.f("ck_source_health_kind")),
        sa.CheckConstraint(
            "state IN ('good', 'suspect', 'failed', 'needs-attention')", name=op.f("ck_source_health_state")
        ),
        sa.CheckConstraint(
            "(consecutive_failures = 0) = (failing_since IS NULL)", name=op.f("ck_source_health_failing")
        ),
        sa.ForeignKeyConstraint(["journalist"], ["journalists.id"], name=op.f("fk_source_health_journalist")),
        sa.PrimaryKeyConstraint("journalist", "kind", "ref", name=op.f("pk_source_health")),
    )
    op.create_table(
        "sources",
        sa.Column("journalist", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('feed', 'wordpress', 'page', 'capture')", name=op.f("ck_sources_kind")),
        sa.ForeignKeyConstraint(["journalist"], ["journalists.id"], name=op.f("fk_sources_journalist")),
        sa.PrimaryKeyConstraint("journalist", "place", name=op.f("pk_sources")),
    )
    op.create_table(
        "issue_contents",
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_issue_contents_issue")),
        sa.PrimaryKeyConstraint("issue", "key", name=op.f("pk_issue_contents")),
    )
    op.create_table(
        "issue_renditions",
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_issue_renditions_issue")),
        sa.PrimaryKeyConstraint("issue", "place", name=op.f("pk_issue_renditions")),
        sa.UniqueConstraint("issue", "locale", "look", name=op.f("uq_issue_renditions_issue_locale_look")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("contents_key", sa.Text(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state <> 'claimed' OR (claimed_by IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_deliveries_claim"),
        ),
        sa.CheckConstraint("state <> 'excluded' OR reason IS NOT NULL", name=op.f("ck_deliveries_named_exclusion")),
        sa.CheckConstraint("state = 'excluded' OR contents_key IS NOT NULL", name=op.f("ck_deliveries_contents")),
        sa.CheckConstraint(
            "state IN ('planned', 'claimed', 'accepted', 'refused', 'uncertain', 'excluded')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.ForeignKeyConstraint(
            ["issue", "contents_key"],
            ["issue_contents.issue", "issue_contents.key"],
            name=op.f("fk_deliveries_issue_contents_key"),
        ),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_deliveries_issue")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscribers.id"], name=op.f("fk_deliveries_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("issue", "subscriber", name=op.f("uq_deliveries_issue_subscriber")),
    )
    op.create_index(
        op.f("ix_deliveries_issue_state_subscriber"), "deliveries", ["issue", "state", "subscriber"], unique=False
    )
    op.execute(sa.text("INSERT INTO shelf (id, height) VALUES (1, 0)"))
