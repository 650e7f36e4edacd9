"""Planning an issue: every reader gets a row in the ledger, with or without mail, all in one moment.

What everybody gets is worked out first and laid aside in tables of this connection's own: that locks nobody out,
however long the list is. One transaction then makes it the ledger's.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    case,
    insert,
    literal,
    select,
    text,
    true,
    update,
)

from digest.compose.issue import IssueState, NothingToSend
from digest.compose.snapshot import contents_to_json
from digest.errors import NotInThisState
from digest.ids import IssueId, ListName, Position
from digest.send.ledger import LeftOut, Planned
from digest.send.states import DeliveryState
from digest.store.columns import Instant
from digest.store.cursors import raise_cursors
from digest.store.given import given
from digest.store.issues import find_issue
from digest.store.tables import deliveries, issue_contents, issues, subscriptions
from digest.store.transactions import BEGIN, WRITES, chunks, insert_into, named_errors, reading

#: How many rows are laid aside by one statement.
_PAGE: Final = 1_000
#: Of how many contents it is known without asking that they were laid aside.
_KEPT_KEYS: Final = 10_000

_ASIDE: Final = MetaData()
_ROWS: Final = Table(
    "aside_rows",
    _ASIDE,
    Column("id", Text),
    Column("subscriber", Integer),
    Column("contents_key", Text),
    Column("reason", Text),  # why they get nothing; else nothing
    Column("hour", Integer),  # which of the hours below is theirs, if it is still to come
    prefixes=["TEMPORARY"],
)
# Few are different, however many readers have one.
_HOURS: Final = Table(
    "aside_hours",
    _ASIDE,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("not_before", Instant),
    prefixes=["TEMPORARY"],
)
_CONTENTS: Final = Table(
    "aside_contents",
    _ASIDE,
    Column("key", Text, primary_key=True),
    Column("contents", Text),
    prefixes=["TEMPORARY"],
)


def plan_issue(
    engine: Engine, issue: IssueId, rows: Iterable[Planned | LeftOut], *, height: Position, at: datetime
) -> None:
    """Do what ``Ledger.plan`` promises.

    :raises UnknownIssue: there is none of that name.
    :raises NotInThisState: nobody approved it.
    """
    with reading(engine) as connection:
        if _is_planned(find_issue(connection, issue)):
            return
    with _connected(engine) as connection:
        with _transaction(connection, "BEGIN"):  # touches nothing but what is this connection's own
            _ASIDE.create_all(connection, checkfirst=False)
            audience = _lay_aside(connection, rows)
        with _transaction(connection, WRITES):
            row = find_issue(connection, issue, lock=True)
            if not _is_planned(row):
                _write(connection, row, height, at)
                values = {"state": IssueState.SENDING, "audience": audience, "planned_at": at}
                connection.execute(update(issues).where(issues.c.id == issue).values(values))
                _count_up(connection)


def _count_up(connection: Connection) -> None:
    """Tell PostgreSQL how much there is now.

    A million rows of which it knows nothing yet are claimed by a plan for a few: eight times slower at 30,000 readers.
    Its own workers would count a minute later.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE deliveries, subscribers, subscriptions, suppressions"))


def _is_planned(row: Row[Any]) -> bool:
    if row.state in (IssueState.SENDING, IssueState.SENT):
        return True
    if row.state != IssueState.APPROVED:
        raise NotInThisState(row.id, row.state, "Only an approved issue can be sent.")
    return False


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """Connect for this once: whatever is laid aside is gone with the connection, however it ends."""
    with named_errors(engine), engine.connect() as connection:
        connection.detach()
        yield connection


@contextmanager
def _transaction(connection: Connection, begins: str) -> Iterator[None]:
    connection.execution_options(**{BEGIN: begins})
    with connection.begin():
        yield


def _lay_aside(connection: Connection, rows: Iterable[Planned | LeftOut]) -> int:
    """Lay the rows aside, and each distinct contents and hour once; return how many rows."""
    count = 0
    known: set[str] = set()
    hours: dict[datetime, int] = {}
    for page in chunks(rows, _PAGE):
        lines = given(connection, _kinds(_ROWS), [_line(one, hours) for one in page])
        connection.execute(insert(_ROWS).from_select(_ROWS.columns.keys(), select(lines)))
        owed = (one.owed.contents for one in page if isinstance(one, Planned))
        new = {contents.key: contents for contents in owed if contents.key not in known}
        if new:
            texts = given(
                connection, _kinds(_CONTENTS), [(key, contents_to_json(contents)) for key, contents in new.items()]
            )
            statement = insert_into(connection, _CONTENTS).from_select(
                _CONTENTS.columns.keys(),
                select(texts).where(true()),  # without it SQLite takes ON CONFLICT for a join's ON
            )
            connection.execute(statement.on_conflict_do_nothing())
        known = new.keys() | (known if len(known) < _KEPT_KEYS else set())
        count += len(page)
    if hours:
        connection.execute(insert(_HOURS), [{"number": at, "not_before": hour} for hour, at in hours.items()])
    return count


def _line(one: Planned | LeftOut, hours: dict[datetime, int]) -> tuple[str, int, str | None, str | None, int | None]:
    if isinstance(one, Planned):
        due = one.owed.due
        hour = None if due is None else hours.setdefault(due, len(hours))
        return one.id, one.owed.reader.subscriber.id, one.owed.contents.key, None, hour
    return one.id, one.excluded.reader.subscriber.id, None, one.excluded.reason, None


def _kinds(table: Table) -> dict[str, Any]:
    return {column.name: column.type for column in table.columns}


def _write(connection: Connection, issue: Row[Any], height: Position, at: datetime) -> None:
    """Make what was laid aside the ledger's, and move the cursors of those who were owed nothing."""
    contents = select(literal(issue.id), _CONTENTS.c.key, _CONTENTS.c.contents)
    connection.execute(insert(issue_contents).from_select(["issue", "key", "contents"], contents))
    gets_none = _ROWS.c.reason.is_not(None)
    now = literal(at, Instant)
    columns = {
        "id": _ROWS.c.id,
        "issue": literal(issue.id),
        "subscriber": _ROWS.c.subscriber,
        "state": case((gets_none, DeliveryState.EXCLUDED), else_=DeliveryState.PLANNED),
        "reason": _ROWS.c.reason,
        "contents_key": _ROWS.c.contents_key,
        "planned_at": now,
        "not_before": _HOURS.c.not_before,
        "answered_at": case((gets_none, now)),
    }
    rows = select(*columns.values()).join_from(_ROWS, _HOURS, _HOURS.c.number == _ROWS.c.hour, isouter=True)
    connection.execute(insert(deliveries).from_select(list(columns), rows))
    owed_nothing = select(_ROWS.c.subscriber).where(_ROWS.c.reason == NothingToSend.NOTHING_NEW)
    raise_cursors(connection, subscriptions.c.subscriber.in_(owed_nothing), ListName(issue.list), height)
