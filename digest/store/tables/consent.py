"""The tables of consent: who asked to be mailed, who confirmed it, and what holds back those who ask too often."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from digest.audience.consent import Given
from digest.store.columns import Instant, JsonText
from digest.store.tables.base import metadata, one_of

# Who signed up and has not confirmed it: such a person is on no list. Confirmed, or forgotten after a while.
sign_ups = Table(
    "sign_ups",
    metadata,
    Column("id", Text, primary_key=True),  # the subject of the link in the confirming mail
    Column("identity", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("list", ForeignKey("lists.name"), nullable=False),
    Column("choices", JsonText, nullable=False),
    Column("words", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("network", Text),
    Column("asked_at", Instant, nullable=False),
    Index(None, "identity"),
    Index(None, "asked_at"),
)

# What somebody agreed to, in the words that they were shown: the proof.
consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber", ForeignKey("subscribers.id"), nullable=False),
    Column("list", ForeignKey("lists.name"), nullable=False),
    Column("how", Text, nullable=False),
    Column("sign_up", Text, unique=True),  # which one was confirmed: so confirming twice is confirming once
    Column("words", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("network", Text),  # where it was asked for, truncated; nothing if that is not kept
    Column("given_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("confirmed_network", Text),
    Index(None, "subscriber"),
    one_of("how", Given),
)

# How often something was done since an instant, by a hash of who did it.
tallies = Table(
    "tallies",
    metadata,
    Column("key", Text, primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    Index(None, "until"),
    CheckConstraint("count > 0", name="count"),
)

# What makes the hashes of this store its own.
salts = Table(
    "salts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("salt", Text, nullable=False),
)
