"""Who got an issue: whose mail was accepted, and did not come back as far as anybody told."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from digest.ids import IssueId, SubscriberId
from digest.send.states import DeliveryState
from digest.store.tables import deliveries


def accepted_keys(connection: Connection, issue: IssueId, whom: Collection[SubscriberId]) -> dict[SubscriberId, str]:
    """Return, for each of these readers who got the issue, the key of the contents that their mail held.

    They are asked for as a page of readers whose ids follow one another: from the lowest to the highest.
    """
    if not whom:
        return {}
    wanted = frozenset(whom)
    rows = connection.execute(
        select(deliveries.c.subscriber, deliveries.c.contents_key).where(
            deliveries.c.issue == issue,
            deliveries.c.state == DeliveryState.ACCEPTED,
            deliveries.c.subscriber.between(min(wanted), max(wanted)),
            deliveries.c.bounced_at.is_(None),
        )
    ).tuples()
    return {SubscriberId(subscriber): key for subscriber, key in rows if subscriber in wanted}
