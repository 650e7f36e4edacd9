"""``digest feedback``: taking in what was told afterwards, and looking at it."""

import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.cli import LETTERS, digest

AT = 1_766_120_400


def events_of(folder: Path, event: str, **facts: Any) -> list[dict[str, Any]]:
    """Return an event about every mail that was accepted in this folder."""
    with sqlite3.connect(folder / "var" / "digest.db") as store:
        mails = store.execute(
            "SELECT d.id, s.address FROM deliveries d JOIN subscribers s ON s.id = d.subscriber"
            " WHERE d.state = 'accepted' ORDER BY d.subscriber"
        ).fetchall()
    return [
        {"event": event, "timestamp": AT, "sg_event_id": f"{event}-{place}", "email": address, "delivery": id_, **facts}
        for place, (id_, address) in enumerate(mails)
    ]


def write(folder: Path, events: object) -> str:
    (folder / "events.json").write_text(json.dumps(events), encoding="utf-8")
    return "events.json"


def test_events_from_a_file_are_taken_in_once_and_shown_without_addresses(sent: Path) -> None:
    file = write(sent, events_of(sent, "delivered", response="250 OK one@readers.example"))

    first = digest("feedback", "ingest", file, "--json")
    again = digest("feedback", "ingest", file)

    assert first.code == 0
    assert first.json == {"told": 2, "new": 2, "known": 0, "unmatched": 0, "settled": 0, "suppressed": 0}
    assert (again.code, again.err) == (0, "")
    shown = digest("feedback", "list", "--issue", LETTERS, "--json").json
    assert shown["counts"] == {"delivered": 2}
    assert {(one["issue"], one["why"]) for one in shown["told"]} == {(f"{LETTERS}-1", "250 OK the address")}
    said = digest("feedback", "list", "--most", "1")
    assert "… and 1 more" in said.out
    assert "readers.example" not in said.out + again.out


def test_what_is_about_no_mail_of_ours_is_counted_and_can_be_looked_for(sent: Path) -> None:
    ours, theirs = events_of(sent, "open")
    file = write(sent, [ours, {**theirs, "delivery": "somebody-elses"}, {"event": "account_status_change"}])
    assert digest("feedback", "ingest", file, "--json").json["unmatched"] == 2
    counts = digest("feedback", "list", "--unmatched", "--json").json["counts"]
    assert counts == {"opened": 1, "unknown": 1}


@pytest.mark.usefixtures("sent")
def test_events_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [{"event": "spamreport", "timestamp": AT, "email": "One@Readers.example"}]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(told).encode())))
    assert digest("feedback", "ingest", "-", "--json").json["suppressed"] == 1


@pytest.mark.usefixtures("sent")
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "events.json").write_bytes(b"\x00\x01 one@readers.example")
    said = digest("feedback", "ingest", "events.json")
    said.refused("cannot be read", "SendGrid's events", "docs/sending.md")
    assert "readers.example" not in said.err
    digest("feedback", "ingest", "nowhere.json").refused("nowhere.json")


@pytest.mark.usefixtures("sent")
def test_where_nothing_was_told_it_says_so() -> None:
    assert "Nothing was told yet." in digest("feedback", "list").out
