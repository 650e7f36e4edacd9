"""``digest audience``: readers come, leave and are suppressed."""

import csv
from pathlib import Path

import pytest

from tests.terminal.cli import LETTERS, MORNING, digest, dump

MIXED = """address,name,follows
four@readers.example,Four,*
no address,Five,*
six@readers.example,Six,nobody-we-know
"""


def importing(*options: str, file: str = "readers.csv") -> tuple[str, ...]:
    return ("audience", "import", file, "--list", LETTERS, *options)


@pytest.mark.usefixtures("applied")
def test_readers_are_imported_and_counted() -> None:
    said = digest(*importing())
    assert (said.code, said.err) == (0, "")
    assert [line.split() for line in said.out.splitlines() if "added" in line] == [["added", "3"]]


@pytest.mark.usefixtures("imported")
def test_importing_again_changes_nothing() -> None:
    before = dump()
    said = digest(*importing("--json"))
    assert said.code == 0
    assert {what: count for what, count in said.json["counts"].items() if count} == {"unchanged": 3}
    assert dump() == before


def test_bad_rows_are_named_and_the_good_ones_are_imported(applied: Path) -> None:
    (applied / "mixed.csv").write_text(MIXED, encoding="utf-8")
    said = digest(*importing(file="mixed.csv"))
    assert said.code == 1
    assert "bad-address" in said.out
    assert "unknown-journalist" in said.out
    assert "nobody-we-know" in said.out
    assert len(dump()["subscribers"]) == 1


def test_bad_rows_for_programs(applied: Path) -> None:
    (applied / "mixed.csv").write_text(MIXED, encoding="utf-8")
    said = digest(*importing("--json", file="mixed.csv"))
    assert said.code == 1
    assert set(said.json) == {"list", "dry_run", "good", "bad", "counts", "reasons", "rejected", "warnings"}
    assert [(row["line"], row["reason"]) for row in said.json["rejected"]] == [
        (3, "bad-address"),
        (4, "unknown-journalist"),
    ]
    assert "readers.example" not in said.out


def test_a_flood_of_bad_rows_is_cut_for_people_and_whole_in_a_file(applied: Path) -> None:
    (applied / "bad.csv").write_text("address\n" + "bad\n" * 30, encoding="utf-8")
    said = digest(*importing(file="bad.csv"))
    assert said.out.count("an address must have an @-sign") == 20
    assert "… and 10 more rejected rows. All by reason: bad-address 30." in said.out
    assert "--rejected FILE.csv writes all of them down." in said.out
    assert len(digest(*importing("--json", file="bad.csv")).json["rejected"]) == 30
    said = digest(*importing("--rejected", "rejected.csv", file="bad.csv"))
    assert "Every rejected row is named in rejected.csv." in said.out
    with (applied / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["line"]) for row in rows] == list(range(2, 32))
    assert {row["reason"] for row in rows} == {"bad-address"}


@pytest.mark.usefixtures("applied")
def test_a_report_that_cannot_be_written_is_said_before_anybody_is_imported() -> None:
    digest(*importing("--rejected", "nowhere/rejected.csv")).refused("nowhere/rejected.csv", "cannot be written")
    assert dump()["subscribers"] == []


def test_defaults_and_an_encoding_can_be_named(applied: Path) -> None:
    (applied / "old.csv").write_bytes("address,name\nfour@readers.example,José\n".encode("cp1252"))
    options = ("--encoding", "cp1252", "--locale", "ru_KZ", "--time-zone", "asia/almaty")
    assert digest(*importing(*options, file="old.csv")).code == 0
    assert "José" in repr(dump()["subscribers"])
    assert "Asia/Almaty" in repr(dump()["subscribers"])


def test_a_dry_run_reports_and_changes_nothing(applied: Path) -> None:
    before = dump()
    said = digest(*importing("--dry-run"))
    assert said.code == 0
    assert "Nobody was taken in: this was a dry run. 3 readers would be." in said.out
    assert digest(*importing("--dry-run", "--json")).json["good"] == 3
    (applied / "mixed.csv").write_text(MIXED, encoding="utf-8")
    assert digest(*importing("--dry-run", file="mixed.csv")).code == 1
    assert dump() == before


