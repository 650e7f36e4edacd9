"""The tables of composing: newsletters, and issues as they were frozen, rendered and approved."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from digest.compose.issue import IssueState
from digest.store.columns import Instant, JsonText
from digest.store.tables.base import metadata, one_of

newsletters = Table(
    "newsletters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("list", ForeignKey("lists.name"), nullable=False, unique=True),  # a cursor serves one newsletter only
    Column("declared", Text, nullable=False),
    Column("sending", Text),  # how its issues leave; nothing: as usual
    Column("schedule", Text),  # when its issues come out; nothing: when somebody composes one
    Column("alerts", Text),  # JSON: who its editors are, and what they are told
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
    Column("corrects", Text),  # the issue of which this one is a correction
    Column("planned_at", Instant),  # when every reader got a row in the ledger
    Column("audience", Integer),  # how many readers were planned; counted apart from the ledger's rows
    Column("finished_at", Instant),
    UniqueConstraint("newsletter", "number"),
    Index(None, "list"),
    one_of("state", IssueState),
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

# What preflight found in an issue and an editor lets pass, by the finding's name.
preflight_waivers = Table(
    "preflight_waivers",
    metadata,
    Column("issue", ForeignKey("issues.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("said_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    CheckConstraint("length(said_by) > 0 AND length(why) > 0", name="said"),
)

# What became of the last look at each address that an issue links to.
link_looks = Table(
    "link_looks",
    metadata,
    Column("url", Text, primary_key=True),
    Column("looked_at", Instant, nullable=False),
    Column("status", Integer),
    Column("leads_to", Text),
    Column("why", Text, nullable=False),
    Column("is_gone", Boolean, nullable=False),
)
