"""Claiming: which planned deliveries can be taken, and who is not to be mailed any more."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from digest.audience.may_mail import NoMail, may_mail
from digest.audience.reader import Reader, Subscriber, SubscriptionState, SuppressionReason
from digest.ids import DeliveryId, IssueId, ListName, SubscriberId
from digest.send.states import DeliveryState
from digest.store.delivery_steps import step
from digest.store.tables import deliveries, issues, subscribers, subscriptions, suppressions


def claimable(issue: IssueId, limit: int, at: datetime) -> Select[Any]:
    """Ask for planned deliveries, but for those put off beyond ``at``, with what is true of their readers now."""
    return (
        select(
            deliveries.c.id,
            deliveries.c.subscriber,
            deliveries.c.contents_key,
            subscribers.c.address,
            subscribers.c.name,
            subscriptions.c.list,
            subscriptions.c.state,
            subscriptions.c.token,
            suppressions.c.reason.label("suppression"),
        )
        .join(issues, issues.c.id == deliveries.c.issue)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .join(
            subscriptions,
            and_(subscriptions.c.subscriber == deliveries.c.subscriber, subscriptions.c.list == issues.c.list),
        )
        .outerjoin(suppressions, suppressions.c.identity == subscribers.c.identity)
        .where(
            deliveries.c.issue == issue,
            deliveries.c.state == DeliveryState.PLANNED,
            or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= at),
        )
        .order_by(deliveries.c.subscriber)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )


def exclude_who_left(connection: Connection, rows: Sequence[Row[Any]], at: datetime) -> list[Row[Any]]:
    """Exclude the readers who may not be mailed any more; return the rows of the others."""
    staying = []
    gone: dict[NoMail, list[DeliveryId]] = defaultdict(list)
    for row in rows:
        no_mail = may_mail(_reader(row))
        if no_mail is None:
            staying.append(row)
        else:
            gone[no_mail].append(row.id)
    for reason, ids in gone.items():
        step(connection, ids, DeliveryState.PLANNED, DeliveryState.EXCLUDED, reason=reason, answered_at=at)
    return staying


def _reader(row: Row[Any]) -> Reader:
    return Reader(
        subscriber=Subscriber(id=SubscriberId(row.subscriber), address=row.address, name=row.name),
        list_name=ListName(row.list),
        state=SubscriptionState(row.state),
        token=row.token,
        suppression=None if row.suppression is None else SuppressionReason(row.suppression),
    )
