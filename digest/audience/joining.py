"""What an import's row asks for, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.audience.appearance import AppearanceChange
from digest.audience.consent import Proof
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import RhythmChange
from digest.ids import JournalistId


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """One good row of an import: a person, and whom they want to follow. ``address`` is normalised.

    ``joined_at`` (UTC) is when they joined, if that was before they came to us; ``consent`` shows that they agreed.
    """

    address: str
    name: str = ""
    locale: str
    time_zone: str
    follows: tuple[JournalistId, ...]
    suppressed: SuppressionReason | None = None
    state: SubscriptionState = SubscriptionState.ACTIVE
    joined_at: datetime | None = None
    rhythm: tuple[RhythmChange, ...] = ()  # what the row says of it; the rest stays as it is
    appearance: AppearanceChange = AppearanceChange()  # noqa: RUF009 - a frozen value
    consent: Proof | None = None


class Joined(StrEnum):
    """What an import did with one good row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT = "left"  # the row says that they have left: kept so, or unsubscribed now
    LEFT_EARLIER = "left-earlier"  # unsubscribed before: an import never brings somebody back
    SUPPRESSED = "suppressed"  # kept for the books, never mailed
