"""What SendGrid posts: believed by its signature over the raw bytes, kept once, answered when it is on the disk."""

import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sendgrid.helpers.eventwebhook import EventWebhook
from sqlalchemy import Engine

from digest.audience.reader import SuppressionReason
from digest.errors import BadSetting, StoreUnreachable
from digest.ids import DeliveryId
from digest.send.feedback.ports import TakenIn
from digest.send.feedback.vocabulary import FeedbackKind
from digest.web.forms import MOST_BYTES as FORM_BYTES
from digest.web.hooks import MOST_BYTES, SENDGRID
from digest.wiring import Runtime
from tests.contracts.desk import Desk
from tests.fakes import NOON
from tests.web.conftest import READERS
from tests.web.serving import Answer, Served, serving, subscribe

PRIVATE = ec.generate_private_key(ec.SECP256R1())
KEY = b64encode(PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
AT = int(NOON.timestamp())
COMPLAINT = {"event": "spamreport", "email": "reader1@example.org", "timestamp": AT, "sg_event_id": "1"}


@pytest.fixture
def hooked(engine: Engine, database_url: str) -> Iterator[Served]:
    """A server that believes our key, and one delivery in its ledger."""
    desk = Desk(engine)
    subscribe(desk, *READERS)
    desk.shelve("one")
    issue = desk.approve_issue()
    desk.plan(desk.subscribe(1), issue=issue)
    with serving(database_url, desk, sendgrid_webhook_key=KEY) as running:
        yield running


def sign(body: bytes, at: int | str = AT) -> dict[str, str]:
    signature = PRIVATE.sign(f"{at}".encode() + body, ec.ECDSA(SHA256()))
    return {
        "X_Twilio_Email_Event_Webhook_Signature": b64encode(signature).decode(),
        "X_Twilio_Email_Event_Webhook_Timestamp": str(at),
        "Content_Type": "application/json",
    }


def post(served: Served, body: bytes, **headers: str) -> Answer:
    return served.ask("POST", SENDGRID, body, **(headers or sign(body)))


def written(*events: dict[str, Any]) -> bytes:
    """Write events as SendGrid does: with a line end that is signed, too."""
    return json.dumps(events, ensure_ascii=False).encode() + b"\r\n"


def test_signed_events_are_kept_once_and_followed(hooked: Served) -> None:
    body = written(COMPLAINT, {"event": "tomorrows-word", "timestamp": AT})
    signed = sign(body)
    theirs = EventWebhook(KEY)
    assert theirs.verify_signature(body.decode(), signed["X_Twilio_Email_Event_Webhook_Signature"], str(AT))

    first, again = post(hooked, body, **signed), post(hooked, body, **signed)

    assert [(one.status, one.body) for one in (first, again)] == [(204, "")] * 2
    assert hooked.runtime.feedback.counts() == {FeedbackKind.COMPLAINED: 1, FeedbackKind.UNKNOWN: 1}
    assert hooked.reader(1).suppression is SuppressionReason.COMPLAINED
    assert hooked.reader(2).suppression is None


def test_an_event_finds_its_delivery(hooked: Served) -> None:
    delivery = DeliveryId(f"morning-brief-1-{hooked.reader(1).subscriber.id}")
    assert post(hooked, written({**COMPLAINT, "delivery": delivery, "email": "other@example.org"})).status == 204
    (heard,) = hooked.runtime.feedback.heard(delivery=delivery)
    assert heard.issue == "morning-brief-1"
    assert hooked.reader(1).suppression is SuppressionReason.COMPLAINED


def test_nothing_that_is_not_signed_by_the_key_is_believed(hooked: Served) -> None:
    body = written(COMPLAINT)
    good = sign(body)
    old, early = sign(body, AT - 37 * 3600), sign(body, AT + 2 * 3600)
    assert post(hooked, body, Content_Type="application/json").status == 401
    assert post(hooked, body + b" ", **good).status == 403
    assert post(hooked, body.strip(), **good).status == 403
    assert post(hooked, body, **{**good, "X_Twilio_Email_Event_Webhook_Timestamp": str(AT + 1)}).status == 403
    assert post(hooked, body, **{**good, "X_Twilio_Email_Event_Webhook_Signature": "none"}).status == 403
    assert [post(hooked, body, **headers).status for headers in (old, early)] == [403, 403]
    assert post(hooked, body, **sign(body, AT - 35 * 3600)).status == 204
    assert hooked.runtime.feedback.counts() == {FeedbackKind.COMPLAINED: 1}


def test_a_post_may_be_as_large_as_sendgrids_and_no_larger(hooked: Served) -> None:
    events = [{**COMPLAINT, "sg_event_id": str(n), "timestamp": AT - n, "useragent": "x" * 4_000} for n in range(180)]
    body = written(*events)
    assert FORM_BYTES < 700_000 < len(body) < MOST_BYTES
    assert post(hooked, body).status == 204
    assert hooked.runtime.feedback.counts() == {FeedbackKind.COMPLAINED: 180}
    assert post(hooked, b"[" + b" " * MOST_BYTES + b"]").status == 413


@pytest.mark.parametrize("body", [b"", b"<html>", b'"x"', b"\xff\xfe\x00"])
def test_what_is_signed_and_no_list_of_events_is_a_wrong_request(hooked: Served, body: bytes) -> None:
    assert post(hooked, body).status == 400
    assert post(hooked, written()).status == 204


def test_it_is_no_page(hooked: Served) -> None:
    assert hooked.get(SENDGRID).status == 405
    assert post(hooked, written(COMPLAINT)).headers["x-content-type-options"] == "nosniff"


def test_without_a_key_there_is_nothing_there(served: Served) -> None:
    body = written(COMPLAINT)
    assert served.ask("POST", SENDGRID, body, **sign(body)).status == 404


@pytest.mark.parametrize("key", ["", "SG.secret", KEY[:-4]])
def test_a_key_that_is_none_stops_the_start(database_url: str, engine: Engine, key: str) -> None:
    with (
        pytest.raises(BadSetting, match="DIGEST_SENDGRID_WEBHOOK_KEY"),
        serving(database_url, Desk(engine), sendgrid_webhook_key=key),
    ):
        pass


@dataclass(frozen=True)
class DownBook:
    """A store that is down."""

    def take_in(self, *_: object, **__: object) -> TakenIn:
        raise StoreUnreachable("The database is gone.")


def test_when_the_store_is_down_sendgrid_is_told_to_come_again(engine: Engine, database_url: str) -> None:
    def break_down(runtime: Runtime) -> Runtime:
        return replace(runtime, feedback=DownBook())  # type: ignore[arg-type]

    with serving(database_url, Desk(engine), change=break_down, sendgrid_webhook_key=KEY) as served:
        answer = post(served, written(COMPLAINT))
    assert (answer.status, answer.headers["retry-after"]) == (503, "60")


def test_the_log_has_numbers_and_nobody(hooked: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = written({**COMPLAINT, "url": "https://news.example/u/AAAAAAAAAAAAAAAAAAAAAA"})
    post(hooked, body)
    post(hooked, body, Content_Type="text/plain")
    post(hooked, b"reader1@example.org")
    assert "1 events, 1 new, 1 about no delivery of ours; 0 doubts settled, 1 addresses suppressed" in caplog.text
    assert "was not believed" in caplog.text
    assert "cannot be read" in caplog.text
    assert "example.org" not in caplog.text
    assert "AAAA" not in caplog.text
