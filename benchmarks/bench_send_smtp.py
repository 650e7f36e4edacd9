"""Sending by SMTP, ledger and all, to Postfix's ``smtp-sink`` and to a server that is 50 ms away.

Beside it in the same run: Postfix's ``smtp-source``, which sends one prebuilt letter to everybody; a bare pipelined
sender without a ledger; a plain loop of smtplib and EmailMessage.
"""

import smtplib
import socket
import sqlite3
import subprocess
from email.message import EmailMessage
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench_assemble import an_issue
from benchmarks.clockwork import compare
from benchmarks.smtp_sink import SOURCE, sink, smtp_sink
from digest.audience.joining import Joining
from digest.clock import StoppedClock, SystemClock
from digest.compose.sending import Sending
from digest.ids import EVERY_JOURNALIST, GROUND, ListName
from digest.render.rendition import Body
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.send.mailers.outbox import OutboxMailer
from digest.send.mailers.smtp.mailer import SmtpMailer
from digest.send.mailers.smtp.server import read_server
from digest.send.pacing_gate import Pacing
from digest.send.steps import plan, send_shard
from digest.store.audience import SqlAudience
from digest.store.engine import open_engine
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.newsletters import SqlNewsletters
from digest.store.pace import SqlPaceBook
from digest.store.stops import SqlStops
from tests.builders import a_declaration
from tests.fakes import NOON

READERS = 20_000
FAR_READERS = 960
NAIVE = 200
LATENCY = 0.05
FAR_CONNECTIONS = 16
ROUNDS = 3
#: Waiting for the canary's answers is no speed.
NO_WAVE = Sending(canary_percent=0)
LIST = ListName("morning")
SENDER, READER = "brief@news.example.org", "reader@example.org"


class Senders:
    """The variants; each sends one issue of forty articles."""

    def __init__(self, folder: Path) -> None:
        """Keep databases in ``folder``."""
        self._folder = folder
        self._rounds = count()
        self._sealed = seal(an_issue(), templates=templates_dir())
        self._prepared: dict[int, list[Path]] = {}
        self._letter = self._one_letter()

    def _one_letter(self) -> bytes:
        """Return one whole mail, as the outbox keeps it."""
        self.prepare(1, 1)
        outbox = self._folder / "outbox"
        self._send(self._prepared[1].pop(), OutboxMailer(outbox))
        (path,) = outbox.glob("*.eml")
        return path.read_bytes()

    def prepare(self, readers: int, rounds: int) -> None:
        """Make stores with a planned issue, so that only sending is timed."""
        for _ in range(rounds):
            path = self._folder / f"{next(self._rounds)}.db"
            frozen = self._sealed.frozen
            with open_engine(f"sqlite:///{path}") as engine:
                SqlNewsletters(engine).apply(a_declaration(frozen.newsletter), at=NOON)
                audience, issues = SqlAudience(engine), SqlIssues(engine)
                audience.join(LIST, [_joining(number) for number in range(readers)], since=GROUND, at=NOON)
                issues.put(self._sealed)
                issues.approve(frozen.id, self._sealed.hash, by="bench", at=NOON)
                ledger, clock = SqlLedger(engine), StoppedClock(NOON)
                plan(frozen.id, archive=issues, readership=audience, ledger=ledger, clock=clock, secret=b"")
            self._prepared.setdefault(readers, []).append(path)

    def ours(self, port: int, readers: int, connections: int) -> None:
        """Claim, write, hand over and record."""
        url = f"smtp://127.0.0.1:{port}?connections={connections}"
        with SmtpMailer(read_server(url)) as mailer:
            self._send(self._prepared[readers].pop(), mailer)

    def _send(self, store: Path, mailer: SmtpMailer | OutboxMailer) -> None:
        with open_engine(f"sqlite:///{store}") as engine:
            issues = SqlIssues(engine)
            report = send_shard(
                self._sealed.frozen.id,
                archive=issues,
                ledger=SqlLedger(engine),
                mailer=mailer,
                clock=SystemClock(),
                worker="bench",
                public_url="https://digest.example.org",
                pacing=Pacing(rules=lambda _: NO_WAVE, book=SqlPaceBook(engine), stops=SqlStops(engine)),
            )
        assert report.is_finished, report

    def source(self, port: int, readers: int, connections: int) -> None:
        """Let Postfix's own sender send as many bytes to one address."""
        letter = ("-l", str(self.size), "-m", str(readers), "-f", SENDER, "-t", READER)
        subprocess.run([SOURCE, "-s", str(connections), "-d", *letter, f"127.0.0.1:{port}"], check=True)

    def bare(self, port: int, readers: int) -> None:
        """Send as many bytes on one pipelined connection; nothing is written, claimed or recorded."""
        envelope = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{READER}>\r\nDATA\r\n".encode()
        with socket.create_connection(("127.0.0.1", port)) as sock, sock.makefile("rb") as answers:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answers.readline()
            sock.sendall(b"EHLO bench\r\n")
            answers.readline(), answers.readline()
            sock.sendall(envelope)
            for left in range(readers - 1, -1, -1):
                for _ in range(3):
                    answers.readline()
                sock.sendall(self._letter + b".\r\n" + (envelope if left else b""))
                assert answers.readline().startswith(b"250")

    def naive(self, port: int, readers: int) -> None:
        """Make an ``EmailMessage`` for each reader, send it by ``smtplib``, commit a row."""
        body = Body(subject="Snow", html=self._letter.decode("ascii"), text="Snow\n" * 1_600)
        with (
            sqlite3.connect(self._folder / f"{next(self._rounds)}.db") as store,
            smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as smtp,
        ):
            store.execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY, state TEXT)")
            for number in range(readers):
                message = EmailMessage()
                message["From"], message["To"], message["Subject"] = SENDER, READER, body.subject
                message.set_content(f"For Reader {number}\n{body.text}")
                message.add_alternative(f"<p>For Reader {number}</p>{body.html}", subtype="html")
                smtp.send_message(message)
                store.execute("INSERT INTO ledger VALUES (?, 'accepted')", (number,))
                store.commit()
        store.close()

    @property
    def size(self) -> int:
        """Bytes of a mail."""
        return len(self._letter)


