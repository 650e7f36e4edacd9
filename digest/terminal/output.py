"""How a command speaks: tables for people, one JSON object for programs, one clear sentence for an error."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import typer

from digest.errors import DigestError, WrongUse

DONE: Final = 0
FAILED: Final = 1  # the job ran and something failed; the output names it
WRONG_USE: Final = 2

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
    if as_json:
        sys.stdout.write(json.dumps(answer.data, ensure_ascii=False, default=str) + "\n")
    else:
        _print(answer)
    raise typer.Exit(FAILED if answer.has_failures else DONE)


def tell_error(error: DigestError, *, as_json: bool) -> int:
    """Print one clear sentence about the error and return the exit code that it deserves."""
    if as_json:
        said = {"error": error.name, "message": error.what, "advice": error.advice}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{error}\n")
    return WRONG_USE if isinstance(error, WrongUse) else FAILED


def is_terminal() -> bool:
    """Whether a person watches: only then there are progress bars."""
    return sys.stderr.isatty()


def _print(answer: Answer) -> None:
    from rich import box  # noqa: PLC0415 - loaded only when a table is printed: commands start fast
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table as RichTable  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140)
    for table in answer.tables:
        rows = list(table.rows)
        if not rows:
            continue  # an empty table says nothing that the lines below it do not say better
        rich = RichTable(
            title=table.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
        )
        for head in table.heads:
            rich.add_column(
                head.rstrip("#").strip(), justify="right" if head.endswith("#") else "left", overflow="fold"
            )
        for row in rows:
            rich.add_row(*(_cell(value) for value in row))
        console.print(rich)
    for line in (*answer.lines, *answer.notes):
        console.print(line, markup=False)


def _cell(value: object) -> str:
    from rich.markup import escape  # noqa: PLC0415

    return "–" if value in (None, "") else escape(str(value))
