"""Deliveries in doubt: which there are, and the statements that end a doubt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, and_, exists, func, insert, or_, select, update

from digest.compose.issue import IssueState
from digest.ids import DeliveryId, IssueId, ListName, Position
from digest.send.doubt import Doubt, SettledBy, Settlement, Verdict
from digest.send.states import DeliveryState
from digest.store.cursors import move_cursors
from digest.store.delivery_steps import UNCLAIMED, step
from digest.store.issues import find_issue
from digest.store.tables import deliveries, issues, settlements, subscribers
from digest.store.tables.send import NOTED
from digest.store.transactions import chunks, reading, writing

#: Asks whether a delivery is in doubt, by the index of what did not go as planned.
IN_DOUBT: Final = and_(NOTED, deliveries.c.state == DeliveryState.UNCERTAIN)


class SqlDoubts:
    """``DoubtBook`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def uncertain(self, issue: IssueId) -> Sequence[DeliveryId]:
        """Return the ids of the deliveries in doubt, in the order of subscriber ids."""
        with reading(self._engine) as connection:
            ids = connection.scalars(
                select(deliveries.c.id).where(deliveries.c.issue == issue, IN_DOUBT).order_by(deliveries.c.subscriber)
            )
            return [DeliveryId(one) for one in ids]

    def doubts(self, issue: IssueId) -> Sequence[Doubt]:
        """Return the issue's deliveries in doubt, the oldest first.

        :raises UnknownIssue: there is none of that name.
        """
        planned_before = exists().where(
            settlements.c.delivery == deliveries.c.id, settlements.c.settled_by == SettledBy.POLICY
        )
        query = (
            select(deliveries, subscribers.c.address, planned_before.label("planned_before"))
            .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
            .where(deliveries.c.issue == issue, IN_DOUBT)
            .order_by(deliveries.c.answered_at, deliveries.c.subscriber)
        )
        with reading(self._engine) as connection:
            find_issue(connection, issue)
            return [_doubt(row) for row in connection.execute(query)]

    def end_doubts(self, issue: IssueId, which: Sequence[DeliveryId], settlement: Settlement) -> int:
        """Settle those of the deliveries that are in doubt, and keep how; return how many they were.

        :raises UnknownIssue: there is none of that name.
        """
        with writing(self._engine) as connection:
            row = find_issue(connection, issue, lock=True)
            return settle_deliveries(connection, row, which, settlement, height=Position(row.height))

    def state_of(self, issue: IssueId, delivery: DeliveryId) -> DeliveryState | None:
        """Return where a delivery of the issue stands; ``None`` if it has none of that id."""
        query = select(deliveries.c.state).where(deliveries.c.id == delivery, deliveries.c.issue == issue)
        with reading(self._engine) as connection:
            state = connection.scalar(query)
        return None if state is None else DeliveryState(state)

    def unsettled(self) -> Sequence[IssueId]:
        """Return the issues that are ``sending`` or have deliveries in doubt, the oldest first."""
        in_doubt = exists().where(deliveries.c.issue == issues.c.id, IN_DOUBT)
        query = (
            select(issues.c.id)
            .where(or_(issues.c.state == IssueState.SENDING, (issues.c.state == IssueState.SENT) & in_doubt))
            .order_by(issues.c.composed_at, issues.c.number)
        )
        with reading(self._engine) as connection:
            return [IssueId(one) for one in connection.scalars(query)]

    def at_work(self, issue: IssueId, *, since: datetime) -> frozenset[str]:
        """Return the names of the workers that claimed anything of the issue ``since`` then, and may work still."""
        query = select(deliveries.c.claimed_by).where(deliveries.c.issue == issue, deliveries.c.claimed_at >= since)
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(query.distinct()))

    def ready(self, issue: IssueId, *, at: datetime) -> int:
        """Return how many planned deliveries may be claimed ``at`` that instant: nobody asked to come back later."""
        with reading(self._engine) as connection:
            waiting = connection.scalar(
                select(func.count()).where(
                    deliveries.c.issue == issue,
                    deliveries.c.state == DeliveryState.PLANNED,
                    or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= at),
                )
            )
        return waiting or 0


def settle_deliveries(
    connection: Connection, issue: Row[Any], which: Sequence[DeliveryId], settlement: Settlement, *, height: Position
) -> int:
    """Settle those of the issue's deliveries that are in doubt, and keep how; return how many they were.

    To plan somebody again the issue's row must be locked: else it could be closed at the same moment.
    """
    settled = 0
    for chunk in chunks(which):
        ids = [DeliveryId(one) for one in connection.scalars(_in_doubt(IssueId(issue.id), chunk))]
        if not ids:
            continue
        settled += len(ids)
        accepted = settlement.verdict is Verdict.ACCEPTED
        values: dict[str, Any] = {"answered_at": settlement.at} if accepted else {"answered_at": None, **UNCLAIMED}
        step(connection, ids, DeliveryState.UNCERTAIN, settlement.verdict.state, reason=settlement.reason, **values)
        connection.execute(insert(settlements), [_as_columns(IssueId(issue.id), one, settlement) for one in ids])
        if accepted:
            move_cursors(connection, ListName(issue.list), ids, height)
    if settled and settlement.verdict is Verdict.PLANNED:
        connection.execute(
            update(issues)
            .where(issues.c.id == issue.id, issues.c.state == IssueState.SENT)
            .values(state=IssueState.SENDING, finished_at=None)
        )
    return settled


def settlements_of(connection: Connection, delivery: DeliveryId) -> tuple[Settlement, ...]:
    """Return how the doubts about one delivery ended, the oldest first."""
    rows = connection.execute(select(settlements).where(settlements.c.delivery == delivery).order_by(settlements.c.id))
    return tuple(
        Settlement(
            verdict=Verdict(row.verdict),
            by=SettledBy(row.settled_by),
            who=row.who,
            why=row.why,
            at=row.settled_at,
        )
        for row in rows
    )


def planned_again(connection: Connection, issue: IssueId) -> dict[SettledBy, int]:
    """Count the issue's deliveries that were planned again though they may have been accepted, by whose word."""
    rows = connection.execute(
        select(settlements.c.settled_by, func.count(settlements.c.delivery.distinct()))
        .where(
            settlements.c.issue == issue,
            settlements.c.verdict == Verdict.PLANNED,
            settlements.c.settled_by != SettledBy.EVIDENCE,
        )
        .group_by(settlements.c.settled_by)
    ).tuples()
    return {SettledBy(by): count for by, count in rows}


def _in_doubt(issue: IssueId, which: Sequence[DeliveryId]) -> Any:
    return (
        select(deliveries.c.id)
        .where(
            deliveries.c.issue == issue,
            deliveries.c.id.in_(which),
            IN_DOUBT,
        )
        .order_by(deliveries.c.subscriber)
        .with_for_update(key_share=True)
    )


def _as_columns(issue: IssueId, delivery: DeliveryId, settlement: Settlement) -> dict[str, Any]:
    return {
        "issue": issue,
        "delivery": delivery,
        "verdict": settlement.verdict,
        "settled_by": settlement.by,
        "who": settlement.who,
        "why": settlement.why,
        "settled_at": settlement.at,
    }


def _doubt(row: Row[Any]) -> Doubt:
    return Doubt(
        delivery=DeliveryId(row.id),
        address=row.address,
        asked_at=row.claimed_at,
        since=row.answered_at or row.planned_at,
        why=row.reason,
        worker=row.claimed_by,
        planned_before=bool(row.planned_before),
    )
