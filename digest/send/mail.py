"""One mail to one reader, as a mailer gets it, and what a mailer can answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, runtime_checkable

from digest.ids import DeliveryId
from digest.render.assembly import TOKEN, Draft, Filling, own_filling
from digest.render.marks import Pieces, fill_in
from digest.send.delivery_id import message_id

#: The slot of a return path that holds the delivery's id.
DELIVERY: Final = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What the mails of one body have in common, said once for all of them.

    ``draft`` is the body, with the reader's name and token open in it. ``headers`` are the extra ones (List-Id,
    List-Unsubscribe…), ASCII, safe to write; in them the slot ``token`` may be open, in ``return_path`` the slot
    ``delivery``. ``sender_domain`` is that of ``from_address``, as it stands in DNS. ``categories`` are what a
    provider's statistics may count it under, ASCII, the newsletter's slug first; ``track_opens`` and ``track_clicks``
    what it may find out about its readers.
    """

    draft: Draft
    from_name: str
    from_address: str
    sender_domain: str
    reply_to: str | None
    headers: Mapping[str, Pieces]
    return_path: Pieces | None = None
    categories: tuple[str, ...] = ()
    track_opens: bool = False
    track_clicks: bool = False


class Mail(NamedTuple):
    """One mail: what is one reader's alone, and ``common``, which is not. A million of them are made for an issue.

    Hence a tuple: it is made in a third of the time of a frozen dataclass. ``token`` is URL-safe, and so is ``key``:
    with it the links in the body may also change what the reader chose, as long as the mail is fresh
    (``digest.audience.links``). ``sent_at`` is UTC. All else is put together anew whenever it is asked for: ask once.
    """

    delivery: DeliveryId
    to_name: str
    to_address: str
    token: str
    sent_at: datetime
    common: Common
    key: str = ""

    @property
    def from_name(self) -> str:
        """The sender's name."""
        return self.common.from_name

    @property
    def from_address(self) -> str:
        """The sender's address."""
        return self.common.from_address

    @property
    def reply_to(self) -> str | None:
        """Where answers go, if not to the sender."""
        return self.common.reply_to

    @property
    def draft(self) -> Draft:
        """What it has in common with the mails of all readers of equal contents."""
        return self.common.draft

    @property
    def filling(self) -> Filling:
        """What stands in the draft's open slots for this reader."""
        return own_filling(self.common.draft, self.to_name, self.link_token)

    @property
    def link_token(self) -> str:
        """What the links in the body end in. The headers have the token alone, since they must be short."""
        return f"{self.token}.{self.key}" if self.key else self.token

    @property
    def message_id(self) -> str:
        """The Message-ID without angle brackets: the same for every attempt at this delivery."""
        return message_id(self.delivery, self.common.sender_domain)

    @property
    def headers(self) -> Mapping[str, str]:
        """The extra headers."""
        own = {TOKEN: self.token}
        return {name: fill_in(pieces, own) for name, pieces in self.common.headers.items()}

    @property
    def return_path(self) -> str | None:
        """Where this very mail bounces to, ASCII, where the newsletter has a place for that; else the sender."""
        pieces = self.common.return_path
        return None if pieces is None else fill_in(pieces, {DELIVERY: self.delivery})

    @property
    def subject(self) -> str:
        """The subject, on one line."""
        return self.common.draft.subject

    @property
    def html(self) -> str:
        """The whole HTML part, as this reader gets it."""
        return fill_in(self.draft.html, self.filling.html)

    @property
    def text(self) -> str:
        """The whole plain-text part, as this reader gets it."""
        return fill_in(self.draft.text, self.filling.text)


class Accepted(NamedTuple):
    """The mailer said yes. ``receipt`` is its own id for it. A tuple, since a million of them are made for an issue."""

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
