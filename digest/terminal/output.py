"""How a command speaks: tables for people, one JSON object for programs, one clear sentence for an error."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from digest.errors import DigestError, WrongUse

if TYPE_CHECKING:
    from rich.console import Console

DONE: Final = 0
FAILED: Final = 1  # the job ran and something failed; the output names it
WRONG_USE: Final = 2

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


@dataclass(frozen=True, slots=True)
class Table:
    """A table for people: a title, column heads, rows of text. A head that ends with ``#`` is a column of numbers."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command has to say: the same facts as ``data`` for programs and as tables and lines for people."""

    data: Mapping[str, Any]
    tables: Sequence[Table] = ()
    lines: Sequence[str] = ()
    has_failures: bool = False
    notes: Sequence[str] = field(default=())


def tell(answer: Answer, *, as_json: bool) -> None:
    """Print the answer and end the command with the exit code that it deserves."""
    _write(json.dumps(answer.data, ensure_ascii=False, default=str) + "\n" if as_json else _for_people(answer))
    raise typer.Exit(FAILED if answer.has_failures else DONE)


def tell_error(error: DigestError, *, as_json: bool) -> int:
    """Print one clear sentence about the error and return the exit code that it deserves."""
    if as_json:
        said = {"error": error.name, "message": error.what, "advice": error.advice}
        _write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{_printable(str(error))}\n")
    return WRONG_USE if isinstance(error, WrongUse) else FAILED


def is_terminal() -> bool:
    """Whether a person watches: only then there are progress bars."""
    return sys.stderr.isatty()


def _write(text: str) -> None:
    """Write to the standard output now; whoever does not read on (``| head``) changes nothing about the job."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered would be written at the interpreter's end, and fail again, with noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _for_people(answer: Answer) -> str:
    from rich.console import Console  # noqa: PLC0415 - loaded only when something is printed: commands start fast

    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140)
    with console.capture() as printed:
        for table in answer.tables:
            _print_table(console, table)
        for line in (*answer.lines, *answer.notes):
            console.print(_printable(line), markup=False)
    return printed.get()


def _print_table(console: "Console", table: Table) -> None:
    from rich import box  # noqa: PLC0415 - see above
    from rich.table import Table as RichTable  # noqa: PLC0415

    rows = list(table.rows)
    if not rows:
        return  # an empty table says nothing that the lines below it do not say better
    rich = RichTable(
        title=_plain(table.title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for head in table.heads:
        rich.add_column(head.rstrip("#").strip(), justify="right" if head.endswith("#") else "left", overflow="fold")
    for row in rows:
        rich.add_row(*(_cell(value) for value in row))
    console.print(rich)


def _cell(value: object) -> str:
    return "–" if value in (None, "") else _plain(str(value))


def _plain(text: str) -> str:
    from rich.markup import escape  # noqa: PLC0415 - see above

    return escape(_printable(text))


def _printable(text: str) -> str:
    """Replace what would command the terminal: titles and names come from other people's pages."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
