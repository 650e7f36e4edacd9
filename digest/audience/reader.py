"""The people: subscribers, their membership of lists, whom they follow, and who must not be mailed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.audience.appearance import AS_SENT, Appearance
from digest.audience.rhythm import PLAIN, Rhythm
from digest.ids import EVERY_JOURNALIST, GROUND, IssueId, JournalistId, ListName, Position, SubscriberId


class SubscriptionState(StrEnum):
    """Where a membership of a list stands."""

    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"
    UNSUBSCRIBED = "unsubscribed"


class SuppressionReason(StrEnum):
    """Why an address must not be mailed, whatever it is subscribed to."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    BY_HAND = "by-hand"
    UNSUBSCRIBED = "unsubscribed"  # from all of our mail, at the provider or by a mail to us
    INVALID = "invalid"  # the provider says that there can be no such address


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why an address must not be mailed, what was noted with it, and since when (UTC)."""

    reason: SuppressionReason
    note: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person. ``locale`` is a BCP 47 tag (``ru``), ``time_zone`` an IANA name (``Asia/Almaty``)."""

    id: SubscriberId
    address: str
    name: str = ""
    locale: str = "en"
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A reader's choice of one journalist (or of all: ``EVERY_JOURNALIST``), and the position at which it began."""

    journalist: JournalistId
    since: Position = GROUND

    def covers(self, journalist: JournalistId) -> bool:
        """Tell whether this choice includes that journalist."""
        return self.journalist in (journalist, EVERY_JOURNALIST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A subscriber as one list sees them: what composing and sending need, in one value.

    ``cursor`` is the shelf's height at the last issue that was accepted for them, or that owed them nothing.
    ``token`` opens this subscription's unsubscribe link; 22 URL-safe characters, a secret. ``accepted_at`` is when the
    last issue was, or may have been, accepted for them; ``is_awaiting`` tells whether a mail of an earlier issue waits
    for them, planned or in a worker's hands.
    """

    subscriber: Subscriber
    list_name: ListName
    state: SubscriptionState = SubscriptionState.ACTIVE
    token: str
    cursor: Position = GROUND
    follows: tuple[Follow, ...] = ()
    suppression: SuppressionReason | None = None
    rhythm: Rhythm = PLAIN
    appearance: Appearance = AS_SENT
    joined_at: datetime | None = None
    accepted_at: datetime | None = None
    is_awaiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One subscription as the reader sees it on the page behind their link. Instants are UTC.

    ``left_at`` is when it was ended, ``None`` as long as it is not.
    """

    subscriber: Subscriber
    list_name: ListName
    state: SubscriptionState
    joined_at: datetime
    left_at: datetime | None = None
    follows: tuple[Follow, ...] = ()
    suppression: SuppressionReason | None = None
    rhythm: Rhythm = PLAIN
    appearance: Appearance = AS_SENT

    @property
    def has_left(self) -> bool:
        """Whether the reader unsubscribed."""
        return self.state is SubscriptionState.UNSUBSCRIBED

    @property
    def follows_everybody(self) -> bool:
        """Whether the reader follows whoever is in the newsletter, now and later."""
        return any(follow.journalist == EVERY_JOURNALIST for follow in self.follows)

    def is_following(self, journalist: JournalistId) -> bool:
        """Tell whether the reader follows this journalist, by name or with everybody."""
        return any(follow.covers(journalist) for follow in self.follows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the ledger says of one issue for a reader: ``state`` in its words, ``reason`` where it has one; UTC."""

    issue: IssueId
    state: str
    reason: str | None
    planned_at: datetime
    answered_at: datetime | None
    delivered_at: datetime | None = None
    bounced_at: datetime | None = None
    complained_at: datetime | None = None
