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

_NOTHING: Final = "–"
_BETWEEN: Final = 3  # cells between two columns
_INDENT: Final = 4
_READABLE: Final = 30  # cells: what is narrower than this is no pleasure to read when it is folded

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


@dataclass(frozen=True, slots=True)
class Table:
    """A table for people: a title, column heads, rows of text. A head that ends with ``#`` is a column of numbers."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command has to say: the same facts as ``data`` for programs and as tables and lines for people.

    ``verbatim`` comes last and is for copying: no line of it is broken.
    """

    data: Mapping[str, Any]
    tables: Sequence[Table] = ()
    lines: Sequence[str] = ()
    has_failures: bool = False
    notes: Sequence[str] = field(default=())
    verbatim: Sequence[str] = field(default=())


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
        for line in answer.verbatim:
            console.print(_printable(line), markup=False, soft_wrap=True)
    return printed.get()


def _print_table(console: "Console", table: Table) -> None:
    """Print a table. Where it is too narrow for all columns, the widest go below their rows."""
    from rich import box  # noqa: PLC0415 - see above
    from rich.cells import cell_len  # noqa: PLC0415 - see above
    from rich.segment import Segment, Segments  # noqa: PLC0415 - see above
    from rich.table import Table as RichTable  # noqa: PLC0415 - see above
    from rich.text import Text  # noqa: PLC0415 - see above

    rows = [[_cell(value) for value in row] for row in table.rows]
    if not rows:
        return  # an empty table says nothing that the lines below it do not say better
    heads = [head.rstrip("#").strip() for head in table.heads]
    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    beside, folded = columns_beside(widths, console.width)
    rich = RichTable(
        title=Text(_printable(table.title), style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for column in beside:
        rich.add_column(
            Text(heads[column]),
            justify="right" if table.heads[column].endswith("#") else "left",
            overflow="fold",
            no_wrap=column not in folded,
        )
    for row in rows:
        rich.add_row(*(Text(row[column]) for column in beside))
    if len(beside) == len(heads):
        console.print(rich)
        return
    lines = console.render_lines(rich, pad=False)
    first = len(lines) - len(rows) - 1  # each row is one line; an empty one ends the table
    below = [column for column in range(len(heads)) if column not in beside]
    for number, line in enumerate(lines):
        console.print(Segments([*line, Segment.line()]), end="")
        if first <= number < first + len(rows):
            _print_below(console, [(heads[column], rows[number - first][column]) for column in below])


def _print_below(console: "Console", facts: Iterable[tuple[str, str]]) -> None:
    from rich.cells import cell_len  # noqa: PLC0415 - see above
    from rich.padding import Padding  # noqa: PLC0415 - see above
    from rich.text import Text  # noqa: PLC0415 - see above

    told = [f"{head}: {said}" for head, said in facts if said != _NOTHING]
    together = "; ".join(told)
    for line in [together] if told and cell_len(together) <= console.width - _INDENT else told:
        console.print(Padding(Text(line, overflow="fold"), (0, 0, 0, _INDENT)))


def columns_beside(widths: Sequence[int], width: int) -> tuple[list[int], frozenset[int]]:
    """Return which columns of these ``widths`` stand side by side in so many cells, and which of them are folded.

    Short columns are never folded, long ones only as long as they stay wide enough to be read. The first column stays.
    """
    beside = list(range(len(widths)))
    while True:
        needed = sum(widths[column] + _BETWEEN for column in beside)
        if needed <= width or len(beside) == 1:
            return beside, frozenset(beside if needed > width else ())
        long = [column for column in beside if widths[column] > _READABLE]
        left = width - sum(_BETWEEN + widths[column] * (column not in long) for column in beside)
        if long and left >= _READABLE * len(long):
            return beside, frozenset(long)
        beside.remove(max(beside[1:], key=lambda column: widths[column]))


def _cell(value: object) -> str:
    return _NOTHING if value in (None, "") else _printable(str(value))


def _printable(text: str) -> str:
    """Replace what would command the terminal: titles and names come from other people's pages."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
