"""A strict SendGrid on this machine: takes mails as the real one does, sends none, and fails when it is asked to.

``POST /v3/mail/send`` holds a request to every documented rule (``sendgrid_rules``). What was taken can be read at
``/rehearsal/…``, and faults are ordered there. It listens on loopback only.
"""

import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from digest.rehearsal.faults import Fault, FaultKind, Script
from digest.rehearsal.sendgrid_book import Book, Taken
from digest.rehearsal.sendgrid_desk import Desk
from digest.rehearsal.sendgrid_judge import Refusal, judge, refusal
from digest.rehearsal.sendgrid_lists import SuppressionLists
from digest.rehearsal.sendgrid_postman import Postman
from digest.rehearsal.sendgrid_templates import TemplateShelf

#: The only key that it takes unless told otherwise. It opens nothing else.
KEY: Final = "SG.rehearsal-key-000000.opens-nothing-but-the-rehearsal-on-this-machine"
SEND: Final = "/v3/mail/send"
#: What the lists and the templates answer to these faults.
_STATUSES: Final = {
    FaultKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    FaultKind.ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
    FaultKind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    FaultKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
#: To these they give no answer.
_UNANSWERED: Final = (FaultKind.HANG, FaultKind.HANG_AFTER, FaultKind.CUT, FaultKind.CUT_AFTER)
#: Seconds, units: close a socket without a good-bye (struct linger: on, for no time).
_NO_LINGER: Final = b"\x01\x00\x00\x00\x00\x00\x00\x00"


class RehearsalSendGrid:
    """A provider that is being served. ``book`` is what it took, ``script`` what is to go wrong.

    ``lines`` were opened and ``asked`` requests to send were read since the beginning.
    """

    def __init__(self, *, key: str, faults: Iterable[Fault] = ()) -> None:
        """Take mails from whoever has ``key``."""
        self.url = ""
        self.key = key
        self.book = Book()
        self.script = Script(faults)
        self.lists = SuppressionLists()
        self.templates = TemplateShelf()
        self.lines = 0
        self.asked = 0
        self.gone = threading.Event()
        self.postman = Postman(self.gone)

    @property
    def desk(self) -> Desk:
        """Where it is looked at and ordered about."""
        return Desk(self.book, self.script, self.postman, lines=self.lines, asked=self.asked)


@contextmanager
def serve(*, port: int = 0, key: str = KEY, faults: Iterable[Fault] = ()) -> Iterator[RehearsalSendGrid]:
    """Serve it on 127.0.0.1 from threads of its own, until the block ends; ``port`` 0 takes any free one.

    :raises OSError: the port is taken.
    """
    with _Server(port, RehearsalSendGrid(key=key, faults=faults)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="rehearsal-sendgrid", daemon=True)
        thread.start()
        try:
            yield server.provider
        finally:
            server.provider.gone.set()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a line that hangs must not keep the block from ending
    request_queue_size = 128

    def __init__(self, port: int, provider: RehearsalSendGrid) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.provider = provider
        provider.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # whoever asked has gone away: that is rehearsed, too
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "rehearsal"
    server: _Server
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece

    def setup(self) -> None:
        super().setup()
        self.server.provider.lines += 1

    def log_message(self, *_: object) -> None:
        """Say nothing: whoever wants to know asks at /rehearsal."""

    def do_GET(self) -> None:
        if self._is_kept():
            return
        self._say(*self.server.provider.desk.look(self.path))

    def do_DELETE(self) -> None:
        if not self._is_kept():
            self._show("lists", self.server.provider.lists)

    def do_POST(self) -> None:
        provider = self.server.provider
        if self._is_kept():
            return
        if self.path != SEND:
            self._say(*provider.desk.order(self.path, self._read()))
            return
        fault = provider.script.next("send")
        if fault is not None and fault.kind is FaultKind.CUT_EARLY:
            self._cut()
            return
        body = self._read()
        provider.asked += 1
        judged = judge(
            dict(self.headers), body, key=provider.key, fault=fault, now=time.time(), active=provider.templates.active
        )
        if isinstance(judged, Refusal):
            self._refuse(judged)
        elif fault is not None and fault.kind in (FaultKind.HANG, FaultKind.CUT):
            self._wait(fault if fault.kind is FaultKind.HANG else None)
            self._cut()
        else:
            version = provider.templates.active(judged["template_id"]) if "template_id" in judged else None
            self._take(Taken(message_id=secrets.token_urlsafe(16), request=judged, version=version), fault)

    def _is_kept(self) -> bool:
        """Answer if it is about what the provider keeps: lists of whom it does not mail, templates."""
        provider = self.server.provider
        for where, shelf in (("lists", provider.lists), ("templates", provider.templates)):
            if shelf.serves(self.path):
                self._show(where, shelf)
                return True
        return False

    def _show(self, where: str, shelf: SuppressionLists | TemplateShelf) -> None:
        """Show or change what it keeps; faults of the key and the line happen here, too."""
        provider = self.server.provider
        body, fault = self._read(), provider.script.next(where)
        kind = fault.kind if fault is not None else None
        is_known = self.headers.get("Authorization") == f"Bearer {provider.key}"
        if kind in _UNANSWERED:
            if is_known and kind in (FaultKind.HANG_AFTER, FaultKind.CUT_AFTER):
                shelf.answer(self.command, self.path, body)
            self._wait(fault if kind in (FaultKind.HANG, FaultKind.HANG_AFTER) else None)
            self._cut()
        elif not is_known:
            self._refuse(refusal(HTTPStatus.UNAUTHORIZED, "authorization required"))
        elif kind in _STATUSES:
            self._refuse(refusal(_STATUSES[kind], _STATUSES[kind].phrase))
        else:
            self._say(*shelf.answer(self.command, self.path, body))

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _take(self, taken: Taken, fault: Fault | None) -> None:
        """Take the mails, and answer as the fault has it."""
        if not taken.is_sandboxed:
            self.server.provider.book.enter(taken)
        match fault.kind if fault is not None else None:
            case FaultKind.HANG_AFTER:
                self._wait(fault)
                self._cut()
            case FaultKind.CUT_AFTER:
                self._cut()
            case FaultKind.CUT_SHORT:
                self.wfile.write(b"HTTP/1.1 202 Accep")
                self._cut()
            case FaultKind.HALF_CLOSED:
                self.connection.shutdown(socket.SHUT_WR)
                self._wait(fault)
                self.close_connection = True
            case FaultKind.ERROR_AFTER:
                self._refuse(refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error"))
            case kind:
                self._wait(fault if kind is FaultKind.SLOW else None)
                status = HTTPStatus.OK if taken.is_sandboxed else HTTPStatus.ACCEPTED
                self._say(status, b"", "text/plain; charset=utf-8", {"X-Message-Id": taken.message_id})
                self.close_connection = self.close_connection or kind is FaultKind.IDLE_CLOSED

    def _refuse(self, said: Refusal) -> None:
        self._say(said.status, said.body(), said.media_type, said.headers)

    def _say(self, status: HTTPStatus, body: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _wait(self, fault: Fault | None) -> None:
        self.server.provider.gone.wait(fault.seconds if fault is not None else 0)

    def _cut(self) -> None:
        """Cut the line at once, as a crash would: whoever waits gets no good-bye."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
