import pytest
from yarl import URL

from digest.collect.fetching.looking import elsewhere, wants_get


@pytest.mark.parametrize(
    ("asked", "found", "leads_to"),
    [
        ("http://a.example/b/", "https://www.a.example/b", None),
        ("https://a.example/", "https://a.example", None),
        ("https://a.example/b", "https://a.example/c", "https://a.example/c"),
        ("https://a.example/b?x=1", "https://a.example/b?x=2", "https://a.example/b?x=2"),
        ("https://a.example/b", "https://login.example/b", "https://login.example/b"),
    ],
)
def test_the_same_place_is_the_same_whatever_its_spelling(asked: str, found: str, leads_to: str | None) -> None:
    assert elsewhere(URL(asked), URL(found)) == leads_to


@pytest.mark.parametrize(("status", "again"), [(200, False), (301, False), (404, True), (405, True), (429, False)])
def test_head_is_believed_where_it_says_something(status: int, *, again: bool) -> None:
    assert wants_get(status) is again
