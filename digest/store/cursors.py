"""Cursors: the shelf's height at the last issue that was accepted for a reader, or that owed them nothing."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, select, update

from digest.ids import DeliveryId, ListName, Position
from digest.send.states import DeliveryState
from digest.store.tables import deliveries, subscriptions
from digest.store.transactions import chunks


def move_cursors(connection: Connection, list_name: ListName, accepted: Sequence[DeliveryId], height: Position) -> None:
    """Move the cursors of the readers whose deliveries are accepted now, and of which nobody told that they bounced."""
    for chunk in chunks(accepted):
        readers = select(deliveries.c.subscriber).where(
            deliveries.c.id.in_(chunk),
            deliveries.c.state == DeliveryState.ACCEPTED,
            deliveries.c.bounced_at.is_(None),  # a bounce may be told before the yes is recorded
        )
        raise_cursors(connection, subscriptions.c.subscriber.in_(readers), list_name, height)


def raise_cursors(connection: Connection, whose: ColumnElement[bool], list_name: ListName, height: Position) -> None:
    """Move the cursors of ``whose`` subscriptions to the list up to ``height``; a cursor never moves down."""
    # Locked in one order first: two issues of a list that move the same readers' cursors must not wait in a circle.
    behind = connection.scalars(
        select(subscriptions.c.id)
        .where(whose, subscriptions.c.list == list_name, subscriptions.c.cursor < height)
        .order_by(subscriptions.c.id)
        .with_for_update(key_share=True)
    ).all()
    if behind:
        connection.execute(update(subscriptions).where(subscriptions.c.id.in_(behind)).values(cursor=height))
