"""How a command speaks."""

import io
import json
import os
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime

import pytest
import typer

from digest.errors import DigestError, StoreError, UnknownIssue, WrongUse
from digest.terminal.output import (
    DONE,
    FAILED,
    WRONG_USE,
    Answer,
    Table,
    columns_beside,
    is_terminal,
    tell,
    tell_error,
)
from digest.terminal.progress import ticking

TABLE = Table("Sources", ("journalist", "new #"), [("dana", 12), ("timur", 3)])


def told(answer: Answer, *, as_json: bool = False) -> tuple[str, int]:
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(typer.Exit) as end:
        tell(answer, as_json=as_json)
    return out.getvalue(), end.value.exit_code


def test_programs_get_one_line_of_json_and_nothing_of_the_tables() -> None:
    at = datetime(2025, 12, 19, 7, 0, tzinfo=UTC)
    out, code = told(Answer(data={"name": "Дана", "at": at}, tables=(TABLE,), lines=("a line",)), as_json=True)
    assert out == '{"name": "Дана", "at": "2025-12-19 07:00:00+00:00"}\n'
    assert code == DONE


def test_people_get_tables_then_lines_then_notes() -> None:
    out, code = told(Answer(data={}, tables=(TABLE,), lines=("a line",), notes=("a note",)))
    assert code == DONE
    assert [line.strip() for line in out.splitlines() if line.strip()] == [
        "Sources",
        "journalist   new",
        "─" * 16,
        "dana          12",
        "timur          3",
        "a line",
        "a note",
    ]


def test_an_empty_table_is_left_out_and_an_empty_cell_is_a_dash() -> None:
    out, _ = told(Answer(data={}, tables=(Table("Nothing", ("what",), []), Table("T", ("a", "b"), [(None, "")]))))
    assert "Nothing" not in out
    assert out.count("–") == 2


@pytest.mark.parametrize(("has_failures", "code"), [(False, DONE), (True, FAILED)])
def test_failures_are_in_the_exit_code(has_failures: bool, code: int) -> None:
    for as_json in (False, True):
        assert told(Answer(data={}, has_failures=has_failures), as_json=as_json)[1] == code


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    markup = "[bold]loud[/bold] [1]"
    out, _ = told(Answer(data={}, tables=(Table(markup, ("title",), [(markup,)]),), lines=(markup,)))
    assert out.count(markup) == 3


def test_nobody_s_title_commands_the_terminal() -> None:
    evil = "\x1b[2J\x07new\x9bs\r!"
    out, _ = told(Answer(data={}, tables=(Table(evil, ("title",), [(evil,)]),), lines=(evil,)))
    assert out.count("�[2J�new�s�!") == 3
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(out)
    err = io.StringIO()
    with redirect_stderr(err):
        tell_error(DigestError(evil), as_json=False)
    assert err.getvalue() == "�[2J�new�s�!\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [(UnknownIssue("nowhere-7"), WRONG_USE), (WrongUse("No."), WRONG_USE), (StoreError("No."), FAILED)],
)
def test_an_error_is_one_sentence_or_one_object(error: DigestError, code: int) -> None:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert tell_error(error, as_json=False) == code
    assert (out.getvalue(), err.getvalue()) == ("", f"{error}\n")
    with redirect_stdout(out), redirect_stderr(err):
        assert tell_error(error, as_json=True) == code
    assert json.loads(out.getvalue()) == {"error": error.name, "message": error.what, "advice": error.advice}
    assert err.getvalue() == f"{error}\n"


def test_a_reader_who_went_away_does_not_change_the_exit_code() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as closed, redirect_stdout(closed):
        with pytest.raises(typer.Exit) as end:
            tell(Answer(data={"a": "b"}, has_failures=True), as_json=True)
        assert end.value.exit_code == FAILED


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_to_people_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for stream, is_shown in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        assert is_terminal() is is_shown
        with ticking("Reading", total=2) as tick:
            tick()
            tick()
        assert ("Reading" in stream.getvalue()) is is_shown


WIDE = Table(
    "Sources",
    ("journalist", "state", "found #", "why"),
    [("dana-serikova", "needs-attention", 0, "it failed " * 12), ("timur", "good", 12, None)],
)


def told_in_a_terminal(answer: Answer, width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    out = Terminal()
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    with redirect_stdout(out), pytest.raises(typer.Exit):
        tell(answer, as_json=False)
    plain = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue())
    return [line.rstrip() for line in plain.splitlines() if line.strip()]


def test_where_a_table_is_too_narrow_what_is_long_stands_below_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told_in_a_terminal(Answer(data={}, tables=(WIDE,)), 60, monkeypatch)
    assert lines[1:] == [
        " journalist      state             found",
        " ───────────────────────────────────────",
        " dana-serikova   needs-attention       0",
        "    why: it failed it failed it failed it failed it failed",
        "    it failed it failed it failed it failed it failed it",
        "    failed it failed",
        " timur           good                 12",
    ]
    lines = told_in_a_terminal(Answer(data={}, tables=(WIDE,)), 30, monkeypatch)
    assert lines[3:5] == [" dana-serikova       0", "    state: needs-attention"]


def test_what_is_long_is_folded_as_long_as_it_can_be_read() -> None:
    assert columns_beside([10, 20], 40) == ([0, 1], frozenset())
    assert columns_beside([10, 20, 90], 80) == ([0, 1, 2], frozenset({2}))
    assert columns_beside([10, 20, 90], 60) == ([0, 1], frozenset())
    assert columns_beside([90, 20], 60) == ([0, 1], frozenset({0}))
    assert columns_beside([90], 60) == ([0], frozenset({0}))
    assert columns_beside([20, 50, 90], 80) == ([0, 1], frozenset())


def test_what_is_for_copying_is_never_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    line = 'sources = [{ kind = "feed", ref = "https://herald.example/feed" }]'
    assert told_in_a_terminal(Answer(data={}, verbatim=(line,)), 30, monkeypatch) == [line]
