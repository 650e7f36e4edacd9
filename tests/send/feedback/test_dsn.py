"""Bounces: what a mail server's words mean for the reader, and whose mail they are about."""

from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from digest.send.feedback.dsn import is_report, read_bounce
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from tests.fakes import NOON
from tests.send.feedback.reports import DELIVERY, a_bounce, a_letter, a_qmail_bounce

BOUNCED, BLOCKED, DEFERRED = FeedbackKind.BOUNCED, FeedbackKind.BLOCKED, FeedbackKind.DEFERRED


def read(data: bytes) -> Feedback:
    told = read_bounce(message_from_bytes(data), data, received_at=NOON)
    assert told is not None
    return told


def test_a_bounce_says_what_became_of_which_delivery_and_why() -> None:
    told = read(a_bounce())

    assert (told.kind, told.source, told.said, told.delivery) == (BOUNCED, "dsn", "failed 5.1.1", DELIVERY)
    assert told.at == datetime(2025, 11, 1, 9, tzinfo=UTC)
    assert told.address == "reader1@example.org"
    assert told.why == "5.1.1 smtp; 550 5.1.1 <…>: Recipient address rejected: User unknown"
    assert told.event_id == "<20251101090000.4XyZ@mx.news.example>"
    assert "Action: failed" in told.raw
    assert "text of the mail" not in told.raw


@pytest.mark.parametrize(
    ("action", "status", "diagnosis", "kind"),
    [
        ("failed", "5.1.1", "smtp; 550 no", BOUNCED),
        ("failed (no such user)", "5.1.10", "smtp; 556 null MX", BOUNCED),
        ("failed", "5.2.1", "smtp; 550 mailbox disabled", BOUNCED),
        ("failed", "5.4.4", "X-Postfix; Host or domain name not found", BOUNCED),
        ("failed", "5.1.8", "smtp; 553 sender's domain does not exist", BLOCKED),
        ("failed", "5.2.2", "smtp; 552 mailbox full", BLOCKED),
        ("failed", "5.7.1", "smtp; 550 user unknown to our policy", BLOCKED),
        ("failed", "4.4.7", "smtp; expired", BLOCKED),
        ("failed", "4.4.1", "connection timed out", BLOCKED),
        ("failed", "5.0.0", "smtp; 550 5.1.1 unknown", BOUNCED),
        ("failed", "5.0.0", "smtp; 550 5.7.26 unauthenticated mail", BLOCKED),
        ("failed", "5.0.0", "smtp; 550 No such user here", BOUNCED),
        ("failed", "5.0.0", "smtp; 554 rejected as spam", BLOCKED),
        ("failed", "5.0.0", "smtp; 554 no", BOUNCED),
        ("failed", "", "The account does not exist", BOUNCED),
        ("error", "5.1.1", "OpenSMTPD", BOUNCED),
        ("FAILURE", "5.1.1", "", BOUNCED),
        ("delayed", "4.4.1", "smtp; 451 busy", DEFERRED),
        ("delivered", "2.0.0", "smtp; 250 ok", FeedbackKind.DELIVERED),
        ("relayed", "2.0.0", "", FeedbackKind.ACCEPTED),
        ("expanded", "2.0.0", "", FeedbackKind.ACCEPTED),
    ],
)
def test_only_an_address_that_does_not_exist_is_bounced_for_good(
    action: str, status: str, diagnosis: str, kind: FeedbackKind
) -> None:
    assert read(a_bounce(action=action, status=status, diagnosis=diagnosis)).kind is kind


@pytest.mark.parametrize(
    ("to", "returned"),
    [
        ("bounces@news.example", f"Message-ID: <{DELIVERY}@news.example.org>"),
        ("bounces@news.example\nDelivered-To: bounces+" + DELIVERY + "@news.example", "Subject: Snow"),
        ("bounces@news.example\nX-Original-To: <bounces+" + DELIVERY + "@news.example>", "Subject: Snow"),
        ("bounces@news.example\nIn-Reply-To: <" + DELIVERY + "@news.example.org>", "Subject: Snow"),
    ],
)
def test_the_delivery_is_found_by_its_return_path_or_by_our_message_id(to: str, returned: str) -> None:
    assert read(a_bounce(to=to, returned=returned)).delivery == DELIVERY


