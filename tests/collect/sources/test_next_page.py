import pytest

from digest.collect.sources.next_page import next_page
from tests.collect.answers import answer

HERE = answer("", "https://herald.example/people/dana?x=1")


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("?page=2", "https://herald.example/people/dana?page=2"),
        (" /people/dana/2 ", "https://herald.example/people/dana/2"),
        ("https://herald.example/2", "https://herald.example/2"),
    ],
)
def test_another_page_of_the_same_site_is_asked_for(link: str, there: str) -> None:
    found = next_page([link], HERE, accept="text/html")
    assert found is not None
    assert (found.ref, found.accept) == (there, "text/html")


@pytest.mark.parametrize(
    "link", ["", "?x=1", "http://herald.example/2", "https://elsewhere.example/2", "https://[", "//[/x"]
)
def test_other_links_lead_nowhere(link: str) -> None:
    assert next_page([link], HERE, accept="") is None


def test_a_bad_link_does_not_hide_a_good_one() -> None:
    found = next_page(["https://[", "/2"], HERE, accept="")
    assert found is not None
    assert found.ref == "https://herald.example/2"


def test_a_file_has_no_next_page() -> None:
    assert next_page(["2.html"], answer("", "pages/1.html"), accept="") is None