def _joining(number: int) -> Joining:
    return Joining(
        address=f"reader{number}@example.org",
        name=f"Reader {number}",
        locale="en",
        time_zone="UTC",
        follows=(EVERY_JOURNALIST,),
    )


def near(senders: Senders) -> None:
    """Print mails per second to a server on this machine."""
    senders.prepare(READERS, 2 * ROUNDS)
    with smtp_sink() as port:
        compare(
            f"SMTP, {READERS:,} mails of {senders.size // 1000} KB to smtp-sink",
            "mails",
            {
                "anchor: smtp-source, 2 connections": (partial(senders.source, port, READERS, 2), READERS),
                "with the ledger, 2 connections": (partial(senders.ours, port, READERS, 2), READERS),
                "with the ledger, 8 connections": (partial(senders.ours, port, READERS, 8), READERS),
                "bare, pipelined, no ledger, 1 connection": (partial(senders.bare, port, READERS), READERS),
                "naive: smtplib, EmailMessage, a commit per reader": (partial(senders.naive, port, NAIVE), NAIVE),
            },
            rounds=ROUNDS,
        )


def far(senders: Senders) -> None:
    """Print mails per second to a server that answers 50 ms later."""
    senders.prepare(FAR_READERS, ROUNDS)
    lines = FAR_CONNECTIONS
    with sink(LATENCY) as port:
        compare(
            f"SMTP, {LATENCY * 1000:.0f} ms away, {lines} connections",
            "mails",
            {
                "anchor: smtp-source": (partial(senders.source, port, FAR_READERS, lines), FAR_READERS),
                "with the ledger": (partial(senders.ours, port, FAR_READERS, lines), FAR_READERS),
                "naive: smtplib, EmailMessage, 1 connection": (partial(senders.naive, port, 10), 10),
            },
            rounds=ROUNDS,
        )


def main() -> None:
    """Print mails per second."""
    if not Path(SOURCE).exists():
        print(f"\nSMTP: {SOURCE} is not there (Debian's package postfix has it); nothing was measured.")
        return
    with TemporaryDirectory() as folder:
        senders = Senders(Path(folder))
        near(senders)
        far(senders)


if __name__ == "__main__":
    main()
