"""``digest journalists``: who is on the roster, how their sources do, and what they are called."""

from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, MORNING, NEXT_MORNING, digest, dump

AIGERIM = "aigerim-sadykova"
SECOND = """
[[journalists]]
slug = "a-sadykova"
name = "A. Sadykova"
outlet = "silk-road-post"
sources = [{ kind = "feed", ref = "nowhere.xml" }]
"""


def _apply(folder: Path, more: str = "", **changes: str) -> None:
    """Apply the newsletter's file with words replaced and something more at its end."""
    toml = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    toml = toml.replace('"sample/', f'"{newsletters_dir()}/sample/')
    for old, new in changes.items():
        assert old in toml
        toml = toml.replace(old, new)
    (folder / "one.toml").write_text(toml + more, encoding="utf-8")
    said = digest("newsletters", "apply", "one.toml")
    assert said.code == 0, said


@pytest.fixture
def two(imported: Path) -> Path:
    """A newsletter of two journalists who are one person, collected once; the second's source does not work."""
    _apply(imported, SECOND)
    assert digest("collect", "run", LETTERS, "--at", MORNING).code == 1
    return imported


def test_nobody_is_on_an_empty_roster() -> None:
    said = digest("journalists", "list")
    assert (said.code, said.err) == (0, "")
    assert said.out == "Nobody is on the roster yet. Add a newsletter: digest newsletters apply FILE.toml\n"
    assert digest("journalists", "list", "--json").json == {"journalists": []}


@pytest.mark.usefixtures("imported")
def test_a_source_that_was_never_read_says_so() -> None:
    assert "not read yet" in digest("journalists", "list").out
    (who,) = digest("journalists", "list", "--json").json["journalists"]
    assert who["sources"][0]["health"] is None
    assert "No article on the shelf yet." in digest("journalists", "show", AIGERIM).out


@pytest.mark.usefixtures("two")
def test_the_list_shows_state_last_good_answer_and_last_article() -> None:
    said = digest("journalists", "list")
    assert (said.code, said.err) == (0, "")
    (good,) = [line for line in said.out.splitlines() if AIGERIM in line]
    (bad,) = [line for line in said.out.splitlines() if "a-sadykova" in line]
    assert good.split()[-5:] == ["good", "2025-12-19", "02:00", "2025-12-18", "2"]
    assert "failed" in bad.split()
    by_slug = {who["slug"]: who for who in digest("journalists", "list", LETTERS, "--json").json["journalists"]}
    assert by_slug[AIGERIM]["sources"][0]["health"]["state"] == "good"
    assert by_slug[AIGERIM]["followers"] == 2
    assert by_slug["a-sadykova"]["sources"][0]["health"]["last_error_name"] == "Unreachable"


def test_an_unknown_newsletter_has_no_list() -> None:
    digest("journalists", "list", "nowhere").refused("'nowhere'")


@pytest.mark.usefixtures("two")
def test_everything_is_shown_of_one_journalist() -> None:
    said = digest("journalists", "show", AIGERIM)
    assert (said.code, said.err) == (0, "")
    for words in (
        "Aigerim Sadykova (aigerim-sadykova)",
        "Silk Road Post",
        LETTERS,
        "capture",
        "good",
        "Newest articles",
    ):
        assert words in said.out
    shown = digest("journalists", "show", AIGERIM, "--json").json
    assert set(shown) == {
        *("slug", "name", "outlet", "role", "bio", "avatar_url", "aliases", "newsletters", "followers"),
        *("last_article_at", "sources", "articles"),
    }
    assert len(shown["articles"]) == 6
    assert set(shown["articles"][0]) == {
        *("position", "title", "url", "published_at", "precision", "first_seen_at"),
        *("modified_at", "section", "image_url", "marks", "copy_of"),
    }
    assert shown["articles"][0]["published_at"] >= shown["articles"][-1]["published_at"]


@pytest.mark.usefixtures("two")
def test_a_failing_source_tells_its_story() -> None:
    for morning in (MORNING, NEXT_MORNING):
        digest("collect", "run", LETTERS, "--at", morning)
    said = digest("journalists", "show", "a-sadykova").out
    assert "needs-attention" in said
    assert "feed: failed for the 3rd time since 19 Dec 2025; never good so far." in said


