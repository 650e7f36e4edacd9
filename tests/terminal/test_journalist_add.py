"""``digest journalists add``: from a page's address to the roster, through the real fetcher."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from digest.terminal.sample_newsroom import serve
from tests.terminal.cli import LETTERS, MORNING, digest, dump

CAPTURE = str(newsletters_dir() / "sample" / "silk-road-post" / "aigerim-sadykova.txt")

#: What the fetcher remembers of whatever it asked.
REMEMBERED = {"fetches", "fetch_sites"}


@pytest.fixture
def newsroom(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the sample newsroom, which may be read."""
    monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", "1")
    with serve() as served:
        yield served.url


def add(*args: str) -> list[str]:
    return ["journalists", "add", *args]


@pytest.mark.parametrize(
    ("page", "kind", "ref", "name", "outlet", "articles"),
    [
        (
            "/steppe-herald/authors/dana-serikova/",
            *("feed", "/steppe-herald/authors/dana-serikova/feed/", "Dana Serikova", "The Steppe Herald", 8),
        ),
        (
            "/pamir-courier/author/farrukh-nazarov/",
            *("wordpress", "/pamir-courier/wp-json/wp/v2/posts?author=7", "Farrukh Nazarov", "Pamir Courier", 5),
        ),
        (
            "/silk-road-post/people/gulnora-yusupova",
            *("page", "/silk-road-post/people/gulnora-yusupova", "Gulnora Yusupova", "Silk Road Post", 6),
        ),
        (
            "/silk-road-post/our-people/aigerim-sadykova.txt",
            *("capture", "/silk-road-post/our-people/aigerim-sadykova.txt", "Aigerim Sadykova", "127.0.0.1", 6),
        ),
    ],
)
def test_the_best_way_is_found_for_every_kind_and_nothing_is_changed(
    newsroom: str, tmp_path: Path, page: str, kind: str, ref: str, name: str, outlet: str, articles: int
) -> None:
    said = digest(*add(newsroom + page, "--dry-run", "--json")).json
    assert set(said) == {"ref", "journalist", "outlet", "proposals", "chosen", "added"}
    assert (said["chosen"]["kind"], said["chosen"]["ref"]) == (kind, newsroom + ref)
    assert (said["journalist"]["name"], said["outlet"]["name"]) == (name, outlet)
    assert said["chosen"]["articles"] >= articles - 2
    assert said["chosen"]["all_named"]
    assert said["added"] is None
    assert said["chosen"] == said["proposals"][0]
    assert list(tmp_path.iterdir()) == []


def test_the_ranked_table_and_the_lines_to_paste_are_shown(newsroom: str) -> None:
    said = digest(*add(f"{newsroom}/steppe-herald/authors/dana-serikova/", "--dry-run"))
    assert (said.code, said.err) == (0, "")
    flat = " ".join(said.out.split())
    assert "Ways to follow Dana Serikova, best first" in flat
    assert "Dana Serikova, Economy correspondent, The Steppe Herald" in flat
    assert "suspect" in flat
    assert "comments" not in flat
    assert "Nothing was changed." in flat
    source = f'sources = [{{ kind = "feed", ref = "{newsroom}/steppe-herald/authors/dana-serikova/feed/" }}]'
    assert source in said.out.splitlines()


@pytest.mark.usefixtures("applied")
def test_a_journalist_is_added_to_the_roster_and_to_a_newsletter_and_collected(newsroom: str) -> None:
    page = f"{newsroom}/steppe-herald/authors/dana-serikova/"
    said = digest(*add(page, "--newsletter", LETTERS, "--json")).json
    assert said["added"] == {
        "journalist": "dana-serikova",
        "newsletter": LETTERS,
        "changes": ["added journalist Dana Serikova", "Dana Serikova is in Letters from the Regions now"],
    }
    collected = digest("collect", "run", LETTERS, "--at", MORNING, "--json").json["journalists"]
    assert {who["journalist"]: who["sources"][0]["state"] for who in collected}["dana-serikova"] == "new"
    again = digest(*add(page, "--newsletter", LETTERS))
    assert "Dana Serikova is on the roster already, with this source." in again.out


