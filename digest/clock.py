"""Where the time comes from: a port, so that a run can be repeated as of any instant."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant, always aware and in UTC."""

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's current instant in UTC."""
        return datetime.now(UTC)


class StoppedClock:
    """A clock that always tells the same instant, for ``--at`` and for tests."""

    def __init__(self, at: datetime) -> None:
        """Stop at ``at``, which must be aware."""
        if at.tzinfo is None:
            raise ValueError("a clock needs an instant with a time zone")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant at which this clock was stopped."""
        return self._at
