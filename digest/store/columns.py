"""Column types that mean the same on SQLite and on PostgreSQL."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An instant: aware datetimes only go in, aware UTC datetimes come out.

    PostgreSQL keeps ``timestamptz``. SQLite has no zones: it keeps the UTC wall time, which sorts as text.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the database keeps; a naive one is a broken promise."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Printed(TypeDecorator[Decimal]):
    """A decimal with the digits exactly as a bank printed them: ``str()`` survives byte for byte.

    Kept as text: SQLite's numbers are binary floats, and PostgreSQL's NUMERIC forgets the exponent's spelling.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """Return the decimal's text; what is no finite number is a broken promise."""
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError(f"{value} is no number that a bank prints")
        return str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy's
        """Return the decimal with the same digits."""
        return None if value is None else Decimal(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value as text, its keys sorted, the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """Return the JSON text of the value."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's
        """Return the value."""
        return None if value is None else json.loads(value)
