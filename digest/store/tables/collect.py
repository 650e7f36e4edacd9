"""The tables of collecting: outlets, journalists, their sources, the shelf, what was fetched, rates."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from digest.collect.article import Precision
from digest.collect.checkup import HealthState
from digest.collect.journalist import FOLLOWED_KINDS
from digest.store.columns import Instant, JsonText, Printed
from digest.store.tables.base import metadata, one_of

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
    one_of("kind", FOLLOWED_KINDS),
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
    one_of("kind", FOLLOWED_KINDS),
    one_of("state", HealthState),
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
    one_of("precision", Precision),
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
