"""Cursors: the shelf's height at the last issue that was accepted for a reader, or that owed them nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, ScalarSelect, func, select, update

from digest.ids import GROUND, DeliveryId, IssueId, ListName, Position, SubscriberId
from digest.send.states import DeliveryState
from digest.store.given import among, given
from digest.store.tables import deliveries, issues, subscriptions


def move_cursors(connection: Connection, list_name: ListName, accepted: Sequence[DeliveryId], height: Position) -> None:
    """Move the cursors of the readers whose deliveries are accepted now, and did not bounce.

    What they accepted counts from when the mailer was asked: it is known only afterwards.
    """
    if not accepted:
        return
    readers = select(deliveries.c.subscriber).where(
        among(connection, deliveries.c.id, accepted),
        deliveries.c.state == DeliveryState.ACCEPTED,
        deliveries.c.bounced_at.is_(None),
    )
    asked_at = (
        select(func.max(deliveries.c.claimed_at))
        .where(among(connection, deliveries.c.id, accepted), deliveries.c.subscriber == subscriptions.c.subscriber)
        .correlate(subscriptions)
        .scalar_subquery()
    )
    raise_cursors(connection, subscriptions.c.subscriber.in_(readers), list_name, height, accepted_at=asked_at)


def move_cursors_of(
    connection: Connection, issue: IssueId, readers: Sequence[SubscriberId], height: Position, at: datetime
) -> None:
    """Move the cursors of readers of the issue's list, whose mails were accepted ``at`` that instant."""
    if readers:
        list_name = select(issues.c.list).where(issues.c.id == issue).scalar_subquery()
        asked = given(connection, {"subscriber": Integer()}, [(one,) for one in readers])
        whose = subscriptions.c.subscriber.in_(select(asked.c.subscriber))
        raise_cursors(connection, whose, list_name, height, accepted_at=at)


def raise_cursors(
    connection: Connection,
    whose: ColumnElement[bool],
    list_name: ListName | ScalarSelect[str],
    height: Position,
    *,
    accepted_at: datetime | ScalarSelect[datetime] | None = None,
) -> None:
    """Move the cursors of ``whose`` subscriptions to the list up to ``height``; a cursor never moves down.

    With ``accepted_at`` that is because an issue was accepted then, which their next one is paced by.
    """
    # Locked in one order first: two issues of a list that move the same readers' cursors must not wait in a circle.
    behind = (
        select(subscriptions.c.id)
        .where(whose, subscriptions.c.list == list_name, subscriptions.c.cursor < height)
        .order_by(subscriptions.c.id)
        .with_for_update(key_share=True)
        .cte("behind")
    )
    moved: dict[str, Any] = {"cursor": height} | ({} if accepted_at is None else {"accepted_at": accepted_at})
    connection.execute(update(subscriptions).where(subscriptions.c.id.in_(select(behind.c.id))).values(**moved))


def lower_cursors(connection: Connection, list_name: ListName, bounced: Sequence[DeliveryId], height: Position) -> None:
    """Move the cursors of readers back whose mails of the issue of ``height`` bounced: they are owed it next time.

    A cursor goes back to the last issue before it that was accepted and did not bounce, or to the ground. It stays
    where a later issue was accepted, since nobody is to get that one's articles twice. Their pace keeps nobody whose
    mail bounced from the next issue.
    """
    if not bounced:
        return
    whose = select(deliveries.c.subscriber).where(among(connection, deliveries.c.id, bounced))
    reached = (
        select(func.max(issues.c.height))
        .join_from(deliveries, issues, issues.c.id == deliveries.c.issue)
        .where(
            deliveries.c.subscriber == subscriptions.c.subscriber,
            issues.c.list == list_name,
            deliveries.c.state == DeliveryState.ACCEPTED,
            deliveries.c.bounced_at.is_(None),
        )
        .correlate(subscriptions)
        .scalar_subquery()
    )
    back = func.coalesce(reached, GROUND)
    ahead = (
        select(subscriptions.c.id)
        .where(subscriptions.c.subscriber.in_(whose), subscriptions.c.list == list_name)
        .where(back < height, subscriptions.c.cursor > back)
        .order_by(subscriptions.c.id)
        .with_for_update(key_share=True)
        .cte("ahead")
    )
    gone_back = {"cursor": back, "accepted_at": None}
    connection.execute(update(subscriptions).where(subscriptions.c.id.in_(select(ahead.c.id))).values(**gone_back))
