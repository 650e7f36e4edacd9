from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digest.collect.rates.rate import Move
from digest.collect.rates.rate_words import RateWords, WeekWords
from digest.render.plain import WIDTH, columns, fit, sources, table
from digest.render.view import RateRow, RateSource, RatesView


def test_columns_count_wide_and_invisible_characters() -> None:
    assert columns("abc") == 3
    assert columns("日本") == 4
    assert columns("e\u0301") == 1
    assert columns("😀") == 2


def test_text_is_wrapped_at_spaces() -> None:
    assert fit("aaa bbb  ccc", 7) == "aaa bbb\nccc"
    assert fit("日本 日本 日本", 10) == "日本 日本\n日本"
    assert fit("", 7) == ""


def test_a_word_that_is_too_long_is_cut() -> None:
    assert fit("a bbbbbbb c", 3) == "a\nbbb\nbbb\nb c"


@given(st.text())
def test_no_line_is_wider_than_the_part(text: str) -> None:
    assert all(columns(line) <= WIDTH for line in fit(" ".join(text.split())).split("\n"))


def row(name: str, code: str, **words: Any) -> RateRow:
    said = {"one": "$1", "currency_name": name, "change": "", "heard": "", "notes": (), "week": None, **words}
    quote = f"{said['one']} = {said['value']} {code}"
    return RateRow(name=name, quote=quote, words=RateWords(**said), move=Move.UNKNOWN)


def rates_of(*rows: RateRow, sources: Sequence[RateSource] = ()) -> RatesView:
    return RatesView(caption="", kind="", rows=rows, sources=tuple(sources))


def test_rates_are_aligned_columns_with_their_week_and_notes_below() -> None:
    week = WeekWords(span="week 512.30–516.43", trend="tenge stronger", bars="▇▃▁", name="seven days")
    flat = WeekWords(span="week 87.40–87.50", trend="", bars="", name="seven days")
    view = rates_of(
        row("Tenge", "KZT", value="515.37", change="tenge stronger, +0.8 %", week=week),
        row("Kyrgyz som", "KGS", value="87.45", change="–", week=flat),
        row("Manat", "TMT", value="3.50", change="fixed", notes=("as of Thu", "computed through EUR")),
    )
    assert table(view).split("\n") == [
        "Tenge       $1 = 515.37 KZT  tenge stronger, +0.8 %",
        "  week 512.30–516.43, tenge stronger",
        "Kyrgyz som   $1 = 87.45 KGS  –",
        "  week 87.40–87.50",
        "Manat         $1 = 3.50 TMT  fixed",
        "  as of Thu",
        "  computed through EUR",
    ]


def test_a_change_that_does_not_fit_stands_on_a_line_of_its_own() -> None:
    view = rates_of(row("Bosnia-Herzegovina convertible mark", "BAM", value="1.6", change="weaker, " + "−0.2 %" * 5))
    assert table(view).split("\n") == [
        "Bosnia-Herzegovina convertible mark  $1 = 1.6 BAM",
        "  weaker, −0.2 %−0.2 %−0.2 %−0.2 %−0.2 %",
    ]


def test_sources_are_named_with_the_address_that_they_ask_for() -> None:
    bank, tajik = RateSource(name="A Bank"), RateSource(name="NBT", url="https://www.nbt.tj")
    assert sources(rates_of(sources=[bank, tajik])) == "A Bank; NBT (www.nbt.tj)"