def test_headers_alone_are_enough_to_find_the_delivery() -> None:
    data = a_bounce(to="bounces@news.example").replace(b"message/rfc822", b"text/rfc822-headers")

    assert read(data).delivery == DELIVERY


def test_a_bounce_that_names_nobody_but_an_address_silences_nobody() -> None:
    told = read(a_bounce(to="bounces@news.example", returned="Message-ID: <somebody-elses@example.net>"))

    assert (told.kind, told.delivery, told.address) == (BLOCKED, None, "reader1@example.org")
    assert told.suppresses is None


def test_of_several_recipients_the_one_that_failed_counts() -> None:
    other = "\nFinal-Recipient: rfc822; other@example.org\nAction: failed\nStatus: 5.1.1\n"

    assert read(a_bounce(action="delivered", status="2.0.0", diagnosis="", more=other)).kind is BOUNCED


def test_the_status_fields_of_an_international_mail_are_read_too() -> None:
    assert read(a_bounce().replace(b"message/delivery-status", b"message/global-delivery-status")).kind is BOUNCED


def test_bounces_in_prose_are_read_by_what_they_say() -> None:
    told = read(a_qmail_bounce())

    assert (told.kind, told.said, told.delivery) == (BOUNCED, "failed 5.1.1", DELIVERY)
    assert told.why == "5.1.1 Sorry, no mailbox here by that name. (#5.1.1)"
    assert read(a_qmail_bounce(to="bounces@news.example")).delivery == DELIVERY


def test_a_warning_in_prose_is_no_bounce() -> None:
    told = read(
        a_letter(
            "Warning: message delayed",
            to=f"bounces+{DELIVERY}@news.example",
            body="Delivery to the following recipient has been delayed:\n\n     reader1@example.org\n\n"
            "Message will be retried for 2 more day(s)\n",
        )
    )

    assert (told.kind, told.delivery) == (DEFERRED, DELIVERY)
    assert told.why == "delayed"


@pytest.mark.parametrize("data", [a_letter(), a_letter("Re: Snow", body="550 5.1.1 is what I got yesterday")])
def test_a_letter_is_no_bounce(data: bytes) -> None:
    message = message_from_bytes(data)

    assert not is_report(message)
    assert read_bounce(message, data, received_at=NOON) is None


def test_a_report_without_any_action_says_nothing() -> None:
    data = a_bounce().replace(b"Action: failed", b"Action: pondered")

    assert is_report(message_from_bytes(data))
    assert read_bounce(message_from_bytes(data), data, received_at=NOON) is None


def test_an_address_that_is_none_is_left_out() -> None:
    data = (
        a_bounce().replace(b"rfc822; reader1@example.org", b"x400; /c=kz").replace(b"rfc822;reader1@example.org", b"?")
    )

    assert read(data).address is None


@pytest.mark.parametrize(
    ("date", "at"),
    [
        (b"Sat, 1 Nov 2025 10:00:00 -0000", datetime(2025, 11, 1, 10, tzinfo=UTC)),
        (b"yesterday", NOON),
        (b"Sat, 1 Nov 2099 10:00:00 +0000", NOON),
        (b"Sat, 1 Nov 99999 10:00:00 +0000", NOON),
    ],
)
def test_a_report_is_dated_by_itself_unless_its_clock_is_wrong(date: bytes, at: datetime) -> None:
    data = a_bounce().replace(b"\nDate: Sat, 1 Nov 2025 10:00:00 +0100 (CET)", b"\nDate: " + date)

    assert read(data).at == at


def test_the_same_report_is_the_same_event_whenever_it_is_read() -> None:
    data = (
        a_bounce().replace(b"Message-Id: <20251101090000.4XyZ@mx.news.example>\n", b"").replace(b"\nDate: ", b"\nX: ")
    )
    message = message_from_bytes(data)
    first, second = (read_bounce(message, data, received_at=at) for at in (NOON, NOON.replace(hour=13)))

    assert first is not None
    assert second is not None
    assert first.event_id == second.event_id


def test_text_in_a_character_set_that_nobody_knows_is_read_as_far_as_it_goes() -> None:
    data = a_qmail_bounce().replace(b"\nSubject: f", b"\nContent-Type: text/plain; charset=klingon\nSubject: f")

    assert read(data).kind is BOUNCED
