"""The tables of sending: the ledger, and what comes back."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digest.audience.notice import NoticeKind
from digest.send.doubt import SettledBy, Verdict
from digest.send.states import DeliveryState
from digest.store.columns import Instant
from digest.store.tables.base import any_of, metadata, one_of

issue_contents = Table(
    "issue_contents",
    metadata,
    Column("issue", ForeignKey("issues.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("contents", Text, nullable=False),
    Column("was_erased", Boolean, server_default=false(), nullable=False),  # somebody who had them
)

# No index of the ledger holds a state: every row of it changes twice while an issue is sent, and each change would be
# written to that index, too. On PostgreSQL a row that no index knows changes on its own page ("HOT").
BOUNCED = text("bounced_at IS NOT NULL")
#: Who waits for an instant. Words for the index, and for whoever asks by it.
WAITING = text("not_before IS NOT NULL")
#: What did not go as planned. Words for the index, and for whoever asks by it.
NOTED = text("reason IS NOT NULL AND contents_key IS NOT NULL")

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
    Column("delivered_at", Instant),  # these three by what the provider told us afterwards
    Column("bounced_at", Instant),
    Column("complained_at", Instant),
    UniqueConstraint("issue", "subscriber"),
    Index("ix_deliveries_bounced", "issue", sqlite_where=BOUNCED, postgresql_where=BOUNCED),  # counting while sending
    Index("ix_deliveries_waiting", "issue", "not_before", sqlite_where=WAITING, postgresql_where=WAITING),
    Index("ix_deliveries_noted", "issue", "subscriber", sqlite_where=NOTED, postgresql_where=NOTED),
    ForeignKeyConstraint(["issue", "contents_key"], ["issue_contents.issue", "issue_contents.key"]),
    any_of("state", DeliveryState),
    CheckConstraint("state = 'excluded' OR contents_key IS NOT NULL", name="contents"),
    CheckConstraint(
        "reason IS NOT NULL OR state = 'planned' OR state = 'claimed' OR state = 'accepted'", name="named_end"
    ),
    CheckConstraint("state <> 'claimed' OR (claimed_by IS NOT NULL AND lease_until IS NOT NULL)", name="claim"),
)

# Every end of a doubt. A delivery may have several: it was planned again, and came into doubt again.
settlements = Table(
    "settlements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue", ForeignKey("issues.id"), nullable=False),
    Column("delivery", ForeignKey("deliveries.id"), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("settled_by", Text, nullable=False),
    Column("who", Text),  # if it was a person
    Column("why", Text, nullable=False),
    Column("settled_at", Instant, nullable=False),
    Index(None, "issue"),
    Index(None, "delivery"),
    one_of("verdict", Verdict),
    one_of("settled_by", SettledBy),
)

# Every time that somebody, or a breaker, stopped an issue; one that is not resumed holds it.
issue_stops = Table(
    "issue_stops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue", ForeignKey("issues.id"), nullable=False),
    Column("stopped_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("stopped_at", Instant, nullable=False),
    Column("resumed_by", Text),
    Column("resumed_at", Instant),
    Index(None, "issue"),
)

# What providers and mail servers told us afterwards. A delivery may be one that we do not know: hence no foreign key.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("natural_key", Text, nullable=False, unique=True),  # what makes it the same event, whatever its id
    Column("source", Text, nullable=False),
    Column("event_id", Text),
    Column("kind", Text, nullable=False),
    Column("delivery", Text),
    Column("identity", Text),  # a folded address
    Column("why", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("raw", Text, nullable=False),
    UniqueConstraint("source", "event_id"),
    Index(None, "delivery"),
    Index(None, "identity"),
)

# Whom we asked a provider never to mail: only what we asked for ourselves may we take back.
provider_suppressions = Table(
    "provider_suppressions",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("told_at", Instant, nullable=False),
)

# Mails about one thing to one person. Once one has left, or never will, neither its address nor what it says is kept.
notices = Table(
    "notices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("newsletter", ForeignKey("newsletters.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("message", Text),
    Column("address", Text),
    Column("identity", Text),  # the folded address
    Column("name", Text),
    Column("locale", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("subscription", Text),  # a token; whoever has erased themselves has none: hence no foreign key
    Column("queued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("claimed_by", Text),
    Column("lease_until", Instant),
    Column("claimed_at", Instant),
    Column("answered_at", Instant),
    Column("receipt", Text),
    Column("not_before", Instant),
    Column("planned_again_at", Instant),  # by policy, after a doubt
    Index(None, "state", "queued_at"),
    Index(None, "identity"),
    one_of("kind", NoticeKind),
    one_of("state", DeliveryState),
    CheckConstraint("state NOT IN ('planned', 'claimed') OR address IS NOT NULL", name="whom"),
    CheckConstraint("state <> 'excluded' OR reason IS NOT NULL", name="named_exclusion"),
    CheckConstraint("state <> 'claimed' OR (claimed_by IS NOT NULL AND lease_until IS NOT NULL)", name="claim"),
)
