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
PLAIN_TABLE = (
    "CREATE TABLE ledger (id INTEGER PRIMARY KEY, address TEXT, name TEXT, token TEXT, state TEXT, receipt TEXT)"
)

Row = tuple[int, str, str, str]


class Table(Protocol):
    """A ledger of one table."""

    def claim(self, first: int) -> Sequence[Row]:
        """Claim the rows from ``first`` on, in one committed statement."""
        ...

    def record(self, ids: Sequence[int], receipt: str) -> None:
        """Record that they were accepted, in one committed statement."""
        ...

    def step(self, ids: Sequence[int], state: str, receipt: str | None) -> None:
        """Take one row after the other to a state, and commit."""
        ...


class SqliteTable:
    """It on SQLite."""

    def __init__(self, path: str, readers: int) -> None:
        """Make it, with so many readers."""
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(PLAIN_TABLE)
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?, 'planned', NULL)", map(a_row, range(readers)))
        self._db.execute("COMMIT")

    def claim(self, first: int) -> Sequence[Row]:
        """Claim the rows from ``first`` on."""
        statement = (
            "UPDATE ledger SET state = 'claimed' WHERE id >= ? AND id < ? AND state = 'planned'"
            " RETURNING id, address, name, token"
        )
        return self._db.execute(statement, (first, first + BATCH)).fetchall()

    def record(self, ids: Sequence[int], receipt: str) -> None:
        """Record that they were accepted."""
        statement = (
            "UPDATE ledger SET state = 'accepted', receipt = ?"
            " WHERE id IN (SELECT value FROM json_each(?)) AND state = 'claimed'"
        )
        self._db.execute(statement, (receipt, json.dumps(ids)))

    def step(self, ids: Sequence[int], state: str, receipt: str | None) -> None:
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
        self._db.execute("DROP TABLE IF EXISTS ledger")
        self._db.execute(PLAIN_TABLE)
        with (
            self._db.cursor() as cursor,
            cursor.copy("COPY ledger (id, address, name, token, state) FROM STDIN") as copy,
        ):
            for number in range(readers):
                copy.write_row((*a_row(number), "planned"))

    def claim(self, first: int) -> Sequence[Row]:
        """Claim the rows from ``first`` on."""
        statement = (
            "UPDATE ledger SET state = 'claimed' WHERE id >= %s AND id < %s AND state = 'planned'"
            " RETURNING id, address, name, token"
        )
        return self._db.execute(statement, (first, first + BATCH)).fetchall()

    def record(self, ids: Sequence[int], receipt: str) -> None:
        """Record that they were accepted."""
        statement = "UPDATE ledger SET state = 'accepted', receipt = %s WHERE id = ANY(%s) AND state = 'claimed'"
        self._db.execute(statement, (receipt, list(ids)))

    def step(self, ids: Sequence[int], state: str, receipt: str | None) -> None:
        """Take one row after the other to a state, and commit."""
        with self._db.transaction():
            for one in ids:
                self._db.execute("UPDATE ledger SET state = %s, receipt = %s WHERE id = %s", (state, receipt, one))

    def close(self) -> None:
        """Close the connection."""
        self._db.close()


def a_row(number: int) -> Row:
    """Return one reader."""
    return number, f"reader{number}@example.org", f"Reader {number}", f"token-{number:016}"


def bare(table: Table, host: str, readers: int, *, html: str, text: str, posters: int) -> None:
    """Send as fast as it gets: one thread for the ledger, ``posters`` for requests."""
    tail = json.dumps({"from": {"email": "a@example.org"}, "subject": "Snow", "content": _content(html, text)})[1:]
    place = urlsplit(host)
    local = threading.local()

    def post(rows: Sequence[Row]) -> tuple[list[int], str]:
        said = ",".join(
            [
                f'{{"to":[{{"email":"{address}","name":"{name}"}}],'
                f'"headers":{{"List-Unsubscribe":"<https://digest.example.org/u/{token}>",'
                f'"List-Unsubscribe-Post":"List-Unsubscribe=One-Click"}},'
                f'"substitutions":{{"-token-":"{token}","-name-":"{name}"}},"custom_args":{{"delivery":"{number}"}}}}'
                for number, address, name, token in rows
            ]
        )
        if not hasattr(local, "line"):
            local.line = HTTPConnection(place.hostname or "", place.port)
        body = f'{{"personalizations":[{said}],{tail}'.encode()
        local.line.request("POST", "/v3/mail/send", body, {"Content-Type": "application/json"})
        answer = local.line.getresponse()
        answer.read()
        return [row[0] for row in rows], answer.headers["X-Message-Id"]

    busy: set[Future[tuple[list[int], str]]] = set()
    with ThreadPoolExecutor(posters) as threads:
        for first in range(0, readers, BATCH):
            if len(busy) >= posters:
                busy = _record(table, busy)
            busy.add(threads.submit(post, table.claim(first)))
        while busy:
            busy = _record(table, busy)


def _record(table: Table, busy: set[Future[tuple[list[int], str]]]) -> set[Future[tuple[list[int], str]]]:
    done, busy = wait(busy, return_when=FIRST_COMPLETED)
    for one in done:
        table.record(*one.result())
    return busy


def naive(table: Table, host: str, readers: int, *, html: str, text: str) -> None:
    """Send as the package's documentation has it."""
    api = SendGridAPIClient("SG.bench", host=host)
    for first in range(0, readers, BATCH):
        rows = [a_row(number) for number in range(first, min(first + BATCH, readers))]
        ids = [row[0] for row in rows]
        table.step(ids, "claimed", None)
        mail = Mail(from_email=From("a@example.org", "The Morning Brief"), subject="Snow")
        mail.content = [Content("text/plain", text), Content("text/html", html)]
        for number, address, name, token in rows:
            one = Personalization()
            one.add_to(To(address, name))
            one.add_header(Header("List-Unsubscribe", f"<https://digest.example.org/u/{token}>"))
            one.add_header(Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            one.add_substitution(Substitution("-token-", token))
            one.add_substitution(Substitution("-name-", name))
            one.add_custom_arg(CustomArg("delivery", str(number)))
            mail.add_personalization(one)
        answer = api.send(mail)
        table.step(ids, "accepted", answer.headers["X-Message-Id"])


def _content(html: str, text: str) -> list[dict[str, Any]]:
    return [{"type": "text/plain", "value": text}, {"type": "text/html", "value": html}]
