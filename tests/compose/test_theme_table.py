import pytest

from digest.compose.newsletter import Logo, Theme, Typeface
from digest.compose.theme_table import read_theme
from digest.compose.toml_table import open_table
from digest.errors import BadNewsletterFile

WHOLE = b"""
accent = "#8A1C1C"
headlines = "sans"
logo = { url = "https://herald.example/logo.png", width = 180, height = 40 }
"""


def theme_of(toml: bytes) -> Theme:
    return read_theme(open_table("brief.toml", toml))


def test_every_key_is_read() -> None:
    logo = Logo(url="https://herald.example/logo.png", width=180, height=40)
    assert theme_of(WHOLE) == Theme(accent="#8a1c1c", headlines=Typeface.SANS, logo=logo)


def test_whoever_says_nothing_has_the_theme_that_comes_with_the_program() -> None:
    assert theme_of(b"") == Theme()


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        (b'accent = "teal"', "such as #0f5a68"),
        (b'accent = "#e07a00"', "too pale to be read: 2.8:1"),
        (b'headlines = "gothic"', "one of serif, sans"),
        (b'logo = { url = "http://a.example/l.png", width = 1, height = 1 }', "begins with https://"),
        (b'logo = { url = "https://a.example/l.png", width = 180 }', "logo.height"),
        (b'logo = { url = "https://a.example/l.png", height = 40 }', "logo.width"),
        (b'logo = { url = "https://a.example/l.png", width = 600, height = 40 }', "from 1 to 552"),
        (b'colour = "#000000"', "no such key"),
    ],
)
def test_a_wrong_value_is_refused_by_name(toml: bytes, why: str) -> None:
    with pytest.raises(BadNewsletterFile) as refused:
        theme_of(toml)
    assert why in str(refused.value)


def test_a_colour_that_is_too_pale_is_answered_with_one_that_is_not() -> None:
    with pytest.raises(BadNewsletterFile) as refused:
        theme_of(b'accent = "#e07a00"')
    better = str(refused.value).partition("try ")[2][:7]
    assert theme_of(f'accent = "{better}"'.encode()) == Theme(accent=better)
