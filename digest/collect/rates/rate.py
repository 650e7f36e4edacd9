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
    """What one bank published for one day. ``effective_on`` is the day on which the rates take effect, there.

    ``warnings`` say what of it does not fit together and yet leaves every price beyond doubt.
    """

    bank: BankName
    effective_on: date
    rows: tuple[BankRow, ...]
    warnings: tuple[str, ...] = ()


class Bank(Protocol):
    """A rate source. Sans-I/O: it says what to ask for and reads what came back."""

    name: BankName
    #: The bank's name as readers see it, in English.
    title: str
    #: Where the bank publishes, up to the part that names a day. Empty where there is no such place of its own.
    endpoint: str
    #: Whether a past day can be asked for.
    has_history: bool
    #: The weekdays of which there is no sheet: the last one holds. Monday is 0.
    rest_days: frozenset[int]

    @property
    def local(self) -> Currency | None:
        """The bank's own currency: what one foreign unit is priced in. ``None`` for one that prices others' money."""
        ...

    def request(self, endpoint: str, day: date) -> Request:
        """Return the request for the sheet of ``day``, at the bank's own ``endpoint`` or at a mirror."""
        ...

    def request_days(self, endpoint: str, first: date, last: date) -> Request | None:
        """Return the one request for the sheets of ``first`` to ``last``; ``None`` where days come one by one.

        The answer may hold other days too.
        """
        ...

    def read(self, response: Response) -> BankSheet:
        """Read an answer, any bytes at all; of several days the newest. Whoever keeps rates takes ``read_days``.

        :raises ParseError: the bytes are not this bank's sheet.
        """
        ...

    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read an answer, any bytes at all: every day in it, the oldest first; mostly one, and never none.

        :raises ParseError: the bytes are not this bank's sheet, of any of its days.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRate:
    """A published row as the rate book keeps it, with when we read it (UTC)."""

    bank: BankName
    effective_on: date
    row: BankRow
    retrieved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A person's word that a published row is true, whatever the gates say: exactly this price for this nominal.

    A later correction by the bank has another price, and is held against the gates anew. ``at`` is UTC.
    """

    bank: BankName
    effective_on: date
    local: Currency
    currency: Currency
    nominal: int
    value: Decimal
    by: str
    note: str
    at: datetime

    def covers(self, entry: BookedRate) -> bool:
        """Tell whether this is the row that was accepted, with this price."""
        row = entry.row
        return (self.bank, self.effective_on, self.local, self.currency, self.nominal, self.value) == (
            *(entry.bank, entry.effective_on, row.local, row.currency),
            *(row.nominal, row.value),
        )


class Move(StrEnum):
    """What a change means for the local currency, so that nobody has to think about the direction."""

    STRONGER = "stronger"
    WEAKER = "weaker"
    UNCHANGED = "unchanged"
    FIXED = "fixed"  # a peg
    UNKNOWN = "unknown"  # no earlier published rate to compare with


class DoubtReason(StrEnum):
    """Which gate a published price did not pass."""

    NOT_POSITIVE = "not-positive"
    OTHER_NOMINAL = "other-nominal"  # quoted for another number of units than before
    INCOMPLETE = "incomplete-sheet"  # currencies are missing that the bank quoted on its last complete day
    OFF_PEG = "off-peg"  # not what the currency is officially fixed at
    JUMP = "jump"  # a bigger move since the last believed day than the currency's limit
    TOO_COARSE = "too-coarse"  # printed with so few digits that it can be more than one percent off
    DISAGREES = "disagrees"  # the second source says something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One gate that did not open, with its facts; the ones that do not belong to the reason are ``None``.

    ``expected`` is what ``found`` was held against, of the day ``expected_on`` and of ``expected_from``: the last
    believed price, the peg, the second source's price, the former nominal. ``percent`` is the distance, unsigned,
    ``limit`` the biggest that passes.
    """

    reason: DoubtReason
    found: Decimal | None = None
    expected: Decimal | None = None
    expected_on: date | None = None
    expected_from: BankName | None = None
    percent: Decimal | None = None
    limit: Decimal | None = None
    missing: tuple[Currency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRate:
    """A published price that is not believed, and so not printed until a second source agrees or an editor accepts it.

    ``value`` is per one ``base``, unrounded; ``rows`` the published rows that it was made of, digit for digit.
    ``kept`` is what is printed in its place, of the day ``kept_on``; ``None`` where nothing good is left.
    """

    currency: Currency
    base: Currency
    bank: BankName
    bank_title: str
    effective_on: date
    value: Decimal
    rows: tuple[BankRow, ...]
    doubts: tuple[Doubt, ...]
    kept: Decimal | None = None
    kept_on: date | None = None


class RateFlag(StrEnum):
    """What a reader or an editor must know of a printed rate beyond its figures."""

    LAST_OFFICIAL = "last-official"  # more than four days old
    FIXED = "fixed"  # a peg: no percentage is printed
    HELD = "held"  # the same bank has published a newer price, which is held back
    ACCEPTED = "accepted"  # a gate held it back and an editor accepted it: ``accepted_by``
    FALLBACK = "fallback"  # not of the currency's own bank
    CROSS = "cross"  # computed from two published rows of one day: ``cross``


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRate:
    """What one unit of the base cost on one published day, unrounded."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cross:
    """How a price was computed: through ``via``, with the base's row of ``bank``, published for the same day."""

    via: Currency
    bank: BankName
    bank_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of one unit of ``base`` in ``currency``, as one issue prints it. ``value`` is unrounded.

    ``previous`` is the same bank's rate of the last *earlier* published day that is believed. ``percent`` is how much
    the local currency moved (positive: stronger), unrounded; ``None`` where there is nothing to compare with or a peg.
    ``bank_title`` is the attribution. ``week`` holds the bank's believed prices of the seven days that end with
    ``effective_on``, oldest first, this one last (older issues have none). ``warning`` says for editors what ``flags``
    and the snapshot's ``held`` say in values.
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
    week: tuple[DayRate, ...] = ()
    flags: tuple[RateFlag, ...] = ()
    cross: Cross | None = None
    accepted_by: str | None = None

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
    """The rates that one issue prints, frozen, in the newsletter's order.

    ``held`` are the newer prices that were not believed when it was taken: they are shown to editors, never to readers.
    """

    base: Currency
    rates: tuple[Rate, ...] = ()
    missing: tuple[MissingRate, ...] = ()
    held: tuple[HeldRate, ...] = ()
