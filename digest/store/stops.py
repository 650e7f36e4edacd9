"""Stops of issues: who stopped one, why, and who let it go on. One that is not resumed holds it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, insert, select, update

from digest.ids import IssueId
from digest.send.stopping import Stop
from digest.store.issues import find_issue
from digest.store.tables import issue_stops
from digest.store.transactions import reading, writing


class SqlStops:
    """``Stops`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def stop(self, issue: IssueId, *, by: str, why: str, at: datetime) -> Stop:
        """Stop the issue and return what holds: an earlier stop by the same one stays as it is.

        :raises UnknownIssue: there is none of that name.
        """
        with writing(self._engine) as connection:
            find_issue(connection, issue, lock=True)  # of two that stop it at once the second one sees the first
            held = connection.execute(
                select(issue_stops).where(holds(issue), issue_stops.c.stopped_by == by).order_by(issue_stops.c.id)
            ).first()
            if held is not None:
                return as_stop(held)
            connection.execute(insert(issue_stops).values(issue=issue, stopped_by=by, why=why, stopped_at=at))
        return Stop(issue=issue, by=by, why=why, at=at)

    def resume(self, issue: IssueId, *, by: str, at: datetime) -> Sequence[Stop]:
        """Lift every stop of the issue that holds, and return them as they were; none if nothing held it.

        :raises UnknownIssue: there is none of that name.
        """
        with writing(self._engine) as connection:
            find_issue(connection, issue, lock=True)
            held = connection.execute(select(issue_stops).where(holds(issue)).order_by(issue_stops.c.id)).all()
            if held:
                connection.execute(update(issue_stops).where(holds(issue)).values(resumed_by=by, resumed_at=at))
        return [as_stop(row) for row in held]

    def holding(self) -> Mapping[IssueId, Sequence[Stop]]:
        """Return the stops that hold, the oldest first, by their issues."""
        query = select(issue_stops).where(issue_stops.c.resumed_at.is_(None)).order_by(issue_stops.c.id)
        by_issue: dict[IssueId, list[Stop]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                by_issue[IssueId(row.issue)].append(as_stop(row))
        return dict(by_issue)


def holds(issue: IssueId) -> ColumnElement[bool]:
    """Ask for the stops of an issue that hold."""
    return (issue_stops.c.issue == issue) & issue_stops.c.resumed_at.is_(None)


def as_stop(row: Row[Any]) -> Stop:
    """Return a row as a stop."""
    return Stop(
        issue=IssueId(row.issue),
        by=row.stopped_by,
        why=row.why,
        at=row.stopped_at,
        resumed_by=row.resumed_by,
        resumed_at=row.resumed_at,
    )
