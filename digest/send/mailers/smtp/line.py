"""One connection to a mail server: opened safely, then kept for many mails.

The standard library opens it (greeting, EHLO, STARTTLS, AUTH). Mails are handed over here, because ``sendmail()`` waits
for four answers per mail one after another: where the server offers PIPELINING (RFC 2920), the end of a letter and the
next mail's MAIL, RCPT and DATA leave together, and a mail costs one round trip.
"""

import contextlib
import re
import smtplib
import socket
import ssl
import struct
import sys
from dataclasses import dataclass
from typing import Final, NamedTuple

from digest.errors import BadSetting, MailerError, Refused, TryLater
from digest.send.mailers.smtp.replies import CLOSING, GO_AHEAD, Reply, Stage, Verdict, judge, words
from digest.send.mailers.smtp.server import SETTING, Server, Tls

_AFTER_SECONDS: Final = 60.0
_GOODBYE_SECONDS: Final = 2.0
_END: Final = b".\r\n"
#: What no server writes: an endless line, or a reply of endless lines.
_LONGEST_LINE: Final = 8192
_MOST_LINES: Final = 100
_CODE_DIGITS: Final = 3
_AT_ONCE: Final = 1 << 16
_ONE_LINE: Final = re.compile(rb"([0-9]{3})(?: ([^\r\n]{0,1000}))?\r\n")
#: What a server says to MAIL, RCPT and DATA nearly always.
_YES_TO_ALL: Final = re.compile(rb"250 [^\r\n]*\r\n250 [^\r\n]*\r\n354(?: [^\r\n]*)?\r\n")


