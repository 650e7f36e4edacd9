"""A yes to a whole batch, recorded as one span of readers: two statements that name no delivery."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, Text, Update, bindparam, select, update

from digest.ids import IssueId, Position
from digest.send.ledger import Holder
from digest.send.states import DeliveryState
from digest.store.columns import Instant
from digest.store.given import looked_up_by_index
from digest.store.spans import Span
from digest.store.tables import deliveries, issues, subscriptions


def accept_span(
    connection: Connection,
    issue: IssueId,
    span: Span,
    receipt: str,
    *,
    holder: Holder,
    height: Position,
    at: datetime,
) -> bool:
    """Record that the mailer took all that the ``holder`` claimed, and move those readers' cursors to ``height``.

    Tell whether that was all: what is not the holder's claim any more is left as it is.
    """
    theirs = {
        "of_issue": issue,
        "first": span.first,
        "last": span.last,
        "worker": holder.worker,
        "since": holder.since,
    }
    looked_up_by_index(connection)
    accepted = connection.execute(_ACCEPT, {**theirs, "said": receipt, "at": at})
    connection.execute(
        _RAISE_ALONE if connection.dialect.name == "sqlite" else _RAISE, {**theirs, "height": height, "at": at}
    )
    return accepted.rowcount == span.count


_AT: Final = bindparam("at", type_=Instant())
_OF_THE_HOLDER: Final = (
    deliveries.c.issue == bindparam("of_issue", type_=Text()),
    deliveries.c.subscriber.between(bindparam("first", type_=Integer()), bindparam("last", type_=Integer())),
    deliveries.c.claimed_by == bindparam("worker", type_=Text()),
    deliveries.c.claimed_at == bindparam("since", type_=Instant()),
)


def _accept() -> Update:
    return (
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.CLAIMED, *_OF_THE_HOLDER)
        .values(
            state=DeliveryState.ACCEPTED,
            reason=None,
            receipt=bindparam("said", type_=Text()),
            answered_at=_AT,
            lease_until=None,
        )
    )


def _raise(*, is_alone: bool) -> Update:
    """Move cursors up: of the readers of the issue's list who were accepted, and of whom no bounce is known yet.

    Whoever is not alone locks the subscriptions in one order first: two issues of a list must not wait for each other
    in a circle.
    """
    arrived = select(deliveries.c.subscriber).where(
        deliveries.c.state == DeliveryState.ACCEPTED, deliveries.c.bounced_at.is_(None), *_OF_THE_HOLDER
    )
    height = bindparam("height", type_=Integer())
    are_behind = (
        subscriptions.c.list == select(issues.c.list).where(issues.c.id == bindparam("of_issue")).scalar_subquery(),
        subscriptions.c.subscriber.between(bindparam("first"), bindparam("last")),
        subscriptions.c.subscriber.in_(arrived),
        subscriptions.c.cursor < height,
    )
    moved = update(subscriptions).values(cursor=height, accepted_at=_AT)
    if is_alone:
        return moved.where(*are_behind)
    in_order = select(subscriptions.c.id).where(*are_behind).order_by(subscriptions.c.id)
    behind = in_order.with_for_update(key_share=True).cte("behind")
    return moved.where(subscriptions.c.id.in_(select(behind.c.id)))


_ACCEPT: Final = _accept()
_RAISE: Final = _raise(is_alone=False)
_RAISE_ALONE: Final = _raise(is_alone=True)  # on SQLite
