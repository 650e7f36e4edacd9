"""What the ledger knows of one delivery: its row, how doubts about it ended, and what was told of it afterwards."""

from typing import Any

from sqlalchemy import Connection, Row, select

from digest.ids import DeliveryId, IssueId
from digest.send.feedback.vocabulary import FeedbackKind
from digest.send.ledger import DeliveryStory, Told
from digest.send.states import DeliveryState
from digest.store.doubts import settlements_of
from digest.store.identity import identity
from digest.store.tables import deliveries, feedback, subscribers


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
        told=_told(connection, delivery),
    )


def _told(connection: Connection, delivery: DeliveryId) -> tuple[Told, ...]:
    """Return what was told of a delivery, in the order in which it happened."""
    rows = connection.execute(
        select(feedback).where(feedback.c.delivery == delivery).order_by(feedback.c.happened_at, feedback.c.id)
    )
    return tuple(Told(kind=_kind(row.kind), source=row.source, why=row.why, at=row.happened_at) for row in rows)


def _kind(word: str) -> FeedbackKind:
    try:
        return FeedbackKind(word)
    except ValueError:
        return FeedbackKind.UNKNOWN  # kept by a newer version than this one
