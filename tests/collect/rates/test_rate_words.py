from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.rates.rate import BankName, Cross, Currency, Move, Rate, RateFlag
from digest.collect.rates.rate_words import RateWords, WeekWords, figures, in_words
from tests.builders import TODAY, a_rate

LOCALES = ("en", "ru", "kk", "uz", "ky", "tg", "tk", "de", "en-US", "fr")


def english(message: str) -> str:
    return message


def said(rate: Rate, *, locale: str = "en", on: date = TODAY) -> RateWords:
    return in_words(rate, locale=locale, on=on, translate=english)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("12194.21", "12,194"),
        ("5000.5", "5,001"),
        ("5000", "5,000.00"),
        ("478.77", "478.77"),
        ("475.1", "475.10"),
        ("87.4500", "87.45"),
        ("80", "80.00"),
        ("26.4851", "26.485"),
        ("9.3450", "9.345"),
        ("3.5", "3.50"),
        ("1.00005", "1.0001"),
        ("0.0393", "0.0393"),
        ("0.000780", "0.00078"),
        ("0.0000820", "0.000082"),
        ("0.00000012345", "0.000000123"),
        ("12345.5", "12,346"),
        ("0", "0.00"),
        ("-0", "0.00"),
    ],
)
def test_the_price_has_the_decimals_that_its_size_deserves(value: str, written: str) -> None:
    assert figures(Decimal(value), "en") == written


PRICES = st.decimals("0.0000001", "10000000", places=7, allow_nan=False, allow_infinity=False)


@given(PRICES.filter(bool), st.sampled_from(LOCALES))
def test_writing_a_price_keeps_its_leading_digits(value: Decimal, locale: str) -> None:
    read = parse_decimal(figures(value, locale), locale="en_GB" if locale == "en" else locale.replace("-", "_"))
    assert abs(read - value) * 100 <= value * 5  # two leading digits at least, of the smallest in their band
    assert abs(read - value) * 2 <= Decimal(1).scaleb(read.as_tuple().exponent) or value <= Decimal("0.0001")
    assert read > 0


@given(st.decimals("-99", "99", places=6, allow_nan=False, allow_infinity=False), st.sampled_from(LOCALES))
def test_a_change_has_the_sign_of_the_move_and_zero_has_none(percent: Decimal, locale: str) -> None:
    move = Move.STRONGER if percent > 0 else Move.WEAKER if percent < 0 else Move.UNCHANGED
    change = said(a_rate(move=move, percent=str(percent)), locale=locale).change
    if abs(percent) < Decimal("0.005"):
        assert change == "unchanged"
    else:
        sign, word = ("+", "tenge stronger, ") if percent > 0 else ("−", "tenge weaker, ")
        assert change.startswith(word + sign)
        assert any(digit in "123456789" for digit in change)
    assert "-" not in change


@pytest.mark.parametrize(
    ("currency", "move", "percent", "written"),
    [
        ("KZT", Move.STRONGER, "0.7746", "tenge stronger, +0.8\u00a0%"),
        ("UZS", Move.WEAKER, "-0.7746", "som weaker, −0.8\u00a0%"),
        ("MNT", Move.STRONGER, "0.7746", "stronger, +0.8\u00a0%"),
        ("MNT", Move.WEAKER, "-0.7746", "weaker, −0.8\u00a0%"),
        ("TJS", Move.STRONGER, "4.95", "somoni stronger, +5.0\u00a0%"),
        ("TJS", Move.STRONGER, "0.1", "somoni stronger, +0.1\u00a0%"),
        ("TJS", Move.STRONGER, "0.0949", "somoni stronger, +0.09\u00a0%"),
        ("TJS", Move.WEAKER, "-0.005", "somoni weaker, −0.01\u00a0%"),
        ("TJS", Move.WEAKER, "-0.0049", "unchanged"),
        ("TJS", Move.UNCHANGED, "0", "unchanged"),
        ("TJS", Move.UNCHANGED, "-0", "unchanged"),
        ("TMT", Move.FIXED, None, "fixed"),
        ("TMT", Move.UNKNOWN, None, "–"),
    ],
)
def test_a_move_is_said_in_words(currency: str, move: Move, percent: str | None, written: str) -> None:
    assert said(a_rate(currency, move=move, percent=percent)).change == written


def test_a_dash_is_said_to_whoever_hears_it() -> None:
    assert said(a_rate(move=Move.UNKNOWN, percent=None)).heard == "no earlier rate to compare with"
    assert said(a_rate()).heard == ""


@pytest.mark.parametrize(
    ("base", "locale", "one"),
    [
        ("USD", "en", "$1"),
        ("USD", "ru", "1\u00a0$"),
        ("USD", "uz-Latn-UZ", "1\u00a0$"),
        ("EUR", "en", "€1"),
        ("KZT", "en", "1\u00a0KZT"),
        ("KZT", "ru", "1\u00a0KZT"),
    ],
)
def test_the_base_is_written_as_money_is_in_the_locale(base: str, locale: str, one: str) -> None:
    assert said(replace(a_rate(), base=Currency(base)), locale=locale).one == one


