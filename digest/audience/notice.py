"""Notices: the mails that are about one thing and go to one person. Pure values, and who must not get which.

Readers get three of them (confirm, welcome, a link to their page), a newsletter's editors the others. None of those for
editors names a reader.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from digest.audience.may_mail import NoMail, verdict
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.ids import DeliveryId, IssueId, JournalistId, NewsletterId

#: 128 bits: 22 URL-safe characters, as every delivery's name has.
_BYTES: Final = 16


class NoticeKind(StrEnum):
    """What a notice is about. Its templates are in the folder of that name."""

    CONFIRM = "confirm"
    WELCOME = "welcome"
    PREFERENCES_LINK = "preferences-link"
    READY_FOR_APPROVAL = "ready-for-approval"
    SOURCE_FAILING = "source-failing"
    RUN_REPORT = "run-report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Asks whether it was the address's owner who signed up. The link opens a page with a button, until an instant."""

    confirm_url: str
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestIssue:
    """An issue to begin with: its number, its date, its headlines in printing order, and where it can be read."""

    number: int
    date: date
    headlines: tuple[str, ...]
    web_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Says that it worked. ``unsubscribe_url`` takes a one-click POST (RFC 8058); ``latest`` is the latest issue."""

    preferences_url: str
    unsubscribe_url: str
    latest: LatestIssue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesLink:
    """Brings a fresh link to the reader's own page, good until an instant (UTC)."""

    preferences_url: str
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One finding of preflight: an error or a warning, what it is called, where it is, and how to mend it."""

    is_error: bool
    name: str
    where: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How many readers were left out for one named reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyForApproval:
    """Puts an issue before its editors. ``hash`` is the seal's first 12 letters.

    ``open_remarks`` are those of preflight's findings that nobody has let pass.
    """

    issue: IssueId
    number: int
    date: date
    hash: str
    articles: int
    readers: int
    bodies: int
    left_out: tuple[LeftOut, ...] = ()
    open_remarks: tuple[Remark, ...] = ()

    @property
    def is_fit(self) -> bool:
        """Whether it may be approved."""
        return not any(remark.is_error for remark in self.open_remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingSource:
    """A source without a good answer for some runs in a row. Instants are UTC; ``error`` is what was said last."""

    journalist: JournalistId
    name: str
    kind: str
    ref: str
    failures: int
    since: datetime | None = None
    last_good_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailing:
    """Names the sources that have come to need somebody's attention in one run."""

    sources: tuple[FailingSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """Adds a send up: ``audience = accepted + refused + excluded + uncertain + waiting``.

    ``stopped`` says who stopped it and why; empty if nobody did.
    """

    issue: IssueId
    number: int
    date: date
    audience: int
    accepted: int
    refused: int
    excluded: int
    uncertain: int
    waiting: int = 0
    left_out: tuple[LeftOut, ...] = ()
    stopped: str = ""


Message = Confirm | Welcome | PreferencesLink | ReadyForApproval | SourceFailing | RunReport

#: Which message a notice of each kind carries.
MESSAGES: Final[dict[NoticeKind, type[Message]]] = {
    NoticeKind.CONFIRM: Confirm,
    NoticeKind.WELCOME: Welcome,
    NoticeKind.PREFERENCES_LINK: PreferencesLink,
    NoticeKind.READY_FOR_APPROVAL: ReadyForApproval,
    NoticeKind.SOURCE_FAILING: SourceFailing,
    NoticeKind.RUN_REPORT: RunReport,
}
_KINDS: Final = {message: kind for kind, message in MESSAGES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail about one thing to one person, as it is queued.

    ``newsletter`` lends its name, theme, sender and postal address. ``locale`` is a BCP 47 tag; ``time_zone`` (IANA) is
    the one in which instants are printed. After ``expires_at`` it is of no use and not sent. ``subscription`` is the
    token of the subscription without which it is not sent, as a welcome needs one.
    """

    id: DeliveryId
    newsletter: NewsletterId
    message: Message
    to_address: str
    to_name: str = ""
    locale: str = "en"
    time_zone: str = "UTC"
    expires_at: datetime
    subscription: str | None = None

    @property
    def kind(self) -> NoticeKind:
        """What it is about."""
        return _KINDS[type(self.message)]


class NoNotice(StrEnum):
    """Why a notice is not sent."""

    EXPIRED = "expired"  # what it says is not true any more
    SUPPRESSED = "suppressed"
    UNSUBSCRIBED = "unsubscribed"
    UNCONFIRMED = "unconfirmed"
    ERASED = "erased"  # whoever it was for wanted to be forgotten


def notice_id(event: str, *, secret: bytes) -> DeliveryId:
    """Name the notice of an ``event``: the same for every attempt, and nothing that a stranger could guess.

    ``event`` says what happened, once and for all: whatever is queued again under its name is there already. The name
    is the first 16 bytes of HMAC-SHA256 (RFC 2104) over ``notice|event``, in base64url without padding.
    """
    digest = hmac.digest(secret, f"notice|{event}".encode(), "sha256")
    return DeliveryId(urlsafe_b64encode(digest[:_BYTES]).rstrip(b"=").decode("ascii"))


def may_notify(
    kind: NoticeKind, suppression: SuppressionReason | None, subscription: SubscriptionState | None
) -> NoNotice | None:
    """Return ``None`` if a notice of that kind may be sent to an address, else the reason why not.

    A welcome is the first mail of a subscription, and needs one that may be mailed; a ``subscription`` of ``None`` has
    been erased. The others do not belong to a list. Nobody gets them whose mailbox is gone, who complained, was erased
    or is not to be mailed by our own word. Who left all our mail gets them: a confirmation and a link were just asked
    for, and editors have their own work to do.
    """
    if kind is NoticeKind.WELCOME:
        if subscription is None:
            return NoNotice.ERASED
        no_mail: NoMail | None = verdict(subscription, suppression)
        return None if no_mail is None else NoNotice(no_mail.value)
    if suppression not in (None, SuppressionReason.UNSUBSCRIBED):
        return NoNotice.SUPPRESSED
    return None
