"""The outbox: one ``.eml`` file per delivery in a folder. Accepted means that it is on the disk.

The file's name is the delivery's, so asking twice can never make a second mail, and whether a mail was taken can always
be looked up. Files become visible whole or not at all: written aside, flushed, then renamed.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import get_native_id
from typing import Final

from digest.errors import TryLater
from digest.ids import DeliveryId
from digest.send.mail import Accepted, Answer, Evidence, Mail, Rejected, Unclear
from digest.send.mime import to_bytes

#: What a mail's file ends with (message/rfc822).
SUFFIX: Final = ".eml"
#: Where files are written before they are renamed: beside the mails, so that renaming never crosses a file system.
ASIDE: Final = ".aside"
_WAIT_SECONDS: Final = 60.0


class OutboxMailer:
    """Writes mails into ``folder``, which is made when the first batch comes."""

    def __init__(self, folder: Path, batch_size: int = 100) -> None:
        """Write into ``folder``, at most ``batch_size`` mails at once."""
        self._folder = folder
        self.batch_size = batch_size

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        """Write the mails, all aside first, then rename them all; answer for each when the folder is flushed too.

        A mail whose file is there already was accepted before and is not written again. A mail that cannot be written
        as MIME is rejected. Should renaming fail half way, the mails in place are accepted and the others unclear, and
        ``look_up`` tells them apart for certain.

        :raises TryLater: the disk is full or the folder cannot be written; no new mail is in the outbox.
        """
        rejected: dict[DeliveryId, Rejected] = {}
        written: dict[Path, Path] = {}
        try:
            (self._folder / ASIDE).mkdir(parents=True, exist_ok=True)
            for mail in mails:
                if self.look_up([mail.delivery])[mail.delivery] is not Evidence.ACCEPTED:
                    self._write_aside(mail, written, rejected)
        except OSError as error:
            _remove(written)
            raise self._try_later(error) from None
        trouble = _put_in_place(written)
        if trouble is not None:
            _remove(written)
            there = self.look_up([mail.delivery for mail in mails]).values()
            if Evidence.ACCEPTED not in there:
                raise self._try_later(trouble)
        unflushed = self._flush()
        self._clear_leftovers(mails)
        return [rejected.get(mail.delivery) or self._answer(mail.delivery, trouble, unflushed) for mail in mails]

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell from the folder: a mail is there or it is not. Unknown only where the folder cannot be read."""
        return {delivery: _evidence(self._path(delivery)) for delivery in deliveries}

    def _path(self, delivery: DeliveryId) -> Path:
        return self._folder / f"{delivery}{SUFFIX}"

    def _write_aside(self, mail: Mail, written: dict[Path, Path], rejected: dict[DeliveryId, Rejected]) -> None:
        try:
            letter = to_bytes(mail)
        except ValueError as error:
            rejected[mail.delivery] = Rejected(delivery=mail.delivery, why=f"it cannot be written as a mail: {error}")
            return
        # No two workers, not even two threads, write into the same file.
        aside = self._folder / ASIDE / f"{mail.delivery}.{os.getpid()}.{get_native_id()}"
        written[aside] = self._path(mail.delivery)
        with aside.open("wb") as file:
            file.write(letter)
            file.flush()
            os.fsync(file.fileno())

    def _answer(self, delivery: DeliveryId, unplaced: OSError | None, unflushed: OSError | None) -> Answer:
        path = self._path(delivery)
        if unflushed is not None:
            return Unclear(delivery=delivery, why=f"the outbox could not be flushed: {_why(unflushed)}")
        if unplaced is not None and _evidence(path) is not Evidence.ACCEPTED:
            return Unclear(delivery=delivery, why=f"the outbox could not be written: {_why(unplaced)}")
        return Accepted(delivery=delivery, receipt=path.name)

    def _flush(self) -> OSError | None:
        """Flush the folder, so that the names are on the disk too."""
        if os.name != "posix":  # elsewhere a folder cannot be opened
            return None
        try:
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            return error
        return None

    def _clear_leftovers(self, mails: Iterable[Mail]) -> None:
        """Remove what a worker that died left aside of these mails, now that they are in place."""
        ours = {mail.delivery for mail in mails}
        with suppress(OSError):  # what stays aside is in nobody's way
            for leftover in (self._folder / ASIDE).iterdir():
                if leftover.name.partition(".")[0] in ours:
                    leftover.unlink(missing_ok=True)

    def _try_later(self, error: OSError) -> TryLater:
        return TryLater(
            f"The outbox folder {self._folder} cannot be written: {_why(error)}.",
            after=_WAIT_SECONDS,
            advice="Free some space or mend the folder, then run the same command again; nobody is mailed twice.",
        )


def _put_in_place(written: Mapping[Path, Path]) -> OSError | None:
    """Rename what was written aside; stop at the first failure and return it."""
    try:
        for aside, path in written.items():
            _rename(aside, path)
    except OSError as error:
        return error
    return None


def _rename(aside: Path, path: Path) -> None:
    try:
        aside.replace(path)
    except FileNotFoundError:
        if not path.exists():  # else another worker was faster and cleared up after us
            raise


def _evidence(path: Path) -> Evidence:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Evidence.ABSENT
    except OSError:
        return Evidence.UNKNOWN
    return Evidence.ACCEPTED


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _remove(written: Iterable[Path]) -> None:
    with suppress(OSError):  # what stays aside is in nobody's way, and the trouble itself is being reported
        for aside in written:
            aside.unlink(missing_ok=True)
