"""What goes around every page: headers, health, size caps, mishaps, and a log that names nobody."""

import logging
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.audience.reader import Membership, SubscriptionState
from digest.errors import StoreOutdated, StoreUnreachable
from digest.store.engine import open_engine
from digest.store.tables import REVISION
from digest.web.forms import MOST_BYTES, MULTIPART, URLENCODED
from digest.wiring import Runtime
from tests.contracts.desk import Desk
from tests.web.conftest import READERS
from tests.web.serving import ONE_CLICK, STRANGER, Answer, Served, serving, subscribe

WANTED = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture
def one_store(migrated_file: Path, tmp_path: Path) -> str:
    """A store for what has nothing to do with the database."""
    path = tmp_path / "digest.db"
    path.write_bytes(migrated_file.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def running(one_store: str) -> Iterator[Served]:
    with open_engine(one_store) as engine:
        desk = Desk(engine)
        subscribe(desk, *READERS)
        with serving(one_store, desk) as served:
            yield served


def some_of_each(served: Served) -> list[Answer]:
    token = served.reader().token
    return [
        served.get(f"/u/{token}"),
        served.get(f"/r/{token}"),
        served.get("/u/x"),
        served.get("/i"),
        served.get("/i/nothing"),
        served.get("/health"),
        served.get("/nowhere"),
        served.ask("DELETE", "/i"),
        served.post(f"/u/{token}", {"x": "y" * MOST_BYTES}),
    ]


def test_every_answer_has_the_headers_that_keep_a_visitor_safe(running: Served) -> None:
    answers = some_of_each(running)
    assert [one.status for one in answers] == [200, 200, 404, 200, 404, 200, 404, 405, 413]
    for answer in answers:
        assert WANTED.items() <= answer.headers.items()
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"script-src|unsafe|https?:|\*", policy)
        assert not {"set-cookie", "server", "x-powered-by"} & answer.headers.keys()


def test_no_page_has_a_script_a_style_of_its_own_or_anything_from_elsewhere(running: Served) -> None:
    for answer in some_of_each(running):
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|<img|<iframe|javascript:", answer.body)
        assert not re.search(r'(?:href|src|action)="(?:https?:)?//', answer.body)


def test_the_stylesheet_is_kept_for_ever_under_a_name_of_its_own(running: Served) -> None:
    (name,) = set(re.findall(r'rel="stylesheet" href="([^"]+)"', running.get("/i").body))
    style = running.get(name)
    assert (style.status, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in style.headers["cache-control"]
    assert len(style.body) < 12_288
    assert "url(" not in style.body


def test_a_form_that_is_too_large_is_not_read_to_its_end(running: Served) -> None:
    token = running.reader().token
    before = running.reader()
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        head = f"POST /u/{token} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\nList-Unsubscribe=One-Click&x="
        connection.sendall(head.encode() + b"y" * (2 * MOST_BYTES))
        assert connection.recv(12) == b"HTTP/1.1 413"
    assert running.reader() == before


def test_a_head_that_is_too_long_is_refused(running: Served) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        connection.sendall(b"GET /i HTTP/1.1\r\nX-Long: " + b"y" * 100_000)
        assert connection.recv(12) == b"HTTP/1.1 400"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT"]),
    st.lists(
        st.sampled_from(["u", "r", "i", "n", "TOKEN", "data", "..", "atom.xml", ""]) | st.text(max_size=12), max_size=4
    ),
    st.binary(max_size=80),
    st.sampled_from([URLENCODED, MULTIPART, f"{MULTIPART}; boundary=x", "text/plain", "\x80;="]),
)
def test_whatever_is_asked_is_answered_and_nobody_leaves(
    running: Served, method: str, parts: list[str], body: bytes, content_type: str
) -> None:
    token = running.reader().token
    path = "/" + "/".join(quote(token if part == "TOKEN" else part, safe="", errors="replace") for part in parts)
    said = running.ask(method, path, body, Content_Type=content_type)
    assert said.status in (200, 400, 404, 405)
    assert WANTED.items() <= said.headers.items()
    assert running.reader().state is SubscriptionState.ACTIVE


def test_health_is_for_operators(running: Served) -> None:
    said = running.get("/health")
    assert said.body == f'{{"status":"ok","revision":"{REVISION}"}}'
    assert running.get("/favicon.ico").status == 204


def test_there_is_no_description_for_programs_and_no_trailing_slash_is_followed(running: Served) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/i/", "/u/", f"/u/{running.reader().token}/", "/templates/web"):
        assert running.get(path).status == 404


class GoneStore:
    """A reader book whose database is gone; no more of it is asked."""

    def membership(self, token: str) -> Membership | None:
        raise StoreUnreachable(f"The database does not answer, says driver of {token}.")

    def leave_by_token(self, token: str, *, at: object) -> bool:
        raise ZeroDivisionError(token, at)


def gone() -> str:
    raise StoreOutdated(None, REVISION)


def broken(runtime: Runtime) -> Runtime:
    return replace(runtime, readers=GoneStore(), check_store=gone)  # type: ignore[arg-type]


def test_a_mishap_has_one_polite_page_and_tells_nothing(one_store: str, caplog: pytest.LogCaptureFixture) -> None:
    with serving(one_store, None, change=broken) as served:  # type: ignore[arg-type]
        away, fault, health = (
            served.get(f"/u/{STRANGER}"),
            served.post(f"/u/{STRANGER}", ONE_CLICK),
            served.get("/health"),
        )
    assert (away.status, away.headers["retry-after"]) == (503, "60")
    assert "Our records cannot be reached" in away.body
    assert fault.status == 500
    assert "on our side" in fault.body
    assert (health.status, health.body) == (503, '{"status":"failed","error":"StoreOutdated"}')
    for answer in (away, fault, health):
        assert WANTED.items() <= answer.headers.items()
        assert not re.search(r"Traceback|driver|ZeroDivision|File |sqlite", answer.body)
    assert "ZeroDivisionError" in caplog.text, "the operator reads what happened"


def test_the_log_has_a_line_for_each_request_and_names_nobody(one_store: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with open_engine(one_store) as engine:
        desk = Desk(engine)
        subscribe(desk, *READERS)
        with serving(one_store, desk) as served:
            token = served.reader().token
            served.post(f"/u/{token}?utm=x", ONE_CLICK)
            served.get(f"/u/{token}/more")
            served.ask("GET", f"/{token}", Referer=f"https://example.org/{token}")
    lines = [record.getMessage() for record in caplog.records if record.name == "digest.web"]
    assert [re.sub(r"\d+ ms", "0 ms", line) for line in lines] == [
        "POST /u/{token} 200 0 ms",
        "GET (no such page) 404 0 ms",
        "GET (no such page) 404 0 ms",
    ]
    for secret in (token, "reader1", "utm", "example.org", "127.0.0.1"):
        assert secret not in caplog.text
