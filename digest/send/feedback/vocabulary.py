"""One vocabulary for whatever providers and mail servers tell us afterwards, and what follows from each word. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from digest.audience.reader import SuppressionReason
from digest.ids import DeliveryId


class FeedbackKind(StrEnum):
    """What became of a mail, or what a reader did with it."""

    ACCEPTED = "accepted"  # the provider has it ("processed")
    DEFERRED = "deferred"  # the reader's server asked the provider to come back later
    DELIVERED = "delivered"  # the reader's server took it
    BOUNCED = "bounced"  # it will never be taken: there is no such mailbox
    BLOCKED = "blocked"  # it was not taken this time: a full mailbox, a policy
    DROPPED = "dropped"  # the provider took it from us and did not try
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"
    OPENED = "opened"
    CLICKED = "clicked"
    UNKNOWN = "unknown"  # a word that we do not have: kept as it came


class Fate(StrEnum):
    """What the ledger counts beside a delivery's state."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What follows from a kind of feedback. ``proves``: the provider had the mail, so a doubt about it is settled.

    ``suppresses`` is the reason for which the address is not mailed again from the next claim on.
    """

    proves: bool = False
    fate: Fate | None = None
    suppresses: SuppressionReason | None = None


EFFECTS: Final[Mapping[FeedbackKind, Effect]] = {
    FeedbackKind.ACCEPTED: Effect(proves=True),
    FeedbackKind.DEFERRED: Effect(proves=True),
    FeedbackKind.DELIVERED: Effect(proves=True, fate=Fate.DELIVERED),
    FeedbackKind.BOUNCED: Effect(proves=True, fate=Fate.BOUNCED, suppresses=SuppressionReason.BOUNCED),
    FeedbackKind.BLOCKED: Effect(proves=True, fate=Fate.BOUNCED),  # suppressed only by the rule of many
    FeedbackKind.DROPPED: Effect(proves=True, fate=Fate.BOUNCED),
    FeedbackKind.COMPLAINED: Effect(proves=True, fate=Fate.COMPLAINED, suppresses=SuppressionReason.COMPLAINED),
    FeedbackKind.UNSUBSCRIBED: Effect(proves=True, suppresses=SuppressionReason.UNSUBSCRIBED),
    FeedbackKind.RESUBSCRIBED: Effect(proves=True),
    FeedbackKind.OPENED: Effect(proves=True),
    FeedbackKind.CLICKED: Effect(proves=True),
    FeedbackKind.UNKNOWN: Effect(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One thing that somebody told us about a mail or a reader.

    ``source`` is who said it (``sendgrid``, ``dsn``, ``arf``, ``mail``); ``said`` the source's own word for it;
    ``delivery`` the delivery that it is about, ``address`` the reader, as far as the source says so; ``why`` their
    words without any address; ``at`` when it happened (UTC); ``raw`` what came, as text. ``reason`` is set where the
    source names one for suppressing that the kind alone does not imply.
    """

    kind: FeedbackKind
    source: str
    said: str
    at: datetime
    delivery: DeliveryId | None = None
    address: str | None = None
    event_id: str | None = None
    why: str = ""
    reason: SuppressionReason | None = None
    raw: str = ""

    @property
    def natural_key(self) -> str:
        """What makes two reports one event, even if the source gave the second one another id."""
        whom = self.delivery or (self.address or "").casefold()
        told = (self.source, whom, self.said, self.at.astimezone(UTC).isoformat(timespec="seconds"))
        return sha256("|".join(told).encode("utf-8", "replace")).hexdigest()

    @property
    def suppresses(self) -> SuppressionReason | None:
        """Why the address is not mailed again, if that follows at once."""
        return self.reason or EFFECTS[self.kind].suppresses
