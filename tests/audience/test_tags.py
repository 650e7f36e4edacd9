import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.tags import LONGEST_SLUG, has_control_character, is_slug, locale_tag, zone_name


@pytest.mark.parametrize(
    ("typed", "tag"),
    [("ru", "ru"), ("RU_kz", "ru-KZ"), (" pt-br ", "pt-BR"), ("zh-TW", "zh-Hant-TW"), ("sr-Latn", "sr-Latn")],
)
def test_a_locale_is_given_as_its_bcp_47_tag(typed: str, tag: str) -> None:
    assert locale_tag(typed) == tag


@pytest.mark.parametrize("typed", ["", "xx", "klingon", "en@euro", "e n", "en-", "../en", "C", "en-u-ca-buddhist"])
def test_an_unknown_locale_is_none(typed: str) -> None:
    assert locale_tag(typed) is None


@pytest.mark.parametrize(
    ("typed", "zone"), [("asia/almaty", "Asia/Almaty"), (" UTC ", "UTC"), ("etc/gmt-5", "Etc/GMT-5")]
)
def test_a_time_zone_is_found_whatever_its_case(typed: str, zone: str) -> None:
    assert zone_name(typed) == zone
    assert zoneinfo.ZoneInfo(zone).key == zone


@pytest.mark.parametrize("typed", ["", "Europe", "../../etc/passwd", "Mars/Olympus", "localtime", "UTC\x00"])
def test_an_unknown_time_zone_is_none(typed: str) -> None:
    assert zone_name(typed) is None


@pytest.mark.parametrize("text", ["dana-serikova", "a", "24-kz", "x" * LONGEST_SLUG])
def test_slugs_are_words_joined_by_hyphens(text: str) -> None:
    assert is_slug(text)


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "Dana", "дана", "a b", "a\n", "x" * (LONGEST_SLUG + 1)])
def test_nothing_else_is_a_slug(text: str) -> None:
    assert not is_slug(text)


@pytest.mark.parametrize("letter", ["\r", "\n", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\ud800"])
def test_control_characters_and_line_breaks_are_seen(letter: str) -> None:
    assert has_control_character(f"Ann{letter}Lee")


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))))
def test_other_letters_are_no_control_characters(text: str) -> None:
    assert not has_control_character(text)


@given(st.characters(categories=("Cc", "Cs", "Zl", "Zp")))
def test_every_control_character_is_seen(letter: str) -> None:
    assert has_control_character(letter)


@given(st.text())
def test_any_text_gives_a_tag_that_stays_or_none(text: str) -> None:
    tag = locale_tag(text)
    assert tag is None or locale_tag(tag) == tag
