"""Complaints: whose mail they are about, although the reader is blacked out."""

from email import message_from_bytes

import pytest

from digest.send.feedback.arf import read_complaint
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from tests.fakes import NOON
from tests.send.feedback.reports import DELIVERY, PATH, a_bounce, a_complaint


def read(data: bytes) -> Feedback:
    told = read_complaint(message_from_bytes(data), data, received_at=NOON)
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        ("abuse", FeedbackKind.COMPLAINED),
        ("Fraud", FeedbackKind.COMPLAINED),
        ("virus", FeedbackKind.COMPLAINED),
        ("opt-out", FeedbackKind.UNSUBSCRIBED),
        ("not-spam", FeedbackKind.UNKNOWN),
        ("auth-failure", FeedbackKind.UNKNOWN),
        ("", FeedbackKind.UNKNOWN),
    ],
)
def test_each_type_of_report_has_its_meaning(kind: str, means: FeedbackKind) -> None:
    told = read(a_complaint(kind=kind))

    assert (told.kind, told.said, told.source, told.delivery) == (means, kind.lower(), "arf", DELIVERY)
    assert told.event_id == "<report-1@provider.example>"


def test_why_and_raw_are_the_reports_own() -> None:
    told = read(a_complaint())

    assert told.why == "abuse SomeGenerator/1.0"
    assert told.raw.startswith("Feedback-Type: abuse")
    assert "text" not in told.raw
    assert told.address == "redacted@redacted.invalid"


@pytest.mark.parametrize(
    "data",
    [
        a_complaint(returned="Subject: Snow", path=f"Original-Mail-From: <{PATH}>\n"),
        a_complaint(returned=f"Return-Path: <{PATH}>\nSubject: Snow"),
        a_complaint(returned="Subject: Snow").replace(b"<bounces@news.example>", PATH.encode()),
    ],
)
def test_the_delivery_is_found_by_the_return_path_wherever_it_stands(data: bytes) -> None:
    assert read(data).delivery == DELIVERY


def test_a_complaint_that_names_no_mail_of_ours_silences_nobody() -> None:
    told = read(a_complaint(returned="Message-ID: <other@example.net>"))

    assert (told.kind, told.delivery, told.suppresses) == (FeedbackKind.UNKNOWN, None, None)


def test_a_report_without_an_address_has_none() -> None:
    assert read(a_complaint().replace(b"Original-Rcpt-To: redacted@redacted.invalid\n", b"")).address is None


def test_a_bounce_is_no_complaint() -> None:
    data = a_bounce()

    assert read_complaint(message_from_bytes(data), data, received_at=NOON) is None
