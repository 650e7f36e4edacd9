"""What the ledger knows of one delivery: its row, and how doubts about it ended."""

from typing import Any

from sqlalchemy import Connection, Row, select

from digest.ids import DeliveryId, IssueId
from digest.send.ledger import DeliveryStory
from digest.send.states import DeliveryState
from digest.store.doubts import settlements_of
from digest.store.identity import identity
from digest.store.tables import deliveries, subscribers


def find_delivery(connection: Connection, issue: IssueId, address: str) -> Row[Any] | None:
    """Return the row of a reader's delivery, whatever the spelling of the address."""
    return connection.execute(
        select(deliveries)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .where(deliveries.c.issue == issue, subscribers.c.identity == identity(address))
    ).one_or_none()


def tell_story(connection: Connection, row: Row[Any], sections: tuple[str, ...]) -> DeliveryStory:
    """Return what is known of the delivery of that row; ``sections`` are the headlines in it."""
    delivery = DeliveryId(row.id)
    return DeliveryStory(
        id=delivery,
        issue=IssueId(row.issue),
        state=DeliveryState(row.state),
        reason=row.reason,
        sections=sections,
        planned_at=row.planned_at,
        claimed_at=row.claimed_at,
        answered_at=row.answered_at,
        receipt=row.receipt,
        not_before=row.not_before,
        settlements=settlements_of(connection, delivery),
    )
