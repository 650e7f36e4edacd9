"""The ledger on SQLite: plan, claim and record for every reader, against the same rows in bare SQL."""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clockwork import compare
from digest.audience.ports import Joining
from digest.compose.grouping import share_out
from digest.compose.issue import Excluded, Owed
from digest.ids import EVERY_JOURNALIST, GROUND, ListName
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.send.delivery_id import delivery_id
from digest.send.ledger import Holder, LeftOut, Planned
from digest.send.mail import Accepted
from digest.store.audience import SqlAudience
from digest.store.engine import open_engine
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.newsletters import SqlNewsletters
from tests.builders import a_declaration, a_frozen_issue
from tests.fakes import NOON

READERS = 10_000
BATCH = 1_000
LIST = ListName("morning")


class Ledgers:
    """A fresh store with its readers for every round; only what follows ``fresh`` is the ledger's own work."""

    def __init__(self, folder: Path) -> None:
        """Keep databases in ``folder``."""
        self._folder = folder
        self._round = 0

    def whole_way(self) -> None:
        """Plan, claim and record an issue for every reader."""
        self._round += 1
        sealed = seal(a_frozen_issue(), templates=templates_dir())
        issue, height = sealed.frozen.id, sealed.frozen.height
        with open_engine(f"sqlite:///{self._folder / f'{self._round}.db'}") as engine:
            SqlNewsletters(engine).apply(a_declaration(), at=NOON)
            audience, issues, ledger = SqlAudience(engine), SqlIssues(engine), SqlLedger(engine)
            audience.join(LIST, [_joining(number) for number in range(READERS)], since=GROUND, at=NOON)
            issues.put(sealed)
            issues.approve(issue, sealed.hash, by="bench", at=NOON)
            shared = list(share_out(sealed.frozen, audience.readers(LIST)))
            ids = {one.reader.token: delivery_id(issue, one.reader.token, secret=b"") for one in shared}
            ledger.plan(
                issue,
                [Planned(id=ids[one.reader.token], owed=one) for one in shared if isinstance(one, Owed)],
                [LeftOut(id=ids[one.reader.token], excluded=one) for one in shared if isinstance(one, Excluded)],
                height=height,
                at=NOON,
            )
            holder = Holder(worker="bench", since=NOON)
            while claims := ledger.claim(issue, worker="bench", limit=BATCH, lease_seconds=60, at=NOON):
                answers = [Accepted(delivery=claim.id, receipt="bench") for claim in claims]
                ledger.record(issue, answers, holder=holder, height=height, at=NOON)

    def bare(self) -> None:
        """Insert as many rows and update them twice, batch by batch, each batch committed to the disk."""
        self._round += 1
        with sqlite3.connect(self._folder / f"{self._round}.db") as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY, state TEXT, receipt TEXT)")
            connection.executemany("INSERT INTO ledger VALUES (?, 'planned', NULL)", ((n,) for n in range(READERS)))
            connection.commit()
            for start in range(0, READERS, BATCH):
                for state in ("claimed", "accepted"):
                    connection.execute(
                        "UPDATE ledger SET state = ? WHERE id >= ? AND id < ?", (state, start, start + BATCH)
                    )
                    connection.commit()
        connection.close()


def _joining(number: int) -> Joining:
    return Joining(address=f"reader{number}@example.org", locale="en", time_zone="UTC", follows=(EVERY_JOURNALIST,))


def main() -> None:
    """Print readers per second."""
    with TemporaryDirectory() as folder:
        ledgers = Ledgers(Path(folder))
        compare(
            f"Ledger of {READERS:,} readers, import included",
            "readers",
            {
                "limit: bare SQL, one INSERT and two UPDATEs": (ledgers.bare, READERS),
                "import, share out, plan, claim, record": (ledgers.whole_way, READERS),
            },
            rounds=3,
        )
