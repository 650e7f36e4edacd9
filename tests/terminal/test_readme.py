"""What the README and the documentation tell people to type does what they say."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digest.resources import newsletters_dir
from digest.terminal.sample_newsroom import serve
from tests.terminal.cli import LETTERS, MORNING, Said, digest

ROOT = Path(__file__).resolve().parents[2]
#: Commands that may end with 1 on a machine on which nothing was set up: doctor says what is still to do.
MAY_FIND_FAULT = {"doctor"}


def blocks(page: str, heading: str, language: str) -> str:
    """Return the code blocks below one heading of a page, joined."""
    section = (ROOT / page).read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))


def follow(script: str) -> Iterator[tuple[list[str], Said]]:
    """Do what a shell would do with these lines; only what the documentation uses is understood."""
    lines = iter(script.splitlines())
    for line in lines:
        words = shlex.split(line, comments=True)
        match words:
            case [] | ["export", *_]:
                continue
            case ["cat", ">", path, mark] if mark.startswith("<<"):
                text = iter(lines.__next__, mark.removeprefix("<<"))
                Path(path).write_text("".join(f"{one}\n" for one in text), encoding="utf-8")
            case ["digest", *rest]:
                yield rest, digest(*rest)
            case _:
                pytest.fail(f"the documentation says {line!r}, which nobody tries out")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks as the checkout does to whoever follows the README."""
    shutil.copytree(newsletters_dir(), tmp_path / "newsletters")
    return tmp_path


def test_the_readme_s_way_by_hand_leads_to_three_readers(checkout: Path) -> None:
    said = list(follow(blocks("README.md", "Your own newsletter, by hand", "sh")))
    for words, one in said:
        assert one.code in ((0, 1) if words[0] in MAY_FIND_FAULT else (0,)), (words, one)
        assert one.err == "", words
    tried = [" ".join(words[:2]) for words, _ in said]
    assert tried[:4] == [
        "collect try",
        "newsletters apply",
        "audience import",
        f"run {LETTERS}",
    ]
    assert len(list((checkout / "var" / "outbox").glob("*.eml"))) == 2
    assert "They follow nobody." in next(one.out for words, one in said if words[0] == "why")


def test_the_sample_newsroom_by_hand(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    console = blocks("docs/sample-newsroom.md", "Look at it", "console")
    typed = [line.removeprefix("$ ") for line in console.splitlines()]
    assert typed[0].startswith("digest sample serve")
    with serve() as served:
        monkeypatch.setenv("SAMPLE_NEWSROOM_URL", served.url)
        monkeypatch.setenv("DIGEST_FETCH_ALLOW_PRIVATE", "1")
        said = list(follow("\n".join(typed[1:])))
    # The sample's readers hold rows that are bad on purpose, which the import names.
    assert [(words[0], one.code) for words, one in said] == [
        ("sample", 0),
        ("newsletters", 0),
        ("audience", 1),
        ("run", 0),
    ]
    assert (checkout / "var" / "outbox" / "index.html").is_file()


def documented(command: str) -> set[str]:
    """Return the names that docs/commands.md gives to what a command prints with --json."""
    shapes = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").split("## Exact shapes with `--json`")[1]
    (paragraph,) = [one for one in shapes.split("\n\n") if one.startswith(f"`{command} --json` prints")]
    return set(re.findall(r"`([a-z_]+)`", paragraph))


def names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in names(inner)}
    return {name for inner in value for name in names(inner)} if isinstance(value, list) else set()


def test_what_collect_try_prints_is_documented_to_the_last_name() -> None:
    capture = newsletters_dir() / "sample" / "silk-road-post" / "aigerim-sadykova.txt"
    assert names(digest("collect", "try", str(capture), "--json").json) == documented("digest collect try REF")


@pytest.mark.usefixtures("sent")
def test_what_prove_prints_is_documented_to_the_last_name() -> None:
    assert set(digest("issue", "prove", LETTERS, "--json").json) == documented("digest issue prove ISSUE")


@pytest.mark.usefixtures("imported")
def test_an_error_for_programs_has_the_documented_shape() -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert '`{"error": NAME, "message": …, "advice": …}`' in text
    assert set(digest("run", "nobody", "--at", MORNING, "--json").json) == {"error", "message", "advice"}
