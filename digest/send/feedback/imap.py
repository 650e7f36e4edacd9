"""A mailbox to which mails come back, read by IMAP (RFC 3501) over TLS.

Looking at a mail does not mark it as read (``BODY.PEEK``); that is done when what it says is kept.
"""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from digest.errors import BadSetting, Refused, TryLater
from digest.send.feedback.imap_place import SETTING, ImapPlace
from digest.send.feedback.mail_steps import CameBack
from digest.send.feedback.mailbox import LONGEST

_AFTER_SECONDS: Final = 300.0


class ImapBox:
    """An open folder. ``CameBack.name`` is a mail's number in it (UID)."""

    def __init__(self, server: imaplib.IMAP4_SSL, place: ImapPlace) -> None:
        """Use a connection on which the folder is selected."""
        self._server = server
        self._place = place

    def unread(self) -> Iterator[CameBack]:
        """Yield the mails that nobody has seen; of one that is longer than we read, its beginning.

        :raises TryLater: the connection is gone, or the server says what we do not understand.
        """
        found = b" ".join(one for one in self._ask("SEARCH", "UNSEEN", "UNDELETED") if isinstance(one, bytes))
        for number in found.decode("ascii", "replace").split():
            said = self._ask("FETCH", number, f"(BODY.PEEK[]<0.{LONGEST + 1}>)")
            data = next((bytes(one[1]) for one in said if isinstance(one, tuple)), None)
            if data is not None:  # else somebody has removed it meanwhile
                yield CameBack(name=number, data=data)

    def mark_read(self, names: Sequence[str]) -> None:
        """Mark mails as seen.

        :raises TryLater: the connection is gone.
        """
        if names:
            self._ask("STORE", ",".join(names), "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, command: str, *words: str) -> list[Any]:
        with _as_ours(self._place):
            answer, said = self._server.uid(command, *words)
            if answer != "OK":
                raise TryLater(f"The mailbox {self._place} does not take {command}.", after=_AFTER_SECONDS)
            return said


@contextmanager
def open_imap(place: ImapPlace) -> Iterator[ImapBox]:
    """Connect, log in and open the folder, and log out afterwards.

    :raises TryLater: the server cannot be reached.
    :raises Refused: its certificate is not trusted, or it does not take our name, our password or the folder.
    """
    with _as_ours(place):
        server = imaplib.IMAP4_SSL(place.host, place.port, ssl_context=_trust(place), timeout=place.timeout)
    try:
        with _as_ours(place):
            _enter(server, place)
        yield ImapBox(server, place)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
        with suppress(OSError):
            server.shutdown()


def _enter(server: imaplib.IMAP4_SSL, place: ImapPlace) -> None:
    try:
        server.login(_quoted(place.user), place.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:  # its words may repeat the password
        raise Refused(
            f"The mailbox {place} does not take our name and password.",
            advice=f"Look at them in {SETTING}; many providers want a password made for this program alone.",
        ) from None
    if server.select(_quoted(place.folder))[0] != "OK":
        raise Refused(f"There is no mailbox {place}.", advice=f"Look at the folder in {SETTING}.")


def _trust(place: ImapPlace) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=place.ca)
    except OSError:  # ssl.SSLError is one
        raise BadSetting(
            SETTING, "the file that ca names cannot be read, or holds no certificate (PEM)", advice="Check its path."
        ) from None


@contextmanager
def _as_ours(place: ImapPlace) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Refused(
            f"The mail server of {place} shows a certificate that is not trusted: {error.verify_message}.",
            advice=f"Have it mended, or name the certificate to trust with ca=FILE in {SETTING}.",
        ) from None
    except OSError as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
        raise TryLater(f"The mailbox {place} cannot be reached: {why}.", after=_AFTER_SECONDS) from None
    except imaplib.IMAP4.error:
        raise TryLater(f"The mailbox {place} broke off, or said what is no IMAP.", after=_AFTER_SECONDS) from None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
