import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.tags import is_slug
from digest.collect.text.slugs import slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Dana Serikova", "dana-serikova"),
        ("Zoë O‘Brien-Łukasz", "zoe-obrien-lukasz"),
        ("Дана Серікова", "dana-serikova"),
        ("Шерзод Жўраев", "sherzod-zhoraev"),
        ("Әлия Қуанышбаева", "aliya-kuanyshbaeva"),
        ("Ёлкин Щукарь, Jr.", "yolkin-shchukar-jr"),
        ("Jörg Weiß", "jorg-weiss"),
        ("李明", ""),
        ("", ""),
    ],
)
def test_a_name_becomes_a_slug(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text())
def test_any_text_gives_a_slug_or_nothing(text: str) -> None:
    slug = slug_of(text)
    assert slug == "" or is_slug(slug)
    assert slug_of(slug) == slug
