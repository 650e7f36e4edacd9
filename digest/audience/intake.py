"""What an import of a long file needs from outside: a place to lay rows down before any of them counts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from digest.audience.csv_columns import RejectReason
from digest.audience.csv_rows import GoodRow, RejectedRow
from digest.audience.joining import Joined
from digest.ids import ListName, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What lies ready: how many rows are good, and how many were rejected for each reason."""

    good: int
    rejected: Mapping[RejectReason, int]


class Intake(Protocol):
    """One file on its way in. Its rows are laid down, then settled, then taken in; it is gone when it is closed.

    However many rows there are, no more than those of one call are in memory.
    """

    def lay(self, good: Sequence[GoodRow], rejected: Sequence[RejectedRow]) -> None:
        """Lay rows down, in the order of the file. Nobody is taken in yet."""
        ...

    def settle(self) -> Laid:
        """Find the rows of one address: the first counts, the others are rejected; count what lies ready.

        A suppression counts on whichever of them it stands. So does the word that somebody has left.
        """
        ...

    def take_in(self, *, since: Position, at: datetime, dry_run: bool = False) -> Iterator[Mapping[Joined, int]]:
        """Take the good rows in, some thousands in one transaction after the other, and count what was done with each.

        New follows begin at ``since``. A dry run counts what would be done and changes nothing.

        :raises UnknownList: the list is not there any more.
        """
        ...

    def rejected(self) -> Iterator[RejectedRow]:
        """Go through the rejected rows in the order of their lines."""
        ...


class Intakes(Protocol):
    """Where files are taken in."""

    def intake(self, list_name: ListName) -> AbstractContextManager[Intake]:
        """Open an intake into a list."""
        ...
