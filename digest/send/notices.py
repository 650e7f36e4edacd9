"""The queue of notices: its port, and what became of a round of sending them.

The law is the ledger's: queued in the transaction of what caused it, claimed before the mailer is asked, recorded after
it answered. Whatever dies in between, nobody gets the same notice twice by the machine, unless their newsletter prefers
a second mail to none, and none is lost: what is in doubt is listed as uncertain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from digest.audience.notice import Notice, NoticeKind
from digest.errors import MailerError
from digest.ids import DeliveryId, NewsletterId
from digest.send.doubt import Doubt, Verdict
from digest.send.ledger import Holder
from digest.send.mail import Answer
from digest.send.states import DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One notice as it is listed: nobody's address is in it. ``reason`` says why it is as it is; instants are UTC."""

    id: DeliveryId
    newsletter: NewsletterId
    kind: NoticeKind
    state: DeliveryState
    reason: str | None
    queued_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    not_before: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "id": self.id,
            "newsletter": self.newsletter,
            "kind": self.kind,
            "state": self.state,
            "reason": self.reason,
            "queued_at": self.queued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "answered_at": None if self.answered_at is None else self.answered_at.isoformat(),
            "not_before": None if self.not_before is None else self.not_before.isoformat(),
        }


class NoticeBook(Protocol):
    """Where notices wait. Every call is one transaction."""

    def put(self, notices: Sequence[Notice], *, at: datetime) -> int:
        """Queue notices; one whose id is there already is left as it is. Return how many are new."""
        ...

    def known(self, notices: Sequence[DeliveryId]) -> frozenset[DeliveryId]:
        """Return those of these that were ever queued."""
        ...

    def claim(self, *, worker: str, limit: int, lease_seconds: int, at: datetime) -> Sequence[Notice]:
        """Claim up to ``limit`` waiting notices for ``worker``, the oldest first; fewer if no more can be had.

        Those that have expired, or may not be sent any more, are excluded instead (``may_notify``), in the same
        transaction.
        """
        ...

    def record(self, answers: Sequence[Answer], *, holder: Holder, at: datetime) -> None:
        """Record the mailer's answers for the ``holder``'s claims. Of what has left no address and no link is kept."""
        ...

    def release(self, notices: Sequence[DeliveryId], *, holder: Holder) -> None:
        """Let the ``holder``'s claims wait again: the mailer certainly did not take them."""
        ...

    def give_up(self, *, is_gone: Callable[[str], bool], at: datetime) -> int:
        """Turn claims ``uncertain`` whose lease is over or whose worker is gone; return how many."""
        ...

    def doubts(self) -> Mapping[NewsletterId, Sequence[Doubt]]:
        """Return the notices in doubt that are of any use still, by their newsletters, the oldest first."""
        ...

    def end_doubts(
        self, notices: Sequence[DeliveryId], verdict: Verdict, *, why: str, at: datetime, by_policy: bool = False
    ) -> int:
        """Settle those of the notices that are in doubt; return how many they were."""
        ...

    def rows(self, *, state: DeliveryState | None = None, most: int | None = None) -> Sequence[NoticeRow]:
        """Return notices, the newest first."""
        ...

    def counts(self) -> Mapping[DeliveryState, int]:
        """Return how many notices are in each state."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReport:
    """What one round of sending notices did. All numbers are notices; ``error`` is why it ended early, if it did.

    ``settled`` had been in doubt until there was evidence; ``planned_again`` are sent again by their newsletter's
    declared policy. ``left`` is how many are in each state now.
    """

    accepted: int = 0
    refused: int = 0
    unclear: int = 0
    postponed: int = 0
    put_back: int = 0
    given_up: int = 0
    settled: int = 0
    planned_again: int = 0
    left: Mapping[DeliveryState, int] = field(default_factory=dict)
    error: MailerError | None = None

    @property
    def waiting(self) -> int:
        """How many wait to be sent, or are in a worker's hands."""
        return self.left.get(DeliveryState.PLANNED, 0) + self.left.get(DeliveryState.CLAIMED, 0)

    @property
    def in_doubt(self) -> int:
        """Of how many nobody knows whether they were taken."""
        return self.left.get(DeliveryState.UNCERTAIN, 0)

    @property
    def has_changed(self) -> bool:
        """Whether there was anything to do."""
        return any((self.accepted, self.refused, self.unclear, self.given_up, self.settled, self.planned_again))

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "accepted": self.accepted,
            "refused": self.refused,
            "unclear": self.unclear,
            "postponed": self.postponed,
            "put_back": self.put_back,
            "given_up": self.given_up,
            "settled": self.settled,
            "planned_again": self.planned_again,
            "waiting": self.waiting,
            "in_doubt": self.in_doubt,
            "trouble": None if self.error is None else str(self.error),
        }
