"""A small real IMAP server over TLS on loopback (RFC 3501), strict about what a client says, with faults on demand."""

import re
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.send.smtp.certificates import self_signed

USER, PASSWORD = 'desk "the" editor', "s3cret\\w0rd"
_QUOTED = r'"((?:[^"\\\r\n]|\\["\\])*)"'


@dataclass
class Kept:
    """A mail in the folder."""

    data: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer:
    """Serves one folder. ``faults`` names commands (``UID STORE``) that are answered in another way."""

    def __init__(self, folder: Path, mails: list[bytes]) -> None:
        """Keep a certificate in ``folder``."""
        self.ca, self._tls = self_signed(folder)
        self.mails = {7 + 3 * place: Kept(data) for place, data in enumerate(mails)}
        self.faults: dict[str, str] = {}
        self.commands: list[str] = []
        self.broken_rules: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"imaps://desk%20%22the%22%20editor:s3cret%5Cw0rd@127.0.0.1:{self.port}/INBOX?ca={self.ca}&timeout=5"

    def __enter__(self) -> Self:
        self._threads.append(threading.Thread(target=self._accept))
        self._threads[0].start()
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()
        assert self.broken_rules == []

    def unseen(self) -> list[int]:
        return [uid for uid, mail in self.mails.items() if r"\Seen" not in mail.flags]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError), self._tls.wrap_socket(sock, server_side=True) as encrypted:
                encrypted.settimeout(20)
                _Talk(self, encrypted).go()


class _Over(Exception):
    """The conversation is at its end."""


class _Talk:
    """One connection: logged in, then a folder, then commands by UID."""

    def __init__(self, server: ImapServer, sock: ssl.SSLSocket) -> None:
        self.server, self.sock = server, sock
        self.file = sock.makefile("rb")
        self.state = "greeted"

    def go(self) -> None:
        self.say("* OK ready")
        with suppress(_Over), self.file:
            while line := self.file.readline():
                self.answer(line.decode("ascii").removesuffix("\r\n"))

    def say(self, text: str) -> None:
        self.sock.sendall(text.encode("ascii") + b"\r\n")

    def answer(self, line: str) -> None:
        tag, _, rest = line.partition(" ")
        word = rest.split(" ")[0].upper()
        name = " ".join(rest.split(" ")[:2]).upper() if word == "UID" else word
        self.server.commands.append(name if word == "LOGIN" else rest)
        fault = self.server.faults.get(name)
        if fault == "drop":
            raise _Over
        if fault == "hang":
            self.file.readline()
            raise _Over
        if fault is not None:
            self.say(fault.format(tag=tag))
            return
        handler = getattr(self, f"do_{name.lower().replace(' ', '_')}", None)
        if handler is None:
            self.server.broken_rules.append(line)
            self.say(f"{tag} BAD what?")
        else:
            handler(tag, rest)

    def do_capability(self, tag: str, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4rev1")
        self.say(f"{tag} OK done")

    def do_login(self, tag: str, rest: str) -> None:
        given = re.fullmatch(rf"LOGIN {_QUOTED} {_QUOTED}", rest)
        said = tuple(re.sub(r"\\(.)", r"\1", one) for one in given.groups()) if given else None
        if said == (USER, PASSWORD):
            self.state = "in"
            self.say(f"{tag} OK welcome")
        else:
            self.say(f"{tag} NO not {rest}")

    def do_select(self, tag: str, rest: str) -> None:
        if self.state != "in" or rest != 'SELECT "INBOX"':
            self.say(f"{tag} NO there is none")
            return
        self.state = "folder"
        self.say(f"* {len(self.server.mails)} EXISTS")
        self.say(f"{tag} OK [READ-WRITE] done")

    def do_uid_search(self, tag: str, rest: str) -> None:
        self.hold(rest == "UID SEARCH UNSEEN UNDELETED", rest)
        self.say(" ".join(["* SEARCH", *map(str, self.server.unseen())]))
        self.say(f"{tag} OK done")

    def do_uid_fetch(self, tag: str, rest: str) -> None:
        asked = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        self.hold(asked is not None, rest)
        assert asked is not None
        uid = int(asked[1])
        if uid in self.server.mails:
            data = self.server.mails[uid].data[: int(asked[2])]
            head = f"* {list(self.server.mails).index(uid) + 1} FETCH (UID {uid} BODY[]<0> {{{len(data)}}}\r\n"
            self.sock.sendall(head.encode("ascii") + data + b")\r\n")
        self.say(f"{tag} OK done")

    def do_uid_store(self, tag: str, rest: str) -> None:
        asked = re.fullmatch(r"UID STORE ([\d,]+) \+FLAGS\.SILENT \(\\Seen\)", rest)
        self.hold(asked is not None, rest)
        assert asked is not None
        for uid in asked[1].split(","):
            self.server.mails[int(uid)].flags.add(r"\Seen")
        self.say(f"{tag} OK done")

    def do_logout(self, tag: str, _rest: str) -> None:
        self.say("* BYE")
        self.say(f"{tag} OK done")
        raise _Over

    def hold(self, rule: bool, said: str) -> None:
        if not rule or self.state != "folder":
            self.server.broken_rules.append(said)
