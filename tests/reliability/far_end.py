"""The far end, seen from the tests: a provider or mail server in a process of its own, and what it took."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from digest.rehearsal.faults import Fault
from digest.rehearsal.sendgrid import KEY

ROOT = Path(__file__).resolve().parents[2]
SENDGRID, SMTP = "sendgrid", "smtp"


@dataclass(kw_only=True)
class MailFault:
    """What a mail server does at ``stage`` (MAIL, RCPT, END) so many ``times``, once it took ``after`` mails.

    It ``says`` something, or waits for ``seconds`` and hangs up without an answer; at the END it may have taken the
    mail all the same.
    """

    stage: str
    times: int = 1
    after: int = 0
    says: str = ""
    seconds: float = 0.0
    takes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The names of the templates that SendGrid keeps, and how many requests were for mails by one of them."""

    templates: Sequence[str]
    used: int


@dataclass
class FarEnd:
    """One far end. Begin each run with ``begin()``; ``got()`` is what it took since then."""

    kind: str
    folder: Path
    port: int = 0
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def settings(self) -> Mapping[str, str]:
        """The settings under which mails leave for it."""
        if self.kind == SENDGRID:
            return {
                "DIGEST_MAILER": "sendgrid",
                "DIGEST_SENDGRID_HOST": f"http://127.0.0.1:{self.port}",
                "DIGEST_SENDGRID_API_KEY": KEY,
            }
        return {"DIGEST_MAILER": "smtp", "DIGEST_SMTP_URL": f"smtp://127.0.0.1:{self.port}?connections=2&timeout=20"}

    @property
    def record(self) -> Path:
        return self.folder / f"{self.kind}.taken"

    def start(self) -> None:
        """Start it, on the same port again if it was there before."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.far_end_process", self.kind, str(self.port), str(self.record)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = self._hear()["port"]

    def kill(self) -> None:
        """End it as by ``kill -9``; what it took stays in its record."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self.wait_for_death()

    def wait_for_death(self) -> None:
        """Wait until it has ended by itself, as was ordered."""
        assert self._process is not None
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process = None

    def begin(self, *, faults: Sequence[Fault | MailFault] = (), seconds: float = 0.0, pipelining: bool = True) -> None:
        """Forget what it took, and take ``seconds`` for each request or mail from now on, with these faults."""
        if self._process is None:
            self.start()
        told = [asdict(one) for one in faults]
        self._order("begin", faults=told, seconds=seconds, pipelining=pipelining)

    def misbehave(self, faults: Sequence[Fault]) -> None:
        """Let these go wrong from now on; what it took and keeps stays."""
        self._order("behave", faults=[asdict(one) for one in faults])

    def behave(self) -> None:
        """Let nothing go wrong any more."""
        self._order("behave", faults=[])

    def die_at(self, mails: int) -> None:
        """Let it end, as by ``kill -9``, when it has taken so many mails, and before it says so of the last ones."""
        self._order("die", at=mails)

    def shelf(self) -> Shelf:
        """Return which templates it keeps, and how many requests since ``begin`` were for mails by one of them."""
        said = self._order("shelf")
        return Shelf(templates=said["templates"], used=said["used"])

    def got(self) -> Counter[tuple[str, str]]:
        """Return what it took, by reader and delivery, once every conversation is over."""
        if self._process is not None:
            self._order("settle")
        pairs = (line.split() for line in self.record.read_text(encoding="utf-8").splitlines())
        return Counter((address, delivery) for address, delivery in pairs)

    def close(self) -> None:
        if self._process is not None:
            self.kill()

    def _order(self, do: str, **what: Any) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the far end has died"
        said: dict[str, Any] = json.loads(line)
        return said
