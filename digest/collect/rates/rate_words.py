"""How a rate is written for a reader: the market's quote, moves in words, the week, dates when they matter.

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

from digest.collect.rates.rate import BankName, Currency, Move, Rate, RateFlag
from digest.collect.rates.rate_trend import trend_of
from digest.collect.rates.snapshot import DAYS_FRESH, strengthening
from digest.collect.text.bidi import left_to_right

#: Decimal places by magnitude, as frankfurter rounds: the first band whose floor lies below the value.
_BANDS: Final = ((Decimal(5000), 0), (Decimal(80), 2), (Decimal(20), 3), (Decimal(1), 4), (Decimal("0.0001"), 5))
#: Below all bands so many digits are kept, whatever their place: 0.0000820 is no 0.
_FEWEST_DIGITS: Final = 3
#: A price keeps two decimals even if they are zeros (3.50), unless it is in the thousands.
_KEPT_PLACES: Final = 2
#: From here one decimal is enough for a percentage; below it two.
_ONE_DECIMAL_FROM: Final = Decimal("0.1")
_UNKNOWN_CHANGE: Final = "–"
_MINUS: Final = "−"  # U+2212: a hyphen is read aloud as nothing
_NO_BREAK: Final = "\u00a0"  # no figure stands at a line's end without its sign
#: Bars of growing height. Half and full blocks are not among them: on some systems they stand lower than the others.
_BARS: Final = "▁▂▃▅▆▇"
#: Fewer days than this draw no line.
_DAYS_DRAWN: Final = 3
#: What newsrooms call these, in English; each is a message for ``translate``.
OWN_NAMES: Final[Mapping[Currency, str]] = {
    Currency("KZT"): "Kazakhstan tenge",
    Currency("KGS"): "Kyrgyz som",
    Currency("TJS"): "Tajik somoni",
    Currency("UZS"): "Uzbek som",
    Currency("TMT"): "Turkmen manat",
}
#: The same in one word, after the code: two are a som in English and are not in other languages. Messages, too.
OWN_SHORT_NAMES: Final[Mapping[Currency, str]] = {
    Currency("KZT"): "KZT tenge",
    Currency("KGS"): "KGS som",
    Currency("TJS"): "TJS somoni",
    Currency("UZS"): "UZS som",
    Currency("TMT"): "TMT manat",
}
#: Where banks ask to be linked when their rates are printed: NBT on its page of rates, ExchangeRate-API in its terms.
ATTRIBUTION_URLS: Final[Mapping[BankName, str]] = {
    BankName.NBT: "https://www.nbt.tj",
    BankName.ER_API: "https://www.exchangerate-api.com",
}
#: Signs of a base that is more than its code.
_SYMBOLS: Final[Mapping[str, str]] = {"USD": "$", "EUR": "€", "GBP": "£"}
#: English without a region is written the international way: "Fri 19 Dec".
_ENGLISH: Final = "en_GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekWords:
    """The last seven days of a rate. ``span`` is ``week 475.09–478.77``, ``trend`` ``tenge stronger`` or empty.

    ``bars`` draws the published days, the oldest first (empty where there is nothing to draw); ``name`` says it all to
    whoever does not see that.
    """

    span: str
    trend: str
    bars: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateWords:
    """One rate in words: ``one`` (``$1``) is ``value`` of the currency. ``notes`` say what is not as usual.

    ``heard`` is what a dash in place of the change means, else empty; ``week`` is ``None`` for a peg or a single day.
    """

    currency_name: str
    one: str
    value: str
    change: str
    heard: str
    notes: tuple[str, ...]
    week: WeekWords | None


def in_words(rate: Rate, *, locale: str, on: date, translate: Callable[[str], str]) -> RateWords:
    """Write ``rate`` for a reader of the BCP 47 ``locale`` in an issue of the day ``on``.

    A locale that Babel does not know is written as English.
    """
    spoken = known_locale(locale)
    change = change_words(rate, locale=locale, translate=translate)
    return RateWords(
        currency_name=_name(rate.currency, spoken, translate),
        one=one_of(rate.base, locale),
        value=figures(rate.value, locale),
        change=change,
        heard=translate("no earlier rate to compare with") if change == _UNKNOWN_CHANGE else "",
        notes=tuple(_notes(rate, locale=locale, on=on, translate=translate)),
        week=week_words(rate, locale=locale, translate=translate),
    )


def figures(value: Decimal, locale: str) -> str:
    """Return a price with the decimals that its size deserves, rounded half up: ``12,194``, ``478.77``, ``3.50``."""
    fewest = _FEWEST_DIGITS - 1 - value.adjusted()
    places = next((places for floor, places in _BANDS if value > floor), fewest if value else _KEPT_PLACES)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0  # there is no minus zero
    pattern = "#,##0" if places == 0 else f"#,##0.{'0' * _KEPT_PLACES}{'#' * (places - _KEPT_PLACES)}"
    return format_decimal(rounded, format=pattern, locale=known_locale(locale))


def one_of(base: Currency, locale: str) -> str:
    """Return one unit of the base as money is written in the locale: ``$1``, ``1 $``, ``1 KZT``."""
    symbol = _SYMBOLS.get(base, base)
    comes_first = symbol != base and known_locale(locale).currency_formats["standard"].pattern.startswith("¤")
    return f"{symbol}1" if comes_first else f"1{_NO_BREAK}{symbol}"


def change_words(rate: Rate, *, locale: str, translate: Callable[[str], str]) -> str:
    """Return how the local currency moved: ``tenge stronger, +0.8 %``, ``unchanged``, ``fixed``, or a dash for unknown.

    A move that rounds to 0.00 % is ``unchanged``: there is no minus zero.
    """
    if rate.move is Move.FIXED:
        return translate("fixed")
    if rate.percent is None:
        return _UNKNOWN_CHANGE
    return move_words(rate.currency, rate.percent, locale=locale, translate=translate)


def move_words(currency: Currency, percent: Decimal, *, locale: str, translate: Callable[[str], str]) -> str:
    """Return by how much the local currency got stronger (``percent`` above zero) or weaker: ``som weaker, −0.3 %``."""
    size = _hundredths(percent)
    if size == 0:
        return translate("unchanged")
    if size >= _ONE_DECIMAL_FROM:
        size = abs(percent).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    figure = format_decimal(size, format="#,##0.0#", locale=known_locale(locale))
    sign = "+" if percent > 0 else _MINUS
    by = left_to_right(f"{sign}{figure}{_NO_BREAK}%", around=known_locale(locale).text_direction)
    return f"{_moved(currency, percent, translate)}, {by}"


def week_words(rate: Rate, *, locale: str, translate: Callable[[str], str]) -> WeekWords | None:
    """Return the week of a rate in words; ``None`` where there is none to tell of: a peg, a single day."""
    trend = trend_of(rate.week, steps=len(_BARS))
    if trend is None or rate.move is Move.FIXED:
        return None
    low, high = figures(trend.low, locale), figures(trend.high, locale)
    if low == high:
        name, unchanged = translate("seven days: %(price)s") % {"price": low}, translate("unchanged")
        span = translate("week %(span)s") % {"span": low}
        return WeekWords(span=span, trend=unchanged, bars="", name=f"{name}, {unchanged}")
    percent = strengthening(trend.first, trend.last)
    moved = _moved(rate.currency, percent, translate) if _hundredths(percent) else ""
    between = translate("seven days: between %(low)s and %(high)s") % {"low": low, "high": high}
    return WeekWords(
        span=translate("week %(span)s") % {"span": f"{low}–{high}"},
        trend=moved,
        bars="".join(_BARS[level] for level in trend.levels) if len(trend.levels) >= _DAYS_DRAWN else "",
        name=f"{between}, {moved}" if moved else between,
    )


def effective_words(rate: Rate, *, locale: str, on: date, translate: Callable[[str], str]) -> str:
    """Return since when or from when a rate holds, seen from the day ``on``; nothing when it is that day's own.

    Where a newer price of the bank is held back, that is said too.
    """
    day, is_held = rate.effective_on, RateFlag.HELD in rate.flags
    if day == on and not is_held:
        return ""
    if (on - day).days > DAYS_FRESH:
        said = translate("last official rate, %(day)s")
    elif is_held:
        said = translate("rate of %(day)s")
    else:
        said = translate("from %(day)s") if day > on else translate("as of %(day)s")
    said %= {"day": format_skeleton("MMMEd", day, locale=known_locale(locale))}
    checked = translate("a newer one is being checked")
    return f"{said}; {checked}" if is_held else said


def _notes(rate: Rate, *, locale: str, on: date, translate: Callable[[str], str]) -> list[str]:
    """Return what a reader must know of a printed rate: its day, whose it is, how it was computed."""
    notes = [effective_words(rate, locale=locale, on=on, translate=translate)]
    if RateFlag.FALLBACK in rate.flags and rate.bank is not BankName.PEG:
        notes.append(translate("according to %(bank)s") % {"bank": translate(rate.bank_title)})
    if rate.cross is not None:
        notes.append(translate("computed through %(currency)s") % {"currency": rate.cross.via})
    return [note for note in notes if note]


def _moved(currency: Currency, percent: Decimal, translate: Callable[[str], str]) -> str:
    """Return which way the local currency went, by its name where it has one of ours: ``tenge stronger``."""
    message = OWN_SHORT_NAMES.get(currency)
    if message is None:
        return translate("stronger") if percent > 0 else translate("weaker")
    said = translate("%(currency)s stronger") if percent > 0 else translate("%(currency)s weaker")
    return said % {"currency": translate(message).removeprefix(f"{currency} ")}


def _hundredths(percent: Decimal) -> Decimal:
    return abs(percent).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _name(currency: Currency, locale: Locale, translate: Callable[[str], str]) -> str:
    """Return our own name of a currency where there is one in this language, else Babel's."""
    own = OWN_NAMES.get(currency, "")
    said = translate(own) if own else ""
    if own and (said != own or locale.language == "en"):
        return said
    return str(get_currency_name(currency, locale=locale))


def known_locale(tag: str) -> Locale:
    """Return Babel's locale of a BCP 47 tag, that of its language, or international English where nobody knows it."""
    plain = tag.replace("_", "-")
    for attempt in (_ENGLISH if plain.lower() == "en" else plain, plain.partition("-")[0]):
        try:
            return Locale.parse(attempt.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_ENGLISH)
