"""What this process has begun to hand over, in a file: after a kill, whoever was only claimed is not in doubt.

A mail server tells nobody afterwards what it took. So each mail is noted before its letter leaves, and each answer when
it is there, by ``write()`` without a flush: that survives the process, and costs microseconds. It does not survive the
machine, so a note is believed only about a worker of this very boot that is certainly gone (``digest.send.worker``).
"""

import errno
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from digest.errors import TryLater
from digest.ids import DeliveryId
from digest.send.doubt import Doubt
from digest.send.mail import Evidence, Mail
from digest.send.worker import is_gone, worker_name

SUFFIX: Final = ".journal"
_BEGUN, _TAKEN, _NOT_TAKEN = "begun", "taken", "not-taken"
_AFTER_SECONDS: Final = 60.0
#: Older journals are removed: what is still in doubt then, is a person's to settle.
_KEPT_SECONDS: Final = 14 * 24 * 3600


class Journal:
    """The notes of one process; safe to write from several threads. The file is made when the first batch comes."""

    def __init__(self, folder: Path, *, worker: str | None = None, is_gone: Callable[[str], bool] = is_gone) -> None:
        """Keep notes in ``folder``, as ``worker``, which is this process."""
        self._folder = folder
        self._worker = worker or worker_name()
        self._is_gone = is_gone
        self._file: int | None = None

    def open(self) -> None:
        """Be ready to note.

        :raises TryLater: the folder cannot be written.
        """
        if self._file is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._clear_up()
            self._file = os.open(self._path(self._worker), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._try_later(error) from None

    def close(self) -> None:
        """Note nothing more. The notes stay: the ledger may not have recorded what they say."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def begin(self, mail: Mail) -> None:
        """Note that a mail's letter is about to leave; not before that may it do so.

        :raises TryLater: it cannot be noted (the disk is full).
        """
        self.write(_note(_BEGUN, mail))

    def answered(self, mail: Mail, *, taken: bool) -> None:
        """Note whether the server has taken a mail that was begun. If that cannot be noted, the mail stays in doubt."""
        with suppress(TryLater):
            self.write(_note(_TAKEN if taken else _NOT_TAKEN, mail))

    def recall(self, doubts: Sequence[Doubt]) -> Mapping[DeliveryId, Evidence]:
        """Tell what is known about deliveries in doubt: those that a worker of this machine claimed before it ended."""
        known: dict[DeliveryId, Evidence] = {}
        for worker in sorted({doubt.worker for doubt in doubts if doubt.worker is not None}):
            theirs = [doubt for doubt in doubts if doubt.worker == worker]
            notes = self._notes_of(worker)
            for doubt in theirs:
                if notes is not None and doubt.asked_at is not None:
                    known[doubt.delivery] = _evidence(notes.get((doubt.delivery, _instant(doubt.asked_at))))
        return {doubt.delivery: known.get(doubt.delivery, Evidence.UNKNOWN) for doubt in doubts}

    def write(self, notes: bytes) -> None:
        """Write notes, all at once.

        :raises TryLater: they cannot be written.
        """
        assert self._file is not None
        try:
            written = os.write(self._file, notes)
        except OSError as error:
            raise self._try_later(error) from None
        if written != len(notes):
            raise self._try_later(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def _notes_of(self, worker: str) -> Mapping[tuple[str, str], str] | None:
        """Return the last word on each claim that a worker has begun; ``None`` if there are no notes to believe."""
        if worker == self._worker or not self._is_gone(worker):
            return None
        try:
            lines = self._path(worker).read_text(encoding="ascii").splitlines()
        except OSError:
            return None
        return dict(_notes(lines))

    def _path(self, worker: str) -> Path:
        return self._folder / f"{quote(worker, safe='')}{SUFFIX}"

    def _clear_up(self) -> None:
        old = time.time() - _KEPT_SECONDS
        for path in self._folder.glob(f"*{SUFFIX}"):
            with suppress(OSError):
                if path.stat().st_mtime < old:
                    path.unlink()

    def _try_later(self, error: OSError) -> TryLater:
        return TryLater(
            f"The folder {self._folder}, where it is noted which mails have left, cannot be written:"
            f" {error.strerror or type(error).__name__}.",
            after=_AFTER_SECONDS,
            advice="Free some space or mend the folder, then run the same command again; nobody is mailed twice.",
        )


class Page:
    """The notes of one connection: what the server has said of a mail is noted together with the beginning of the next.

    Between the two no letter leaves on that connection, and whoever has to wait in between must ``flush()`` first: so
    after a kill no more than one mail of a connection is in doubt, as if each were noted by itself.
    """

    def __init__(self, journal: Journal) -> None:
        """Write into ``journal``; only one thread may use this page."""
        self._journal = journal
        self._held = b""

    def begin(self, mail: Mail) -> None:
        """Note that a mail's letter is about to leave, and what was held.

        :raises TryLater: it cannot be noted (the disk is full).
        """
        held, self._held = self._held, b""
        self._journal.write(held + _note(_BEGUN, mail))

    def answered(self, mail: Mail, *, taken: bool) -> None:
        """Hold whether the server has taken a mail that was begun."""
        self._held += _note(_TAKEN if taken else _NOT_TAKEN, mail)

    def flush(self) -> None:
        """Note what is held. If that cannot be noted, the mail stays in doubt."""
        if self._held:
            held, self._held = self._held, b""
            with suppress(TryLater):
                self._journal.write(held)


def _note(what: str, mail: Mail) -> bytes:
    # On a line of its own even where the disk was full in the middle of the note before.
    return f"\n{mail.delivery} {_instant(mail.sent_at)} {what}\n".encode("ascii")


def _notes(lines: Iterable[str]) -> Iterable[tuple[tuple[str, str], str]]:
    for line in lines:
        delivery, _, rest = line.partition(" ")
        asked, _, what = rest.partition(" ")
        yield (delivery, asked), what


def _evidence(note: str | None) -> Evidence:
    if note == _TAKEN:
        return Evidence.ACCEPTED
    return Evidence.ABSENT if note in (None, _NOT_TAKEN) else Evidence.UNKNOWN


@lru_cache(maxsize=16)
def _instant(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S.%f")
