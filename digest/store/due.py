"""Deliveries that wait for their readers' own hours.

They are planned and cannot be claimed before; no reason is noted with them, unlike those that a mailer postponed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, select, update

from digest.compose.issue import NotDue
from digest.ids import DeliveryId, IssueId, ListName
from digest.send.ledger import ByHour, Overdue
from digest.send.states import DeliveryState, may_step
from digest.store.given import among
from digest.store.issues import find_issue
from digest.store.readers import some_readers
from digest.store.tables import deliveries
from digest.store.tables.send import WAITING
from digest.store.transactions import reading, writing


class SqlDue:
    """The part of ``Ledger`` that knows of readers' hours, on SQL."""

    _engine: Engine

    def by_hour(self, issue: IssueId, *, after: datetime) -> ByHour | None:
        """Return how many wait for hours of theirs ``after`` that instant, and for which; ``None`` if nobody does."""
        with reading(self._engine) as connection:
            return wait_by_hour(connection, issue, deliveries.c.not_before > after)

    def overdue(self, issue: IssueId, *, before: datetime) -> Sequence[Overdue]:
        """Return the planned deliveries whose readers' hours were ``before`` that instant, by subscriber id.

        :raises UnknownIssue: there is none of that name.
        """
        query = (
            select(deliveries.c.subscriber, deliveries.c.id)
            .where(_waits_by_hour(issue), deliveries.c.not_before < before)
            .order_by(deliveries.c.subscriber)
        )
        with reading(self._engine) as connection:
            list_name = ListName(find_issue(connection, issue).list)
            found = dict(connection.execute(query).tuples().all())
            return [
                Overdue(delivery=DeliveryId(found[reader.subscriber.id]), reader=reader)
                for reader in some_readers(connection, list_name, list(found))
            ]

    def move(self, issue: IssueId, due: Mapping[DeliveryId, datetime | NotDue], *, at: datetime) -> int:
        """Make planned deliveries due at another hour, or leave their readers to the next issue, cursor and all.

        Return how many are planned no more. What is in another state by now is left as it is.
        """
        by_word: dict[datetime | NotDue, list[DeliveryId]] = {}
        for delivery, word in due.items():
            by_word.setdefault(word, []).append(delivery)
        left = 0
        with writing(self._engine) as connection:
            for word, ids in by_word.items():
                values: dict[str, Any] = {"not_before": word}
                if isinstance(word, NotDue):
                    assert may_step(DeliveryState.PLANNED, DeliveryState.EXCLUDED)
                    values = {"state": DeliveryState.EXCLUDED, "reason": word, "answered_at": at}
                moved = connection.execute(
                    update(deliveries)
                    .where(_waits_by_hour(issue), among(connection, deliveries.c.id, ids))
                    .values(**values)
                )
                left += moved.rowcount if isinstance(word, NotDue) else 0
        return left


def wait_by_hour(connection: Connection, issue: IssueId, *which: ColumnElement[bool]) -> ByHour | None:
    """Count those of the issue who wait for their own hours."""
    first, last = func.min(deliveries.c.not_before), func.max(deliveries.c.not_before)
    query = select(func.count(), first, last).where(_waits_by_hour(issue), *which)
    readers, earliest, latest = connection.execute(query).one()
    return ByHour(readers=readers, first=earliest, last=latest) if readers else None


def _waits_by_hour(issue: IssueId) -> ColumnElement[bool]:
    by_hour = deliveries.c.state == DeliveryState.PLANNED, deliveries.c.reason.is_(None)
    return and_(deliveries.c.issue == issue, WAITING, *by_hour)
