"""A file of readers on its way in: laid down in temporary tables, settled there, and taken in thousands at a time."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Text,
    and_,
    case,
    cast,
    delete,
    false,
    func,
    insert,
    literal,
    select,
    text,
    true,
    update,
)

from digest.audience.csv_columns import RejectReason
from digest.audience.csv_rows import GoodRow, RejectedRow
from digest.audience.intake import Laid
from digest.audience.joining import Joined
from digest.audience.reader import SubscriptionState
from digest.ids import ListName, Position
from digest.store.given import looked_up_by_index
from digest.store.lists import must_be_a_list
from digest.store.staged import (
    lay_down,
    load,
    make_tables,
    staged,
    staged_follows,
    staged_identities,
    staged_rejects,
    staged_repeats,
)
from digest.store.taking_in import compare, follow_merges, take_in, verdicts
from digest.store.transactions import BEGIN, WRITES, named_errors

#: How many rows one transaction takes in. A run that dies keeps whole transactions; importing again does the rest.
CHUNK: Final = 10_000
#: How much of a file SQLite may hold in memory meanwhile, in KiB: its usual 2 MiB is slow for a long list.
CACHE_KIB: Final = 65_536
_PAGE: Final = 1_000


class SqlIntake:
    """``Intake`` on a connection of its own, whose temporary tables end with it."""

    def __init__(self, connection: Connection, list_name: ListName) -> None:
        """Take rows into ``list_name``; the tables must be made."""
        self._connection = connection
        self._list_name = list_name

    def lay(self, good: Sequence[GoodRow], rejected: Sequence[RejectedRow]) -> None:
        """Lay rows down, in the order of the file. Nobody is taken in yet."""
        with self._transaction() as connection:
            lay_down(connection, ((row.line, row.joining) for row in good))
            load(
                connection,
                staged_rejects,
                ("line", "reason", "row_column", "detail"),
                [(row.line, row.reason, row.column, row.detail) for row in rejected],
            )

    def settle(self) -> Laid:
        """Find the rows of one address: the first counts, the others are rejected; count what lies ready."""
        with self._transaction() as connection:
            staged_identities.create(connection, checkfirst=False)
            _settle_repeats(connection)
            connection.execute(text("ANALYZE staged"))
            connection.execute(text("ANALYZE staged_follows"))
            good = connection.scalar(select(func.count()).select_from(staged)) or 0
            reasons = select(staged_rejects.c.reason, func.count()).group_by(staged_rejects.c.reason)
            rejected = {RejectReason(reason): count for reason, count in connection.execute(reasons).tuples()}
        return Laid(good=good, rejected={reason: rejected[reason] for reason in RejectReason if reason in rejected})

    def take_in(self, *, since: Position, at: datetime, dry_run: bool = False) -> Iterator[Mapping[Joined, int]]:
        """Take the good rows in, one transaction after the other; each is counted when it is on the disk.

        :raises UnknownList: the list is not there any more.
        """
        last = -1
        while True:
            with self._transaction(writes=not dry_run) as connection:
                part = select(staged.c.line).where(staged.c.line > last).order_by(staged.c.line).limit(CHUNK)
                end = connection.scalar(select(func.max(part.subquery().c.line)))
                if end is None:
                    return
                counted = self._take_in(connection, (last, end), since=since, at=at, dry_run=dry_run)
            last = end
            yield counted

    def _take_in(
        self, connection: Connection, lines: tuple[int, int], *, since: Position, at: datetime, dry_run: bool
    ) -> Mapping[Joined, int]:
        part = and_(staged.c.line > lines[0], staged.c.line <= lines[1])
        looked_up_by_index(connection)
        if not dry_run:
            must_be_a_list(connection, self._list_name)
        follow_merges(connection)
        compare(connection, self._list_name, part)
        found = verdicts(part).subquery()
        counts = connection.execute(select(found.c.verdict, func.count()).group_by(found.c.verdict)).tuples()
        counted = Counter({Joined(verdict): count for verdict, count in counts})
        if not dry_run:
            take_in(connection, self._list_name, part, since=since, at=at)
        return counted

    def rejected(self) -> Iterator[RejectedRow]:
        """Go through the rejected rows in the order of their lines."""
        last = -1
        while True:
            query = select(staged_rejects).where(staged_rejects.c.line > last).order_by(staged_rejects.c.line)
            with self._transaction() as connection:
                page = connection.execute(query.limit(_PAGE)).all()
            for row in page:
                yield RejectedRow(
                    line=row.line, reason=RejectReason(row.reason), column=row.row_column, detail=row.detail
                )
            if len(page) < _PAGE:
                return
            last = page[-1].line

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        """Open a transaction; one that ``writes`` the store takes SQLite's lock at once, others never do."""
        connection = self._connection.execution_options(**{BEGIN: WRITES if writes else "BEGIN"})
        with connection.begin():
            yield connection


@contextmanager
def open_intake(engine: Engine, list_name: ListName) -> Iterator[SqlIntake]:
    """Open an intake into a list; what was laid down and not taken in is gone when it closes."""
    with named_errors(engine), engine.connect() as connection:
        connection.detach()  # closed for good afterwards, and its temporary tables with it
        with connection.execution_options(**{BEGIN: "BEGIN"}).begin():
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
            make_tables(connection)
        yield SqlIntake(connection, list_name)


def _settle_repeats(connection: Connection) -> None:
    firsts = (
        select(staged.c.identity, func.min(staged.c.line).label("first"))
        .group_by(staged.c.identity)
        .having(func.count() > 1)
        .subquery("firsts")
    )
    connection.execute(
        insert(staged_repeats).from_select(
            ["line", "first", "suppresses", "ends"],
            select(staged.c.line, firsts.c.first, false(), false()).where(
                staged.c.identity == firsts.c.identity, staged.c.line > firsts.c.first
            ),
        )
    )
    _pass_on(connection, "suppressed", "suppresses", lambda rows: rows.c.suppressed.is_not(None))
    _pass_on(connection, "state", "ends", lambda rows: rows.c.state == SubscriptionState.UNSUBSCRIBED)
    said = (
        literal("the same address as in line ")
        + cast(staged_repeats.c.first, Text)
        + case((staged_repeats.c.suppresses, ", which is now suppressed"), else_="")
        + case((staged_repeats.c.ends, ", which has left now"), else_="")
    )
    connection.execute(
        insert(staged_rejects).from_select(
            ["line", "reason", "row_column", "detail"],
            select(staged_repeats.c.line, literal(RejectReason.DUPLICATE), literal("address"), said),
        )
    )
    repeated = select(staged_repeats.c.line)
    connection.execute(delete(staged).where(staged.c.line.in_(repeated)))
    connection.execute(delete(staged_follows).where(staged_follows.c.line.in_(repeated)))


def _pass_on(connection: Connection, column: str, mark: str, says: Callable[[FromClause], ColumnElement[bool]]) -> None:
    """Mark the first repeated row of each address that says what its first row does not, and let that say it, too."""
    first, later = staged.alias("first_row"), staged.alias("later_row")
    repeats = staged_repeats.c
    found = (
        select(func.min(repeats.line))
        .join(later, later.c.line == repeats.line)
        .join(first, first.c.line == repeats.first)
        .where(says(later), ~says(first))
        .group_by(repeats.first)
    )
    connection.execute(update(staged_repeats).where(repeats.line.in_(found)).values({mark: true()}))
    connection.execute(
        update(staged)
        .where(repeats[mark], repeats.first == staged.c.line, later.c.line == repeats.line)
        .values({column: later.c[column]})
    )
