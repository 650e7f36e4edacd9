"""One network does not take all places, a provider's click always finds one, and nobody waits for a slow form."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.reader import SubscriptionState
from digest.store.engine import open_engine
from digest.web import throttle
from digest.web.throttle import Buckets
from tests.contracts.desk import Desk
from tests.web.conftest import READERS
from tests.web.serving import ONE_CLICK, Served, serving, subscribe

SOMEBODY = "203.0.113.7"


@pytest.fixture
def narrow(migrated_file: Path, tmp_path: Path) -> Iterator[Served]:
    """A door through which each network may go twice a minute."""
    path = tmp_path / "digest.db"
    path.write_bytes(migrated_file.read_bytes())
    with open_engine(f"sqlite:///{path}") as engine:
        desk = Desk(engine)
        subscribe(desk, *READERS)
        with serving(f"sqlite:///{path}", desk, web_most_per_minute=2) as served:
            yield served


def test_whoever_asks_too_much_is_told_when_to_come_again(narrow: Served) -> None:
    asked = [narrow.get("/privacy", X_Forwarded_For=SOMEBODY) for _ in range(3)]
    assert [one.status for one in asked] == [200, 200, 429]
    assert 1 <= int(asked[-1].headers["retry-after"]) <= 30
    assert "Too much was asked from your network" in asked[-1].body
    assert asked[-1].headers["referrer-policy"] == "no-referrer"
    assert narrow.get("/privacy", X_Forwarded_For="203.0.113.99").status == 429  # a neighbour
    assert narrow.get("/privacy", X_Forwarded_For="198.51.100.1").status == 200


def test_nobody_hides_behind_an_address_of_their_own_making(narrow: Served) -> None:
    asked = [narrow.get("/privacy", X_Forwarded_For=f"192.0.2.{n}, {SOMEBODY}").status for n in range(3)]
    assert asked == [200, 200, 429]


def test_a_click_of_a_provider_is_never_held_back(narrow: Served) -> None:
    path = f"/u/{narrow.reader().token}"
    for _ in range(5):
        narrow.get(path, X_Forwarded_For=SOMEBODY)
    body = "&".join(f"{name}={value}" for name, value in ONE_CLICK.items()).encode()
    assert narrow.ask("POST", path, body, X_Forwarded_For=SOMEBODY).status == 200
    assert narrow.reader().state is SubscriptionState.UNSUBSCRIBED
    assert narrow.get("/healthz", X_Forwarded_For=SOMEBODY).status == 200
    assert narrow.get("/readyz", X_Forwarded_For=SOMEBODY).status == 200


def test_a_proxy_that_names_nobody_is_not_held_back(narrow: Served) -> None:
    assert {narrow.get("/privacy").status for _ in range(5)} == {200}


def test_a_form_that_does_not_come_is_not_waited_for(narrow: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle._in_time, "__defaults__", (0.1,))
    with socket.create_connection(("127.0.0.1", narrow.port), timeout=30) as connection:
        path = f"/u/{narrow.reader().token}"
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nList-".encode())
        assert connection.recv(12) == b"HTTP/1.1 408"
    assert narrow.reader().state is SubscriptionState.ACTIVE


def test_a_bucket_fills_again_with_time() -> None:
    buckets = Buckets(60)
    assert [buckets.take("a", 0) for _ in range(60)] == [0] * 60
    assert buckets.take("a", 0) == 1
    assert buckets.take("a", 0.5) == 0.5
    assert buckets.take("a", 1.5) == 0
    assert buckets.take("b", 1.5) == 0


def test_the_network_that_asked_longest_ago_is_forgotten() -> None:
    buckets = Buckets(1, most=2)
    assert [buckets.take(whose, 0) for whose in "abca"] == [0, 0, 0, 0]
    assert buckets.take("c", 0) > 0


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 20))
def test_no_more_are_let_through_than_a_minute_allows(gaps: list[float], per_minute: int) -> None:
    buckets, now, let_through = Buckets(per_minute), 0.0, 0
    for gap in gaps:
        now += gap
        let_through += buckets.take("a", now) == 0
    assert let_through <= per_minute + now * per_minute / 60 + 1e-6
