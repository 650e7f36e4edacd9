"""ExchangeRate-API's open access (open.er-api.com): units of each currency per one ``base_code``, UTF-8 JSON, daily.

So a row is ``currency`` the base, ``nominal`` 1, and ``local`` the other currency. ``time_last_update_unix`` is when
the rates were made; its day in UTC is the effective one. No key; no past days; the service asks to be named. It calls
its rates indicative: a second opinion, no bank's word.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from digest.collect.banks.bank_file import BankFile
from digest.collect.banks.json_sheet import ACCEPT_JSON, Number, number_of, parse_json, text_of
from digest.collect.banks.reading import make_sheet, read_currency, read_price
from digest.collect.rates.rate import BankName, BankRow, BankSheet, Currency
from digest.collect.web import Request, Response
from digest.errors import ParseError

_INSTANT: Final = re.compile(r"[1-9][0-9]{8,9}")  # seconds, from 1973 to 2286
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ErApi(BankFile):
    """Reads ``/v6/latest/USD``. See :class:`digest.collect.rates.rate.Bank`."""

    name = BankName.ER_API
    title = "ExchangeRate-API"
    endpoint = "https://open.er-api.com/v6/latest/USD"
    has_history = False

    def request(self, endpoint: str, day: date) -> Request:  # noqa: ARG002 - the port's name; only the newest is published
        """Ask for the newest rates; ``day`` cannot be asked for."""
        return Request(ref=endpoint, accept=ACCEPT_JSON)

    def read_days(self, response: Response) -> tuple[BankSheet, ...]:
        """Read ``{"result": "success", "time_last_update_unix": …, "base_code": …, "rates": {…}}``.

        :raises ParseError: the bytes are not this service's answer, or it says that something is wrong.
        """
        ref = response.ref
        answer = parse_json(response)
        if not isinstance(answer, dict):
            raise ParseError(ref, "it is no answer of this service")
        if answer.get("result") != "success":
            raise ParseError(ref, f"the service gives no rates, it says {_said(answer)!r}")
        base = read_currency(ref, text_of(ref, answer, "base_code"))
        rates = answer.get("rates")
        if not isinstance(rates, dict):
            raise ParseError(ref, "there are no 'rates' in it")
        day = _day(ref, number_of(ref, answer, "time_last_update_unix"))
        rows = (_row(ref, base, code, rates) for code in rates if code != base)
        _must_be_one(ref, base, rates)
        return (make_sheet(ref, self.name, day, rows),)


def _row(ref: str, base: Currency, printed: str, rates: dict[str, Any]) -> BankRow:
    code = read_currency(ref, printed)
    return BankRow(local=code, currency=base, nominal=1, value=read_price(ref, code, number_of(ref, rates, printed)))


def _must_be_one(ref: str, base: Currency, rates: dict[str, Any]) -> None:
    """Refuse an answer whose base costs something else than one of itself: its rates are of another base."""
    given = rates.get(base, Number("1"))
    if not isinstance(given, Number) or read_price(ref, base, given.printed) != 1:
        raise ParseError(ref, f"one {base} is said to cost something else than one {base}")


def _day(ref: str, printed: str) -> date:
    if not _INSTANT.fullmatch(printed):
        raise ParseError(ref, f"{printed[:40]!r} is no instant of our time")
    return (_EPOCH + timedelta(seconds=int(printed))).date()


def _said(answer: dict[str, Any]) -> str:
    said = answer.get("error-type", answer.get("result"))
    return said[:80] if isinstance(said, str) else "nothing"