@pytest.mark.usefixtures("applied")
def test_from_the_start_means_what_is_on_the_shelf_already() -> None:
    digest("collect", "run", "--at", MORNING)
    digest(*importing("--from-start"))
    said = digest("run", LETTERS, "--yes", "--at", MORNING, "--json")
    assert said.json["send"]["shard"]["accepted"] == 2


def test_warnings_are_said(applied: Path) -> None:
    (applied / "plain.csv").write_text("address,shoe size\nfour@readers.example,44\n", encoding="utf-8")
    said = digest(*importing(file="plain.csv"))
    assert said.code == 0
    assert "shoe size" in said.out


@pytest.mark.usefixtures("imported")
def test_leaving_twice_is_harmless() -> None:
    leave = ("audience", "leave", " One@Readers.example ", "--list", LETTERS)
    first = digest(*leave)
    assert (first.code, first.out) == (0, "Unsubscribed.\n")
    again = digest(*leave)
    assert (again.code, again.out) == (0, "Already unsubscribed; nothing to do.\n")
    assert digest(*leave, "--json").json == {"left": False}


@pytest.mark.parametrize("address", ["stranger@readers.example", "stranger", ""])
@pytest.mark.usefixtures("imported")
def test_a_stranger_cannot_leave_and_is_not_named(address: str) -> None:
    before = dump()
    said = digest("audience", "leave", address, "--list", LETTERS)
    said.refused("Nobody with that address is known here.")
    assert "stranger" not in said.err
    assert digest("audience", "leave", address, "--list", LETTERS, "--json").json["error"] == "UnknownReader"
    assert dump() == before


@pytest.mark.usefixtures("imported")
def test_an_import_brings_nobody_back() -> None:
    digest("audience", "leave", "one@readers.example", "--list", LETTERS)
    assert digest(*importing("--json")).json["counts"]["left-earlier"] == 1


@pytest.mark.usefixtures("applied")
def test_an_address_is_suppressed_before_we_know_it() -> None:
    said = digest("audience", "suppress", "two@readers.example", "--note", "asked by phone")
    assert (said.code, said.out) == (0, "Suppressed: by-hand.\n")
    assert digest(*importing("--json")).json["counts"]["suppressed"] == 1


@pytest.mark.usefixtures("applied")
def test_suppressing_for_programs() -> None:
    said = digest("audience", "suppress", "two@readers.example", "--reason", "bounced", "--json")
    assert (said.code, said.json) == (0, {"suppressed": True, "reason": "bounced"})
    assert digest("audience", "suppress", "not an address", "--json").json["error"] == "UnknownReader"


@pytest.mark.parametrize("words", [("import", "readers.csv"), ("leave", "one@readers.example")])
@pytest.mark.usefixtures("applied")
def test_an_unknown_list_is_refused(words: tuple[str, ...]) -> None:
    before = dump()
    digest("audience", *words, "--list", "evening").refused("no list called 'evening'", f"Known: {LETTERS}.")
    assert dump() == before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ("bad.csv, line 1", "the file is empty")),
        (b"\xff\xfe\xfa\x00\xd8", ("bad.csv", "UTF-8")),
        (b"name,follows\nAnn,*\n", ("bad.csv", "address")),
        (b"\x00\x01\x02\x03", ("bad.csv",)),
    ],
)
def test_a_file_that_is_none_is_refused_and_nobody_is_imported(
    applied: Path, data: bytes, words: tuple[str, ...]
) -> None:
    (applied / "bad.csv").write_bytes(data)
    before = dump()
    digest(*importing(file="bad.csv")).refused(*words, "Nobody was imported")
    assert digest(*importing("--json", file="bad.csv")).json["error"] == "BadAudienceFile"
    assert dump() == before


@pytest.mark.usefixtures("applied")
def test_a_missing_file_is_refused() -> None:
    digest(*importing(file="nowhere.csv")).refused("nowhere.csv: it does not exist.", "Check the path.")
    digest(*importing(file="var")).refused("var: it cannot be read (is a directory).")
    assert digest(*importing("--json", file="nowhere.csv")).json["error"] == "NoSuchFile"
