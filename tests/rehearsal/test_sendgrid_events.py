"""The rehearsal's events: what it took, posted as SendGrid posts it, and as badly as somebody asks for."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sendgrid.helpers.eventwebhook import EventWebhook

from digest.rehearsal.sendgrid import RehearsalSendGrid, serve
from digest.rehearsal.sendgrid_book import Taken
from digest.rehearsal.sendgrid_events import LARGEST_POST, order_from

READERS = ("aida@example.org", "bek@example.org", "cholpon@example.org")


class Listener(HTTPServer):
    """Keeps what was posted to it, and answers with the statuses that it was given, then with 204."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.statuses = list(statuses)
        self.heard: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hooks/sendgrid?a=b"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.heard for event in json.loads(body)]


class _Answers(BaseHTTPRequestHandler):
    server: Listener

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()


@contextmanager
def listening(*statuses: int) -> Iterator[Listener]:
    with Listener(*statuses) as listener:
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield listener
        finally:
            listener.shutdown()
            thread.join()


@pytest.fixture
def provider() -> Iterator[RehearsalSendGrid]:
    with serve() as running:
        people = [{"to": [{"email": one}], "custom_args": {"delivery": f"d-{one[0]}"}} for one in READERS]
        running.book.enter(
            Taken(message_id="m1", request={"personalizations": people, "categories": ["brief"], "subject": "S"})
        )
        yield running


def order(provider: RehearsalSendGrid, to: str, **facts: Any) -> dict[str, Any]:
    request = urllib.request.Request(f"{provider.url}/rehearsal/events", json.dumps({"to": to, **facts}).encode())
    with urllib.request.urlopen(request) as answer:
        said: dict[str, Any] = json.load(answer)
    return said


def test_it_posts_what_happened_to_every_mail_signed_as_sendgrids_own_package_wants_it(
    provider: RehearsalSendGrid,
) -> None:
    with listening() as listener:
        said = order(provider, listener.url, at=1_766_145_600)
    with urllib.request.urlopen(f"{provider.url}/rehearsal/webhook-key") as answer:
        key = EventWebhook(answer.read().decode().strip())
    assert said == {"events": 6, "posts": 1, "statuses": [204]}
    ((headers, body),) = listener.heard
    signature = headers["X-Twilio-Email-Event-Webhook-Signature"]
    assert key.verify_signature(body.decode(), signature, headers["X-Twilio-Email-Event-Webhook-Timestamp"])
    first, second = listener.events[:2]
    assert (first["event"], second["event"], second["timestamp"]) == ("processed", "delivered", 1_766_145_600)
    assert (first["email"], first["delivery"], first["category"]) == ("aida@example.org", "d-a", ["brief"])
    assert first["sg_message_id"].startswith("m1.")
    assert len({event["sg_event_id"] for event in listener.events}) == 6


def test_some_bounce_and_the_others_do_not(provider: RehearsalSendGrid) -> None:
    with listening() as listener:
        order(provider, listener.url, kinds=["bounce", "blocked"], match="bek@", reason="552 Full")
        order(provider, listener.url, kinds=["delivered", "tomorrows-word"], unless="bek@")
    said = [(event["email"][:3], event["event"], event.get("type"), event.get("reason")) for event in listener.events]
    assert said[:2] == [("bek", "bounce", "bounce", "552 Full"), ("bek", "bounce", "blocked", "552 Full")]
    assert {event[:2] for event in said[2:]} == {
        (who, word) for who in ("aid", "cho") for word in ("delivered", "tomorrows-word")
    }


def test_events_come_twice_in_any_order_in_small_posts_and_late(provider: RehearsalSendGrid) -> None:
    asked = {"duplicates": 1, "changed_ids": True, "shuffle": True, "seed": 3, "most_bytes": 900, "delay": 0.01}
    with listening(503, 500) as listener:
        said = order(provider, listener.url, tries=3, **asked)
    assert said["events"] == 12
    assert said["statuses"][:3] == [503, 500, 204]
    assert len(said["statuses"]) == said["posts"] + 2
    assert all(len(body) <= 904 for _, body in listener.heard)
    told = listener.events
    kept = [json.dumps({**event, "sg_event_id": ""}, sort_keys=True) for event in told]
    assert len(set(kept)) == 6
    assert len({event["sg_event_id"] for event in told}) == 12
    words = [event["event"] for event in told]
    assert words != sorted(words, reverse=True)


def test_nobody_who_listens_is_no_answer(provider: RehearsalSendGrid) -> None:
    with listening() as listener:
        pass
    assert order(provider, listener.url, tries=2)["statuses"] == [None, None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "http://192.0.2.1/hooks"},
        {"to": "https://127.0.0.1/"},
        {"to": "http://sendgrid.example/"},
        {"to": "http:///"},
        {},
        {"to": "http://localhost:1/", "colour": "red"},
        {"to": "http://localhost:1/", "most_bytes": LARGEST_POST + 1},
        {"to": "http://localhost:1/", "tries": 0},
        {"to": "http://localhost:1/", "kinds": 5},
    ],
)
def test_events_stay_on_this_machine_and_an_order_must_make_sense(provider: RehearsalSendGrid, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"machine|order has|post has"):
        order_from(wrong)
    request = urllib.request.Request(f"{provider.url}/rehearsal/events", json.dumps(wrong).encode())
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request)
    with raised.value as answer:
        assert answer.status == 400
