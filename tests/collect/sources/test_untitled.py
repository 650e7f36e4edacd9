import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.sources.untitled import heading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Short note", "Short note"),
        ("Short note.", "Short note"),
        ("Is it? The canal is full. More.", "Is it? The canal is full"),
        ("Who opened the canal? Nobody knows.", "Who opened the canal?"),
        ("They said “the canal is full.” Then they left.", "They said “the canal is full.”"),
        ("It goes on and on…", "It goes on and on…"),
        ("One paragraph\n\nAnother", "One paragraph"),
        ("The canal " * 20, "The canal " * 7 + "The canal …"),
        ("x" * 200, "x" * 80),
    ],
)
def test_an_article_is_called_by_its_first_sentence(text: str, expected: str) -> None:
    assert heading(text) == expected


@given(st.text())
def test_a_heading_is_short_and_the_texts_own(text: str) -> None:
    found = heading(text)
    assert len(found) <= 82
    assert text.startswith(found.removesuffix(" …"))
