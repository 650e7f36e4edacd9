"""The ticker of an author's page, as a last resort: US dollars per one local unit, with five decimals and no more.

So ``KGS/USD = 0.01144`` is a row of ``local`` USD, ``currency`` KGS and ``nominal`` 1. Its day is the page's own, and
does not identify a snapshot: two pages of one day have shown different figures. The digits mean little: ``UZS/USD =
0.00008`` is any price between 11,765 and 13,333 soums for a dollar; a pair that can be more than one per cent off is
named in a warning. The percentage beside a pair was computed from figures rounded before and is not read. There is no
place of its own: an outlet's page, or a saved one, must be named.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from digest.collect.banks.bank_file import BankFile
from digest.collect.banks.reading import make_sheet, read_currency, read_price
from digest.collect.journalist import SourceKind
from digest.collect.page import Assume, Page, TickerPair
from digest.collect.rates.rate import BankName, BankRow, BankSheet
from digest.collect.sources import READERS, guess_kind
from digest.collect.sources.ticker import ABOUT_THE_TICKER
from digest.collect.web import Request, Response
from digest.errors import ParseError

_COARSE: Final = Decimal("0.01")  # of the price, that half a step of the last digit may be


class Ticker(BankFile):
    """Reads the pairs of an author's page or of its saved text. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.TICKER
    title = "Ticker of the outlet"
    endpoint = ""
    has_history = False

    def request(self, endpoint: str, day: date) -> Request:  # noqa: ARG002 - the port's name; a page shows one day only
        """Ask for the page at ``endpoint``; ``day`` cannot be asked for."""
        return Request(ref=endpoint, accept="text/html, text/plain;q=0.9, */*;q=0.1")

    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read the pairs, each of which must stand in one way only, and the page's date, which must be there.

        :raises ParseError: no page, no date on it, no ticker, or two figures for a pair.
        """
        ref = response.ref
        page = _page(response)
        if page.page_date is None:
            raise ParseError(ref, "the page does not say of which day it is")
        doubts = [warning for warning in page.warnings if warning.startswith(ABOUT_THE_TICKER)]
        if doubts:
            raise ParseError(ref, doubts[0].removesuffix("."))
        rows = [_row(ref, pair) for pair in page.rates]
        warnings = [warning for row in rows if (warning := _coarseness(row))]
        return (make_sheet(ref, self.name, page.page_date, rows, warnings=warnings),)


def _page(response: Response) -> Page:
    kind = guess_kind(response)
    if kind not in (SourceKind.CAPTURE, SourceKind.PAGE, SourceKind.ARTICLE):
        raise ParseError(response.ref, f"a {kind} has no ticker")
    reader = READERS[SourceKind.CAPTURE if kind is SourceKind.CAPTURE else SourceKind.PAGE]
    return reader.read(response, Assume(now=response.fetched_at))


def _row(ref: str, pair: TickerPair) -> BankRow:
    code = read_currency(ref, pair.currency)
    # A pair that is printed as 1E3 has an exponent above zero; it stays as it is, and is refused.
    exponent = pair.value.as_tuple().exponent
    printed = f"{pair.value:f}" if isinstance(exponent, int) and exponent <= 0 else str(pair.value)
    return BankRow(local=read_currency(ref, pair.quote), currency=code, nominal=1, value=read_price(ref, code, printed))


def _coarseness(row: BankRow) -> str | None:
    half_a_step = Decimal((0, (5,), int(row.value.as_tuple().exponent) - 1))
    off = half_a_step / row.value
    if off <= _COARSE:
        return None
    return f"{row.currency}/{row.local} = {row.value:f} can be {100 * off:.2f} % off: it has too few digits."
