"""The ledger's port: one row per (issue, subscriber); every call is one committed transaction."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from digest.audience.reader import Reader
from digest.compose.issue import Contents, Excluded, IssueState, NotDue, Owed
from digest.ids import DeliveryId, IssueId, Position, Sha256, SubscriberId
from digest.render.rendition import Sealed
from digest.send.doubt import DoubtBook, SettledBy, Settlement
from digest.send.feedback.vocabulary import Fate
from digest.send.mail import Answer, Evidence
from digest.send.pacing_bounds import Bounds
from digest.send.states import DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A delivery to be written into the ledger; ``owed.due`` is when it may be claimed, if not at once."""

    id: DeliveryId
    owed: Owed


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A reader to be written into the ledger as excluded."""

    id: DeliveryId
    excluded: Excluded


class Claim(NamedTuple):
    """A claimed delivery with what is needed to mail it. A tuple, since a million of them are made for an issue."""

    id: DeliveryId
    subscriber: SubscriberId
    address: str
    name: str
    token: str
    contents: Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose a claim is: the ``worker`` and the instant ``since`` when (UTC), since a worker may claim a row again."""

    worker: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHour:
    """How many planned deliveries wait for their readers' own hours, and for the first and the last of them (UTC)."""

    readers: int
    first: datetime
    last: datetime

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"readers": self.readers, "first": self.first.isoformat(), "last": self.last.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A planned delivery whose reader's hour has passed, and the reader as they are now."""

    delivery: DeliveryId
    reader: Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The ledger's sum for one issue. ``audience`` is counted apart from the states, so that it can disagree.

    ``fates`` are of the accepted, by what was told of them afterwards: whoever bounced is not delivered, whoever
    complained may be either. ``planned_again`` counts the deliveries that were in doubt and were planned again without
    evidence, by whose word: those readers may have got two mails. ``by_hour`` are of the planned.
    """

    issue: IssueId
    audience: int
    states: Mapping[DeliveryState, int]
    excluded: Mapping[str, int] = field(default_factory=dict)
    bodies: int = 0
    fates: Mapping[Fate, int] = field(default_factory=dict)
    planned_again: Mapping[SettledBy, int] = field(default_factory=dict)
    by_hour: ByHour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStory:
    """What the ledger knows of one delivery. Instants are UTC; ``settlements`` are the ends of doubts about it."""

    id: DeliveryId
    issue: IssueId
    state: DeliveryState
    reason: str | None
    sections: tuple[str, ...]  # the headlines in it
    planned_at: datetime
    claimed_at: datetime | None
    answered_at: datetime | None
    receipt: str | None
    not_before: datetime | None = None  # their own hour, or, with a reason, when the mailer asked us to come back
    settlements: tuple[Settlement, ...] = ()


class Ledger(DoubtBook, Protocol):
    """The truth about who got what."""

    def plan(self, issue: IssueId, *rows: Iterable[Planned | LeftOut], height: Position, at: datetime) -> None:
        """Write a row for every reader, all or none, and set the issue ``sending``.

        Readers who were owed nothing (``nothing-new``) have their cursor moved to ``height`` in the same transaction.
        What is due at an hour to come cannot be claimed before. Does nothing if the issue is planned already.

        The rows may be more than memory holds. As long as they are read, nobody is locked out of the store; then one
        transaction writes them all.
        """
        ...

    def claim(
        self,
        issue: IssueId,
        *,
        worker: str,
        limit: int,
        lease_seconds: int,
        at: datetime,
        bounds: Bounds | None = None,
    ) -> Sequence[Claim]:
        """Claim up to ``limit`` planned deliveries for ``worker`` and return them; none of an issue that is stopped.

        From then on they are those of ``Holder(worker=worker, since=at)``. Readers who left or were suppressed since
        planning are excluded instead, in the same transaction. Those whom the mailer postponed are left out until then.
        """
        ...

    def record(
        self, issue: IssueId, answers: Sequence[Answer], *, holder: Holder, height: Position, at: datetime
    ) -> None:
        """Record the mailer's answers; an accepted reader's cursor moves to ``height`` in the same transaction.

        What it postponed is ``planned`` again, and cannot be claimed before it may be asked for. A claim that is not
        the ``holder``'s any more is left as it is.
        """
        ...

    def together(self) -> AbstractContextManager[None]:
        """Make what is recorded inside one committed transaction: all of it happened, or nothing."""
        ...

    def release(self, deliveries: Sequence[DeliveryId], *, holder: Holder) -> None:
        """Put the ``holder``'s claims back to ``planned``: the mailer certainly did not take them."""
        ...

    def put_off_until(self, issue: IssueId) -> datetime | None:
        """Return when the first of those whom the mailer postponed may be asked for; ``None`` if nobody waits so."""
        ...

    def by_hour(self, issue: IssueId, *, after: datetime) -> ByHour | None:
        """Return how many wait for hours of theirs ``after`` that instant, and for which; ``None`` if nobody does."""
        ...

    def overdue(self, issue: IssueId, *, before: datetime) -> Sequence[Overdue]:
        """Return the planned deliveries whose readers' hours were ``before`` that instant, by subscriber id."""
        ...

    def move(self, issue: IssueId, due: Mapping[DeliveryId, datetime | NotDue], *, at: datetime) -> int:
        """Make planned deliveries due at another hour, or leave their readers to the next issue, cursor and all.

        Return how many are planned no more. What is in another state by now is left as it is.
        """
        ...

    def give_up(self, issue: IssueId, *, is_gone: Callable[[str], bool], at: datetime) -> int:
        """Turn claims ``uncertain`` whose lease is over or whose worker is gone; return how many."""
        ...

    def settle(
        self, issue: IssueId, evidence: Mapping[DeliveryId, Evidence], *, height: Position, why: str, at: datetime
    ) -> None:
        """End doubts by evidence, and keep that; ``UNKNOWN`` leaves them as they are."""
        ...

    def tally(self, issue: IssueId, *, afterwards: bool = True) -> Tally:
        """Add the ledger up. Without ``afterwards`` it leaves out ``fates`` and ``by_hour``, which take long."""
        ...

    def states(self, issue: IssueId) -> Mapping[DeliveryState, int]:
        """Count the issue's deliveries by their states."""
        ...

    def bodies(self, issue: IssueId) -> Sequence[tuple[Contents, int]]:
        """Return the distinct contents that were planned, with how many readers have each; largest group first."""
        ...

    def held(self, issue: IssueId, whom: Collection[SubscriberId]) -> Mapping[SubscriberId, Contents]:
        """Return, for each of these readers whose mail was accepted and did not bounce, the contents that it held."""
        ...

    def story(self, issue: IssueId, address: str) -> DeliveryStory | None:
        """Return what is known of one reader's delivery, ``None`` if they have no row."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """An issue as ``digest issue list`` shows it. Instants are UTC."""

    id: IssueId
    newsletter: str
    state: IssueState
    hash: Sha256
    composed_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    corrects: IssueId | None = None
    finished_at: datetime | None = None


class IssueArchive(Protocol):
    """Sealed issues and the approvals of them. Every call is one transaction."""

    def put(self, sealed: Sealed) -> None:
        """Keep a sealed issue as awaiting approval; an older one that nobody approved is superseded.

        A correction takes the place of an older correction of the same issue only, an ordinary issue of ordinary ones.
        """
        ...

    def sealed(self, issue: IssueId) -> Sealed:
        """Return a sealed issue.

        :raises UnknownIssue: there is none of that name.
        """
        ...

    def row(self, issue: IssueId) -> IssueRow:
        """Return one issue's row.

        :raises UnknownIssue: there is none of that name.
        """
        ...

    def rows(self, newsletter: str | None = None) -> Sequence[IssueRow]:
        """Return all issues, newest first."""
        ...

    def approve(self, issue: IssueId, hash_: Sha256, *, by: str, at: datetime) -> None:
        """Record who approved which bytes.

        :raises NotInThisState: it is not awaiting approval, or its hash is another one.
        """
        ...

    def finish(self, issue: IssueId, *, at: datetime) -> bool:
        """Set the issue ``sent`` if no delivery is planned or claimed any more; tell whether it is."""
        ...