@pytest.mark.usefixtures("two")
def test_a_wrong_slug_is_told_with_the_right_one() -> None:
    for command in (("show",), ("rename", "New Name"), ("alias", "New Name"), ("remove",)):
        digest("journalists", command[0], "aigerim-sadikova", *command[1:]).refused("aigerim-sadikova", AIGERIM)
    digest("journalists", "merge", "zzz", AIGERIM).refused("'zzz'", "digest journalists list")


@pytest.mark.usefixtures("two")
def test_a_rename_keeps_the_slug_and_the_old_name() -> None:
    said = digest("journalists", "rename", AIGERIM, " Aigerim   Bekova ")
    assert (said.code, said.out) == (0, "changed journalist Aigerim Bekova: name, aliases.\n")
    shown = digest("journalists", "show", AIGERIM, "--json").json
    assert (shown["name"], "Aigerim Sadykova" in shown["aliases"]) == ("Aigerim Bekova", True)
    again = digest("journalists", "rename", AIGERIM, "Aigerim Bekova", "--json").json
    assert again == {"journalist": AIGERIM, "changes": []}
    digest("journalists", "rename", AIGERIM, "  ").refused("A name is missing")


@pytest.mark.usefixtures("two")
def test_an_alias_comes_and_goes() -> None:
    before = digest("journalists", "show", AIGERIM, "--json").json["aliases"]
    digest("journalists", "alias", AIGERIM, "Айгерим С.")
    assert digest("journalists", "show", AIGERIM, "--json").json["aliases"] == [*before, "Айгерим С."]
    assert digest("journalists", "alias", AIGERIM, "Айгерим С.").out == "Nothing changed: it was so before.\n"
    digest("journalists", "alias", AIGERIM, "Айгерим С.", "--remove")
    assert digest("journalists", "show", AIGERIM, "--json").json["aliases"] == before
    digest("journalists", "alias", AIGERIM, "Айгерим С.", "--remove").refused("has no alias 'Айгерим С.'")


def test_a_merge_makes_one_of_two_and_the_old_file_still_means_it(two: Path) -> None:
    said = digest("journalists", "merge", AIGERIM, "a-sadykova", "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    assert said.out == "Aigerim Sadykova (aigerim-sadykova) is A. Sadykova (a-sadykova) from now on.\n"
    (who,) = digest("journalists", "list", "--json").json["journalists"]
    assert (who["slug"], who["followers"], len(who["sources"])) == ("a-sadykova", 2, 2)
    assert len(digest("journalists", "show", "a-sadykova", "--json").json["articles"]) == 6
    assert "was merged into a-sadykova" in digest("newsletters", "apply", "one.toml").out
    assert [one["slug"] for one in digest("journalists", "list", "--json").json["journalists"]] == ["a-sadykova"]
    assert digest("audience", "import", "readers.csv", "--list", LETTERS).code == 0
    collected = digest("collect", "run", "--at", NEXT_MORNING, "--json").json
    assert [source["new"] for source in collected["journalists"][0]["sources"]] == [0, 0]
    assert (two / "var").is_dir()


@pytest.mark.usefixtures("composed")
def test_a_merge_supersedes_what_awaits_approval() -> None:
    folder = Path.cwd()
    _apply(folder, SECOND)
    said = digest("journalists", "merge", AIGERIM, "a-sadykova", "--at", MORNING)
    assert "compose it again with digest issue compose one-journalist" in said.out
    (issue,) = digest("issue", "list", "--json").json["issues"]
    assert issue["state"] == "superseded"
    sent = digest("run", LETTERS, "--yes", "--at", MORNING)
    assert "balances: 3 readers" in sent.out


@pytest.mark.usefixtures("two")
def test_who_is_removed_is_gone_and_the_articles_stay() -> None:
    shelf = dump()["articles"]
    said = digest("journalists", "remove", "a-sadykova", "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    assert "A. Sadykova (a-sadykova) is not on the roster any more." in said.out
    digest("journalists", "show", "a-sadykova").refused("a-sadykova")
    digest("journalists", "remove", AIGERIM).refused("nobody is left", "--yes")
    assert digest("journalists", "remove", AIGERIM, "--yes").code == 0
    assert digest("journalists", "list", "--json").json == {"journalists": []}
    assert dump()["articles"] == shelf
    assert digest("collect", "run", "--at", NEXT_MORNING).code == 0
    assert "No issue" in digest("run", LETTERS, "--at", NEXT_MORNING).out
