"""Rates: rows as a bank publishes them, and the snapshot that one issue prints."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType, Protocol

from digest.collect.web import Request, Response

#: ISO 4217, upper case.
Currency = NewType("Currency", str)


class BankName(StrEnum):
    """Whose word a rate is. All but ``PEG`` have a file in ``banks/``; a peg is known, and read nowhere."""

    NBK = "nbk"
    CBU = "cbu"
    NBKR = "nbkr"
    NBKR_WEEKLY = "nbkr-weekly"
    NBT = "nbt"
    CBT = "cbt"
    CBR = "cbr"
    ECB = "ecb"
    FRANKFURTER = "frankfurter"
    ER_API = "er-api"
    TICKER = "ticker"
    PEG = "peg"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRow:
    """One row of a bank's sheet: ``nominal`` units of ``currency`` cost ``value`` units of ``local``.

    ``value`` and ``change`` (the bank's own, absolute, per nominal; ``None`` where it gives none) keep the digits
    exactly as published: ``str(value)`` is what the bank printed, with a decimal point.
    """

    local: Currency
    currency: Currency
    nominal: int
    value: Decimal
    change: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSheet:
    """What one bank published for one day. ``effective_on`` is the day on which the rates take effect, there."""

    bank: BankName
    effective_on: date
    rows: tuple[BankRow, ...]
    warnings: tuple[str, ...] = ()


class Bank(Protocol):
    """A rate source. Sans-I/O: it says what to ask for and reads what came back."""

    name: BankName
    #: The bank's name as readers see it, in English.
    title: str
    #: The bank's own currency: what one foreign unit is priced in.
    local: Currency
    #: Where the bank publishes, up to the part that names a day.
    endpoint: str
    #: Whether a past day can be asked for.
    has_history: bool

    def request(self, endpoint: str, day: date) -> Request:
        """Return the request for the sheet of ``day``, at the bank's own ``endpoint`` or at a mirror."""
        ...

    def read(self, response: Response) -> BankSheet:
        """Read an answer, any bytes at all.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRate:
    """A published row as the rate book keeps it, with when we read it (UTC)."""

    bank: BankName
    effective_on: date
    row: BankRow
    retrieved_at: datetime


class Move(StrEnum):
    """What a change means for the local currency, so that nobody has to think about the direction."""

    STRONGER = "stronger"
    WEAKER = "weaker"
    UNCHANGED = "unchanged"
    FIXED = "fixed"  # a peg
    UNKNOWN = "unknown"  # no earlier published rate to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of one unit of ``base`` in ``currency``, as one issue prints it. ``value`` is unrounded.

    ``previous`` is the same bank's rate of the last *earlier* published day. ``percent`` is how much the local
    currency moved (positive: stronger), unrounded; ``None`` where there is nothing to compare with or a peg.
    """

    currency: Currency
    base: Currency
    value: Decimal
    effective_on: date
    bank: BankName
    bank_title: str
    move: Move = Move.UNKNOWN
    percent: Decimal | None = None
    previous: Decimal | None = None
    previous_on: date | None = None
    warning: str | None = None

    @property
    def signed_percent(self) -> str | None:
        """``percent`` rounded to two places with its sign (``+0.82``), zero without; ``None`` if there is none."""
        if self.percent is None:
            return None
        rounded = round(self.percent, 2)
        return f"{rounded:+.2f}" if rounded else "0.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRate:
    """A currency that the newsletter wants and that is not printed, with the reason."""

    currency: Currency
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSnapshot:
    """The rates that one issue prints, frozen, in the newsletter's order."""

    base: Currency
    rates: tuple[Rate, ...] = ()
    missing: tuple[MissingRate, ...] = ()
