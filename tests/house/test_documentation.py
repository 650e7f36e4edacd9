"""What a person can meet is documented where they look: every command, setting and error."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from digest import errors
from digest.config import Settings
from digest.terminal.commands import app

ROOT = Path(__file__).resolve().parents[2]


def _commands(command: object, words: tuple[str, ...]) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(words)
        return
    for name, inner in below.items():
        yield from _commands(inner, (*words, name))


COMMANDS = sorted(_commands(get_command(app), ("digest",)))
ERRORS = sorted(
    name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, errors.DigestError)
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert re.search(rf"`{re.escape(command)}[ `]", text), f"docs/commands.md does not mention {command}"


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_documented(setting: str) -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert f"`DIGEST_{setting.upper()}`" in text


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_documented(error: str) -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert f"`{error}`" in text


@pytest.mark.parametrize("error", ERRORS)
def test_the_tree_in_the_docstring_draws_every_error(error: str) -> None:
    assert error in (errors.__doc__ or "")


def test_no_documentation_names_a_command_that_does_not_exist() -> None:
    known = {command.removeprefix("digest ") for command in COMMANDS}
    groups = {command.split()[0] for command in known}
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for words in re.findall(r"`(?:\.venv/bin/)?digest ((?:[a-z-]+ ?)+)", page.read_text(encoding="utf-8")):
            parts = words.split()
            if parts and parts[0] in groups:
                assert " ".join(parts[:2]) in known or parts[0] in known, f"{page.name}: digest {words}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} leads to {target}"
