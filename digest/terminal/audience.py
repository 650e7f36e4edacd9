"""``digest audience``: bring readers in, let them leave, suppress addresses."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from digest.audience.csv_rows import RejectedRow
from digest.audience.csv_written import inert
from digest.audience.joining import Joined
from digest.audience.reader import SuppressionReason
from digest.audience.steps import AudienceFile, ImportReport, import_readers, leave_list, suppress_address
from digest.errors import NoSuchFile
from digest.ids import ListName
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.progress import ticking
from digest.terminal.session import open_file, session

app = typer.Typer(help="Readers: import, export, count, show, unsubscribe, suppress.", no_args_is_help=True)

OnList = Annotated[str, typer.Option("--list", metavar="NAME", help="The list, as its newsletter names it.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS")]

#: How many rejected rows a person is shown; ``--json`` gives a thousand, a file of them all.
MOST_REJECTED_SHOWN = 20


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    list_name: OnList,
    rejected: Annotated[
        Path | None, typer.Option("--rejected", metavar="FILE.csv", help="Write every rejected row's line and reason.")
    ] = None,
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="Its encoding, if it is not Unicode, such as cp1252 or koi8-r.")
    ] = "",
    locale: Annotated[str, typer.Option(help="The language of readers whose row names none.")] = "en",
    time_zone: Annotated[str, typer.Option(help="The time zone of readers whose row names none.")] = "UTC",
    from_start: Annotated[
        bool, typer.Option("--from-start", help="New follows begin at the shelf's start, not at now.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import readers and whom they follow. Bad rows are rejected and named (exit code 1); good ones are imported."""
    open_file(file).close()  # one clear error before anything else
    with session() as runtime, _rejects_into(rejected) as tell_rejected, ticking("Readers") as tick:
        report = import_readers(
            AudienceFile(path=str(file), open=partial(open_file, file)),
            ListName(list_name),
            book=runtime.readers,
            intakes=runtime.intakes,
            clock=runtime.clock,
            encoding=encoding,
            from_start=from_start,
            locale_default=locale,
            time_zone_default=time_zone,
            dry_run=dry_run,
            progress=tick,
            tell_rejected=tell_rejected,
        )
    tell(_import_answer(report, rejected), as_json=as_json)


@contextmanager
def _rejects_into(path: Path | None) -> Iterator[Callable[[RejectedRow], None]]:
    """Open the file for the rejected rows, and give what writes one into it."""
    if path is None:
        yield lambda _row: None
        return
    try:
        # With a mark, by which spreadsheets know UTF-8.
        opened = path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise NoSuchFile(str(path), f"it cannot be written ({(error.strerror or str(error)).lower()})") from None
    with opened:
        rows = csv.writer(opened)
        rows.writerow(("line", "reason", "column", "detail"))
        yield lambda row: rows.writerow((row.line, row.reason.value, row.column, inert(row.detail)))


def _import_answer(report: ImportReport, rejected: Path | None) -> Answer:
    counted = [(what.value, f"{report.counts[what]:,}") for what in Joined if report.counts.get(what)]
    named = [(row.line, row.reason.value, row.column or "", row.detail) for row in report.rejected]
    tables = [Table("Would be imported" if report.dry_run else "Imported", ("what", "readers #"), counted)]
    if named:
        tables.append(Table("Rejected", ("line #", "reason", "column", "detail"), named[:MOST_REJECTED_SHOWN]))
    return Answer(
        data=report.as_json(),
        tables=tables,
        lines=tuple(_import_lines(report, rejected)),
        notes=report.warnings,
        has_failures=report.bad > 0,
    )


def _import_lines(report: ImportReport, rejected: Path | None) -> Iterator[str]:
    hidden = report.bad - MOST_REJECTED_SHOWN
    if hidden > 0:
        reasons = ", ".join(f"{reason.value} {count:,}" for reason, count in report.reasons.items())
        yield f"… and {hidden:,} more rejected rows. All by reason: {reasons}."
    if report.bad and rejected is not None:
        yield f"Every rejected row is named in {rejected}."
    elif hidden > 0:
        yield "--rejected FILE.csv writes all of them down."
    if report.dry_run:
        readers = "1 reader" if report.good == 1 else f"{report.good:,} readers"
        yield f"Nobody was taken in: this was a dry run. {readers} would be."


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
