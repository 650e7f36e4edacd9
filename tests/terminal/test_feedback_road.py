"""The whole road: a line cut after SendGrid took everything, its signed events twice and in any order, and proof."""

import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid, serve
from digest.store.engine import open_engine
from tests.contracts.desk import Desk
from tests.terminal.cli import LETTERS, MORNING, NEXT_MORNING, digest
from tests.web.serving import serving

READERS = 40
NOW = int(datetime.fromisoformat(MORNING).timestamp()) + 60
AGAIN = {"duplicates": 2, "changed_ids": True, "shuffle": True, "most_bytes": 4_000, "at": NOW}


@pytest.fixture
def ready(applied: Path) -> Path:
    rows = (f"reader{number}@readers.example,Reader {number},aigerim-sadykova,en" for number in range(READERS))
    (applied / "readers.csv").write_text("address,name,follows,locale\n" + "\n".join(rows), encoding="utf-8")
    assert digest("audience", "import", "readers.csv", "--list", LETTERS).code == 0
    return applied


@contextmanager
def hooked(folder: Path, provider: RehearsalSendGrid) -> Iterator[str]:
    """Serve the folder's store to the provider, at the sample's own morning; give the address of the hook."""
    url = f"sqlite:///{folder / 'var' / 'digest.db'}"
    with (
        open_engine(url) as engine,
        serving(url, Desk(engine), sendgrid_webhook_key=provider.postman.webhook_key) as served,
    ):
        served.clock.at = datetime.fromisoformat(MORNING)
        yield f"{served.url}/hooks/sendgrid"


def order(provider: RehearsalSendGrid, to: str, **facts: Any) -> None:
    request = urllib.request.Request(
        f"{provider.url}/rehearsal/events", json.dumps({"to": to, **AGAIN, **facts}).encode()
    )
    with urllib.request.urlopen(request) as answer:
        assert set(json.load(answer)["statuses"]) == {204}


def cursors(folder: Path) -> dict[str, int]:
    with sqlite3.connect(folder / "var" / "digest.db") as store:
        return dict(
            store.execute(
                "SELECT s.address, n.cursor FROM subscriptions n JOIN subscribers s ON s.id = n.subscriber"
            ).fetchall()
        )


def test_events_settle_what_an_outage_left_in_doubt_and_who_bounced_is_owed_it(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(faults=[Fault(kind=FaultKind.CUT_AFTER)]) as provider, hooked(ready, provider) as hook:
        monkeypatch.setenv("DIGEST_MAILER", "sendgrid")
        monkeypatch.setenv("DIGEST_SENDGRID_HOST", provider.url)
        monkeypatch.setenv("DIGEST_SENDGRID_API_KEY", KEY)
        assert digest("run", LETTERS, "--yes", "--at", MORNING).code == 1
        in_doubt = digest("issue", "prove", LETTERS, "--json").json["uncertain"]
        assert in_doubt == len(list(provider.book.letters())) > 0
        order(provider, hook, kinds=["tomorrows-word", "processed", "deferred", "delivered"], seed=7)
        told = digest("issue", "prove", LETTERS, "--json").json
        assert (told["accepted"], told["delivered"], told["uncertain"]) == (in_doubt, in_doubt, 0)

        assert digest("run", LETTERS, "--yes", "--at", MORNING).code == 0
        order(provider, hook, kinds=["processed", "bounce"], match="reader27@")
        order(provider, hook, kinds=["processed", "deferred", "blocked"], match="reader31@", seed=5)

        assert len(list(provider.book.letters())) == READERS
        proved = digest("issue", "prove", LETTERS, "--json")
        told = proved.json
        assert (proved.code, told["accepted"], told["bounced"], told["balanced"]) == (0, READERS, 2, True)
        behind = {address for address, cursor in cursors(ready).items() if cursor == 0}
        assert behind == {"reader27@readers.example", "reader31@readers.example"}

        why = " ".join(digest("why", "reader27@readers.example", LETTERS).out.split())
        assert "mail to it bounced" in why
        assert "told afterwards by sendgrid" in digest("why", "reader1@readers.example", LETTERS).out

        assert digest("run", LETTERS, "--yes", "--at", NEXT_MORNING).code == 0
        first, *_, last = provider.book.letters()
        assert last.to_address == "reader31@readers.example"
        assert len(list(provider.book.letters())) == READERS + 1
        assert len(last.html) > 0
        assert first.custom_args != last.custom_args
    counts = digest("feedback", "list", "--issue", f"{LETTERS}-1", "--json").json["counts"]
    assert (counts["accepted"], counts["unknown"]) == (in_doubt + 2, in_doubt)
    assert not digest("feedback", "list", "--unmatched", "--json").json["told"]
