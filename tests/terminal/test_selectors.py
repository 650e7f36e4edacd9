"""``--select-card`` and its like: an editor says where a page has its articles."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.terminal.sample_newsroom import serve
from tests.terminal.cli import MORNING, digest, dump

CARDS = "".join(
    f"<div class=z><b class=n>{name}</b><i class=d>1{n} December 2025</i><a href='/a/{n}'>→</a></div>"
    for n, name in ((8, "The canal"), (7, "The dam"))
)
PAGE = f"<!doctype html><html><body><h1>Dana Serikova</h1>{CARDS}</body></html>"
SELECT = ("--select-card", "div.z", "--select-title", ".n", "--select-time", ".d")


@pytest.fixture
def page(tmp_path: Path) -> str:
    """A saved page whose structure tells nothing."""
    (tmp_path / "people").mkdir()
    path = tmp_path / "people" / "dana.html"
    path.write_text(PAGE, encoding="utf-8")
    return str(path)


@pytest.fixture
def newsroom(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the sample newsroom, which may be read."""
    monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", "1")
    with serve() as served:
        yield served.url


def test_selectors_are_tried_on_a_page(page: str) -> None:
    digest("collect", "try", page, "--kind", "page").refused("no article in it", code=1)
    said = digest("collect", "try", page, *SELECT, "--json").json
    assert [(one["title"], one["published_earliest"][:10]) for one in said["articles"]] == [
        ("The canal", "2025-12-18"),
        ("The dam", "2025-12-17"),
    ]
    digest("collect", "try", page, "--select-card", ".gone").refused(
        "The selector for card, '.gone', finds nothing", code=1
    )


def test_a_journalist_is_added_with_selectors_and_shown_with_them(page: str) -> None:
    said = digest("journalists", "add", page, *SELECT, "--outlet", "Herald", "--yes")
    assert said.code == 0
    assert 'selectors = { card = "div.z", title = ".n", time = ".d" }' in said.out
    assert [row[-1] for row in dump()["sources"]] == [{"card": "div.z", "time": ".d", "title": ".n"}]
    assert "is read by selectors: card div.z, title .n, time .d." in digest("journalists", "show", "dana-serikova").out
    (source,) = digest("journalists", "show", "dana-serikova", "--json").json["sources"]
    assert source["selectors"] == {"card": "div.z", "title": ".n", "link": None, "time": ".d", "teaser": None}
    again = digest("journalists", "add", page, "--select-card", ".z", "--outlet", "Herald", "--yes")
    assert "changed journalist Dana Serikova: sources." in again.out
    assert [row[-1] for row in dump()["sources"]] == [{"card": ".z"}]


def test_a_page_whose_selectors_find_nothing_any_more_is_suspect(page: str) -> None:
    digest("journalists", "add", page, *SELECT, "--outlet", "Herald", "--yes")
    (source,) = digest("collect", "run", "--at", MORNING, "--json").json["journalists"][0]["sources"]
    assert (source["state"], source["new"]) == ("new", 2)
    Path(page).write_text(PAGE.replace("class=z", "class=y"), encoding="utf-8")
    (source,) = digest("collect", "run", "--at", MORNING, "--json").json["journalists"][0]["sources"]
    assert (source["state"], source["error_name"]) == ("suspect", "NothingFound")
    assert "The selector for card, 'div.z', finds nothing: has the page changed?" in source["warnings"]


def test_a_page_without_articles_says_what_its_selectors_miss(newsroom: str) -> None:
    page = f"{newsroom}/silk-road-post/people/gulnora-yusupova"
    said = digest("journalists", "add", page, "--select-card", ".gone", "--yes")
    assert "Warning: It answers, but shows no article" in said.out
    assert "The selector for card, '.gone', finds nothing" in said.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--select-card", "div >"), ("--select-card: 'div >' is no CSS selector", "Nothing was read")),
        (("--select-card", "li", "--select-link", "a["), ("--select-link: 'a[' is no CSS selector",)),
        (("--select-title", "h3"), ("--select-title looks inside a card", "--select-card CSS")),
        (("--select-card", "li", "--kind", "feed"), ("A feed has no elements to select",)),
    ],
)
def test_wrong_selectors_are_wrong_use(page: str, options: tuple[str, ...], words: tuple[str, ...]) -> None:
    digest("collect", "try", page, *options).refused(*words)
    digest("journalists", "add", page, *options).refused(*words)
