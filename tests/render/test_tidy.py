from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.render import tidy
from digest.render.tidy import in_attribute, in_html, initials, one_line, picture_address, web_address


def test_a_line_is_one_line_without_anything_invisible_that_harms() -> None:
    assert one_line(" a\r\n\tb\u2028c\u0000\u202e\ufeff\ud800\ufffe d ") == "abc d".replace("abc", "a b c")


def test_what_is_taken_out_leaves_no_double_space() -> None:
    assert one_line("0 \x1b 0") == "0 0"


def test_no_break_spaces_and_direction_marks_stay() -> None:
    assert one_line("в\u00a02025\u00a0г. \u200fعربي\u200f 👩‍👧") == "в\u00a02025\u00a0г. \u200fعربي\u200f 👩‍👧"


@given(st.text())
def test_any_text_becomes_one_encodable_line(text: str) -> None:
    line = one_line(text)
    assert "\n" not in line
    assert line.encode().decode() == line
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, None),
        ("", None),
        ("javascript:alert(1)", None),
        ("/2025/12/1", None),
        ("https://", None),
        ("https://[::1", None),
        ("https://a.example.org/x y?q=é&r=%20#z", "https://a.example.org/x%20y?q=%C3%A9&r=%20#z"),
        ('http://a.example.org/"><script>', "http://a.example.org/%22%3E%3Cscript%3E"),
    ],
)
def test_a_web_address_is_safe_or_nothing(url: str | None, expected: str | None) -> None:
    assert web_address(url) == expected


@given(st.from_regex(tidy._TIDY_ADDRESS, fullmatch=True))
def test_an_address_that_is_tidy_already_is_what_tidying_would_make_of_it(url: str) -> None:
    assert web_address(url) == url == quote(url, safe=tidy._ADDRESS)


@given(st.text(st.characters(codec="utf-8")).filter(str.isprintable))
def test_a_line_that_is_tidy_already_is_what_tidying_would_make_of_it(text: str) -> None:
    assert one_line(text) == " ".join(part for part in text.split(" ") if part)


def test_a_picture_comes_by_https_only() -> None:
    assert picture_address("https://a.example.org/x.jpg") == "https://a.example.org/x.jpg"
    assert picture_address("http://a.example.org/x.jpg") is None
    assert picture_address("data:image/png;base64,iVBORw0KGgo=") is None
    assert picture_address("javascript:alert(1)") is None
    assert picture_address(None) is None


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dana Serikova", "DS"),
        ("Айгерим Садыкова", "АС"),
        ("Ana de la Cruz", "AC"),
        ("Plato", "P"),
        ("j. r. smith", "JS"),
        ("", "·"),
        ("12", "·"),
    ],
)
def test_initials_are_the_first_and_the_last(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_escaping_covers_what_could_end_an_element_or_an_attribute() -> None:
    assert in_html("a < b & c > \"d\" 'e'") == "a &lt; b &amp; c &gt; \"d\" 'e'"
    assert in_attribute('"a" < b') == "&quot;a&quot; &lt; b"
