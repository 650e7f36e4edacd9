"""The steps of the audience stage: take readers in, let them leave, suppress addresses."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, Final

from digest.audience.csv_columns import Known, RejectReason
from digest.audience.csv_rows import AudienceTable, GoodRow, RejectedRow, read_table
from digest.audience.csv_text import BLOCK, Encoding, encoding_of
from digest.audience.intake import Intake, Intakes
from digest.audience.joining import Joined
from digest.audience.mailbox import mailbox
from digest.audience.ports import ReaderBook, Readership
from digest.audience.reader import SuppressionReason
from digest.audience.tags import locale_tag, zone_name
from digest.clock import Clock
from digest.errors import BadAudienceFile, UnknownList, UnknownReader, WrongUse
from digest.ids import GROUND, ListName

#: How many rows are in memory at once.
PAGE: Final = 5_000
#: How many rejected rows a report names; a file for them gets all.
MOST_NAMED: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceFile:
    """A file of readers: how messages call it, and what opens it, more than once."""

    path: str
    open: Callable[[], BinaryIO]

    def blocks(self) -> Iterator[bytes]:
        """Yield its bytes from the beginning, block by block."""
        with self.open() as raw:
            while block := raw.read(BLOCK):
                yield block

    def lines(self, encoding: Encoding) -> Iterator[str]:
        """Yield its lines with their ends."""
        with self.open() as raw:
            raw.seek(encoding.skip)
            with io.TextIOWrapper(raw, encoding=encoding.name, newline="") as text:
                yield from text


def file_of(data: bytes, path: str) -> AudienceFile:
    """Return a file of these bytes."""
    return AudienceFile(path=path, open=partial(io.BytesIO, data))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do if it was a dry run. ``rejected`` names the first thousand rejected rows."""

    list_name: ListName
    good: int
    counts: Mapping[Joined, int] = field(default_factory=dict)
    rejected: tuple[RejectedRow, ...] = ()
    reasons: Mapping[RejectReason, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def bad(self) -> int:
        """How many rows were rejected."""
        return sum(self.reasons.values())

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``; no address is among them."""
        return {
            "list": self.list_name,
            "dry_run": self.dry_run,
            "good": self.good,
            "bad": self.bad,
            "counts": {what.value: self.counts.get(what, 0) for what in Joined},
            "reasons": {reason.value: count for reason, count in self.reasons.items()},
            "rejected": [
                {"line": row.line, "reason": row.reason.value, "column": row.column, "detail": row.detail}
                for row in self.rejected
            ],
            "warnings": list(self.warnings),
        }


def import_readers(
    file: AudienceFile,
    list_name: ListName,
    *,
    book: ReaderBook,
    intakes: Intakes,
    clock: Clock,
    encoding: str = "",
    from_start: bool = False,
    locale_default: str = "en",
    time_zone_default: str = "UTC",
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _rows: None,
    tell_rejected: Callable[[RejectedRow], None] = lambda _row: None,
) -> ImportReport:
    """Take the good rows of a CSV file into a list and report the others.

    The whole file is read before anybody is taken in, and never held: a million rows take no more memory than ten
    thousand. New follows begin at the shelf's height now, or with ``from_start`` at the ground: then the reader is owed
    what is on the shelf already, within the newsletter's age limit. Importing a file again changes nothing that it says
    already. ``progress`` is told how many rows were laid down or taken in, ``tell_rejected`` of each rejected row.

    :raises UnknownList: no list of that name exists.
    :raises BadAudienceFile: the file cannot be read at all; nobody was imported.
    """
    _must_exist(list_name, book)
    now = clock.now()
    known = Known(
        journalists=book.journalists(),
        locale=_known(locale_tag(locale_default), f"There is no locale {locale_default!r}."),
        time_zone=_known(zone_name(time_zone_default), f"There is no time zone {time_zone_default!r}."),
        now=now,
    )
    written = encoding_of(file.blocks, path=file.path, named=encoding)
    table = read_table(file.lines(written), known, path=file.path)
    counts: Counter[Joined] = Counter()
    with intakes.intake(list_name) as intake:
        _lay_down(table, intake, progress, path=file.path)
        laid = intake.settle()
        since = GROUND if from_start else book.height()
        for done in intake.take_in(since=since, at=now, dry_run=dry_run):
            counts.update(done)
            progress(sum(done.values()))
        named: list[RejectedRow] = []
        for row in intake.rejected():
            tell_rejected(row)
            if len(named) < MOST_NAMED:
                named.append(row)
    return ImportReport(
        list_name=list_name,
        good=laid.good,
        counts=counts,
        rejected=tuple(named),
        reasons=laid.rejected,
        warnings=(*table.warnings, *_warnings(written, is_empty=not (laid.good or laid.rejected))),
        dry_run=dry_run,
    )


def _lay_down(table: AudienceTable, intake: Intake, progress: Callable[[int], None], *, path: str) -> None:
    good: list[GoodRow] = []
    rejected: list[RejectedRow] = []

    def lay() -> None:
        intake.lay(good, rejected)
        progress(len(good) + len(rejected))
        good.clear()
        rejected.clear()

    try:
        for row in table.rows:
            if isinstance(row, GoodRow):
                good.append(row)
            else:
                rejected.append(row)
            if len(good) + len(rejected) >= PAGE:
                lay()
    except UnicodeDecodeError:
        raise BadAudienceFile(path, "somewhere", "the file was changed while it was read") from None
    lay()


def _warnings(encoding: Encoding, *, is_empty: bool) -> Iterator[str]:
    if encoding.is_guess:
        yield "The file is not UTF-8 and was read as Cyrillic (Windows-1251). If names look wrong, say --encoding."
    if is_empty:
        yield "There is no reader in the file, only a header."


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


def known_list(list_name: ListName, *, book: ReaderBook) -> ListName:
    """Return the name of a list that is there.

    :raises UnknownList: no list of that name exists.
    """
    _must_exist(list_name, book)
    return list_name


def places_of(address: str, *, book: ReaderBook, readership: Readership) -> tuple[str, str | None]:
    """Return an address as it is kept, and the token of some subscription of whoever has it; ``None`` for nobody.

    :raises UnknownReader: it is no address at all.
    """
    wanted = _mailbox(address)
    found = (readership.reader(list_name, wanted) for list_name in book.lists())
    return wanted, next((reader.token for reader in found if reader is not None), None)


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
