from decimal import Decimal

from digest.collect.page import TickerPair
from digest.collect.sources.ticker import is_ticker, read_pairs


def pair(currency: str, value: str, change: str | None) -> TickerPair:
    return TickerPair(
        currency=currency, quote="USD", value=Decimal(value), change_percent=None if change is None else Decimal(change)
    )


def test_pairs_come_once_each_with_their_printed_digits() -> None:
    lines = ["• KGS/USD = 0.01144 0%", "KZT/USD = 0.00193 -0%", "TMT/USD = 0.28490 0.09%"] * 8
    pairs, warnings = read_pairs(lines)
    assert pairs == (pair("KGS", "0.01144", "0"), pair("KZT", "0.00193", "0"), pair("TMT", "0.28490", "0.09"))
    assert [str(found.value) for found in pairs] == ["0.01144", "0.00193", "0.28490"]
    assert [str(found.change_percent) for found in pairs] == ["0", "0", "0.09"]
    assert warnings == ()


def test_several_pairs_may_share_a_line() -> None:
    pairs, _ = read_pairs(["KGS/USD = 0.01144 -0.52% KZT/USD=0,00193 +1,5% UZS/USD = 0.00008"])
    assert pairs == (pair("KGS", "0.01144", "-0.52"), pair("KZT", "0.00193", "1.5"), pair("UZS", "0.00008", None))


def test_a_typographic_minus_is_a_minus() -> None:
    assert read_pairs(["KGS/USD = 1 −0.5%"])[0] == (pair("KGS", "1", "-0.5"),)


def test_two_values_for_a_pair_are_told_once() -> None:
    pairs, warnings = read_pairs(["KGS/USD = 1 0%", "KGS/USD = 2 0%", "KGS/USD = 3 0%"])
    assert pairs == (pair("KGS", "1", "0"),)
    assert warnings == ("The ticker shows two values for KGS/USD; the first was taken.",)


def test_other_lines_are_no_ticker() -> None:
    assert not any(map(is_ticker, ["KGS/USD", "kgs/usd = 1", "KGS/USD = x", "KGS/USD = 1.2.3", "AKGS/USD = 1", ""]))
