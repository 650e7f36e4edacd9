"""``digest audience export``, ``count`` and ``show``."""

import stat
from pathlib import Path

import pytest

from tests.terminal.cli import LETTERS, MORNING, digest, dump

pytestmark = pytest.mark.usefixtures("imported")
ON = ("--list", LETTERS)


def test_an_export_is_taken_in_again_and_changes_nothing(imported: Path) -> None:
    strange = 'address,name,follows\n+tag@readers.example,"=HYPERLINK(""x"")",*\n'
    (imported / "more.csv").write_text(strange, encoding="utf-8")
    digest("audience", "import", "more.csv", *ON)
    digest("audience", "leave", "two@readers.example", *ON)
    digest("audience", "suppress", "three@readers.example", "--reason", "complained")
    said = digest("audience", "export", "out.csv", *ON)
    assert (said.code, said.out) == (0, "4 readers written to out.csv.\n")
    written = (imported / "out.csv").read_text(encoding="utf-8-sig")
    assert "'+tag@readers.example,\"'=HYPERLINK" in written
    assert stat.S_IMODE((imported / "out.csv").stat().st_mode) == 0o600
    before = dump()
    again = digest("audience", "import", "out.csv", *ON, "--json")
    counts = {what: count for what, count in again.json["counts"].items() if count}
    assert counts == {"unchanged": 2, "left-earlier": 1, "suppressed": 1}
    assert dump() == before


def test_an_export_has_the_latest_proof_of_consent_and_is_read_again(imported: Path) -> None:
    heads = "address,follows,consent_at,consent_words,consent_source,consent_ip\n"
    for day in ("2020-02-29", "2024-02-29T07:00:00.125+05:00"):
        proven = f'{heads}proven@readers.example,*,{day},"=Yes, please",the fair of {day[:4]},203.0.113.77\n'
        (imported / "proven.csv").write_text(proven, encoding="utf-8")
        digest("audience", "import", "proven.csv", *ON)
    digest("audience", "export", "out.csv", *ON)
    (row,) = (line for line in (imported / "out.csv").read_text("utf-8").splitlines() if line.startswith("proven"))
    assert row.endswith(',2024-02-29T02:00:00.125000+00:00,"\'=Yes, please",the fair of 2024,203.0.113.0/24')
    before = dump()
    again = digest("audience", "import", "out.csv", *ON, "--json")
    assert again.json["counts"]["unchanged"] == again.json["good"]
    assert dump() == before


def test_a_part_of_a_list_is_exported_to_the_standard_output() -> None:
    said = digest("audience", "export", "-", *ON, "--follows", "aigerim-sadykova", "--language", "en", "--mailable")
    assert said.code == 0
    heads, *rows = said.out.splitlines()
    assert heads.startswith("address,name,follows,")
    assert [row.partition(",")[0] for row in rows] == ["one@readers.example", "two@readers.example"]


def test_readers_are_counted_by_whom_they_follow() -> None:
    said = digest("audience", "count", *ON, "--json")
    assert said.json["readers"] == said.json["mailable"] == 3
    assert said.json["follows"] == {"aigerim-sadykova": 1}
    assert (said.json["follow_everybody"], said.json["follow_nobody"]) == (1, 1)
    assert "3 readers; 3 may be mailed." in digest("audience", "count", *ON).out
    assert digest("audience", "count", *ON, "--joined-before", "2001-01-01", "--json").json["readers"] == 0
    assert digest("audience", "count", *ON, "--joined-since", "2001-01-01", "--json").json["readers"] == 3


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--follows", "nobody-we-know", "no journalist called"),
        ("--outlet", "nowhere", "no outlet called"),
        ("--language", "klingon", "no known language"),
        ("--zone", "Mars/Olympus", "no known time zone"),
        ("--joined-before", "spring", "no day"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(option: str, value: str, words: str) -> None:
    digest("audience", "count", *ON, option, value).refused(words)


def test_a_file_that_cannot_be_written_and_an_unknown_list_are_refused() -> None:
    digest("audience", "export", "nowhere/out.csv", *ON).refused("cannot be written")
    digest("audience", "export", "out.csv", "--list", "nowhere").refused("no list called")


def test_all_that_is_known_of_a_reader_is_shown_without_the_address() -> None:
    digest("run", LETTERS, "--yes", "--at", MORNING)
    said = digest("audience", "show", " Two@Readers.example ")
    assert said.code == 0
    assert "Reader Two" in said.out
    assert "every-issue" in said.out
    assert "@" not in said.out
    told = digest("audience", "show", "two@readers.example", "--json")
    assert told.json["lists"][0]["follows"] == ["*"]
    assert "two@readers.example" not in told.out


def test_a_suppressed_address_that_is_on_no_list_is_shown_too() -> None:
    digest("audience", "suppress", "six@readers.example", "--note", "by phone")
    said = digest("audience", "show", "six@readers.example")
    assert "by-hand (by phone)" in said.out
    assert digest("audience", "show", "six@readers.example", "--json").json["lists"] == []


@pytest.mark.parametrize("address", ["stranger@readers.example", "no address"])
def test_a_stranger_is_not_named(address: str) -> None:
    digest("audience", "show", address).refused("Nobody with that address is known here.")