class Envelope(NamedTuple):
    """What is said before a letter: sender and reader, as ASCII addresses without angle brackets."""

    sender: str
    reader: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The server would not go on with a mail."""

    stage: Stage
    reply: Reply


class LostError(Exception):
    """The connection is gone. ``in_doubt``: the letter in hand had been sent to its end."""

    def __init__(self, why: str, *, in_doubt: bool) -> None:
        """Say in ``why`` how it was lost."""
        super().__init__(why)
        self.why = why
        self.in_doubt = in_doubt


class Line:
    """An open connection. Only one thread uses it at a time; after ``LostError`` or a closing reply it is of no use."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        """Use a connection that has been greeted, encrypted and authenticated as the server wants it."""
        assert isinstance(smtp.sock, socket.socket)
        self._smtp = smtp
        self._sock = smtp.sock
        self._heard = b""
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _let_the_system_wait(self._sock)
        self.is_pipelining = smtp.has_extn("pipelining")
        self.is_closing = False
        self.has_taken = False
        #: Whether the server has said already that it waits for the letter that was offered.
        self.hears_yes = False
        self._needs_reset = False

    def offer(self, envelope: Envelope) -> None:
        """Where the server takes several commands at once, send all that comes before a letter.

        :raises LostError: the connection is gone.
        """
        if self.is_pipelining:
            self._send(self._commands(envelope), in_doubt=False)

    def hear(self, envelope: Envelope) -> Refusal | None:
        """Read the answers to what was offered; ``None`` if the server waits for the letter.

        :raises LostError: the connection is gone.
        """
        if self.hears_yes:
            self.hears_yes = False
            self._heard = self._heard.split(b"\r\n", 3)[3]
            return None
        refusal: Refusal | None = None
        for stage, command in self._dialogue(envelope):
            if not self.is_pipelining:
                if refusal is not None:
                    break
                self._send(command, in_doubt=False)
            reply = self._read(in_doubt=False)
            if stage is not None and refusal is None and judge(stage, reply) is not Verdict.YES:
                refusal = Refusal(stage, reply)
            if self.is_closing:
                return refusal or Refusal(Stage.SENDER, reply)
            if stage is Stage.LETTER and refusal is not None and reply.code == GO_AHEAD:
                self._send(_END, in_doubt=False)  # RFC 2920 section 3.1: no reader is left, and nothing is delivered
                self._read(in_doubt=False)
        self._needs_reset = refusal is not None
        return refusal

    def hand_over(self, letter: bytes, following: Envelope | None) -> Reply:
        """Send a letter to its end, offer the ``following`` one, and return the answer.

        The letter ends in CRLF and no line of it begins with a dot.

        :raises LostError: the connection is gone.
        """
        ahead = self._commands(following) if following is not None and self.is_pipelining else b""
        self._send_letter(letter, _END + ahead)
        reply = self._read(in_doubt=True)
        self.has_taken = True
        self.hears_yes = ahead != b"" and not self.is_closing and _YES_TO_ALL.match(self._heard) is not None
        return reply

    def say_goodbye(self) -> None:
        """Tell the server that nothing more comes; ``hear_goodbye`` waits for its answer."""
        with contextlib.suppress(OSError):
            self._sock.settimeout(_GOODBYE_SECONDS)
            self._sock.sendall(b"QUIT\r\n")

    def hear_goodbye(self) -> None:
        """Wait a little for the server's goodbye, and hang up."""
        with contextlib.suppress(OSError):  # smtplib's exceptions are OSErrors
            self._reply()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection without a word."""
        self.is_closing = True
        with contextlib.suppress(OSError):
            self._smtp.close()

    def _dialogue(self, envelope: Envelope) -> list[tuple[Stage | None, bytes]]:
        return [
            *([(None, b"RSET\r\n")] if self._needs_reset else []),
            (Stage.SENDER, f"MAIL FROM:<{envelope.sender}>\r\n".encode("ascii")),
            (Stage.READER, f"RCPT TO:<{envelope.reader}>\r\n".encode("ascii")),
            (Stage.LETTER, b"DATA\r\n"),
        ]

    def _commands(self, envelope: Envelope) -> bytes:
        said = f"MAIL FROM:<{envelope.sender}>\r\nRCPT TO:<{envelope.reader}>\r\nDATA\r\n".encode("ascii")
        return b"RSET\r\n" + said if self._needs_reset else said

    def _send_letter(self, letter: bytes, end: bytes) -> None:
        """Send a letter and what follows it, in one write where the system takes as much.

        Without the line with its dot it is no letter yet (RFC 5321 section 4.1.1.4): what the system has taken of it
        tells whether there is any doubt.
        """
        sent = 0
        try:
            if not isinstance(self._sock, ssl.SSLSocket):
                sent = self._sock.sendmsg((letter, end))
            if sent < len(letter) + len(end):
                left = memoryview(letter + end)
                while sent < len(left):
                    sent += self._sock.send(left[sent:])
        except OSError as error:
            self.hang_up()
            raise LostError(_why(error), in_doubt=sent >= len(letter) + len(_END)) from None

    def _send(self, data: bytes, *, in_doubt: bool) -> None:
        try:
            self._sock.sendall(data)
        except OSError as error:
            self.hang_up()
            raise LostError(_why(error), in_doubt=in_doubt) from None

    def _read(self, *, in_doubt: bool) -> Reply:
        try:
            reply = self._reply()
        except OSError as error:  # smtplib's exceptions are OSErrors
            self.hang_up()
            raise LostError(_why(error), in_doubt=in_doubt) from None
        if reply.code == CLOSING:
            self.hang_up()
        return reply

    def _reply(self) -> Reply:
        """Read one reply (RFC 5321 section 4.2.1), as ``smtplib`` does, at a fraction of its time."""
        if not self._heard:
            self._listen()
        plain = _ONE_LINE.match(self._heard)
        if plain is not None:
            self._heard = self._heard[plain.end() :]
            return Reply(int(plain[1]), (plain[2] or b"").strip(b" \t").decode("utf-8", "replace"))
        said: list[bytes] = []
        while True:
            line = self._line()
            code, more = line[:3], line[3:4]
            said.append(line[4:].strip(b" \t\r\n"))
            if len(line) >= _LONGEST_LINE or len(said) > _MOST_LINES:
                raise smtplib.SMTPServerDisconnected("an answer without end")
            if not code.isdigit() or len(code) != _CODE_DIGITS:
                return Reply(-1, line.strip().decode("utf-8", "replace"))
            if more != b"-":
                return Reply(int(code), b"\n".join(said).decode("utf-8", "replace"))

    def _line(self) -> bytes:
        """Return the next line with its end, or as much of it as is too much."""
        while True:
            end = self._heard.find(b"\n") + 1 or (_LONGEST_LINE if len(self._heard) >= _LONGEST_LINE else 0)
            if end:
                line, self._heard = self._heard[:end], self._heard[end:]
                return line
            self._listen()

    def _listen(self) -> None:
        more = self._sock.recv(_AT_ONCE)
        if not more:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        self._heard += more


def _let_the_system_wait(sock: socket.socket) -> None:
    """Let the system keep the socket's timeout where it can: Python would ask before each call whether it may wait.

    A timeout then is a ``BlockingIOError``. With TLS it stays Python's, as OpenSSL would try again for ever.
    """
    seconds = sock.gettimeout()
    if sys.platform != "linux" or seconds is None or isinstance(sock, ssl.SSLSocket):
        return
    value = struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000))  # struct timeval, socket(7)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)
    sock.settimeout(None)


def trust(server: Server) -> ssl.SSLContext:
    """Return which certificates are trusted: those of the system, or those in the file that ``server`` names.

    :raises BadSetting: that file is not there or holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=server.ca)
    except OSError:  # ssl.SSLError is one
        raise BadSetting(
            SETTING, "the file that ca names cannot be read, or holds no certificate (PEM)", advice="Check its path."
        ) from None


