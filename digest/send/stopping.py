"""Stopping an issue, and going on: by a person, or by the post office itself when too much comes back.

A stop that holds keeps every claim from handing out readers of its issue (``Ledger.claim``); what is in a worker's
hands is finished and recorded. The ledger is not touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from digest.clock import Clock
from digest.compose.issue import IssueState
from digest.errors import IssueStopped, NotInThisState
from digest.ids import IssueId
from digest.send.ledger import IssueArchive

#: What is written down where nobody said why.
NO_REASON: Final = "no reason was given"
#: Whom a stop by the post office itself is by.
THE_CANARY: Final = "the canary"
THE_BREAKER: Final = "the breaker"
_TOO_LATE: Final = {
    IssueState.SENT: "Nobody waits for it any more, and no mail can be called back.",
    IssueState.SUPERSEDED: "It will never be sent.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Who stopped an issue, why and when (UTC); it holds until somebody resumed it."""

    issue: IssueId
    by: str
    why: str
    at: datetime
    resumed_by: str | None = None
    resumed_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """Who stopped it, when and why, in one sentence without an end mark."""
        return f"stopped by {self.by} on {self.at:%Y-%m-%d at %H:%M} UTC: {self.why}"

    def as_json(self) -> dict[str, Any]:
        """Return the stop as plain values."""
        return {"by": self.by, "why": self.why, "at": self.at.isoformat()}


class Stops(Protocol):
    """Every stop of an issue there was. Every call is one transaction."""

    def stop(self, issue: IssueId, *, by: str, why: str, at: datetime) -> Stop:
        """Stop the issue and return what holds: an earlier stop by the same one stays as it is.

        :raises UnknownIssue: there is none of that name.
        """
        ...

    def resume(self, issue: IssueId, *, by: str, at: datetime) -> Sequence[Stop]:
        """Lift every stop of the issue that holds, and return them as they were; none if nothing held it.

        :raises UnknownIssue: there is none of that name.
        """
        ...

    def holding(self) -> Mapping[IssueId, Sequence[Stop]]:
        """Return the stops that hold, the oldest first, by their issues."""
        ...


def stop(issue: IssueId, *, by: str, why: str, archive: IssueArchive, stops: Stops, clock: Clock) -> Stop:
    """Stop the issue, planned or not, before or after its approval; stopping again changes nothing.

    :raises UnknownIssue: there is none of that name.
    :raises NotInThisState: it is all sent, or superseded.
    """
    state = archive.row(issue).state
    if state in _TOO_LATE:
        raise NotInThisState(issue, state, _TOO_LATE[state])
    return stops.stop(
        issue, by=_one_line(by) or "somebody", why=_one_line(why).rstrip(".") or NO_REASON, at=clock.now()
    )


def refuse_if_stopped(issue: IssueId, stops: Stops) -> None:
    """Do nothing unless a stop holds.

    :raises IssueStopped: somebody stopped it.
    """
    held = stops.holding().get(issue)
    if held:
        raise stopped(held)


def stopped(stops: Sequence[Stop]) -> IssueStopped:
    """Return the error that says who stopped an issue (at least one), why, and how to go on."""
    return IssueStopped(
        stops[0].issue, by=" and ".join(one.by for one in stops), why="; ".join(one.why for one in stops)
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
