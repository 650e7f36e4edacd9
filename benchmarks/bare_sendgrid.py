"""The two ends of sending by SendGrid's API: as bare as it gets, and as one writes it at first. No port, no law.

Both keep a ledger of one table on SQLite or PostgreSQL and ask for 1,000 readers at once. The bare one claims and
records by one statement each, joins prebuilt fragments of JSON and posts from several threads on kept lines. The
naive one uses the package's helper classes, its client as it comes, and one UPDATE for each row and step.
"""

import json
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from http.client import HTTPConnection
from typing import Any, Protocol
from urllib.parse import urlsplit

import psycopg
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Content, CustomArg, From, Header, Mail, Personalization, Substitution, To

BATCH = 1_000
READERS = "CREATE TABLE reader (id INTEGER PRIMARY KEY, address TEXT, name TEXT, token TEXT)"
LEDGER = "CREATE TABLE ledger (id TEXT PRIMARY KEY, reader INTEGER UNIQUE, state TEXT, receipt TEXT)"
NEXT = (
    "SELECT ledger.id, address, name, token FROM ledger JOIN reader ON reader.id = ledger.reader"
    " WHERE reader >= {0} AND reader < {0} AND state = 'planned'"
)

Row = tuple[str, str, str, str]


class Table(Protocol):
    """A ledger as bare as can be: readers, and a row for each."""

    def claim(self, first: int) -> Sequence[Row]:
        """Claim the readers from ``first`` on, in one transaction: their rows' ids, addresses, names, tokens."""
        ...

    def record(self, ids: Sequence[str], receipt: str) -> None:
        """Record that they were accepted, in one committed statement."""
        ...

    def step(self, ids: Sequence[str], state: str, receipt: str | None) -> None:
        """Take one row after the other to a state, and commit."""
        ...


class SqliteTable:
    """It on SQLite."""

    def __init__(self, path: str, readers: int) -> None:
        """Make it, with so many readers."""
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", READERS, LEDGER, "BEGIN"):
            self._db.execute(statement)
        self._db.executemany("INSERT INTO reader VALUES (?, ?, ?, ?)", map(a_reader, range(readers)))
        ids = ((an_id(number), number) for number in range(readers))
        self._db.executemany("INSERT INTO ledger VALUES (?, ?, 'planned', NULL)", ids)
        self._db.execute("COMMIT")

    def claim(self, first: int) -> Sequence[Row]:
        """Claim the readers from ``first`` on."""
        self._db.execute("BEGIN IMMEDIATE")
        rows = self._db.execute(NEXT.format("?"), (first, first + BATCH)).fetchall()
        statement = "UPDATE ledger SET state = 'claimed' WHERE id IN (SELECT value FROM json_each(?))"
        self._db.execute(statement, (json.dumps([row[0] for row in rows]),))
        self._db.execute("COMMIT")
        return rows

    def record(self, ids: Sequence[str], receipt: str) -> None:
        """Record that they were accepted."""
        statement = (
            "UPDATE ledger SET state = 'accepted', receipt = ?"
            " WHERE id IN (SELECT value FROM json_each(?)) AND state = 'claimed'"
        )
        self._db.execute(statement, (receipt, json.dumps(ids)))

    def step(self, ids: Sequence[str], state: str, receipt: str | None) -> None:
        """Take one row after the other to a state, and commit."""
        self._db.execute("BEGIN")
        for one in ids:
            self._db.execute("UPDATE ledger SET state = ?, receipt = ? WHERE id = ?", (state, receipt, one))
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._db.close()


