from decimal import Decimal

import pytest

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


@pytest.mark.parametrize(
    ("printed", "value", "change"),
    [
        ("0.01144 +0.09%", "0.01144", "0.09"),
        ("0.01144 −0.22%", "0.01144", "-0.22"),
        ("0.01144 – 0.22 %", "0.01144", "-0.22"),
        ("0.01144 (+0.09%)", "0.01144", "0.09"),
        ("0.01144 ▼ 0.22%", "0.01144", "-0.22"),
        ("0.01144 ▲ 0.22%", "0.01144", "0.22"),
        ("0.01144 ▼ 0%", "0.01144", "0"),
        ("0.01144 +0%", "0.01144", "0"),
        ("0.01144 −0%", "0.01144", "0"),
        ("0.01144 -0.00%", "0.01144", "0.00"),
        ("0.01144", "0.01144", None),
        (".01144 1%", "0.01144", "1"),
        ("0,01144 -0,5%", "0.01144", "-0.5"),
        ("0,114 0%", "0.114", "0"),
        ("12,194.50 0.1%", "12194.50", "0.1"),
        ("12,194 0.1%", "12194", "0.1"),
        ("12 194,50 0.1%", "12194.50", "0.1"),
        ("12.194,50 0.1%", "12194.50", "0.1"),
        ("1'234'567.89", "1234567.89", None),
        ("518 100%", "518", "100"),
        ("518,25 0%", "518.25", "0"),
        ("$0.01144 0%", "0.01144", "0"),
        ("8.0E-5 0%", "0.000080", "0"),
    ],
)
def test_numbers_are_read_however_they_are_printed(printed: str, value: str, change: str | None) -> None:
    (found,), _ = read_pairs([f"  • KGS / USD = {printed}"])
    assert format(found.value, "f") == value
    assert (None if found.change_percent is None else format(found.change_percent, "f")) == change


def test_other_quotes_than_the_dollar_are_kept_apart() -> None:
    pairs, warnings = read_pairs(["KZT/USD = 0.00193 0%", "KZT/EUR = 0.00165 0%", "USD/KZT = 518.25"])
    assert [(found.currency, found.quote) for found in pairs] == [("KZT", "USD"), ("KZT", "EUR"), ("USD", "KZT")]
    assert warnings == ()


@pytest.mark.parametrize("line", ["• KGS/USD = N/A", "KGS/USD = 1.2.3"])
def test_a_line_of_the_ticker_that_cannot_be_read_is_told(line: str) -> None:
    assert is_ticker(line)
    assert read_pairs([line, line]) == ((), (f"The ticker's {line!r} could not be read.",))


@pytest.mark.parametrize(
    "line",
    ["KGS/USD", "kgs/usd = 1", "AKGS/USD = 1", "", "On Monday the rate was KZT/USD = 0.00190, the bank said.",
     "Between KZT/USD = 0.0019 and KZT/USD = 0.0020 lies all that the market has seen in the last three weeks."],
)  # fmt: skip
def test_other_lines_are_no_ticker(line: str) -> None:
    assert not is_ticker(line)
    assert read_pairs([line]) == ((), ())
