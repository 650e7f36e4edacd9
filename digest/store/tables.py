"""The tables. One row is one fact, instants are UTC, states are held by CHECK constraints.

A change here needs a migration in ``migrations/versions`` and a new ``REVISION``; a test compares the three.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.collect.article import Precision
from digest.collect.checkup import HealthState
from digest.collect.journalist import FOLLOWED_KINDS
from digest.compose.issue import IssueState
from digest.send.states import DeliveryState
from digest.store.columns import Instant, JsonText, Printed

#: The migration that makes these tables.
REVISION: Final = "0004"
#: Where Alembic keeps the revision: a name of our own, so that no other program's database is taken for ours.
REVISION_TABLE: Final = "digest_revision"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({_quoted(values)})", name=column)


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# --- collect ---------------------------------------------------------------------------------------------------------

outlets = Table(
    "outlets",
    metadata,
    Column("slug", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
)

journalists = Table(
    "journalists",
    metadata,
    Column("id", Text, primary_key=True),
    Column("outlet", ForeignKey("outlets.slug"), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("bio", Text, nullable=False),
    Column("avatar_url", Text),
    Column("aliases", JsonText, nullable=False),  # [name, …]
    Column("removed_at", Instant),  # off the roster since; the bylines stay: what was in an issue is not owed again
    Column("merged_into", ForeignKey("journalists.id")),  # a removed slug that means this journalist now
)

sources = Table(
    "sources",
    metadata,
    Column("journalist", ForeignKey("journalists.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # from 0, in the order of the declaration
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("byline", Text),
    Column("selectors", JsonText),  # {"card": CSS, …} for pages
    _one_of("kind", FOLLOWED_KINDS),
)

source_health = Table(
    "source_health",
    metadata,
    Column("journalist", ForeignKey("journalists.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("last_tried_at", Instant, nullable=False),
    Column("last_good_at", Instant),
    Column("last_count", Integer, nullable=False),  # articles in the last answer, good or not
    Column("counts", JsonText, nullable=False),  # [articles, …] in the last good answers, oldest first
    Column("consecutive_failures", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("last_error", Text),
    Column("last_error_name", Text),
    Column("told_at", Instant),  # when an editor was told of this row of failures
    Column("reading", Text),  # the fingerprint of the last good answer, if all of it was dealt with
    Column("warnings", JsonText, nullable=False, server_default="[]"),  # [sentence, …] about that answer
    _one_of("kind", FOLLOWED_KINDS),
    _one_of("state", HealthState),
    CheckConstraint("(consecutive_failures = 0) = (failing_since IS NULL)", name="failing"),
)

shelf = Table(
    "shelf",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("height", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("height >= 0", name="height"),
)

articles = Table(
    "articles",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("text", Text, nullable=False),
    Column("authors", JsonText, nullable=False),  # [name, …] as the source spells them
    Column("published_at", Instant),
    Column("published_earliest", Instant),
    Column("published_latest", Instant),
    Column("precision", Text, nullable=False),
    Column("truncated", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("modified_at", Instant),
    Column("section", Text),
    Column("image_url", Text),
    Column("marks", JsonText, nullable=False, server_default="[]"),  # [mark, …]
    # The position of the piece that another outlet had first. No foreign key: SQLite adds none to a table in use.
    Column("copy_of", Integer, index=True),
    _one_of("precision", Precision),
)

bylines = Table(
    "bylines",
    metadata,
    Column("article", ForeignKey("articles.position"), primary_key=True, autoincrement=False),
    Column("journalist", ForeignKey("journalists.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Index(None, "journalist", "position"),
)

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article", ForeignKey("articles.position"), nullable=False, index=True),
    Column("title", Text, nullable=False),  # the former words
    Column("url", Text),
    Column("text", Text, nullable=False),
    Column("authors", JsonText, nullable=False),
    Column("replaced_at", Instant, nullable=False),
)

article_traits = Table(
    "article_traits",
    metadata,
    Column("trait", Text, primary_key=True),  # what an article is also known by: its title, words, a feed's id
    Column("article", ForeignKey("articles.position"), primary_key=True, autoincrement=False),
)

fetches = Table(
    "fetches",
    metadata,
    Column("url", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("headers", JsonText, nullable=False),  # {lower-case name: value}
    Column("body", LargeBinary, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("fresh_until", Instant),  # until then the site says that it has nothing newer
    Column("digest", Text),  # of body and media type: whether the next answer is the same one
)

fetch_sites = Table(
    "fetch_sites",
    metadata,
    Column("site", Text, primary_key=True),  # scheme, host and port
    Column("robots_status", Integer),
    Column("robots_body", LargeBinary),
    Column("robots_at", Instant),
    Column("not_before", Instant),  # it asked us to wait until then
    CheckConstraint("(robots_at IS NULL) = (robots_status IS NULL)", name="robots"),
)

rates = Table(
    "rates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bank", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("local", Text, nullable=False),
    Column("nominal", Integer, nullable=False),
    Column("value", Printed, nullable=False),
    Column("change", Printed),
    Column("retrieved_at", Instant, nullable=False),
    CheckConstraint("nominal > 0", name="nominal"),
    Index(None, "bank", "effective_on"),
    Index(None, "bank", "currency", "local"),
)

# A person's word for one published price; a correction has another price, and no word.
rate_acceptances = Table(
    "rate_acceptances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bank", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("local", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("nominal", Integer, nullable=False),
    Column("value", Printed, nullable=False),
    Column("accepted_by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    CheckConstraint("length(accepted_by) > 0", name="accepted_by"),
    UniqueConstraint("bank", "effective_on", "local", "currency", "nominal", "value", name="uq_rate_acceptances_row"),
)

# The days for which a bank was asked and had no sheet: weekends and holidays are not asked for again.
rate_days = Table(
    "rate_days",
    metadata,
    Column("bank", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("asked_at", Instant, nullable=False),
)

# --- audience --------------------------------------------------------------------------------------------------------

lists = Table(
    "lists",
    metadata,
    Column("name", Text, primary_key=True),
    Column("created_at", Instant, nullable=False),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", Text, nullable=False, unique=True),  # the folded address: one person, one row
    Column("address", Text, nullable=False),  # as it is written on the envelope
    Column("name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber", ForeignKey("subscribers.id"), nullable=False),
    Column("list", ForeignKey("lists.name"), nullable=False),
    Column("state", Text, nullable=False),
    Column("token", Text, nullable=False, unique=True),
    Column("cursor", Integer, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    UniqueConstraint("subscriber", "list"),
    Index(None, "list", "subscriber"),
    _one_of("state", SubscriptionState),
    CheckConstraint("cursor >= 0", name="cursor"),
)

follows = Table(
    "follows",
    metadata,
    Column("subscription", ForeignKey("subscriptions.id"), primary_key=True, autoincrement=False),
    Column("journalist", Text, primary_key=True),  # a slug, or * for everybody: hence no foreign key
    Column("since", Integer, nullable=False),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("identity", Text, primary_key=True),  # a folded address, whether or not anybody is subscribed by it
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
    _one_of("reason", SuppressionReason),
)

# --- compose ---------------------------------------------------------------------------------------------------------

newsletters = Table(
    "newsletters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("list", ForeignKey("lists.name"), nullable=False, unique=True),  # a cursor serves one newsletter only
    Column("declared", Text, nullable=False),
    Column("applied_at", Instant, nullable=False),
)

newsletter_journalists = Table(
    "newsletter_journalists",
    metadata,
    Column("newsletter", ForeignKey("newsletters.id"), primary_key=True),
    Column("journalist", ForeignKey("journalists.id"), primary_key=True),
)

issues = Table(
    "issues",
    metadata,
    Column("id", Text, primary_key=True),
    Column("newsletter", ForeignKey("newsletters.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("list", ForeignKey("lists.name"), nullable=False),
    Column("height", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("snapshot", Text, nullable=False),  # the canonical JSON that the hash covers, byte for byte
    Column("template_revision", Text, nullable=False),
    Column("rates_fingerprint", Text, nullable=False),
    Column("composed_at", Instant, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", Instant),
    Column("audience", Integer),  # how many readers were planned; counted apart from the ledger's rows
    Column("finished_at", Instant),
    UniqueConstraint("newsletter", "number"),
    Index(None, "list"),
    _one_of("state", IssueState),
)

issue_renditions = Table(
    "issue_renditions",
    metadata,
    Column("issue", ForeignKey("issues.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # from 0, in the order that the hash covers
    Column("locale", Text, nullable=False),
    Column("look", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("subject", JsonText, nullable=False),  # [[segment's name, words], …]: their order counts
    Column("html", JsonText, nullable=False),
    Column("text", JsonText, nullable=False),
    UniqueConstraint("issue", "locale", "look"),
)

# --- send ------------------------------------------------------------------------------------------------------------

issue_contents = Table(
    "issue_contents",
    metadata,
    Column("issue", ForeignKey("issues.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("contents", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("issue", ForeignKey("issues.id"), nullable=False),
    Column("subscriber", ForeignKey("subscribers.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("contents_key", Text),
    Column("claimed_by", Text),
    Column("lease_until", Instant),
    Column("planned_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("answered_at", Instant),
    Column("receipt", Text),
    Column("not_before", Instant),
    UniqueConstraint("issue", "subscriber"),
    Index(None, "issue", "state", "subscriber"),  # claiming
    ForeignKeyConstraint(["issue", "contents_key"], ["issue_contents.issue", "issue_contents.key"]),
    _one_of("state", DeliveryState),
    CheckConstraint("state = 'excluded' OR contents_key IS NOT NULL", name="contents"),
    CheckConstraint("state <> 'excluded' OR reason IS NOT NULL", name="named_exclusion"),
    CheckConstraint("state <> 'claimed' OR (claimed_by IS NOT NULL AND lease_until IS NOT NULL)", name="claim"),
)
