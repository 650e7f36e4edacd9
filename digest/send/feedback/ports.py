"""What feedback needs from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from digest.ids import DeliveryId, IssueId
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.mail import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of reports: ``new`` were kept, ``known`` were there already, ``unmatched`` name no delivery of ours.

    ``settled`` deliveries had been in doubt; ``suppressed`` addresses are not mailed any more.
    """

    new: int = 0
    known: int = 0
    unmatched: int = 0
    settled: int = 0
    suppressed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that was told us, as it is shown: nothing in it names the reader. Instants are UTC.

    ``issue`` is ``None`` if the delivery is none of ours, or none was named.
    """

    kind: FeedbackKind
    source: str
    at: datetime
    received_at: datetime
    delivery: DeliveryId | None
    issue: IssueId | None
    why: str


class FeedbackBook(Protocol):
    """Everything that was told us afterwards. Every call is one transaction."""

    def take_in(self, told: Sequence[Feedback], *, at: datetime) -> TakenIn:
        """Keep what is new and let follow what follows from it: fates, settled doubts, suppressions, cursors.

        Order does not matter, and neither does hearing a thing twice, or before the ledger has recorded the yes.
        """
        ...

    def evidence(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell of each delivery whether something was told that proves that the provider had it; else ``UNKNOWN``."""
        ...

    def heard(
        self,
        *,
        issue: IssueId | None = None,
        delivery: DeliveryId | None = None,
        unmatched: bool = False,
        most: int | None = None,
    ) -> Sequence[Heard]:
        """Return what was told, the newest first: of one issue or delivery, or only what names no delivery of ours."""
        ...

    def counts(self, *, issue: IssueId | None = None, unmatched: bool = False) -> Mapping[FeedbackKind, int]:
        """Return how often each thing was told."""
        ...
