"""Who got an issue: whose mail was accepted, and did not come back as far as anybody told."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from digest.ids import IssueId, SubscriberId
from digest.send.states import DeliveryState
from digest.store.tables import deliveries
from digest.store.transactions import chunks


def accepted_keys(connection: Connection, issue: IssueId, whom: Collection[SubscriberId]) -> dict[SubscriberId, str]:
    """Return, for each of these readers who got the issue, the key of the contents that their mail held."""
    return {
        SubscriberId(row.subscriber): row.contents_key
        for chunk in chunks(whom)
        for row in connection.execute(
            select(deliveries.c.subscriber, deliveries.c.contents_key).where(
                deliveries.c.issue == issue,
                deliveries.c.subscriber.in_(chunk),
                deliveries.c.state == DeliveryState.ACCEPTED,
                deliveries.c.bounced_at.is_(None),
            )
        )
    }
