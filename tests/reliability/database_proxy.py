"""A door before PostgreSQL that can be shut: connections through it are cut, and new ones refused, until it opens."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import make_url

HOST = "127.0.0.1"


@dataclass
class DatabaseProxy:
    """Hands everything on to the server of ``url``; ``through`` is the URL that leads through the door."""

    url: str
    _open: set[socket.socket] = field(default_factory=set, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _port: int = field(default=0, init=False)

    @property
    def through(self) -> str:
        url = make_url(self.url).set(host=HOST, port=self._port)
        return url.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.shut()

    def open(self) -> None:
        """Let connections in, on the same port again."""
        self._listener = socket.create_server((HOST, self._port))
        self._port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def shut(self) -> None:
        """Cut every connection, and refuse new ones."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        server = make_url(self.url)
        while True:
            try:
                inside, _ = self._listener.accept()
            except OSError:
                return
            outside = socket.create_connection((server.host or HOST, server.port or 5432))
            with self._lock:
                self._open |= {inside, outside}
            for one, other in ((inside, outside), (outside, inside)):
                threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._open.discard(one)
        one.close()