def test_kind_overrides_the_choice_and_adds_a_source_to_somebody_who_is_there(newsroom: str) -> None:
    page = f"{newsroom}/steppe-herald/authors/dana-serikova/"
    assert digest(*add(page, "--yes")).code == 0
    said = digest(*add(page, "--kind", "page"))
    assert said.code == 0
    assert "changed journalist Dana Serikova: sources." in said.out
    assert "Warning: It answers, but shows no article" in said.out
    assert len(dump()["sources"]) == 2


def test_one_articles_page_is_no_kind_to_follow(newsroom: str) -> None:
    refused = digest(*add(f"{newsroom}/steppe-herald/authors/dana-serikova/", "--kind", "article"))
    assert (refused.code, "article is not one of feed, wordpress, page, capture" in refused.err) == (2, True)
    assert "[feed|wordpress|page|capture]" in digest("journalists", "add", "--help").out


def test_the_sites_feed_is_followed_by_byline_under_a_slug_of_ones_own(newsroom: str) -> None:
    feed = f"{newsroom}/steppe-herald/feed/"
    said = digest(*add(feed, "--name", "Timur Aliyev", "--slug", "timur", "--json")).json
    assert (said["added"]["journalist"], said["chosen"]["byline"]) == ("timur", "Timur Aliyev")
    assert said["outlet"]["name"] == "The Steppe Herald"
    digest(*add(feed)).refused("this names no journalist", "--name NAME", code=1)


def test_a_saved_page_is_kept_by_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "saved.txt").write_bytes(Path(CAPTURE).read_bytes())
    unnamed = digest(*add("saved.txt", "--dry-run"))
    assert (unnamed.code, "name it with --outlet NAME" in unnamed.out) == (0, True)
    said = digest(*add("saved.txt", "--outlet", "Silk Road Post", "--json")).json
    assert said["outlet"]["slug"] == "silk-road-post"
    assert said["chosen"]["ref"] == str(tmp_path / "saved.txt")
    assert digest("collect", "run", "--at", MORNING, "--json").json["journalists"][0]["sources"][0]["new"] == 6


def test_where_nothing_works_it_is_said_what_was_tried(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    page = tmp_path / "people" / "dana.html"
    page.write_text("<!doctype html><html><body><h1>Dana Serikova</h1><p>Soon.</p>", encoding="utf-8")
    digest(*add(str(page))).refused("no way to follow Dana Serikova", "shows no article", code=1)
    shown = digest(*add(str(page), "--dry-run"))
    assert (shown.code, shown.err) == (1, "")
    assert "Nothing here works. Nothing was changed." in shown.out
    assert digest(*add(str(page), "--dry-run", "--json")).json["chosen"] is None
    digest(*add(str(page), "--dry-run", "--kind", "feed")).refused("by feed was found", code=1)


@pytest.mark.usefixtures("applied")
def test_wrong_use_changes_nothing(newsroom: str) -> None:
    before = dump()
    page = f"{newsroom}/silk-road-post/people/gulnora-yusupova"
    digest(*add("steppe.example/dana")).refused("steppe.example/dana", "https://")
    digest(*add(page, "--newsletter", "nothing")).refused("There is no newsletter called 'nothing'")
    digest(*add(page, "--slug", "Not A Slug")).refused("can be nobody's slug")
    digest(*add(page, "--slug", "aigerim-sadykova")).refused("belongs to Aigerim Sadykova")
    digest(*add(f"{newsroom}/nothing")).refused("404", code=1)
    after = dump()
    assert [name for name in before if before[name] != after[name] and name not in REMEMBERED] == []


@pytest.mark.parametrize(("says", "code"), [("y\n", 0), ("n\n", 2)])
def test_a_person_at_a_terminal_is_asked(newsroom: str, monkeypatch: pytest.MonkeyPatch, says: str, code: int) -> None:
    ours, theirs = os.openpty()
    with open(theirs, encoding="utf-8") as terminal:  # noqa: PTH123 - a descriptor
        monkeypatch.setattr("sys.stdin", terminal)
        os.write(ours, says.encode())
        said = digest(*add(f"{newsroom}/silk-road-post/people/gulnora-yusupova"))
    os.close(ours)
    assert said.code == code
    assert "Gulnora Yusupova, Silk Road Post: page" in said.out
    assert ("added journalist Gulnora Yusupova" in said.out) is (code == 0)
    assert len(dump()["journalists"]) == (code == 0)
