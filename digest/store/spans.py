"""Which claims are in hand: a yes to all of them is recorded as one span of readers, not one by one."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digest.ids import IssueId, SubscriberId
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


class Spans:
    """The batches that this process has claimed and not recorded. Used by the one thread that has the ledger."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._claimed: OrderedDict[tuple[IssueId, Holder], Sequence[Claim] | None] = OrderedDict()

    def claimed(self, issue: IssueId, holder: Holder, claims: Sequence[Claim]) -> None:
        """Remember a batch. Two of one holder, by a clock that stood still, cannot be told apart: neither is a span."""
        key = issue, holder
        self._claimed[key] = None if key in self._claimed else claims
        if len(self._claimed) > _KEPT:
            self._claimed.popitem(last=False)

    def answered(self, issue: IssueId, holder: Holder, answers: Sequence[Answer]) -> tuple[Span, str] | None:
        """Return the span and the receipt if the answers are one yes to all that the holder claimed, and forget it."""
        claims = self._claimed.pop((issue, holder), None)
        if not claims or len(claims) != len(answers):
            return None
        receipt = _receipt_of_all(answers)
        if receipt is None or [claim.id for claim in claims] != [answer.delivery for answer in answers]:
            return None
        return Span(first=claims[0].subscriber, last=claims[-1].subscriber, count=len(claims)), receipt


def _receipt_of_all(answers: Sequence[Answer]) -> str | None:
    if set(map(type, answers)) != {Accepted}:
        return None
    receipts = {answer.receipt for answer in answers if isinstance(answer, Accepted)}
    return receipts.pop() if len(receipts) == 1 else None
