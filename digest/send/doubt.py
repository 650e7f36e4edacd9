"""Doubts: deliveries of which nobody knows whether the mailer took them, and how they are settled. Pure, and a port.

A doubt ends by evidence, by a person, or by what the newsletter declared for the time after a wait; never silently.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from digest.compose.sending import Sending, WhenUncertain
from digest.ids import DeliveryId, IssueId
from digest.send.states import DeliveryState


class Verdict(StrEnum):
    """What a delivery in doubt becomes."""

    ACCEPTED = "accepted"
    PLANNED = "planned"  # it waits again, as if it had never been claimed

    @property
    def state(self) -> DeliveryState:
        """The state that the ledger's row steps to."""
        return DeliveryState(self.value)


class SettledBy(StrEnum):
    """What put an end to a doubt."""

    EVIDENCE = "evidence"  # the mailer's own records, or what the provider told us afterwards
    POLICY = "policy"  # the newsletter's declaration, after the wait that it names
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A delivery in doubt: asked for at ``asked_at`` by ``worker``, in doubt ``since``, and ``why``. Instants are UTC.

    ``planned_before`` tells whether the newsletter's policy has planned it again before: it does so once.
    """

    delivery: DeliveryId
    address: str
    asked_at: datetime | None
    since: datetime
    why: str
    worker: str | None
    planned_before: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain values, without the address: what programs read ends up in logs."""
        return {
            "delivery": self.delivery,
            "asked_at": None if self.asked_at is None else self.asked_at.isoformat(),
            "since": self.since.isoformat(),
            "why": self.why,
            "worker": self.worker,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a doubt ended: which ``verdict``, ``by`` what, ``who`` if it was a person, and ``why``; ``at`` is UTC."""

    verdict: Verdict
    by: SettledBy
    why: str
    at: datetime
    who: str | None = None

    @property
    def reason(self) -> str:
        """What the ledger's row says from now on."""
        return f"settled by {self.who}: {self.why}" if self.by is SettledBy.PERSON else self.why


class DoubtBook(Protocol):
    """The ledger's doubts. Every call is one transaction."""

    def uncertain(self, issue: IssueId) -> Sequence[DeliveryId]:
        """Return the ids of the deliveries in doubt."""
        ...

    def doubts(self, issue: IssueId) -> Sequence[Doubt]:
        """Return the issue's deliveries in doubt, the oldest first.

        :raises UnknownIssue: there is none of that name.
        """
        ...

    def end_doubts(self, issue: IssueId, which: Sequence[DeliveryId], settlement: Settlement) -> int:
        """Settle those of the deliveries that are in doubt, and keep how; return how many they were.

        With ``accepted`` the cursors move in the same transaction; with ``planned`` an issue that was ``sent`` is
        ``sending`` again. What is in any other state, such as claimed by a worker, is left as it is.
        """
        ...

    def state_of(self, issue: IssueId, delivery: DeliveryId) -> DeliveryState | None:
        """Return where a delivery of the issue stands; ``None`` if it has none of that id."""
        ...

    def unsettled(self) -> Sequence[IssueId]:
        """Return the issues that are ``sending`` or have deliveries in doubt, the oldest first."""
        ...

    def at_work(self, issue: IssueId, *, since: datetime) -> frozenset[str]:
        """Return the names of the workers that claimed anything of the issue ``since`` then, and may work still."""
        ...

    def ready(self, issue: IssueId, *, at: datetime) -> int:
        """Return how many planned deliveries may be claimed ``at`` that instant: nobody asked to come back later."""
        ...


def due_by_policy(doubts: Iterable[Doubt], sending: Sending, *, now: datetime) -> list[DeliveryId]:
    """Return the doubts that the newsletter's policy plans again ``now``.

    Only those that are older than its wait, and each of them once: a mail that ends in doubt again and again may have
    arrived again and again. With ``prefer-miss`` there are none.
    """
    if sending.when_uncertain is WhenUncertain.PREFER_MISS:
        return []
    long_ago = now - timedelta(hours=sending.uncertain_hours)
    return [doubt.delivery for doubt in doubts if doubt.since <= long_ago and not doubt.planned_before]


def by_policy(sending: Sending, *, now: datetime) -> Settlement:
    """Return how the newsletter's policy ends a doubt."""
    hours = "1 hour" if sending.uncertain_hours == 1 else f"{sending.uncertain_hours} hours"
    return Settlement(
        verdict=Verdict.PLANNED,
        by=SettledBy.POLICY,
        why=f"in doubt for {hours}, and the newsletter prefers a second mail to none (prefer-duplicate)",
        at=now,
    )


_DOTS: Final = "…"


def masked(address: str) -> str:
    """Return what of an address is enough to recognise somebody whom one looks for: ``a…@example.org``."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}{_DOTS}{at}{domain}" if at else _DOTS
