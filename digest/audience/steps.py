"""The steps of the audience stage: take readers in, let them leave, suppress addresses."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from digest.audience.csv_rows import GoodRow, RejectedRow, read_rows
from digest.audience.mailbox import mailbox
from digest.audience.ports import Joined, ReaderBook, Readership
from digest.audience.reader import SuppressionReason
from digest.audience.tags import locale_tag, zone_name
from digest.clock import Clock
from digest.errors import UnknownList, UnknownReader, WrongUse
from digest.ids import GROUND, ListName

#: How many rows one transaction takes in. A run that dies keeps whole chunks; importing again does the rest.
CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did. ``good`` rows were taken in, unless it was a dry run: then ``counts`` is empty."""

    list_name: ListName
    good: int
    counts: Mapping[Joined, int] = field(default_factory=dict)
    rejected: tuple[RejectedRow, ...] = ()
    warnings: tuple[str, ...] = ()
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``; no address is among them."""
        return {
            "list": self.list_name,
            "dry_run": self.dry_run,
            "good": self.good,
            "counts": {what.value: self.counts.get(what, 0) for what in Joined},
            "rejected": [
                {"line": row.line, "reason": row.reason.value, "column": row.column, "detail": row.detail}
                for row in self.rejected
            ],
            "warnings": list(self.warnings),
        }


def import_readers(
    path: str,
    data: bytes,
    list_name: ListName,
    *,
    book: ReaderBook,
    clock: Clock,
    from_start: bool = False,
    locale_default: str = "en",
    time_zone_default: str = "UTC",
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _rows: None,
) -> ImportReport:
    """Take the good rows of a CSV file into a list and report the others. ``path`` only names the file in messages.

    New follows begin at the shelf's height now, or with ``from_start`` at the ground: then the reader is owed what is
    on the shelf already, within the newsletter's age limit. Importing a file again changes nothing that it says
    already. ``progress`` is told how many good rows were taken in, chunk by chunk.

    :raises UnknownList: no list of that name exists.
    :raises BadAudienceFile: the file cannot be read at all; nobody was imported.
    """
    _must_exist(list_name, book)
    table = read_rows(
        data,
        path=path,
        journalists=book.journalists(),
        locale=_known(locale_tag(locale_default), f"There is no locale {locale_default!r}."),
        time_zone=_known(zone_name(time_zone_default), f"There is no time zone {time_zone_default!r}."),
    )
    good = [row.joining for row in table.rows if isinstance(row, GoodRow)]
    counts: Counter[Joined] = Counter()
    since = GROUND if from_start else book.height()
    now = clock.now()
    for start in () if dry_run else range(0, len(good), CHUNK):
        chunk = good[start : start + CHUNK]
        counts.update(book.join(list_name, chunk, since=since, at=now))
        progress(len(chunk))
    return ImportReport(
        list_name=list_name,
        good=len(good),
        counts=counts,
        rejected=tuple(row for row in table.rows if isinstance(row, RejectedRow)),
        warnings=table.warnings,
        dry_run=dry_run,
    )


def leave_list(address: str, list_name: ListName, *, book: ReaderBook, readership: Readership, clock: Clock) -> bool:
    """End a reader's subscription; ``False`` if they left earlier. Harmless when repeated.

    :raises UnknownList: no list of that name exists.
    :raises UnknownReader: it is no address at all, or nobody on that list has it.
    """
    _must_exist(list_name, book)
    wanted = _mailbox(address)
    if book.leave(list_name, wanted, at=clock.now()):
        return True
    # A slip of the pen must not pass for somebody who left: they would go on getting mail.
    if readership.reader(list_name, wanted) is None:
        raise UnknownReader
    return False


def suppress_address(
    address: str, reason: SuppressionReason, *, book: ReaderBook, clock: Clock, note: str = ""
) -> None:
    """Never mail an address again, on any list, whether we know it already or not. The first reason stays.

    :raises UnknownReader: it is no address at all.
    """
    book.suppress(_mailbox(address), reason, at=clock.now(), note=note)


def _must_exist(list_name: ListName, book: ReaderBook) -> None:
    known = book.lists()
    if list_name not in known:
        raise UnknownList(list_name, sorted(known))


def _mailbox(address: str) -> str:
    try:
        return mailbox(address)
    except ValueError:
        raise UnknownReader from None


def _known(found: str | None, otherwise: str) -> str:
    if found is None:
        raise WrongUse(otherwise, advice="Use a tag such as en or ru-KZ, and a zone such as Asia/Almaty.")
    return found
