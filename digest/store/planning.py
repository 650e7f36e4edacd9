"""Planning an issue: every reader gets a row in the ledger, with or without mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert

from digest.compose.issue import NothingToSend
from digest.compose.snapshot import contents_to_json
from digest.ids import IssueId, ListName, Position
from digest.send.ledger import LeftOut, Planned
from digest.send.states import DeliveryState
from digest.store.cursors import raise_cursors
from digest.store.tables import deliveries, issue_contents, subscriptions
from digest.store.transactions import chunks


def plan_owed(connection: Connection, issue: IssueId, planned: Iterable[Planned], at: datetime) -> int:
    """Write the rows of those who get mail, and each distinct contents once; return how many rows."""
    written: set[str] = set()
    count = 0
    for chunk in chunks(planned):
        new = {one.owed.contents.key: one.owed.contents for one in chunk if one.owed.contents.key not in written}
        written |= new.keys()
        if new:
            connection.execute(
                insert(issue_contents),
                [{"issue": issue, "key": key, "contents": contents_to_json(one)} for key, one in new.items()],
            )
        connection.execute(
            insert(deliveries),
            [
                {
                    "id": one.id,
                    "issue": issue,
                    "subscriber": one.owed.reader.subscriber.id,
                    "state": DeliveryState.PLANNED,
                    "contents_key": one.owed.contents.key,
                    "planned_at": at,
                }
                for one in chunk
            ],
        )
        count += len(chunk)
    return count


def plan_left_out(
    connection: Connection, issue: Row[Any], left_out: Iterable[LeftOut], *, height: Position, at: datetime
) -> int:
    """Write the rows of those who get none, and move the cursors of those who were owed nothing."""
    count = 0
    for chunk in chunks(left_out):
        connection.execute(
            insert(deliveries),
            [
                {
                    "id": one.id,
                    "issue": issue.id,
                    "subscriber": one.excluded.reader.subscriber.id,
                    "state": DeliveryState.EXCLUDED,
                    "reason": one.excluded.reason,
                    "planned_at": at,
                    "answered_at": at,
                }
                for one in chunk
            ],
        )
        up_to_date = [
            one.excluded.reader.subscriber.id for one in chunk if one.excluded.reason is NothingToSend.NOTHING_NEW
        ]
        raise_cursors(connection, subscriptions.c.subscriber.in_(up_to_date), ListName(issue.list), height)
        count += len(chunk)
    return count
