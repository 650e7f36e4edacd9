"""``digest newsletters`` and the commands about what comes with the program."""

from pathlib import Path

import pytest

from digest import __version__
from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, Said, digest, dump

TOML = newsletters_dir() / "one-journalist.toml"


def test_a_newsletter_is_applied_into_a_store_that_makes_itself(tmp_path: Path) -> None:
    said = digest("newsletters", "apply", str(TOML))
    assert (said.code, said.err) == (0, "")
    assert "Letters from the Regions (one-journalist) is applied." in said.out
    assert f"Next: digest audience import FILE.csv --list {LETTERS}" in said.out
    assert (tmp_path / "var" / "digest.db").is_file()


@pytest.mark.usefixtures("applied")
def test_applying_again_changes_nothing() -> None:
    before = dump()
    said = digest("newsletters", "apply", str(TOML))
    assert said.code == 0
    assert "Letters from the Regions (one-journalist) is unchanged." in said.out
    assert digest("newsletters", "apply", str(TOML), "--json").json == {
        "newsletter": LETTERS,
        "list": LETTERS,
        "changes": [],
    }
    assert dump() == before


@pytest.mark.usefixtures("applied")
def test_newsletters_are_listed() -> None:
    said = digest("newsletters", "list")
    assert said.code == 0
    assert "Letters from the Regions" in said.out
    assert digest("newsletters", "list", "--json").json == {
        "newsletters": [
            {
                "id": LETTERS,
                "name": "Letters from the Regions",
                "list": LETTERS,
                "journalists": ["aigerim-sadykova"],
            }
        ]
    }


def test_no_newsletter_yet() -> None:
    assert digest("newsletters", "list") == Said(
        0, "No newsletter yet. Add one: digest newsletters apply FILE.toml\n", ""
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[newsletter]\nslug = \n", ("mine.toml, line 2", "this is no TOML")),
        (b"", ("mine.toml",)),
        (b"\xff\xfe\x00\x01", ("mine.toml, line 1", "UTF-8")),
        (
            TOML.read_bytes().replace(b'look = "classic"', b'look = "baroque"'),
            ("mine.toml, line 17, newsletter.look", "known: classic"),
        ),
        (TOML.read_bytes().replace(b'base = "USD"', b'bass = "USD"'), ("mine.toml", "bass")),
        (TOML.read_bytes().replace(b'outlet = "silk-road-post"', b'outlet = "nowhere"'), ("mine.toml", "nowhere")),
        (TOML.read_bytes().replace(b'"sample/silk', b'"${NOT_SET}/silk'), ("mine.toml", "NOT_SET")),
    ],
    ids=["broken", "empty", "bytes", "look", "key", "outlet", "variable"],
)
def test_a_file_that_is_no_newsletter_is_refused_and_nothing_changes(
    applied: Path, data: bytes, words: tuple[str, ...]
) -> None:
    (applied / "mine.toml").write_bytes(data)
    before = dump()
    digest("newsletters", "apply", "mine.toml").refused(*words, "Nothing was changed")
    assert digest("newsletters", "apply", "mine.toml", "--json").json["error"] == "BadNewsletterFile"
    assert dump() == before


@pytest.mark.usefixtures("applied")
def test_a_missing_file_is_refused() -> None:
    before = dump()
    digest("newsletters", "apply", "nowhere.toml").refused("nowhere.toml: it does not exist.")
    assert digest("newsletters", "apply", "nowhere.toml", "--json").json == {
        "error": "NoSuchFile",
        "message": "nowhere.toml: it does not exist.",
        "advice": "Check the path.",
    }
    assert dump() == before


@pytest.mark.parametrize(
    "words",
    [
        ("run", "nobody"),
        ("run", "nobody", "--yes"),
        ("collect", "run", "nobody"),
        ("rates", "fetch", "nobody"),
        ("rates", "show", "nobody"),
        ("issue", "list", "nobody"),
        ("issue", "compose", "nobody"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("imported")
def test_an_unknown_newsletter_is_refused(words: tuple[str, ...]) -> None:
    before = dump()
    digest(*words).refused("There is no newsletter called 'nobody'. Known: one-journalist.", "digest newsletters apply")
    assert digest(*words, "--json").json["error"] == "UnknownNewsletter"
    assert dump() == before


def test_the_sample_s_files_are_named() -> None:
    said = digest("sample", "files", "--json").json
    assert said["folder"] == str(newsletters_dir())
    assert {Path(path).name for path in said["files"]} >= {"one-journalist.toml", "morning-brief.toml", "readers.csv"}
    assert digest("sample", "files").out.splitlines() == said["files"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--today", "tomorrow"), "'tomorrow' is no day. Write it like 2025-12-19."),
        (("--port", "99999"), "Port 99999 cannot be used: there is no such port."),
    ],
)
def test_a_sample_that_cannot_be_served_is_refused(words: tuple[str, ...], said: str) -> None:
    digest("sample", "serve", *words).refused(said)


def test_the_version() -> None:
    assert digest("version") == Said(0, f"{__version__}\n", "")
