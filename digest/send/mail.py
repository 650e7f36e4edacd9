"""One mail to one reader, as a mailer gets it, and what a mailer can answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from digest.ids import DeliveryId
from digest.render.assembly import Draft, Filling
from digest.render.marks import fill_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. ``headers`` are the extra ones (List-Id, List-Unsubscribe…), ASCII, already safe to write.

    ``message_id`` has no angle brackets and is the same for every attempt at this delivery. ``sent_at`` is UTC.
    ``draft`` is what it has in common with the mails of all readers of equal contents, ``filling`` what is this
    reader's alone; ``subject``, ``html`` and ``text`` are the two put together, anew whenever they are asked for.
    ``category`` is what a provider's statistics may count it under: the newsletter's slug. ``return_path`` is where
    this very mail bounces to, ASCII, where the newsletter has a place for that; else to ``from_address``.
    """

    delivery: DeliveryId
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    reply_to: str | None
    draft: Draft
    filling: Filling
    message_id: str
    sent_at: datetime
    headers: Mapping[str, str]
    category: str = ""
    return_path: str | None = None

    @property
    def subject(self) -> str:
        """The subject, on one line."""
        return self.draft.subject

    @property
    def html(self) -> str:
        """The whole HTML part, as this reader gets it."""
        return fill_in(self.draft.html, self.filling.html)

    @property
    def text(self) -> str:
        """The whole plain-text part, as this reader gets it."""
        return fill_in(self.draft.text, self.filling.text)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """The mailer did not take it for this reader now; safe to ask again ``after`` seconds. ``why`` names no address."""

    delivery: DeliveryId
    after: float
    why: str


Answer = Accepted | Rejected | Unclear | Postponed


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

        A mailer that must stop half way gives the answers that it has to the error that it raises; whoever is not in
        them was certainly not taken, except for the ``batch`` of ``Uncertain``.

        :raises TryLater: it could not go on; safe to ask again later.
        :raises Refused: it could not go on, and asking again will not help before something is mended.
        :raises Uncertain: it could not go on, and does not know what became of a part.
        """
        ...

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell what is known about deliveries in doubt."""
        ...


@runtime_checkable
class Sandbox(Protocol):
    """What a mailer has whose provider can look at mails without sending them."""

    def rehearse(self, mails: Sequence[Mail]) -> Sequence[Rejected]:
        """Return the mails that the provider would refuse. Nothing is sent, and nothing of it belongs into a ledger.

        :raises MailerError: as ``Mailer.submit`` does.
        """
        ...