def open_line(server: Server, context: ssl.SSLContext) -> Line:
    """Connect, encrypt and log in as ``server`` says, trusting the certificates of ``context``.

    :raises TryLater: it cannot be reached, or does not take anybody now.
    :raises Refused: its certificate is not trusted, it offers no encryption, or does not take our name and password.
    """
    smtp: smtplib.SMTP | None = None
    try:
        name = server.name or "localhost"
        if server.tls is Tls.AT_ONCE:
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=name, timeout=server.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=server.timeout)
        _introduce(smtp, server, context)
        return Line(smtp)
    except (OSError, MailerError) as error:  # smtplib's exceptions are OSErrors
        if smtp is not None:
            smtp.close()
        raise (error if isinstance(error, MailerError) else _as_ours(error, server)) from None


def _introduce(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.tls is Tls.BY_STARTTLS:
        if not smtp.has_extn("starttls"):
            raise Refused(
                f"The mail server {server} does not offer STARTTLS.",
                advice=f"Use smtps:// if it has TLS, or, where nobody can listen, starttls=never in {SETTING}.",
            )
        smtp.starttls(context=context)
        smtp.ehlo()
    if server.user:
        if not smtp.has_extn("auth"):
            raise Refused(
                f"The mail server {server} does not ask for a name and password.",
                advice=f"Leave them out of {SETTING}, or use the port that is meant for logging in.",
            )
        smtp.login(server.user, server.password)


def _as_ours(error: OSError, server: Server) -> MailerError:
    """Turn what went wrong while connecting into what to do about it; never with the password."""
    where = f"The mail server {server}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(
            f"{where} shows a certificate that is not trusted: {error.verify_message}.",
            advice=f"Have it mended, or name the certificate to trust with ca=FILE in {SETTING}.",
        )
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return Refused(
            f"{where} does not speak TLS from the first byte on.",
            advice=f"Use smtp:// (STARTTLS, mostly port 587) instead of smtps:// (mostly port 465) in {SETTING}.",
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error, server, where)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return TryLater(f"{where} broke off before it took any mail: {_why(error)}.", after=_AFTER_SECONDS)
    if isinstance(error, smtplib.SMTPException):
        return Refused(f"{where} asks for a way to log in that we do not have.", advice=f"Look at {SETTING}.")
    return TryLater(f"{where} cannot be reached: {_why(error)}.", after=_AFTER_SECONDS)


def _by_code(error: smtplib.SMTPResponseException, server: Server, where: str) -> MailerError:
    said = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
    reply = Reply(error.smtp_code, said.decode("utf-8", "replace"))
    shown = words(reply)
    for secret in filter(None, (server.password, server.user)):
        shown = shown.replace(secret, "…")
    if reply.code // 100 == 4:  # noqa: PLR2004 - RFC 5321 section 4.2.1
        return TryLater(f"{where} takes no mail now: {shown}.", after=_AFTER_SECONDS)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Refused(
            f"{where} does not take our name and password: {shown}.", advice=f"Look at them in {SETTING} and try again."
        )
    if reply.code < 0:
        return Refused(f"What answers at {server} is no mail server.", advice=f"Check the port in {SETTING}.")
    return Refused(f"{where} will not take mail from us: {shown}.", advice=f"Check {SETTING}, or ask who runs it.")


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError | BlockingIOError) or str(error).endswith(
        "timed out"
    ):  # smtplib keeps no more than the words
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).split("\n", maxsplit=1)[0] or type(error).__name__