@pytest.mark.parametrize(
    ("days", "flags", "written"),
    [
        (0, (), ()),
        (1, (), ("from Sat 20 Dec",)),
        (-1, (), ("as of Thu 18 Dec",)),
        (-4, (), ("as of Mon 15 Dec",)),
        (-5, (RateFlag.LAST_OFFICIAL,), ("last official rate, Sun 14 Dec",)),
        (0, (RateFlag.HELD,), ("rate of Fri 19 Dec; a newer one is being checked",)),
        (-1, (RateFlag.HELD,), ("rate of Thu 18 Dec; a newer one is being checked",)),
        (-5, (RateFlag.HELD,), ("last official rate, Sun 14 Dec; a newer one is being checked",)),
        (0, (RateFlag.FALLBACK,), ("according to National Bank of Kazakhstan",)),
        (-1, (RateFlag.FALLBACK,), ("as of Thu 18 Dec", "according to National Bank of Kazakhstan")),
    ],
)
def test_what_is_not_as_usual_is_noted(days: int, flags: tuple[RateFlag, ...], written: tuple[str, ...]) -> None:
    on = date(2025, 12, 19)
    assert said(a_rate(effective_on=on + timedelta(days=days), flags=flags), on=on).notes == written


def test_a_peg_of_nobodys_is_only_fixed_and_a_cross_is_said_to_be_computed() -> None:
    peg = a_rate("TMT", bank=BankName.PEG, move=Move.FIXED, percent=None, flags=[RateFlag.FIXED, RateFlag.FALLBACK])
    assert (said(peg).change, said(peg).notes) == ("fixed", ())
    cross = Cross(via=Currency("USD"), bank=BankName.NBK, bank_title="National Bank of Kazakhstan")
    assert said(replace(a_rate(flags=[RateFlag.CROSS]), cross=cross)).notes == ("computed through USD",)


@pytest.mark.parametrize(
    ("currency", "week", "span", "trend", "bars", "name"),
    [
        (
            "KZT",
            ("478.77", "477", "475.09", "476"),
            "week 475.09–478.77",
            "tenge stronger",
            "▇▅▁▂",
            "seven days: between 475.09 and 478.77, tenge stronger",
        ),
        (
            "MNT",
            ("3400", "3500"),
            "week 3,400.00–3,500.00",
            "weaker",
            "",
            "seven days: between 3,400.00 and 3,500.00, weaker",
        ),
        ("KGS", ("87.4", "87.5", "87.4"), "week 87.40–87.50", "", "▁▇▁", "seven days: between 87.40 and 87.50"),
        ("KGS", ("87.451", "87.449"), "week 87.45", "unchanged", "", "seven days: 87.45, unchanged"),
        ("KGS", ("87.45", "87.45", "87.45"), "week 87.45", "unchanged", "", "seven days: 87.45, unchanged"),
    ],
)
def test_a_week_is_told_and_drawn(
    currency: str, week: tuple[str, ...], span: str, trend: str, bars: str, name: str
) -> None:
    told = said(a_rate(currency, value=week[-1], week=week)).week
    assert told == WeekWords(span=span, trend=trend, bars=bars, name=name)


def test_a_peg_and_a_single_day_have_no_week() -> None:
    assert said(a_rate("TMT", move=Move.FIXED, percent=None, week=["3.5", "3.5"])).week is None
    assert said(a_rate(week=["3.5"])).week is None


@given(st.lists(PRICES.filter(bool), min_size=2, max_size=7))
def test_the_bars_of_a_week_are_as_high_as_its_days(values: list[Decimal]) -> None:
    week = said(a_rate(week=[str(value) for value in values])).week
    assert week is not None
    if week.bars:
        by_height = sorted(zip(values, week.bars, strict=True))
        assert [bar for _, bar in by_height] == sorted(bar for _, bar in by_height)
        assert (by_height[0][1], by_height[-1][1]) == ("▁", "▇")


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [
        ("KZT", "en", "Kazakhstan tenge"),
        ("KGS", "en-GB", "Kyrgyz som"),
        ("TJS", "en", "Tajik somoni"),
        ("UZS", "en", "Uzbek som"),
        ("TMT", "en", "Turkmen manat"),
        ("MNT", "en", "Mongolian Tugrik"),
        ("TMT", "ru", "туркменский манат"),
        ("TMT", "de", "Turkmenistan-Manat"),  # no word of ours in German
        ("MNT", "ru", "монгольский тугрик"),
    ],
)
def test_five_currencies_are_called_what_newsrooms_call_them(code: str, locale: str, name: str) -> None:
    translate = {"Turkmen manat": "туркменский манат"} if locale == "ru" else {}
    words = in_words(a_rate(code), locale=locale, on=TODAY, translate=lambda text: translate.get(text, text))
    assert words.currency_name == name


def test_figures_and_names_follow_the_locale_and_words_the_translator() -> None:
    russian = {
        "%(currency)s stronger": "%(currency)s крепче",
        "UZS som": "сум",
        "as of %(day)s": "на %(day)s",
        "Uzbek som": "узбекский сум",
    }
    words = in_words(
        a_rate("UZS", value="12194.21", percent="0.82", effective_on=date(2025, 12, 18)),
        locale="ru-KZ",
        on=date(2025, 12, 19),
        translate=lambda message: russian.get(message, message),
    )
    assert (words.currency_name, words.value) == ("узбекский сум", "12\u00a0194")
    assert words.change == "сум крепче, +0,8\u00a0%"
    assert words.notes == ("на чт, 18 дек.",)


@pytest.mark.parametrize("locale", ["xx", "", "not a locale", "en-ZZZZ", "en_GB", "EN"])
def test_a_locale_that_nobody_knows_is_written_as_english(locale: str) -> None:
    assert said(a_rate(), locale=locale).value == "512.34"
