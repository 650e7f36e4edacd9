"""The demo's closing table also names what failed; the demo itself has no failure to show."""

from pathlib import Path
from typing import Any

from digest.terminal.demo_summary import _closing_words, _collected, _readers, _remarks, _troubles
from tests.terminal.cli import digest


def a_source(state: str = "new", **more: Any) -> dict[str, Any]:
    return {"state": state, "new": 2, "error": None, "warnings": []} | more


COLLECTED = {
    "journalists": [
        {"journalist": "dana", "sources": [a_source(), a_source("failed", new=0, error="https://a.example: gone.")]},
        {"journalist": "timur", "sources": [a_source(warnings=["No date is given for 'Snow'."])]},
    ],
    "banks": [{"bank": "nbk", "error": "https://b.example: gone."}, {"bank": "cbu", "error": None}],
}


def test_failures_are_rows_of_the_table() -> None:
    assert list(_collected("this morning", COLLECTED)) == [
        ("journalists read, this morning", "2 (3 sources: 1 failed, 2 new)"),
        ("articles new, this morning", "4"),
        ("failed: dana", "https://a.example: gone."),
        ("failed: nbk", "https://b.example: gone."),
    ]


def test_remarks_say_whose_they_are() -> None:
    assert list(_remarks(COLLECTED)) == [("remark: timur", "No date is given for 'Snow'.")]


def test_what_stopped_a_stage_is_a_row() -> None:
    assert list(_troubles({"send": {"trouble": None}, "finished": {"trouble": "The disk is full."}})) == [
        ("stopped: finished", "The disk is full.")
    ]
    assert list(_troubles({"send": {"planned": 0}})) == []


def test_readers_are_counted_in_words() -> None:
    assert (_readers(1), _readers(2)) == ("1 reader", "2 readers")


def test_the_last_words_say_where_to_look_next() -> None:
    page = Path("var/demo/outbox/index.html")
    quick = list(_closing_words(40, "It balances.", {}, page, with_prefect=False))
    assert quick == ["It balances.", f"Look at every mail: {page}"]
    with_prefect = list(_closing_words(0, "It balances.", {}, page, with_prefect=True))
    assert with_prefect[0].startswith("Nothing was sent twice: every reader has this issue already.")
    assert "prefect server start" in with_prefect[-1]


def test_a_demo_that_cannot_finish_an_older_issue_says_so(tmp_path: Path) -> None:
    outbox = tmp_path / "var" / "demo" / "outbox"
    outbox.parent.mkdir(parents=True)
    outbox.write_bytes(b"in the way")
    digest("demo", "--no-prefect").refused("The page that shows var/demo/outbox cannot be written", code=1)
    outbox.unlink()
    outbox.mkdir()
    (outbox / ".aside").write_bytes(b"in the way")
    said = digest("demo", "--no-prefect")
    assert (said.code, said.err) == (1, "")
    assert "stopped: finished" in said.out
    assert "does not balance" in said.out
    (outbox / ".aside").unlink()
    assert digest("demo", "--no-prefect").code == 0
