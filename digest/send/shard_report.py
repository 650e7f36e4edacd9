"""What one worker did for one issue, as a value."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from digest.errors import IssueStopped, MailerError
from digest.ids import IssueId
from digest.send.mail import Accepted, Answer, Postponed, Rejected, Unclear

_COUNTED_AS: Final[dict[type[Answer], str]] = {
    Accepted: "accepted",
    Rejected: "refused",
    Unclear: "unclear",
    Postponed: "postponed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardReport:
    """What one worker did for one issue. All numbers are deliveries; ``error`` is why it ended early, if it did.

    ``postponed`` counts how often a reader was put off, whom this run may have mailed since. ``put_back`` were claimed
    and certainly not taken; ``settled`` had been in doubt until there was evidence. ``planned_again`` were in doubt,
    too, and are mailed again by the newsletter's declared policy, perhaps for the second time. ``is_finished``: nobody
    waits any more for this issue, whoever mailed it.
    """

    issue: IssueId
    worker: str
    accepted: int = 0
    refused: int = 0
    unclear: int = 0
    postponed: int = 0
    put_back: int = 0
    settled: int = 0
    planned_again: int = 0
    is_finished: bool = False
    error: MailerError | IssueStopped | None = None

    @property
    def stopped(self) -> str | None:
        """Why the worker ended early, in one sentence with advice."""
        return str(self.error) if self.error is not None else None

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "issue": self.issue,
            "accepted": self.accepted,
            "refused": self.refused,
            "unclear": self.unclear,
            "postponed": self.postponed,
            "put_back": self.put_back,
            "settled": self.settled,
            "planned_again": self.planned_again,
            "finished": self.is_finished,
            "stopped": self.stopped,
        }


def count_answers(answers: Iterable[Answer]) -> Counter[str]:
    """Count answers by the names that the report has for them."""
    return Counter({_COUNTED_AS[kind]: count for kind, count in Counter(map(type, answers)).items()})
