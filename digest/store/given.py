"""Rows that a statement is given as few parameters, however many they are: JSON on SQLite, arrays on PostgreSQL.

A statement with a thousand parameters is parsed anew for every other number of them, and both databases have a limit.
Whoever joins to what is given must see to the order: no database sees how short a list is, and it may go through all of
it again for each row of a large table.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    FromClause,
    Integer,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

#: The columns of given rows: their names and types (``Integer``, ``Text``), in order.
Columns = Mapping[str, TypeEngine[Any]]


def given(connection: Connection, columns: Columns, rows: Iterable[Sequence[Any]]) -> FromClause:
    """Return ``rows`` as a table of these ``columns``: to select from, to join, to update from."""
    if connection.dialect.name == "sqlite":
        return _as_json(columns, list(rows))
    return _as_arrays(columns, list(rows))


def among(connection: Connection, column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Ask whether a column has one of these ``values``; an index on it is used."""
    if connection.dialect.name == "sqlite":
        text = json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
        return column.in_(select(func.json_each(text).table_valued("value", name="one").c.value))
    asked = list(values)
    if isinstance(column.type, Integer):  # as text: the driver looks at every number of a list by itself
        return column == any_(cast(bindparam(None, f"{{{','.join(map(str, asked))}}}", Text()), ARRAY(column.type)))
    return column == any_(cast(bindparam(None, asked), ARRAY(column.type)))


def plain_rows(result: CursorResult[Any]) -> list[tuple[Any, ...]]:
    """Return rows of texts and whole numbers as the driver gives them: without names, in half the time."""
    assert result.cursor is not None
    return [*result.cursor.fetchall()]


def looked_up_by_index(connection: Connection) -> None:
    """Let this transaction look up one after the other by an index what it joins.

    PostgreSQL does not know how little of a table is asked for, and would read all of it, for a hash or a filter. Nor
    would it gain from compiling the statement (JIT), which it does for what it takes to be much.
    """
    if connection.dialect.name != "sqlite":
        ways = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan", "jit")
        connection.exec_driver_sql("; ".join(f"SET LOCAL {way} = off" for way in ways))


def _as_json(columns: Columns, rows: Sequence[Sequence[Any]]) -> FromClause:
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    row = func.json_each(text).table_valued("value", name="row").c.value
    values = [row.op("->>")(place).label(name) for place, name in enumerate(columns)]
    return select(*values).subquery("given")


def _as_arrays(columns: Columns, rows: Sequence[Sequence[Any]]) -> FromClause:
    values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        cast(bindparam(None, list(theirs)), ARRAY(kind)) for theirs, kind in zip(values, columns.values(), strict=True)
    ]
    table = func.unnest(*arrays).table_valued(*(column(name, kind) for name, kind in columns.items()), name="given")
    return table.render_derived()
