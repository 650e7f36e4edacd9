"""The steps of the protocol, as a worker passes them: each SQL statement and COMMIT, each call on the far end's socket.

Only for a forked worker: nothing here is taken back.
"""

import os
import signal as signals
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from digest import wiring
from digest.send.mail import Mailer


@dataclass(eq=False)
class Fuse:
    """Sends ``signal`` to this very process when it takes the step ``at`` for the n-th ``time``; 0: never.

    A step is known by what it does, without what differs from reader to reader. ``passed`` counts them.
    """

    at: str = ""
    time: int = 0
    signal: int = signals.SIGKILL
    passed: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def burns_at(self, what: str) -> bool:
        """Count a step; tell whether it is the one to die at."""
        with self._lock:
            self.passed[what] += 1
            return what == self.at and self.passed[what] == self.time

    def die(self) -> None:
        os.kill(os.getpid(), self.signal)

    def __call__(self, what: str) -> None:
        if self.burns_at(what):
            self.die()


def watch(fuse: Fuse, *, batch: int, patience: float | None, steps: bool) -> None:
    """Make this process count its steps and die, and its mailer small and impatient."""
    _shrink_batches(batch)
    if patience is not None:
        _lose_patience(patience)
    if steps:
        _watch_ledger(fuse)
        _watch_sockets(fuse)


def _shrink_batches(batch: int) -> None:
    """Let a few dozen readers be several batches."""
    whole = wiring._open_mailer

    @contextmanager
    def smaller(*args: Any, **named: Any) -> Iterator[Mailer]:
        with whole(*args, **named) as mailer:
            mailer.batch_size = min(batch, mailer.batch_size)
            yield mailer

    wiring._open_mailer = smaller


def _lose_patience(most: float) -> None:
    """Wait no longer for any answer than so many seconds."""
    usual = socket.socket.settimeout

    def settimeout(one: socket.socket, seconds: float | None) -> None:
        usual(one, most if seconds is None or seconds > most else seconds)

    socket.socket.settimeout = settimeout  # type: ignore[method-assign]


def _watch_ledger(fuse: Fuse) -> None:
    def statement(_c: object, _cursor: object, said: str, *_: object) -> None:
        fuse("before " + " ".join(said.split()[:3]).lower())

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", lambda _connection: fuse("before commit"))


def _watch_sockets(fuse: Fuse) -> None:
    """Count before a connection, before, within and after what is sent, and after what is received."""
    connect = socket.socket.connect

    def connect_watched(one: socket.socket, address: Any) -> None:
        if one.family == socket.AF_INET:
            fuse("before connecting")
        connect(one, address)

    socket.socket.connect = connect_watched  # type: ignore[method-assign]
    for name in ("recv", "recv_into"):
        setattr(socket.socket, name, _receiving(fuse, getattr(socket.socket, name)))
    together, one_by_one = socket.socket.sendmsg, socket.socket.sendall
    for name in ("send", "sendall"):
        setattr(socket.socket, name, _sending(fuse, getattr(socket.socket, name)))
    socket.socket.sendmsg = _sending_together(fuse, together, one_by_one)  # type: ignore[method-assign]


def _receiving(fuse: Fuse, receive: Callable[..., Any]) -> Callable[..., Any]:
    def watched(one: socket.socket, *args: Any) -> Any:
        got = receive(one, *args)
        if one.family == socket.AF_INET:
            fuse("after an answer")
        return got

    return watched


def _sending(fuse: Fuse, send: Callable[..., Any]) -> Callable[..., Any]:
    def watched(one: socket.socket, data: Any, *args: Any) -> Any:
        if one.family != socket.AF_INET:
            return send(one, data, *args)
        what = _what(bytes(data[:24]))
        fuse(f"before sending {what}")
        if len(data) > 1 and fuse.burns_at(f"in the middle of {what}"):
            send(one, data[: len(data) // 2], *args)
            fuse.die()
        got = send(one, data, *args)
        fuse(f"after sending {what}")
        return got

    return watched


def _sending_together(fuse: Fuse, together: Callable[..., Any], one_by_one: Callable[..., Any]) -> Callable[..., Any]:
    """Watch a letter and what follows it, which leave in one call: the far end may have got any part of them."""

    def watched(one: socket.socket, parts: Sequence[bytes], *args: Any) -> Any:
        if one.family != socket.AF_INET:
            return together(one, parts, *args)
        letter, end = parts
        what, then = _what(letter[:24]), _what(end[:24])
        fuse(f"before sending {what}")
        so_far = {
            f"in the middle of {what}": letter[: len(letter) // 2],
            f"before sending {then}": letter,
            f"in the middle of {then}": letter + end[: len(end) // 2],
        }
        for step, said in so_far.items():
            if fuse.burns_at(step):
                one_by_one(one, said)
                fuse.die()
        got = together(one, parts, *args)
        fuse(f"after sending {then}")
        return got

    return watched


#: What is asked of SendGrid about its templates.
_OF_TEMPLATES = {
    b"GET /v3/templates?": "a question for templates",
    b"GET /v3/templates/": "a question for a template",
    b"POST /v3/templates ": "a template",
    b"POST /v3/templates/": "a version",
    b"DELETE /v3/templates/": "a removal",
}


def _what(data: bytes) -> str:
    for beginning, what in _OF_TEMPLATES.items():
        if data.startswith(beginning):
            return what
    for command in (b"EHLO", b"ehlo", b"MAIL", b"RCPT", b"DATA", b"QUIT", b"RSET", b"POST", b"GET", b"DELETE"):
        if data.startswith(command):
            return command.decode().upper()
    if data.startswith(b".\r\n"):
        return "a mail's end"
    return "a letter" if b":" in data else "a body"
