"""The far end as a process of its own: ``python -m tests.reliability.far_end_process sendgrid|smtp PORT RECORD``.

A strict SendGrid (``digest.rehearsal``) or a mail server (aiosmtpd) that writes down every mail it takes, before it
says yes, in a file that outlives it. Orders come as JSON objects on standard input, one a line, and each is answered by
one.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.rehearsal.faults import Fault, FaultKind, fault_from
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid, serve
from digest.rehearsal.sendgrid_book import Taken
from digest.rehearsal.sendgrid_templates import TemplateShelf
from tests.reliability.far_end import MailFault

#: More requests than any run makes.
MANY = 1_000_000
HOST = "127.0.0.1"


@dataclass
class Record:
    """The file of what was taken: a line with address and delivery for each mail. ``dies_at`` so many lines."""

    path: str
    dies_at: int = MANY
    lines: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._file = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def write(self, mails: list[tuple[str, str]]) -> None:
        with self._lock:
            if self.lines >= self.dies_at:
                time.sleep(60)  # it is dying: nothing more is taken
            os.write(self._file, "".join(f"{address} {delivery}\n" for address, delivery in mails).encode())
            self.lines += len(mails)
            if self.lines >= self.dies_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def start_over(self) -> None:
        with self._lock:
            os.ftruncate(self._file, 0)
            self.lines, self.dies_at = 0, MANY


class RecordingSendGrid:
    """The rehearsal's SendGrid, which also keeps the record, and takes its time if it is asked to."""

    def __init__(self, provider: RehearsalSendGrid, record: Record) -> None:
        self.provider, self.record = provider, record
        self.seconds = 0.0
        self._enter = provider.book.enter
        provider.book.enter = self._enter_and_record  # type: ignore[method-assign]

    def _enter_and_record(self, taken: Taken) -> None:
        time.sleep(self.seconds)
        letters = list(taken.letters())
        self.record.write([(one.to_address, one.custom_args["delivery"]) for one in letters])
        self._enter(taken)

    def order(self, said: dict[str, Any]) -> None:
        """Begin anew: with these faults, and as slow as this before and after it takes a request."""
        self.provider.script.clear()
        self.provider.book.clear()
        if said["do"] == "begin":
            self.provider.templates = TemplateShelf()
        self.seconds = said["seconds"] / 2
        for one in said["faults"]:
            self.provider.script.add(fault_from(one))
        self.provider.script.add(Fault(kind=FaultKind.SLOW, times=2_000, seconds=self.seconds))

    def shelf(self) -> dict[str, Any]:
        """Tell what it keeps for us, and how many requests named it."""
        used = sum("template_id" in one.request for one in self.provider.book.requests())
        return {"templates": self.provider.templates.names(), "used": used}

    def conversations(self) -> int:
        return sum("process_request_thread" in thread.name for thread in threading.enumerate())


class _Smtp(SMTP):
    """aiosmtpd's server, which offers PIPELINING if it is to, and counts who is there."""

    here = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        type(self).here += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        type(self).here -= 1
        super().connection_lost(error)


class RecordingSmtp:
    """aiosmtpd's handler: writes down what it takes, and does what was ordered instead of it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.seconds = 0.0
        self.pipelining = True
        self.faults: list[MailFault] = []

    def order(self, said: dict[str, Any]) -> None:
        self.seconds = said["seconds"] / 2
        self.pipelining = said["pipelining"]
        self.faults = [MailFault(**one) for one in said["faults"]]

    def shelf(self) -> dict[str, Any]:
        """Tell nothing: a mail server keeps nothing for us."""
        return {}

    def conversations(self) -> int:
        return _Smtp.here

    def _fault(self, stage: str) -> MailFault | None:
        for one in self.faults:
            if one.times > 0 and one.stage == stage and self.record.lines >= one.after:
                one.times -= 1
                return one
        return None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], *(["250-PIPELINING"] if self.pipelining else []), *responses[1:]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        fault = self._fault("MAIL")
        if fault is not None:
            return fault.says
        envelope.mail_from = address
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        fault = self._fault("RCPT")
        if fault is not None:
            return fault.says
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        fault = self._fault("END")
        await asyncio.sleep(self.seconds)
        if fault is None or fault.takes:
            assert isinstance(envelope.content, bytes)
            (address,) = envelope.rcpt_tos
            self.record.write([(address, _delivery(envelope.content))])
        if fault is None:
            await asyncio.sleep(self.seconds)
            return "250 2.0.0 taken"
        await asyncio.sleep(fault.seconds)
        if not fault.says:
            assert server.transport is not None
            server.transport.close()
        return fault.says or "451 4.3.0 gone"


def _delivery(letter: bytes) -> str:
    head = letter.partition(b"\r\n\r\n")[0].decode("ascii")
    (line,) = (line for line in head.split("\r\n") if line.lower().startswith("message-id:"))
    return line.partition("<")[2].partition("@")[0]


class _Listener(Controller):
    def factory(self) -> _Smtp:
        return _Smtp(self.handler, **self.SMTP_kwargs)


@contextmanager
def serving(kind: str, port: int, record: Record) -> Iterator[tuple[RecordingSendGrid | RecordingSmtp, int]]:
    """Serve the far end from threads of its own."""
    if kind == "sendgrid":
        with serve(port=port, key=KEY) as provider:
            yield RecordingSendGrid(provider, record), int(provider.url.rpartition(":")[2])
        return
    handler = RecordingSmtp(record)
    port = port or _free_port()
    listener = _Listener(handler, hostname=HOST, port=port, ready_timeout=60)
    listener.start()
    try:
        yield handler, port
    finally:
        listener.stop()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as one:
        return int(one.getsockname()[1])


def wait_until_quiet(port: int, conversations: Callable[[], int]) -> None:
    """Wait until every connection is over that anybody made until now: what was sent before has been taken or not."""
    with suppress(OSError), socket.create_connection((HOST, port)):
        time.sleep(0.01)  # it was accepted after all others; then it closes
    while conversations():
        time.sleep(0.005)


def _answer(**said: Any) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> None:
    kind, port, path = sys.argv[1:]
    record = Record(path)
    with serving(kind, int(port), record) as (far_end, at):
        _answer(port=at)
        for line in sys.stdin:
            said = json.loads(line)
            if said["do"] == "begin":
                wait_until_quiet(at, far_end.conversations)
                record.start_over()
                far_end.order(said)
            elif said["do"] == "behave":  # as it was, without what was still to go wrong
                far_end.order({**said, "seconds": 0, "pipelining": True})
            elif said["do"] == "die":
                record.dies_at = said["at"]
            elif said["do"] == "settle":
                wait_until_quiet(at, far_end.conversations)
            _answer(lines=record.lines, **(far_end.shelf() if said["do"] == "shelf" else {}))


if __name__ == "__main__":
    main()
