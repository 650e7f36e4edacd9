"""The exchange-rate ticker that some outlets run over every page: ``KGS/USD = 0.01144 0%``."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from digest.collect.page import TickerPair

_PAIR: Final = re.compile(
    r"\b(?P<currency>[A-Z]{3})\s?/\s?(?P<quote>[A-Z]{3})\s*[=:]\s*"
    r"[$€£]?(?P<value>\d{1,3}(?:[ ',]\d{3})+(?:\.\d{1,12})?|\d{1,3}(?:[ '.]\d{3})+,\d{1,12}|"
    r"\d{1,12}(?:[.,]\d{1,12})?(?:[eE][+-]?\d{1,2})?|[.,]\d{1,12})(?![\d.,]*\d|\s?%)"
    r"(?:\s*[(,;]?\s*(?P<fall>[▼↓])?[▲↑]?\s*(?P<change>[+−–-]?\s?\d{1,6}(?:[.,]\d{1,6})?)\s*%\)?)?"
)
_BEGINS: Final = re.compile(r"\W*[A-Z]{3}\s?/\s?[A-Z]{3}\s*=")
#: With these words every warning about a ticker begins.
ABOUT_THE_TICKER: Final = "The ticker"

_MOST_LETTERS: Final = 40  # beside the pairs, in a line of the ticker


def is_ticker(line: str) -> bool:
    """Tell whether a line is the ticker's; a sentence that quotes a rate is none."""
    rest, pairs = _PAIR.subn("", line)
    letters = sum(map(str.isalnum, rest))
    if pairs == 0 or _BEGINS.match(line):
        return _BEGINS.match(line) is not None and letters <= _MOST_LETTERS
    return letters == 0 or (pairs > 1 and letters <= _MOST_LETTERS)


def read_pairs(lines: Iterable[str]) -> tuple[tuple[TickerPair, ...], tuple[str, ...]]:
    """Return each pair of the ticker's lines once, in the order of its first appearance, and warnings.

    A ticker that scrolls is in the page many times over; a pair that shows two values keeps the first, with a warning.
    """
    pairs: dict[tuple[str, str], TickerPair] = {}
    warnings: list[str] = []
    for line in filter(is_ticker, lines):
        for found in _PAIR.finditer(line):
            pair = TickerPair(
                currency=found["currency"],
                quote=found["quote"],
                value=_value(found["value"]),
                change_percent=_change(found),
            )
            kept = pairs.setdefault((pair.currency, pair.quote), pair)
            if kept != pair:
                warnings.append(
                    f"{ABOUT_THE_TICKER} shows two values for {pair.currency}/{pair.quote}; the first was taken."
                )
        if not _PAIR.search(line):
            warnings.append(f"{ABOUT_THE_TICKER}'s {line!r} could not be read.")
    return tuple(pairs.values()), tuple(dict.fromkeys(warnings))


def _value(printed: str) -> Decimal:
    """Read a price. A comma or point that parts groups of three digits is none of the decimals: ``12,194.50``."""
    digits = re.sub(r"[ ']", "", printed)
    is_grouped = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", digits)
    if not is_grouped and "," in digits:
        return Decimal(digits.replace(".", "").replace(",", "."))
    return Decimal(digits.replace(",", ""))


def _change(found: re.Match[str]) -> Decimal | None:
    if not found["change"]:
        return None
    number = Decimal(re.sub(r"\s", "", found["change"]).replace(",", ".").replace("−", "-").replace("–", "-"))
    if found["fall"]:
        number = -abs(number)
    return number or number.copy_abs()  # "-0%" is zero
