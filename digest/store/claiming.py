"""Claiming: which planned deliveries can be taken, and who is not to be mailed any more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    or_,
    select,
    update,
)

from digest.audience.may_mail import NoMail, verdict
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.ids import IssueId, SubscriberId
from digest.send.states import DeliveryState, may_step
from digest.store.columns import Instant
from digest.store.given import among, looked_up_by_index, plain_rows
from digest.store.tables import deliveries, issues, subscribers, subscriptions, suppressions

#: A delivery that can be claimed, with what is true of its reader now: its id, the reader, their address, name and
#: token, the key of the contents; then the subscription's state and the suppression's reason, if there is one.
Claimed = tuple[str, int, str, str, str, str, str, str | None]
_READER: Final = 1
_STATE: Final = 6
_SUPPRESSION: Final = 7
#: Before the first reader.
_NOBODY: Final = SubscriberId(0)


def claim_rows(
    connection: Connection, issue: IssueId, limit: int, at: datetime, *, after: SubscriberId, **claim: Any
) -> list[Claimed]:
    """Claim up to ``limit`` deliveries, with the values of ``claim``; exclude the readers who may not be mailed.

    They come in the order of their readers: from behind ``after`` on, and only if nobody is left there from the first
    one. So nobody looks again and again through those who were claimed long ago.
    """
    looked_up_by_index(connection)
    claimed: list[Claimed] = []
    while len(claimed) < limit:
        asked = {"issue": issue, "limit": limit - len(claimed), "at": at, "after": after}
        rows = sorted(plain_rows(connection.execute(CLAIMABLE, asked)), key=itemgetter(_READER))
        if not rows and after and not claimed:
            after = _NOBODY
            continue
        if not rows:
            break
        staying = _exclude_who_left(connection, issue, rows, at)
        _claim(connection, issue, staying, at, claim)
        claimed += staying
    return claimed


def _claimable() -> Select[Any]:
    # Picked first: joined at once, PostgreSQL goes through all readers from the first one on for every batch.
    picked = (
        select(deliveries.c.id, deliveries.c.issue, deliveries.c.subscriber, deliveries.c.contents_key)
        .where(
            deliveries.c.issue == bindparam("issue", type_=Text()),
            deliveries.c.state == DeliveryState.PLANNED,
            deliveries.c.subscriber > bindparam("after", type_=Integer()),
            is_due(bindparam("at", type_=Instant())),
        )
        .order_by(deliveries.c.subscriber)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    return (
        select(
            picked.c.id,
            picked.c.subscriber,
            subscribers.c.address,
            subscribers.c.name,
            subscriptions.c.token,
            picked.c.contents_key,
            subscriptions.c.state,
            suppressions.c.reason,
        )
        .join_from(picked, issues, issues.c.id == picked.c.issue)
        .join(subscribers, subscribers.c.id == picked.c.subscriber)
        .join(
            subscriptions,
            and_(subscriptions.c.subscriber == picked.c.subscriber, subscriptions.c.list == issues.c.list),
        )
        .outerjoin(suppressions, suppressions.c.identity == subscribers.c.identity)
    )


def _exclude_who_left(
    connection: Connection, issue: IssueId, rows: Sequence[Claimed], at: datetime
) -> Sequence[Claimed]:
    """Exclude the readers who may not be mailed any more; return the rows of the others."""
    verdicts = {one: _verdict(*one) for one in {(row[_STATE], row[_SUPPRESSION]) for row in rows}}
    if not any(verdicts.values()):
        return rows
    gone: dict[NoMail | None, list[Claimed]] = defaultdict(list)
    for row in rows:
        gone[verdicts[row[_STATE], row[_SUPPRESSION]]].append(row)
    staying = gone.pop(None, [])
    for reason, theirs in gone.items():
        _step(connection, issue, theirs, DeliveryState.EXCLUDED, reason=reason, answered_at=at)
    return staying


@cache
def _verdict(state: str, suppression: str | None) -> NoMail | None:
    return verdict(SubscriptionState(state), None if suppression is None else SuppressionReason(suppression))


def _claim(
    connection: Connection, issue: IssueId, rows: Sequence[Claimed], at: datetime, claim: Mapping[str, Any]
) -> None:
    """Claim planned deliveries.

    On SQLite nobody else is at work meanwhile, so they are all that are planned and due from the first of them to the
    last, which is asked for much faster than one after the other; unless somebody of them has no subscription any more.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        between = {"in_issue": issue, "due_at": at, "first": rows[0][_READER], "last": rows[-1][_READER]}
        connection.exec_driver_sql("SAVEPOINT claim")  # SQLAlchemy's own is compiled anew for every batch
        claimed = connection.execute(_claim_between(tuple(claim)), {**between, **claim}).rowcount
        if claimed != len(rows):
            connection.exec_driver_sql("ROLLBACK TO claim")
        connection.exec_driver_sql("RELEASE claim")
        if claimed == len(rows):
            return
    _step(connection, issue, rows, DeliveryState.CLAIMED, **claim)


@cache
def _claim_between(names: tuple[str, ...]) -> Update:
    return (
        update(deliveries)
        .where(
            deliveries.c.issue == bindparam("in_issue"),
            deliveries.c.state == DeliveryState.PLANNED,
            deliveries.c.subscriber.between(bindparam("first"), bindparam("last")),
            is_due(bindparam("due_at", type_=Instant())),
        )
        .values({"state": DeliveryState.CLAIMED} | {name: bindparam(name) for name in names})
    )


def is_due(at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Ask whether a delivery is put off no more at that instant."""
    return or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= at)


def _step(connection: Connection, issue: IssueId, rows: Sequence[Claimed], to: DeliveryState, **values: Any) -> None:
    """Take planned deliveries to ``to``. By their readers, who stand side by side in an index; ids are anywhere."""
    assert may_step(DeliveryState.PLANNED, to)
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.issue == issue,
            deliveries.c.state == DeliveryState.PLANNED,
            among(connection, deliveries.c.subscriber, [row[_READER] for row in rows]),
        )
        .values(state=to, **values)
    )


#: Asks for ``limit`` planned deliveries of an ``issue`` to readers behind ``after`` that are due ``at`` an instant, and
#: for what is true of them now: the columns of ``Claimed``. Sorted by whoever asks: SQLite would sort whole rows,
#: which mostly are in order.
CLAIMABLE: Final = _claimable()
