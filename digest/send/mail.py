"""One mail to one reader, as a mailer gets it, and what a mailer can answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from digest.ids import DeliveryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. ``headers`` are the extra ones (List-Id, List-Unsubscribe…), ASCII, already safe to write.

    ``message_id`` has no angle brackets and is the same for every attempt at this delivery. ``sent_at`` is UTC.
    """

    delivery: DeliveryId
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    reply_to: str | None
    subject: str
    html: str
    text: str
    message_id: str
    sent_at: datetime
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The mailer said yes. ``receipt`` is its own id for it."""

    delivery: DeliveryId
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The mailer said no to this reader, for good, in its own words (without the address)."""

    delivery: DeliveryId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """The mailer was asked and the answer is unknown."""

    delivery: DeliveryId
    why: str


Answer = Accepted | Rejected | Unclear


class Evidence(StrEnum):
    """What a mailer can tell about a delivery that is in doubt."""

    ACCEPTED = "accepted"
    ABSENT = "absent"  # certainly never accepted: may be asked again
    UNKNOWN = "unknown"


class Mailer(Protocol):
    """A way out. It may be asked again for the same delivery only after ``look_up`` said ``ABSENT``."""

    #: How many mails it takes at once, at the most.
    batch_size: int

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        """Hand over the mails and answer for each of them.

        :raises TryLater: nothing was accepted; safe to ask again later.
        """
        ...

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell what is known about deliveries in doubt."""
        ...
