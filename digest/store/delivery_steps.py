"""The steps of deliveries as statements that name the state they start from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, update

from digest.ids import DeliveryId, IssueId
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Rejected, Unclear
from digest.send.states import DeliveryState, may_step
from digest.store.tables import deliveries
from digest.store.transactions import chunks


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


#: Which state an answer leads to.
_LEADS_TO: Final[dict[type[Answer], DeliveryState]] = {
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


def _as_columns(answer: Answer) -> dict[str, str | None]:
    if isinstance(answer, Accepted):
        return {"delivery": answer.delivery, "why": None, "says": answer.receipt}
    return {"delivery": answer.delivery, "why": answer.why, "says": None}
