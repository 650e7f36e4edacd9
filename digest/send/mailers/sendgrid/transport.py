"""The official client on lines that are kept: it says where and with which headers, this says how.

The client of the package opens a line for every request, reads the certificates of all authorities anew for each of
them, follows redirects with the key in its hands, waits for ever, and writes the key into its log. Measurements and
reasons: docs/decisions/0012-one-body-many-readers.md.
"""

import select
import ssl
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from python_http_client import Client  # type: ignore[import-untyped]
from sendgrid import SendGridAPIClient

from digest.send.mailers.sendgrid.answers import Reply

#: How long to wait for a connection, and then for anything to come, in seconds.
CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 30.0
#: A line that has been idle for longer is not used again: whoever stands in between may have forgotten it.
_IDLE_SECONDS: Final = 20.0
#: An answer is never longer than this, in bytes.
_LARGEST_ANSWER: Final = 1_000_000


#: A body, piece by piece: what is large is not copied together.
Chunks = tuple[bytes, ...]


class NotAsked(Exception):
    """The request did not leave whole, so that it certainly was not carried out."""


class NoAnswer(Exception):
    """The request left whole, and no whole answer came."""


class Lines:
    """Connections to one host, kept for the next request. Threads may ask at once."""

    def __init__(self, host: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        """Keep lines to ``host`` (``https://…``, or ``http://`` for this machine)."""
        address = urlsplit(host)
        self._is_secure = address.scheme == "https"
        self._name = address.hostname or ""
        self._port = address.port
        self._answer_seconds = answer_seconds
        self._certificates = ssl.create_default_context() if self._is_secure else None
        self._idle: list[tuple[HTTPConnection, float]] = []
        self._lock = threading.Lock()

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: Chunks = ()) -> Reply:
        """Ask for ``target`` and return the answer, whatever it is. No redirect is followed.

        ``body`` leaves piece by piece, with its length said before.

        :raises NotAsked: no connection, or it broke before the request had left.
        :raises NoAnswer: it broke, or nothing came, after the request had left.
        """
        line = self._line()
        try:
            line.request(method, target, body or None, {**headers, **_length(body)})
        except (OSError, HTTPException) as error:
            line.close()
            raise NotAsked(_why(error)) from None
        try:
            reply = _read(line)
        except (OSError, HTTPException) as error:
            line.close()
            raise NoAnswer(_why(error)) from None
        self._keep(line)
        return reply

    def close(self) -> None:
        """Close all idle lines."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line, _since in idle:
            line.close()

    def _line(self) -> HTTPConnection:
        while True:
            with self._lock:
                kept = self._idle.pop() if self._idle else None
            if kept is None:
                return self._new()
            line, since = kept
            if time.monotonic() - since < _IDLE_SECONDS and _is_open(line):
                return line
            line.close()

    def _new(self) -> HTTPConnection:
        line = (
            HTTPSConnection(self._name, self._port, timeout=CONNECT_SECONDS, context=self._certificates)
            if self._is_secure
            else HTTPConnection(self._name, self._port, timeout=CONNECT_SECONDS)
        )
        try:
            line.connect()
        except (OSError, HTTPException) as error:
            line.close()
            raise NotAsked(_why(error)) from None
        line.sock.settimeout(self._answer_seconds)
        return line

    def _keep(self, line: HTTPConnection) -> None:
        if line.sock is None:  # the answer said that it ends with this
            return
        with self._lock:
            self._idle.append((line, time.monotonic()))


class KeptClient(Client):  # type: ignore[misc] # the package has no types
    """The package's client, whose requests go over ``lines`` and are not written into any log."""

    def __init__(self, lines: Lines, **known: Any) -> None:
        """Take what the package's client takes."""
        super().__init__(**known)
        self._lines = lines

    def _build_client(self, name: str | None = None) -> "KeptClient":
        return KeptClient(
            self._lines,
            host=self.host,
            version=self._version,
            request_headers=self.request_headers,
            url_path=[*self._url_path, name] if name else self._url_path,
            append_slash=self.append_slash,
            timeout=self.timeout,
        )

    def post(self, request_body: Chunks | Mapping[str, Any]) -> Reply:
        """Post JSON, or what is to be written as such: in UTF-8, since escapes make Cyrillic three times as long."""
        return self._ask("POST", request_body)

    def get(self, query_params: Mapping[str, Any] | None = None) -> Reply:
        """Get what is there."""
        return self._ask("GET", None, query_params)

    def delete(self, query_params: Mapping[str, Any] | None = None) -> Reply:
        """Delete what is there."""
        return self._ask("DELETE", None, query_params)

    def _ask(self, method: str, said: Any, query: Mapping[str, Any] | None = None) -> Reply:
        body = said if isinstance(said, tuple) else () if said is None else (orjson.dumps(said),)
        typed = {"Content-Type": "application/json"} if body else {}
        target = self._build_url(query).removeprefix(self.host)
        return self._lines.ask(method, target, {**self.request_headers, **typed}, body)


def open_client(key: str, lines: Lines, *, host: str) -> SendGridAPIClient:
    """Return the official client for ``host``, on these ``lines``."""
    api = SendGridAPIClient(key, host=host)
    api.client = KeptClient(lines, host=host, request_headers=api._default_headers, version=3)  # noqa: SLF001 - as the package does where it sets the region
    return api


def _length(body: Chunks) -> dict[str, str]:
    return {"Content-Length": str(sum(map(len, body)))} if body else {}


def _read(line: HTTPConnection) -> Reply:
    answer = line.getresponse()
    try:
        body = answer.read(_LARGEST_ANSWER)
        if not answer.isclosed():  # there is more: nobody waits for it, and the line is of no use
            line.close()
    except (OSError, HTTPException):  # what it means stands in the status, and that has come
        body = b""
        line.close()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(status=answer.status, headers=headers, body=body)


def _is_open(line: HTTPConnection) -> bool:
    """Tell whether nothing has come on an idle line: what comes there is its end."""
    try:
        return not select.select([line.sock], [], [], 0)[0]
    except (OSError, ValueError):
        return False


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "nothing came in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, RemoteDisconnected):
        return "the line was closed"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "what came is no HTTP"
