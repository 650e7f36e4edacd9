from hypothesis import given
from hypothesis import strategies as st

from digest.collect.rate import Move
from digest.render.plain import WIDTH, columns, fit, table
from digest.render.view import RateRow, RatesView


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


def test_rates_are_aligned_columns() -> None:
    rates = RatesView(
        caption="",
        kind="",
        per_base="",
        rows=(
            RateRow(name="Tenge", code="KZT", value="515.37", change="stronger", effective="", move=Move.STRONGER),
            RateRow(name="Manat", code="TMT", value="3.50", change="", effective="as of Thu", move=Move.UNKNOWN),
        ),
        sources="",
    )
    assert table(rates) == "Tenge KZT  515.37  stronger\nManat TMT    3.50\n  as of Thu"
