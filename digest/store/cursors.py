"""Cursors: the shelf's height at the last issue that was accepted for a reader, or that owed them nothing."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Text, select, update

from digest.ids import DeliveryId, ListName, Position
from digest.send.states import DeliveryState
from digest.store.given import given
from digest.store.tables import deliveries, subscriptions


def move_cursors(connection: Connection, list_name: ListName, accepted: Sequence[DeliveryId], height: Position) -> None:
    """Move the cursors of the readers whose deliveries are accepted now, and did not bounce."""
    if not accepted:
        return
    asked = given(connection, {"id": Text()}, [(one,) for one in accepted])
    readers = (
        select(deliveries.c.subscriber)
        .join(asked, asked.c.id == deliveries.c.id)
        .where(deliveries.c.state == DeliveryState.ACCEPTED, deliveries.c.bounced_at.is_(None))
    )
    raise_cursors(connection, subscriptions.c.subscriber.in_(readers), list_name, height)


def raise_cursors(connection: Connection, whose: ColumnElement[bool], list_name: ListName, height: Position) -> None:
    """Move the cursors of ``whose`` subscriptions to the list up to ``height``; a cursor never moves down."""
    # Locked in one order first: two issues of a list that move the same readers' cursors must not wait in a circle.
    behind = (
        select(subscriptions.c.id)
        .where(whose, subscriptions.c.list == list_name, subscriptions.c.cursor < height)
        .order_by(subscriptions.c.id)
        .with_for_update(key_share=True)
        .cte("behind")
    )
    connection.execute(update(subscriptions).where(subscriptions.c.id.in_(select(behind.c.id))).values(cursor=height))
