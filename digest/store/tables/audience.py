"""The tables of the audience: lists, subscribers, subscriptions, follows, and who must not be mailed."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import Pace, Weekday
from digest.store.columns import Instant
from digest.store.tables.base import metadata, one_of

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
    # Beside their columns, since SQLite can add a constraint to a table only so.
    Column("pace", Text, one_of("pace", Pace), server_default=Pace.EVERY_ISSUE, nullable=False),
    Column("weekday", Text, one_of("weekday", Weekday)),  # of a weekly pace
    Column("hour", Integer, CheckConstraint("hour BETWEEN 0 AND 23", name="hour")),  # on the subscriber's clock
    Column("quiet_days", Text, server_default="", nullable=False),  # sat,sun: Monday first
    Column("paused_until", Date),  # mail begins again on that day
    Column("look", Text, server_default="", nullable=False),  # of their mails; empty: the newsletter's own
    Column("text_only", Boolean, server_default=false(), nullable=False),
    Column("accepted_at", Instant),  # when the last issue was accepted for them that did not bounce
    UniqueConstraint("subscriber", "list"),
    Index(None, "list", "subscriber"),
    one_of("state", SubscriptionState),
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
    one_of("reason", SuppressionReason),
)
