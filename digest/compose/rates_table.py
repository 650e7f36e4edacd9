"""The rates part of a newsletter's TOML file: what is printed, who stands in for whom, what is believed. Pure."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from babel.numbers import list_currencies

from digest.collect.banks import BANKS, HOME_BANK
from digest.collect.fetching.files import is_web_address
from digest.collect.rates.rate import BankName, Currency
from digest.collect.rates.rate_rules import Agreement, RateRules
from digest.compose.newsletter import RatesWanted
from digest.compose.toml_table import Table, meant

#: Turns what an editor writes for a place, at a key of a table, into a URL or an absolute path.
Resolve = Callable[[Table, str, str], str]

#: The largest percentages that make sense: a currency may halve in a day, two sources may not differ by half.
MOST_MOVE: Final = 100
MOST_APART: Final = 20

_BASE: Final = "USD"


def read_rates(table: Table, resolve: Resolve) -> RatesWanted:
    """Read ``[rates]``.

    :raises BadNewsletterFile: a key is unknown or means nothing; names line and key.
    """
    base = _currency(table, "base", table.text("base", _BASE))
    currencies = _currencies(table, "currencies")
    if base in currencies:
        table.refuse("currencies", f"{base} is the base: its price in itself is always 1", currencies.index(base))
    required = _currencies(table, "required")
    for at, currency in enumerate(required):
        _must_be_wanted(table, "required", currency, currencies, at)
    banks = table.table("banks")
    places = {_bank(banks, name, name): _places(banks, name, resolve) for name in list(banks.keys())}
    rules = RateRules(
        fallbacks=_fallbacks(table.table("fallbacks"), currencies, places),
        moves=_moves(table.table("moves"), currencies),
        agreement=_agreement(table.table("agreement"), currencies, places),
    )
    table.close()
    return RatesWanted(base=base, currencies=currencies, banks=places, rules=rules, required=required)


def _fallbacks(
    table: Table, wanted: Sequence[Currency], places: dict[BankName, tuple[str, ...]]
) -> dict[Currency, tuple[BankName, ...]]:
    found: dict[Currency, tuple[BankName, ...]] = {}
    for key in list(table.keys()):
        currency = _key(table, key, wanted)
        names = table.texts(key)
        if not names:
            table.refuse(key, "this must name at least one bank")
        table.refuse_twins(key, names)
        found[currency] = tuple(_other_bank(table, key, name, currency, places, at) for at, name in enumerate(names))
    return found


def _moves(table: Table, wanted: Sequence[Currency]) -> dict[Currency, Decimal]:
    return {_key(table, key, wanted): table.percent(key, most=MOST_MOVE) for key in list(table.keys())}


def _agreement(
    table: Table, wanted: Sequence[Currency], places: dict[BankName, tuple[str, ...]]
) -> dict[Currency, Agreement]:
    found: dict[Currency, Agreement] = {}
    for key in list(table.keys()):
        currency = _key(table, key, wanted)
        one = table.table(key)
        bank = _other_bank(one, "with", one.text("with"), currency, places)
        found[currency] = Agreement(bank=bank, within=one.percent("within", most=MOST_APART))
        one.close()
    return found


def _other_bank(
    table: Table, key: str, name: str, currency: Currency, places: dict[BankName, tuple[str, ...]], *more: int
) -> BankName:
    """Read a bank that stands beside a currency's own one, and that can be read."""
    bank = _bank(table, key, name, *more)
    if bank == HOME_BANK.get(currency):
        table.refuse(key, f"{name} is the own bank of {currency}: name another one", *more)
    if not BANKS[bank].endpoint and bank not in places:
        table.refuse(key, f"{name} has no address of its own; name one under [rates.banks]", *more)
    return bank


def _bank(table: Table, key: str, name: str, *more: int) -> BankName:
    if name not in list(BANKS):
        table.refuse(key, f"there is no bank of that name; known: {', '.join(BANKS)}{meant(name, BANKS)}", *more)
    return BankName(name)


def _places(banks: Table, name: str, resolve: Resolve) -> tuple[str, ...]:
    given = banks.texts(name) if banks.is_array(name) else (banks.text(name),)
    places = tuple(resolve(banks, name, ref) for ref in given)
    if not places:
        banks.refuse(name, "this must name an address or at least one file")
    if len(places) > 1 and any(map(is_web_address, places)):
        banks.refuse(name, "this must be one address, or any number of files")
    return places


def _key(table: Table, key: str, wanted: Sequence[Currency]) -> Currency:
    """Read a key that is a currency of the newsletter."""
    table.has(key)
    currency = _currency(table, key, key)
    _must_be_wanted(table, key, currency, wanted)
    return currency


def _must_be_wanted(table: Table, key: str, currency: Currency, wanted: Sequence[Currency], *more: int) -> None:
    if currency not in wanted:
        table.refuse(key, f"{currency} is not among this newsletter's currencies{meant(currency, wanted)}", *more)


def _currencies(table: Table, key: str) -> tuple[Currency, ...]:
    currencies = tuple(_currency(table, key, code, at) for at, code in enumerate(table.texts(key)))
    table.refuse_twins(key, currencies)
    return currencies


def _currency(table: Table, key: str, text: str, *more: int) -> Currency:
    code = text.upper()
    if code not in list_currencies():
        table.refuse(key, f"{text!r} is no known currency (ISO 4217), such as KZT", *more)
    return Currency(code)
