"""``digest audience``: bring readers in, let them leave, suppress addresses."""

from pathlib import Path
from typing import Annotated

import typer

from digest.audience.reader import SuppressionReason
from digest.audience.steps import ImportReport, import_readers, leave_list, suppress_address
from digest.ids import ListName
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import read_file, session

app = typer.Typer(help="Readers: import, unsubscribe, suppress.", no_args_is_help=True)

OnList = Annotated[str, typer.Option("--list", metavar="NAME", help="The list, as its newsletter names it.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS")]

#: How many rejected rows a person is shown; ``--json`` gives all of them.
MOST_REJECTED_SHOWN = 20


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    list_name: OnList,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="New follows begin at the shelf's start, not at now.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import readers and whom they follow. Bad rows are rejected and named (exit code 1); good ones are imported."""
    data = read_file(file)
    with session() as runtime:
        report = import_readers(
            str(file),
            data,
            ListName(list_name),
            book=runtime.readers,
            clock=runtime.clock,
            from_start=from_start,
            dry_run=dry_run,
        )
    tell(_import_answer(report, dry_run=dry_run), as_json=as_json)


def _import_answer(report: ImportReport, *, dry_run: bool) -> Answer:
    counted = [(what.value, count) for what, count in report.counts.items()]
    rejected = [(row.line, row.reason.value, row.column or "", row.detail) for row in report.rejected]
    tables = [Table("Imported", ("what", "readers #"), counted)]
    if rejected:
        tables.append(Table("Rejected", ("line #", "reason", "column", "detail"), rejected[:MOST_REJECTED_SHOWN]))
    hidden = len(rejected) - MOST_REJECTED_SHOWN
    more = (f"… and {hidden} more rejected rows; --json lists all of them.",) if hidden > 0 else ()
    readers = "1 reader" if report.good == 1 else f"{report.good:,} readers"
    dry = (f"Nobody was taken in: this was a dry run. {readers} would be.",) if dry_run else ()
    return Answer(
        data=report.as_json(),
        tables=tables,
        lines=(*more, *dry),
        notes=report.warnings,
        has_failures=bool(report.rejected),
    )


@app.command()
def leave(address: Address, list_name: OnList, as_json: AsJson = False) -> None:
    """Unsubscribe a reader from a list, from the next claim on. Harmless when repeated."""
    with session() as runtime:
        left = leave_list(
            address, ListName(list_name), book=runtime.readers, readership=runtime.readership, clock=runtime.clock
        )
    said = "Unsubscribed." if left else "Already unsubscribed; nothing to do."
    tell(Answer(data={"left": left}, lines=(said,)), as_json=as_json)


@app.command()
def suppress(
    address: Address,
    reason: Annotated[SuppressionReason, typer.Option(help="Why.")] = SuppressionReason.BY_HAND,
    note: Annotated[str, typer.Option(help="A note for whoever asks later.")] = "",
    as_json: AsJson = False,
) -> None:
    """Never mail an address again, on any list, from the next claim on. The first reason stays."""
    with session() as runtime:
        suppress_address(address, reason, book=runtime.readers, clock=runtime.clock, note=note)
    tell(Answer(data={"suppressed": True, "reason": reason}, lines=(f"Suppressed: {reason}.",)), as_json=as_json)
