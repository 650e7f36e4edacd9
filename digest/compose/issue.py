"""An issue: one dated number of a newsletter, frozen, and what each group of readers gets of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digest.audience.may_mail import NoMail
from digest.audience.reader import Reader
from digest.collect.article import Article
from digest.collect.journalist import Journalist
from digest.collect.rates.rate import RateSnapshot
from digest.compose.newsletter import Newsletter
from digest.ids import GROUND, IssueId, JournalistId, Position, Sha256


class IssueState(StrEnum):
    """Where an issue stands. The state only moves down this list, or to the end of it.

    But for one step back: what was sent is being sent again when a doubt about one of its readers ends in ``planned``.
    """

    AWAITING_APPROVAL = "awaiting-approval"
    APPROVED = "approved"  # a person said yes to these bytes; the ledger is not planned yet
    SENDING = "sending"  # every reader has a row in the ledger
    SENT = "sent"  # no row is planned or claimed any more
    SUPERSEDED = "superseded"  # a newer composing replaced it before anybody approved it


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an editor says to all readers of an issue: paragraphs, parted by empty lines, and who signs them."""

    text: str
    signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """An issue that came out before another one of its newsletter: its date, and the shelf's height then."""

    id: IssueId
    on: date
    height: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """Everything an issue is made of, so that it can be rendered again, byte for byte.

    ``articles`` is every article that anybody can be owed, in printing order; ``height`` the shelf's height when it was
    frozen. Readers are no part of it: the newsletter's list is the audience rule, applied when the issue is planned.
    ``floor`` is how far down the shelf it reaches: whoever may be owed something at or below it (they joined from the
    start, or came back, after composing) waits for the next issue. ``rates_are_new`` tells whether the last approved
    issue printed other rates.

    A correction names the issue that it ``corrects`` and has its date, height, floor and newsletter: it is that day's
    issue, put right, and goes to those who got it (``correcting.py``).
    """

    id: IssueId
    number: int
    newsletter: Newsletter
    issue_date: date  # in the newsletter's time zone; a correction has that of the issue it corrects
    composed_at: datetime  # UTC
    height: Position
    journalists: tuple[Journalist, ...]
    articles: tuple[Article, ...]
    rates: RateSnapshot
    floor: Position = GROUND
    rates_are_new: bool = True
    note: Note | None = None
    corrects: IssueId | None = None
    former: tuple[Former, ...] = ()  # issues before this one, the newest first
    zones: tuple[str, ...] = ()  # IANA names that it is rendered in besides the newsletter's own (``zones.py``)
    looks: tuple[str, ...] = ()  # what it is rendered in besides the newsletter's own look (``looks.py``)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One journalist's part of one reader's issue: positions in printing order, and how many a cap left out.

    ``positions`` is empty where the cap on the whole issue left nothing of this journalist's but the count.
    """

    journalist: JournalistId
    positions: tuple[Position, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What of a reader's issue the issue of an earlier day should have brought, in printing order."""

    on: date
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What one reader's issue holds. Readers with equal contents share one body.

    ``key`` is the SHA-256 of the rest together with the issue's id. With ``text_only`` there is no HTML. ``since``
    is the day of the former issue up to which the reader has everything, if there is one; ``missed`` is by such days,
    the earliest first.
    """

    key: Sha256
    issue: IssueId
    locale: str
    look: str
    sections: tuple[Section, ...]
    zone: str = ""  # one of the issue's zones; empty: the newsletter's own, which always serves if nothing has a time
    since: date | None = None
    missed: tuple[Missed, ...] = ()
    text_only: bool = False

    @property
    def positions(self) -> tuple[Position, ...]:
        """All article positions in printing order."""
        return tuple(position for section in self.sections for position in section.positions)


class NothingToSend(StrEnum):
    """Why a reader who may be mailed gets nothing of this issue."""

    NOTHING_NEW = "nothing-new"  # nobody they follow wrote anything since their last issue
    FOLLOWS_NOBODY = "follows-nobody"
    NEXT_ISSUE = "next-issue"  # owed more than was frozen: they came after composing, and lose nothing by waiting
    DID_NOT_GET_IT = "did-not-get-it"  # a correction: no mail of the issue that it corrects was accepted and stayed


class NotDue(StrEnum):
    """Why a reader who may be mailed waits: none of these moves their cursor, the next issue owes them all of it."""

    FREQUENCY = "frequency"  # by their pace or their hour another issue is theirs
    PAUSED = "paused"
    QUIET_DAY = "quiet-day"
    TOO_LATE = "too-late"  # their hour was missed, and the next one comes after the next issue
    EARLIER_ISSUE = "earlier-issue"  # a mail of an earlier issue still waits for them


Exclusion = NoMail | NothingToSend | NotDue


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A reader and what they are owed; ``due`` is when (UTC), if not at once: at their own hour."""

    reader: Reader
    contents: Contents
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A reader who gets nothing of this issue, and why."""

    reader: Reader
    reason: Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSkipped:
    """No issue was made, and why. A value, not an accident."""

    newsletter: str
    reason: str
    readers: int = 0
