"""A real SMTP server on loopback, strict about what RFC 5321 asks of a client, with faults on demand."""

import base64
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Self


class Act(Enum):
    """What the server does instead of answering."""

    DROP = "hang up"
    HANG = "say nothing more"


#: Asked for every command (``CONNECT``, ``EHLO``, ``MAIL``, ``RCPT``, ``DATA``, ``END``, …) and what stands after it.
Script = Callable[[str, str], str | Act | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was taken."""

    sender: str
    reader: str
    data: bytes


class _Over(Exception):
    """The conversation is at its end."""


@dataclass
class MailServer:
    """Listens on a port of its own from ``start()`` on. ``script`` may answer in its place, or do an ``Act``."""

    pipelining: bool = True
    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    users: dict[str, str] = field(default_factory=dict)
    ways_in: str = "PLAIN"
    eager: bool = False
    """Asks for a letter although there is nobody to read it, which RFC 2920 section 3.1 warns of."""
    script: Script = lambda _command, _rest: None
    latency: float = 0.0
    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def start(self) -> None:
        """Listen, on the same port again after ``stop()``."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def stop(self) -> None:
        """Go away at once, in the middle of whatever is going on."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def readers(self) -> list[str]:
        """Return to whom mails were taken, in their order."""
        return [letter.reader for letter in self.letters]

    def _accept(self) -> None:
        while True:
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(one,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, one: socket.socket) -> None:
        with suppress(OSError):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.add(one)
        talk = _Talk(self, one)
        try:
            talk.go()
        except (_Over, OSError, ssl.SSLError):
            pass
        finally:
            self._open.discard(one)
            talk.close()


class _Talk:
    """One connection."""

    def __init__(self, server: MailServer, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.buffer = b""
        self.sender: str | None = None
        self.reader: str | None = None
        self.user: str | None = None
        self.secure = False

    def close(self) -> None:
        with suppress(OSError):
            self.sock.close()

    def go(self) -> None:
        if self.server.tls is not None:
            self._encrypt(self.server.tls)
        self._answer("CONNECT", "", "220 mail.example.net ESMTP")
        while True:
            line = self._line()
            command, _, rest = line.partition(" ")
            command = command.upper()
            self.server.commands.append(line)
            if self.buffer and (not self.server.pipelining or command in {"EHLO", "DATA", "STARTTLS", "AUTH"}):
                self.server.faults.append(f"something was sent before {command} was answered")
            do = getattr(self, f"_{command.lower()}", None)
            if do is None:
                self._say("500 5.5.1 what?")
            else:
                do(rest)

    def _ehlo(self, rest: str) -> None:
        offers = ["mail.example.net"]
        offers += ["PIPELINING"] if self.server.pipelining else []
        offers += ["STARTTLS"] if self.server.starttls and not self.secure else []
        offers += [f"AUTH {self.server.ways_in}"] if self.server.users else []
        offers += ["8BITMIME", "ENHANCEDSTATUSCODES"]
        lines = [f"250{'-' if place < len(offers) - 1 else ' '}{offer}" for place, offer in enumerate(offers)]
        self._answer("EHLO", rest, "\r\n".join(lines))

    def _starttls(self, rest: str) -> None:
        self._answer("STARTTLS", rest, "220 go ahead")
        assert self.server.starttls is not None
        self._encrypt(self.server.starttls)

    def _encrypt(self, context: ssl.SSLContext) -> None:
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.server._open.add(self.sock)
        self.secure = True

    def _auth(self, rest: str) -> None:
        kind, _, given = rest.partition(" ")
        assert kind == "PLAIN", rest
        _, user, password = base64.b64decode(given).decode().split("\0")
        if self.server.users.get(user) == password:
            self.user = user
            self._answer("AUTH", rest, "235 2.7.0 welcome")
        else:
            self._answer("AUTH", rest, f"535 5.7.8 not {user} with {password}")

    def _mail(self, rest: str) -> None:
        if self.server.users and self.user is None:
            self._say("530 5.7.0 Authentication required")
        elif self.sender is not None:
            self.server.faults.append("nested MAIL")
            self._say("503 5.5.1 nested MAIL")
        elif self._answer("MAIL", rest, "250 2.1.0 ok"):
            self.sender = rest.removeprefix("FROM:<").partition(">")[0]

    def _rcpt(self, rest: str) -> None:
        if self.sender is None:
            self._say("503 5.5.1 who are you?")
        elif self._answer("RCPT", rest, "250 2.1.5 ok"):
            self.reader = rest.removeprefix("TO:<").removesuffix(">")

    def _data(self, rest: str) -> None:
        if self.reader is None and self.server.eager:
            self._say("354 go ahead")
            if self._line() != ".":
                self.server.faults.append("a letter to nobody")
            self.sender = None
            self._say("250 2.0.0 thrown away")
        elif self.reader is None:
            self._say("554 5.5.1 no valid recipients")
        elif self._answer("DATA", rest, "354 go ahead"):
            data = self._letter()
            sender, reader = self.sender or "", self.reader
            self.sender = self.reader = None
            number = len(self.server.letters) + 1
            if self._answer("END", reader, None):
                self.server.letters.append(Letter(sender, reader, data))
                self._say(f"250 2.0.0 Ok: queued as Q{number} for <{reader}>")

    def _rset(self, _rest: str) -> None:
        self.sender = self.reader = None
        self._say("250 2.0.0 ok")

    def _quit(self, _rest: str) -> None:
        self._say("221 2.0.0 bye")
        raise _Over

    def _answer(self, command: str, rest: str, usual: str | None) -> bool:
        """Say what the script says, or else the usual; tell whether it was a yes."""
        said = self.server.script(command, rest)
        if said is Act.DROP:
            raise _Over
        if said is Act.HANG:
            self._read()
            raise _Over
        if isinstance(said, str):
            self._say(said)
            if said.startswith("421"):
                raise _Over
            return said.startswith("3" if command == "DATA" else "2")
        if usual is not None:
            self._say(usual)
        return True

    def _say(self, text: str) -> None:
        if self.server.latency and not self.buffer:  # what was sent together is answered together
            time.sleep(self.server.latency)
        self.sock.sendall(text.encode() + b"\r\n")

    def _line(self) -> str:
        while b"\r\n" not in self.buffer:
            self._read()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        if b"\n" in line or b"\r" in line or b"\0" in line or len(line) > 510 or not line.isascii():
            self.server.faults.append(f"a command that is none: {line!r}")
        return line.decode("utf-8", "replace")

    def _letter(self) -> bytes:
        while b"\r\n.\r\n" not in self.buffer:
            said = self.server.script("LETTER", self.buffer[-20:].decode("latin-1"))
            if said is Act.HANG:  # reads nothing more until the other side is gone
                gone = select.poll()
                gone.register(self.sock, select.POLLRDHUP)
                gone.poll()
            if isinstance(said, Act):
                raise _Over
            self._read()
        letter, self.buffer = self.buffer.split(b"\r\n.\r\n", 1)
        letter += b"\r\n"
        if letter.count(b"\n") != letter.count(b"\r\n") or any(len(line) > 998 for line in letter.split(b"\r\n")):
            self.server.faults.append("a letter with lines that are none")
        return letter.replace(b"\r\n..", b"\r\n.")

    def _read(self) -> None:
        data = self.sock.recv(1 << 16)
        if not data:
            raise _Over
        self.buffer += data


@contextmanager
def listening(**options: object) -> Iterator[MailServer]:
    """A server that listens; afterwards it has found no fault with us."""
    with MailServer(**options) as server:  # type: ignore[arg-type]
        yield server
    assert server.faults == []
