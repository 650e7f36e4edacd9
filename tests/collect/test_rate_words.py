from datetime import date, timedelta

import pytest

from digest.collect.rate import Move
from digest.collect.rate_words import in_words, quote
from tests.builders import TODAY, a_rate


def english(message: str) -> str:
    return message


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
        ("12345.5", "12,346"),
    ],
)
def test_the_price_has_the_decimals_that_its_size_deserves(value: str, written: str) -> None:
    assert quote(a_rate(value=value), "en") == written


@pytest.mark.parametrize(
    ("move", "percent", "written"),
    [
        (Move.STRONGER, "0.7746", "stronger, +0.8\u00a0%"),
        (Move.WEAKER, "-0.7746", "weaker, −0.8\u00a0%"),
        (Move.STRONGER, "4.95", "stronger, +5.0\u00a0%"),
        (Move.STRONGER, "0.1", "stronger, +0.1\u00a0%"),
        (Move.STRONGER, "0.0949", "stronger, +0.09\u00a0%"),
        (Move.WEAKER, "-0.005", "weaker, −0.01\u00a0%"),
        (Move.WEAKER, "-0.0049", "unchanged"),
        (Move.UNCHANGED, "0", "unchanged"),
        (Move.FIXED, None, "fixed"),
        (Move.UNKNOWN, None, "–"),
    ],
)
def test_a_move_is_said_in_words(move: Move, percent: str | None, written: str) -> None:
    said = in_words(a_rate(move=move, percent=percent), locale="en", on=TODAY, translate=english)
    assert said.change == written


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (0, ""),
        (1, "from Sat 20 Dec"),
        (-1, "as of Thu 18 Dec"),
        (-4, "as of Mon 15 Dec"),
        (-5, "last official rate, Sun 14 Dec"),
    ],
)
def test_the_day_is_said_when_it_is_not_the_issues_own(days: int, written: str) -> None:
    on = date(2025, 12, 19)
    said = in_words(a_rate(effective_on=on + timedelta(days=days)), locale="en", on=on, translate=english)
    assert said.effective == written


def test_the_row_is_one_sentence_for_whoever_hears_it() -> None:
    rate = a_rate("UZS", value="12194.21", percent="0.82", effective_on=date(2025, 12, 18))
    said = in_words(rate, locale="en", on=date(2025, 12, 19), translate=english)
    assert said.accessible == "1 US dollar is 12,194 Uzbek som, stronger, +0.8\u00a0%, as of Thu 18 Dec"
    unknown = in_words(a_rate(move=Move.UNKNOWN, percent=None), locale="en", on=TODAY, translate=english)
    assert unknown.accessible == "1 US dollar is 512.34 Kazakhstan tenge, no earlier rate to compare with"


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
    said = in_words(a_rate(code), locale=locale, on=TODAY, translate=lambda text: translate.get(text, text))
    assert said.currency_name == name


def test_figures_and_names_follow_the_locale_and_words_the_translator() -> None:
    russian = {"stronger, %(percent)s": "крепче, %(percent)s", "as of %(day)s": "на %(day)s"}
    said = in_words(
        a_rate("UZS", value="12194.21", percent="0.82", effective_on=date(2025, 12, 18)),
        locale="ru-KZ",
        on=date(2025, 12, 19),
        translate=lambda message: russian.get(message, message),
    )
    assert (said.currency_name, said.value, said.change) == ("узбекский сум", "12\u00a0194", "крепче, +0,8\u00a0%")
    assert said.effective == "на чт, 18 дек."


@pytest.mark.parametrize("locale", ["xx", "", "not a locale", "en-ZZZZ", "en_GB", "EN"])
def test_a_locale_that_nobody_knows_is_written_as_english(locale: str) -> None:
    assert in_words(a_rate(), locale=locale, on=TODAY, translate=english).value == "512.34"
