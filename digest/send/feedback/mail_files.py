"""Mails that came back, in files: one mail, an mbox, a Maildir, a folder of ``.eml`` files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from digest.errors import NoSuchFile
from digest.send.feedback.mail_steps import CameBack
from digest.send.feedback.mailbox import split_mbox

#: Where a Maildir keeps its mails: what nobody has looked at, and what somebody has.
_MAILDIR: Final = ("new", "cur")


def mails_of_file(name: str, data: bytes) -> Iterator[CameBack]:
    """Yield the mails of a file: one, or those of an mbox, which are called by their numbers."""
    mails = list(split_mbox(data))
    for number, mail in enumerate(mails, 1):
        yield CameBack(name=name if len(mails) == 1 else f"{name}, mail {number}", data=mail)


def mails_of_folder(folder: Path) -> Iterator[CameBack]:
    """Yield the mails of a Maildir, else those of the ``.eml`` files in a folder, in the order of their names.

    :raises NoSuchFile: one of them cannot be read.
    """
    try:
        if all((folder / part).is_dir() for part in _MAILDIR):
            files = [file for part in _MAILDIR for file in sorted((folder / part).iterdir()) if file.is_file()]
        else:
            files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".eml")
        for file in files:
            yield CameBack(name=str(file.relative_to(folder)), data=file.read_bytes())
    except OSError as error:
        why = f"it cannot be read ({(error.strerror or type(error).__name__).lower()})"
        raise NoSuchFile(str(error.filename or folder), why) from None
