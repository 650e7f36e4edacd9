"""``digest issue preflight`` and ``waive``: the last look, and an editor's word."""

from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, digest

ISSUE = f"{LETTERS}-1"


@pytest.mark.usefixtures("composed")
def test_a_fit_issue_is_told_to_be_fit() -> None:
    said = digest("issue", "preflight", LETTERS)
    assert said.code == 0
    assert f"{ISSUE} with 1 distinct body is fit to be sent." in said.out
    as_json = digest("issue", "preflight", ISSUE, "--json").json
    assert (as_json["issue"], as_json["bodies"], as_json["is_fit"]) == (ISSUE, 1, True)
    assert not [one for one in as_json["findings"] if one["severity"] == "error"]


def require(words: str, tmp_path: Path) -> None:
    """Apply the newsletter again with words that it requires."""
    source = (newsletters_dir() / f"{LETTERS}.toml").read_text(encoding="utf-8")
    file = tmp_path / "again.toml"
    file.write_text(source.replace("[sending]", f'[sending]\nrequired_words = ["{words}"]', 1), "utf-8")
    assert digest("newsletters", "apply", str(file)).code == 0


@pytest.mark.usefixtures("composed")
def test_what_is_not_fit_is_not_approved_until_an_editor_lets_it_pass(tmp_path: Path) -> None:
    require("Advertising pays for this", tmp_path)
    hash_ = digest("issue", "list", "--json").json["issues"][0]["hash"]
    unfit = digest("issue", "preflight", LETTERS)
    assert unfit.code == 1
    assert f"{ISSUE} with 1 distinct body is not fit to be sent: 2 errors." in unfit.out
    digest("issue", "approve", ISSUE, "--hash", hash_).refused("required-words-missing")

    digest("issue", "waive", ISSUE, "too-large", "--by", "Aida", "--why", "x").refused("finds no 'too-large'")
    digest("issue", "waive", ISSUE, "required-words-missing", "--by", "Aida", "--why", " ").refused("and why")
    passed = digest(
        "issue", "waive", ISSUE, "required-words-missing", "--by", "Aida", "--why", "A day without advertising."
    )
    assert passed.code == 0
    assert "Aida lets it pass: A day without advertising." in " ".join(passed.out.split())
    assert digest("issue", "approve", ISSUE, "--hash", hash_).code == 0
    digest("issue", "waive", ISSUE, "required-words-missing", "--by", "Aida", "--why", "late").refused(
        "awaits approval"
    )


@pytest.mark.usefixtures("composed")
def test_links_that_are_no_https_are_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_PUBLIC_URL", "http://digest.steppe-herald.example")
    found = digest("issue", "preflight", LETTERS, "--json").json["findings"]
    assert "no-one-click" in {one["name"] for one in found}
    monkeypatch.setenv("DIGEST_PUBLIC_URL", "http://127.0.0.1:8080")
    found = digest("issue", "preflight", LETTERS, "--json").json["findings"]
    assert "no-one-click" not in {one["name"] for one in found}


def test_no_issue_no_look() -> None:
    digest("issue", "preflight", "nothing-1").refused("nothing-1")
