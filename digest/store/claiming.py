"""Claiming: which planned deliveries can be taken, and who is not to be mailed any more."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, or_, select, update

from digest.audience.may_mail import NoMail, verdict
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.ids import IssueId
from digest.send.states import DeliveryState, may_step
from digest.store.given import among
from digest.store.tables import deliveries, issues, subscribers, subscriptions, suppressions


class Claimed(NamedTuple):
    """A delivery that can be claimed, with what is true of its reader now: the columns of ``claimable``."""

    id: str
    subscriber: int
    address: str
    name: str
    token: str
    contents_key: str
    state: str
    suppression: str | None


def claim_rows(connection: Connection, issue: IssueId, limit: int, at: datetime, **claim: Any) -> list[Claimed]:
    """Claim up to ``limit`` deliveries, with the values of ``claim``; exclude the readers who may not be mailed."""
    claimed: list[Claimed] = []
    while len(claimed) < limit:
        rows = [Claimed(*row) for row in connection.execute(claimable(issue, limit - len(claimed), at)).all()]
        if not rows:
            break
        staying = _exclude_who_left(connection, issue, rows, at)
        _step(connection, issue, staying, DeliveryState.CLAIMED, **claim)
        claimed += staying
    return claimed


def claimable(issue: IssueId, limit: int, at: datetime) -> Select[Any]:
    """Ask for planned deliveries, but for those put off beyond ``at``, with what is true of their readers now.

    The columns are those of ``Claimed``.
    """
    # Picked first: joined at once, PostgreSQL goes through all readers from the first one on for every batch.
    picked = (
        select(deliveries.c.id, deliveries.c.issue, deliveries.c.subscriber, deliveries.c.contents_key)
        .where(
            deliveries.c.issue == issue,
            deliveries.c.state == DeliveryState.PLANNED,
            or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= at),
        )
        .order_by(deliveries.c.subscriber)
        .limit(limit)
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
        .order_by(picked.c.subscriber)
    )


def _exclude_who_left(
    connection: Connection, issue: IssueId, rows: Sequence[Claimed], at: datetime
) -> Sequence[Claimed]:
    """Exclude the readers who may not be mailed any more; return the rows of the others."""
    gone: dict[NoMail, list[Claimed]] = defaultdict(list)
    for row in rows:
        no_mail = _verdict(row.state, row.suppression)
        if no_mail is not None:
            gone[no_mail].append(row)
    for reason, theirs in gone.items():
        _step(connection, issue, theirs, DeliveryState.EXCLUDED, reason=reason, answered_at=at)
    return [row for row in rows if _verdict(row.state, row.suppression) is None] if gone else rows


@cache
def _verdict(state: str, suppression: str | None) -> NoMail | None:
    return verdict(SubscriptionState(state), None if suppression is None else SuppressionReason(suppression))


def _step(connection: Connection, issue: IssueId, rows: Sequence[Claimed], to: DeliveryState, **values: Any) -> None:
    """Take planned deliveries to ``to``. By their readers, who stand side by side in an index; ids are anywhere."""
    assert may_step(DeliveryState.PLANNED, to)
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.issue == issue,
            deliveries.c.state == DeliveryState.PLANNED,
            among(connection, deliveries.c.subscriber, [row.subscriber for row in rows]),
        )
        .values(state=to, **values)
    )
