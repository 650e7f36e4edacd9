import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.text.canonical import canonical, same_page


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Herald.Example:443/A/?utm_source=x&b=2&fbclid=1&a=1#top", "https://herald.example/A/?b=2&a=1"),
        ("http://herald.example:80", "http://herald.example/"),
        ("http://herald.example:8080/x//", "http://herald.example:8080/x/"),
        ("https://me:secret@herald.example/x", "https://herald.example/x"),
        ("https://herald.example/мир/?q=ию", "https://herald.example/%D0%BC%D0%B8%D1%80/?q=%D0%B8%D1%8E"),
        ("https://herald.example/%d0%bd", "https://herald.example/%D0%BD"),
        ("https://herald.example/%7Eme/%41%2f%2e%2E", "https://herald.example/~me/A%2F%2E%2E"),
        ("https://herald.example/100%", "https://herald.example/100%25"),
        (" https://herald.example/a\nb ", "https://herald.example/ab"),
        ("https://газета.example./", "https://xn--80aahjj1e.example/"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://herald.example/?p=12&&", "https://herald.example/?p=12"),
        # Joomla's old addresses are told apart by their queries alone.
        ("https://herald.example/page/535/?catid=5&id=59&utm_id=x", "https://herald.example/page/535/?catid=5&id=59"),
    ],
)
def test_one_page_has_one_address(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a",
        "/x",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "http://a:99999999/",
        "http://a b/",
        "https://" + "a" * 70 + ".example/",
        "ftp://a/",
    ],
)
def test_what_is_no_web_address_has_none(url: str) -> None:
    assert canonical(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://herald.example/a/amp/",
        "https://herald.example/a/amp",
        "https://amp.herald.example/a",
        "https://m.herald.example/a/",
        "http://www.herald.example/a",
    ],
)
def test_the_page_for_phones_is_the_same_page(url: str) -> None:
    assert same_page(url) == "herald.example/a"


def test_what_only_looks_like_a_page_for_phones_is_another_page() -> None:
    assert same_page("https://m.example/a") == "m.example/a"
    assert same_page("https://herald.example/lamp") == "herald.example/lamp"


def test_relative_addresses_are_resolved() -> None:
    assert canonical("../b?c=1#d", base="https://herald.example/x/y/") == "https://herald.example/x/b?c=1"


def test_scheme_www_and_a_last_slash_make_no_other_page() -> None:
    pages = {"https://www.herald.example/a/?p=1", "http://herald.example/a?p=1", "https://herald.example/a/?p=1"}
    assert {same_page(page) for page in pages} == {"herald.example/a?p=1"}
    assert same_page("https://herald.example/") == "herald.example/"


@settings(deadline=None)
@given(
    st.one_of(
        st.text(),
        st.text().map("https://h.example/".__add__),
        st.text("/?&=%#:@[].é\n aA2").map("http://h.example".__add__),
    )
)
def test_doing_it_twice_changes_nothing(url: str) -> None:
    once = canonical(url)
    if once is not None:
        assert canonical(once) == once
        assert once.isascii()
