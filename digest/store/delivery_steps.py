"""The steps of deliveries as statements that name the state they start from."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, update

from digest.ids import DeliveryId, IssueId
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Postponed, Rejected, Unclear
from digest.send.states import DeliveryState, may_step
from digest.store.tables import deliveries
from digest.store.transactions import chunks

#: What a delivery has while nobody has claimed it.
UNCLAIMED: Final[dict[str, Any]] = {"claimed_by": None, "lease_until": None, "claimed_at": None}


def step(
    connection: Connection,
    ids: Sequence[DeliveryId],
    now: DeliveryState,
    to: DeliveryState,
    *,
    issue: IssueId | None = None,
    holder: Holder | None = None,
    **values: Any,
) -> None:
    """Take the deliveries that are in state ``now`` to state ``to``; the others are left as they are.

    ``issue`` and ``holder`` leave alone the deliveries of other issues, and the claims of others.
    """
    assert may_step(now, to)
    for chunk in chunks(ids):
        statement = update(deliveries).where(deliveries.c.id.in_(chunk), deliveries.c.state == now)
        if issue is not None:
            statement = statement.where(deliveries.c.issue == issue)
        if holder is not None:
            statement = statement.where(is_claim_of(holder))
        connection.execute(statement.values(state=to, **values))


#: Which state an answer leads to that ends the asking.
_LEADS_TO: Final[dict[type[Accepted | Rejected | Unclear], DeliveryState]] = {
    Accepted: DeliveryState.ACCEPTED,
    Rejected: DeliveryState.REFUSED,
    Unclear: DeliveryState.UNCERTAIN,
}


def is_claim_of(holder: Holder) -> ColumnElement[bool]:
    """Ask whether the last claim of a delivery is the ``holder``'s: nobody has taken it since."""
    return and_(deliveries.c.claimed_by == holder.worker, deliveries.c.claimed_at == holder.since)


def record_answers(
    connection: Connection, issue: IssueId, answers: Sequence[Answer], holder: Holder, at: datetime
) -> None:
    """Take each answered delivery of the ``holder`` to the state that its answer leads to, where that is a step."""
    for kind, to in _LEADS_TO.items():
        rows = [_as_columns(one) for one in answers if isinstance(one, kind)]
        if rows:
            statement = (
                update(deliveries)
                .where(
                    deliveries.c.id == bindparam("delivery"),
                    deliveries.c.issue == issue,
                    is_claim_of(holder),
                    or_(*(deliveries.c.state == now for now in DeliveryState if may_step(now, to))),
                )
                .values(state=to, reason=bindparam("why"), receipt=bindparam("says"), answered_at=at, lease_until=None)
            )
            connection.execute(statement, rows)
    put_off: dict[tuple[float, str], list[DeliveryId]] = defaultdict(list)
    for one in answers:
        if isinstance(one, Postponed):
            put_off[one.after, one.why].append(one.delivery)
    for (after, why), ids in put_off.items():
        until = {"reason": why, "not_before": at + timedelta(seconds=after), **UNCLAIMED}
        step(connection, ids, DeliveryState.CLAIMED, DeliveryState.PLANNED, issue=issue, holder=holder, **until)


def _as_columns(answer: Accepted | Rejected | Unclear) -> dict[str, str | None]:
    if isinstance(answer, Accepted):
        return {"delivery": answer.delivery, "why": None, "says": answer.receipt}
    return {"delivery": answer.delivery, "why": answer.why, "says": None}
