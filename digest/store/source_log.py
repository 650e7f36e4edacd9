"""How every source has been doing: one row for each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, select

from digest.collect.checkup import HealthState, SourceHealth
from digest.collect.journalist import SourceKind
from digest.ids import JournalistId
from digest.store.tables import source_health, sources
from digest.store.transactions import chunks, insert_into, reading, writing


class SqlSourceLog:
    """``SourceLog`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def health(self, journalist: JournalistId | None = None) -> Sequence[SourceHealth]:
        """Return what is known of all sources, or of one journalist's, in no order. One never read is not there."""
        query = select(source_health)
        if journalist is not None:
            query = query.where(source_health.c.journalist == journalist)
        with reading(self._engine) as connection:
            return [_health(row) for row in connection.execute(query)]

    def record(self, healths: Sequence[SourceHealth]) -> None:
        """Keep these instead of what was known; one whose source is gone meanwhile is left out."""
        if not healths:
            return
        key = (source_health.c.journalist, source_health.c.kind, source_health.c.ref)
        with writing(self._engine) as connection:
            there = {
                (row.journalist, row.kind, row.ref)
                for chunk in chunks({health.journalist for health in healths})
                for row in connection.execute(select(sources).where(sources.c.journalist.in_(chunk)))
            }
            rows = [_columns(one) for one in healths if (one.journalist, one.kind, one.ref) in there]
            if rows:
                insert = insert_into(connection, source_health)
                said = {column.name: insert.excluded[column.name] for column in source_health.c}
                connection.execute(insert.on_conflict_do_update(index_elements=key, set_=said), rows)


def _columns(health: SourceHealth) -> dict[str, Any]:
    lists = {"counts": list(health.counts), "warnings": list(health.warnings)}
    return {column.name: getattr(health, column.name) for column in source_health.c} | lists


def _health(row: Row[Any]) -> SourceHealth:
    return SourceHealth(
        **row._asdict()
        | {
            "journalist": JournalistId(row.journalist),
            "kind": SourceKind(row.kind),
            "state": HealthState(row.state),
            "counts": tuple(row.counts),
            "warnings": tuple(row.warnings),
        }
    )
