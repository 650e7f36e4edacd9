"""How a rate is written for a reader: figures as the market quotes them, moves in words, dates when they matter.

Pure. Numbers, dates and currency names come from Babel (CLDR); our own words go through ``translate``, a gettext-like
function, and are English by themselves. Five currencies have names of our own: newsrooms write "Uzbek som", CLDR has
"Uzbekistani Som".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import format_decimal, get_currency_name

from digest.collect.rate import Currency, Move, Rate
from digest.collect.snapshot import DAYS_FRESH

#: Decimal places by magnitude, as frankfurter rounds: the first band whose floor lies below the value.
_BANDS: Final = ((Decimal(5000), 0), (Decimal(80), 2), (Decimal(20), 3), (Decimal(1), 4), (Decimal("0.0001"), 5))
_SMALLEST_BAND_PLACES: Final = 6
#: A price keeps two decimals even if they are zeros (3.50), unless it is in the thousands.
_KEPT_PLACES: Final = 2
#: From here one decimal is enough for a percentage; below it two.
_ONE_DECIMAL_FROM: Final = Decimal("0.1")
_UNKNOWN_CHANGE: Final = "–"
_MINUS: Final = "−"  # U+2212: a hyphen is read aloud as nothing
_NO_BREAK: Final = "\u00a0"  # no figure stands at a line's end without its sign
#: What newsrooms call these, in English; each is a message for ``translate``.
OWN_NAMES: Final[Mapping[Currency, str]] = {
    Currency("KZT"): "Kazakhstan tenge",
    Currency("KGS"): "Kyrgyz som",
    Currency("TJS"): "Tajik somoni",
    Currency("UZS"): "Uzbek som",
    Currency("TMT"): "Turkmen manat",
}
#: English without a region is written the international way: "Fri 19 Dec".
_ENGLISH: Final = "en_GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateWords:
    """One rate in words. ``effective`` is empty when the rate is of the issue's own day.

    ``accessible`` is the whole row as one sentence, for whoever hears it.
    """

    currency_name: str
    value: str
    change: str
    effective: str
    accessible: str


def in_words(rate: Rate, *, locale: str, on: date, translate: Callable[[str], str]) -> RateWords:
    """Write ``rate`` for a reader of the BCP 47 ``locale`` in an issue of the day ``on``.

    A locale that Babel does not know is written as English.
    """
    spoken = _locale(locale)
    value = quote(rate, locale)
    change = change_words(rate, locale=locale, translate=translate)
    effective = effective_words(rate.effective_on, locale=locale, on=on, translate=translate)
    sentence = translate("1 %(base)s is %(value)s %(currency)s") % {
        "base": _counted(rate.base, Decimal(1), spoken),
        "value": value,
        "currency": _counted(rate.currency, rate.value, spoken),
    }
    heard = translate("no earlier rate to compare with") if change == _UNKNOWN_CHANGE else change
    return RateWords(
        currency_name=_name(rate.currency, spoken, translate),
        value=value,
        change=change,
        effective=effective,
        accessible=", ".join(part for part in (sentence, heard, effective) if part),
    )


def quote(rate: Rate, locale: str) -> str:
    """Return the price with the decimals that its size deserves, rounded half up: ``12,194``, ``478.77``, ``3.50``."""
    places = next((places for floor, places in _BANDS if rate.value > floor), _SMALLEST_BAND_PLACES)
    rounded = rate.value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    pattern = "#,##0" if places == 0 else f"#,##0.{'0' * _KEPT_PLACES}{'#' * (places - _KEPT_PLACES)}"
    return format_decimal(rounded, format=pattern, locale=_locale(locale))


def change_words(rate: Rate, *, locale: str, translate: Callable[[str], str]) -> str:
    """Return how the local currency moved: ``stronger, +0.8 %``, ``unchanged``, ``fixed``, or a dash for "unknown".

    A move that rounds to 0.00 % is ``unchanged``: there is no minus zero.
    """
    if rate.move is Move.FIXED:
        return translate("fixed")
    if rate.percent is None:
        return _UNKNOWN_CHANGE
    size = abs(rate.percent).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if size == 0:
        return translate("unchanged")
    if size >= _ONE_DECIMAL_FROM:
        size = abs(rate.percent).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    figure = format_decimal(size, format="#,##0.0#", locale=_locale(locale))
    if rate.percent > 0:
        return translate("stronger, %(percent)s") % {"percent": f"+{figure}{_NO_BREAK}%"}
    return translate("weaker, %(percent)s") % {"percent": f"{_MINUS}{figure}{_NO_BREAK}%"}


def effective_words(day: date, *, locale: str, on: date, translate: Callable[[str], str]) -> str:
    """Return since when or from when a rate holds, seen from the day ``on``; nothing when it is that day's own."""
    if day == on:
        return ""
    words = {"day": format_skeleton("MMMEd", day, locale=_locale(locale))}
    if day > on:
        return translate("from %(day)s") % words
    if (on - day).days > DAYS_FRESH:
        return translate("last official rate, %(day)s") % words
    return translate("as of %(day)s") % words


def _name(currency: Currency, locale: Locale, translate: Callable[[str], str]) -> str:
    """Return our own name of a currency where there is one in this language, else Babel's."""
    own = OWN_NAMES.get(currency, "")
    said = translate(own) if own else ""
    if own and (said != own or locale.language == "en"):
        return said
    return str(get_currency_name(currency, locale=locale))


def _counted(currency: Currency, count: Decimal, locale: Locale) -> str:
    """Return a currency's name as it is counted. Our own names have one form in English, and others in no language."""
    if currency in OWN_NAMES and locale.language == "en":
        return OWN_NAMES[currency]
    return str(get_currency_name(currency, count=count, locale=locale))


def _locale(tag: str) -> Locale:
    plain = tag.replace("_", "-")
    for attempt in (_ENGLISH if plain.lower() == "en" else plain, plain.partition("-")[0]):
        try:
            return Locale.parse(attempt.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_ENGLISH)
