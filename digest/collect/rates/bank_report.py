"""What reading one bank, or one saved file of a bank, came to. Values; a failure is one of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from digest.collect.rates.rate import BankName


class BankState(StrEnum):
    """What reading a bank brought."""

    NEW = "new"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReport:
    """What reading one bank brought. ``effective_on`` is the days of the sheets that were read, newest first.

    ``entered`` counts rows that the rate book did not have. ``error`` and ``error_name`` say why it failed; what was
    read before that is kept.
    """

    bank: BankName
    state: BankState
    effective_on: tuple[date, ...] = ()
    entered: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    error_name: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the bank could not be read."""
        return self.state is BankState.FAILED

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values."""
        return {
            "bank": self.bank.value,
            "state": self.state.value,
            "effective_on": [day.isoformat() for day in self.effective_on],
            "entered": self.entered,
            "warnings": list(self.warnings),
            "error": self.error,
            "error_name": self.error_name,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What one saved file brought: all of its sheets, or nothing and why."""

    ref: str
    effective_on: tuple[date, ...] = ()
    entered: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    error_name: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values."""
        return {
            "file": self.ref,
            "effective_on": [day.isoformat() for day in self.effective_on],
            "entered": self.entered,
            "warnings": list(self.warnings),
            "error": self.error,
            "error_name": self.error_name,
        }
