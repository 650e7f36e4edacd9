"""Which claims are in hand: a yes to all of them is recorded as one span of readers, not one by one."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from digest.ids import DeliveryId, IssueId, SubscriberId
from digest.send.ledger import Claim, Holder
from digest.send.mail import Accepted, Answer

#: So many batches are remembered; one that was forgotten is recorded delivery by delivery.
_KEPT: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What one claim took: ``count`` readers of an issue, from ``first`` to ``last`` by their ids."""

    first: SubscriberId
    last: SubscriberId
    count: int


class _Run(NamedTuple):
    """Readers who were claimed side by side, and are not recorded yet; taken apart once, whatever their answers."""

    deliveries: Sequence[DeliveryId]
    readers: Sequence[SubscriberId]

    def cut(self, first: int | None, end: int | None) -> "_Run":
        return _Run(self.deliveries[first:end], self.readers[first:end])


class Spans:
    """The batches that this process has claimed and not recorded. Used by the one thread that has the ledger."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._claimed: OrderedDict[tuple[IssueId, Holder], list[_Run]] = OrderedDict()

    def claimed(self, issue: IssueId, holder: Holder, claims: Sequence[Claim]) -> None:
        """Remember a claim. Two of one holder, by a clock that stood still, cannot be told apart: neither has spans."""
        key = issue, holder
        run = _Run([claim.id for claim in claims], [claim.subscriber for claim in claims])
        self._claimed[key] = [] if key in self._claimed else [run]
        if len(self._claimed) > _KEPT:
            self._claimed.popitem(last=False)

    def answered(self, issue: IssueId, holder: Holder, answers: Sequence[Answer]) -> tuple[Span, str] | None:
        """Return the span and the receipt if the answers are one yes to readers whom the holder claimed side by side.

        That is forgotten then; what else was claimed with them is not.
        """
        runs = self._claimed.get((issue, holder), [])
        receipt = _receipt_of_all(answers)
        if receipt is None:
            return None
        named = [answer.delivery for answer in answers]
        for place, run in enumerate(runs):
            if named[0] not in run.deliveries:
                continue
            first = run.deliveries.index(named[0])
            end = first + len(named)
            if run.deliveries[first:end] != named:
                return None
            runs[place : place + 1] = [rest for rest in (run.cut(None, first), run.cut(end, None)) if rest.deliveries]
            if not runs:
                del self._claimed[issue, holder]
            return Span(first=run.readers[first], last=run.readers[end - 1], count=len(named)), receipt
        return None


def _receipt_of_all(answers: Sequence[Answer]) -> str | None:
    if not answers or set(map(type, answers)) != {Accepted}:
        return None
    receipts = {answer.receipt for answer in answers if isinstance(answer, Accepted)}
    return receipts.pop() if len(receipts) == 1 else None