class PostgresTable:
    """It on PostgreSQL."""

    def __init__(self, address: str, readers: int) -> None:
        """Make it, with so many readers."""
        self._db = psycopg.connect(address, autocommit=True)
        self._db.execute("DROP TABLE IF EXISTS ledger, reader")
        self._db.execute(READERS)
        self._db.execute(LEDGER)
        with self._db.cursor() as cursor:
            with cursor.copy("COPY reader FROM STDIN") as copy:
                for number in range(readers):
                    copy.write_row(a_reader(number))
            with cursor.copy("COPY ledger (id, reader, state) FROM STDIN") as copy:
                for number in range(readers):
                    copy.write_row((an_id(number), number, "planned"))

    def claim(self, first: int) -> Sequence[Row]:
        """Claim the readers from ``first`` on."""
        with self._db.transaction():
            statement = f"{NEXT} FOR UPDATE OF ledger".format("%s")
            rows: list[Row] = self._db.execute(statement.encode(), (first, first + BATCH)).fetchall()
            self._db.execute("UPDATE ledger SET state = 'claimed' WHERE id = ANY(%s)", ([row[0] for row in rows],))
        return rows

    def record(self, ids: Sequence[str], receipt: str) -> None:
        """Record that they were accepted."""
        statement = "UPDATE ledger SET state = 'accepted', receipt = %s WHERE id = ANY(%s) AND state = 'claimed'"
        self._db.execute(statement, (receipt, list(ids)))

    def step(self, ids: Sequence[str], state: str, receipt: str | None) -> None:
        """Take one row after the other to a state, and commit."""
        with self._db.transaction():
            for one in ids:
                self._db.execute("UPDATE ledger SET state = %s, receipt = %s WHERE id = %s", (state, receipt, one))

    def close(self) -> None:
        """Close the connection."""
        self._db.close()


def an_id(number: int) -> str:
    """Return a delivery's name, as long as ours are."""
    return f"{number:022}"


def a_reader(number: int) -> tuple[int, str, str, str]:
    """Return one reader."""
    return number, f"reader{number}@example.org", f"Reader {number}", f"token-{number:016}"


def bare(table: Table, host: str, readers: int, *, html: str, text: str, posters: int) -> None:
    """Send as fast as it gets: one thread for the ledger, ``posters`` for requests."""
    tail = json.dumps({"from": {"email": "a@example.org"}, "subject": "Snow", "content": _content(html, text)})[1:]
    place = urlsplit(host)
    local = threading.local()

    def post(rows: Sequence[Row]) -> tuple[list[str], str]:
        said = ",".join(
            [
                f'{{"to":[{{"email":"{address}","name":"{name}"}}],'
                f'"headers":{{"List-Unsubscribe":"<https://digest.example.org/u/{token}>",'
                f'"List-Unsubscribe-Post":"List-Unsubscribe=One-Click"}},'
                f'"substitutions":{{"-token-":"{token}","-name-":"{name}"}},"custom_args":{{"delivery":"{one}"}}}}'
                for one, address, name, token in rows
            ]
        )
        if not hasattr(local, "line"):
            local.line = HTTPConnection(place.hostname or "", place.port)
        body = f'{{"personalizations":[{said}],{tail}'.encode()
        local.line.request("POST", "/v3/mail/send", body, {"Content-Type": "application/json"})
        answer = local.line.getresponse()
        answer.read()
        return [row[0] for row in rows], answer.headers["X-Message-Id"]

    busy: set[Future[tuple[list[str], str]]] = set()
    with ThreadPoolExecutor(posters) as threads:
        for first in range(0, readers, BATCH):
            if len(busy) >= posters:
                busy = _record(table, busy)
            busy.add(threads.submit(post, table.claim(first)))
        while busy:
            busy = _record(table, busy)


def _record(table: Table, busy: set[Future[tuple[list[str], str]]]) -> set[Future[tuple[list[str], str]]]:
    done, busy = wait(busy, return_when=FIRST_COMPLETED)
    for one in done:
        table.record(*one.result())
    return busy


def naive(table: Table, host: str, readers: int, *, html: str, text: str) -> None:
    """Send as the package's documentation has it."""
    api = SendGridAPIClient("SG.bench", host=host)
    for first in range(0, readers, BATCH):
        rows = [(an_id(number), *a_reader(number)[1:]) for number in range(first, min(first + BATCH, readers))]
        ids = [row[0] for row in rows]
        table.step(ids, "claimed", None)
        mail = Mail(from_email=From("a@example.org", "The Morning Brief"), subject="Snow")
        mail.content = [Content("text/plain", text), Content("text/html", html)]
        for one_id, address, name, token in rows:
            one = Personalization()
            one.add_to(To(address, name))
            one.add_header(Header("List-Unsubscribe", f"<https://digest.example.org/u/{token}>"))
            one.add_header(Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            one.add_substitution(Substitution("-token-", token))
            one.add_substitution(Substitution("-name-", name))
            one.add_custom_arg(CustomArg("delivery", one_id))
            mail.add_personalization(one)
        answer = api.send(mail)
        table.step(ids, "accepted", answer.headers["X-Message-Id"])


def _content(html: str, text: str) -> list[dict[str, Any]]:
    return [{"type": "text/plain", "value": text}, {"type": "text/html", "value": html}]
