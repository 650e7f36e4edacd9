import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.text.bidi import apart, direction_of_text, directions_in, isolated, left_to_right, line_by_line

ARABIC, HEBREW = "مرحبا", "שלום"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("2025, +0.8 % …", set()),
        ("Dana", {"ltr"}),
        ("Дана 1", {"ltr"}),
        (ARABIC, {"rtl"}),
        (f"{HEBREW} 2025!", {"rtl"}),
        (f"iPhone {ARABIC}", {"ltr", "rtl"}),
    ],
)
def test_letters_have_directions_and_figures_have_none(text: str, found: set[str]) -> None:
    assert directions_in(text) == found


def test_a_text_runs_the_way_of_all_its_letters_else_the_way_of_its_language() -> None:
    assert direction_of_text(ARABIC, otherwise="ltr") == "rtl"
    assert direction_of_text("Dana", otherwise="rtl") == "ltr"
    assert direction_of_text(f"iPhone {ARABIC}", otherwise="rtl") == "rtl"
    assert direction_of_text("2025", otherwise="rtl") == "rtl"


def test_only_what_has_letters_of_the_other_direction_is_set_apart() -> None:
    assert isolated("Dana", around="ltr") == "Dana"
    assert isolated("2025", around="rtl") == "2025"
    assert isolated("Dana", around="rtl") == apart("Dana") == "\u2068Dana\u2069"
    assert isolated(f"Dana ({ARABIC})", around="ltr") == f"\u2068Dana ({ARABIC})\u2069"


def test_figures_stand_as_they_are_written() -> None:
    assert left_to_right("+0.8 %", around="ltr") == "+0.8 %"
    assert left_to_right("+0.8 %", around="rtl") == "\u2066+0.8 %\u2069"


@given(st.text())
def test_what_is_set_apart_is_the_text_itself(text: str) -> None:
    for around in ("ltr", "rtl"):
        assert isolated(text, around=around).strip("\u2068\u2069") == text.strip("\u2068\u2069")


def test_what_is_set_apart_in_several_lines_is_set_apart_in_each() -> None:
    lines = ["one \u2068two", "three \u2066four", "five\u2069\u2069 six", "seven\u2069"]
    assert list(line_by_line(lines)) == [
        "one \u2068two\u2069",
        "\u2068three \u2066four\u2069\u2069",
        "\u2068\u2066five\u2069\u2069 six",
        "seven\u2069",
    ]
