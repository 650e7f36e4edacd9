"""What all tables share: the names of constraints, and columns that hold one of an enumeration's values."""

from collections.abc import Iterable

from sqlalchemy import CheckConstraint, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Hold a column to the values of an enumeration."""
    return CheckConstraint(f"{column} IN ({quoted(values)})", name=column)


def any_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Hold a column to the values of an enumeration, in a table whose rows change by the million.

    SQLite builds a table of an ``IN (…)`` anew for every row that it checks; a row of ``OR`` it just goes along.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{value}'" for value in values), name=column)


def quoted(values: Iterable[str]) -> str:
    """Return values as SQL writes a list of texts."""
    return ", ".join(f"'{value}'" for value in values)
