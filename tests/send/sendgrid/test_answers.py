import json
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from digest.send.mailers.sendgrid.answers import Fault, Meaning, Reply, faults, meaning, wait_after, words
from tests.fakes import NOON
from tests.send.sendgrid.letters import a_letter, letters


def a_reply(status: int = 400, body: object = None, **headers: str) -> Reply:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=given, body=body if isinstance(body, bytes) else json.dumps(body).encode())


def errors(*found: Any) -> Reply:
    return a_reply(400, {"errors": [dict(zip(("message", "field"), one, strict=True)) for one in found]})


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        (200, Meaning.UNKNOWN),
        (204, Meaning.UNKNOWN),
        (301, Meaning.MISDIRECTED),
        (302, Meaning.MISDIRECTED),
        (307, Meaning.MISDIRECTED),
        (400, Meaning.WRONG),
        (401, Meaning.LOCKED_OUT),
        (403, Meaning.LOCKED_OUT),
        (404, Meaning.MISDIRECTED),
        (405, Meaning.MISDIRECTED),
        (408, Meaning.TOO_MANY),
        (413, Meaning.TOO_LARGE),
        (415, Meaning.MISDIRECTED),
        (429, Meaning.TOO_MANY),
        (500, Meaning.UNKNOWN),
        (502, Meaning.UNKNOWN),
        (503, Meaning.UNKNOWN),
        (504, Meaning.UNKNOWN),
        (599, Meaning.UNKNOWN),
    ],
)
def test_what_a_status_means(status: int, meant: Meaning) -> None:
    assert meaning(a_reply(status, x_message_id="id")) is meant


def test_a_yes_has_an_id_or_it_is_none() -> None:
    assert meaning(a_reply(202, x_message_id="id")) is Meaning.ACCEPTED
    assert meaning(a_reply(202)) is Meaning.UNKNOWN


def test_in_the_sandbox_yes_is_200_and_202_would_be_a_surprise() -> None:
    assert meaning(a_reply(200), sandbox=True) is Meaning.LOOKED_AT
    assert meaning(a_reply(202, x_message_id="id"), sandbox=True) is Meaning.UNKNOWN


def test_we_come_back_when_it_says_by_its_own_clock() -> None:
    reset = str(int((NOON + timedelta(seconds=25)).timestamp()))
    assert wait_after(a_reply(429, date=format_datetime(NOON, usegmt=True), x_ratelimit_reset=reset)) == 25


@pytest.mark.parametrize(("reset", "wait"), [("0", 1), ("99999999999999999999", 3600)])
def test_what_it_says_is_kept_within_reason(reset: str, wait: float) -> None:
    assert wait_after(a_reply(429, date=format_datetime(NOON), x_ratelimit_reset=reset)) == wait


@pytest.mark.parametrize(
    "headers",
    [{}, {"x_ratelimit_reset": "soon"}, {"x_ratelimit_reset": "٣"}, {"x_ratelimit_reset": "1"}, {"date": "yesterday"}],
)
def test_where_it_says_nothing_that_can_be_read_it_is_a_minute(headers: dict[str, str]) -> None:
    assert wait_after(a_reply(429, **headers)) == 60


def test_a_date_without_a_zone_is_utc() -> None:
    reply = a_reply(429, date="Fri, 19 Dec 2025 12:00:00 -0000", x_ratelimit_reset=str(int(NOON.timestamp()) + 9))
    assert wait_after(reply) == 9


def test_a_complaint_is_about_the_reader_whom_its_field_names() -> None:
    reply = errors(
        ("Does not contain a valid address.", "personalizations.1.to.0.email"),
        ("Too long.", "personalizations.2.headers"),
        ("Wrong.", "personalizations.0"),
    )
    assert faults(reply, letters(3)) == (
        Fault(words="Does not contain a valid address.", place=1, what="to"),
        Fault(words="Too long.", place=2, what="headers"),
        Fault(words="Wrong.", place=0),
    )


def test_a_complaint_without_a_field_is_about_the_reader_whose_address_it_repeats() -> None:
    reply = errors(("You have included [READER2@example.org] more than once.", "personalizations"))
    assert faults(reply, letters(3)) == (
        Fault(words="You have included [the address] more than once.", place=1, what="to"),
    )


@pytest.mark.parametrize(
    "found",
    [
        ("The subject is required.", "subject"),
        ("There are 1000 at most.", "personalizations"),
        ("Nobody of that place.", "personalizations.3.to"),
        ("reader1@example.org and reader2@example.org are one.", "personalizations"),
        ("Somebody else: stranger@example.org", None),
    ],
)
def test_any_other_complaint_is_about_the_request(found: tuple[str, str | None]) -> None:
    (fault,) = faults(errors(found), letters(3))
    assert fault.place is None
    assert "@" not in fault.words


@pytest.mark.parametrize(
    "body",
    [b"<html>Bad Gateway</html>", b"\xff\xfe", [], {"errors": "x"}, {"errors": ["x", 1]}, {"errors": [{}]}, None],
)
def test_an_answer_without_complaints_has_none(body: object) -> None:
    reply = a_reply(502, body)
    assert all(fault == Fault(words="") for fault in faults(reply, letters(1)))
    assert words(reply) == "status 502"


def test_no_words_repeat_an_address_or_a_line_end() -> None:
    mails = [a_letter(1, address="o'neil+news@example.org"), a_letter(2, address='"a"@example.org')]
    said = 'Bad: <O\'Neil+News@Example.org>, "a"@example.org, "a b"@example.org\r\nX: x@y.example'
    reply = errors((said, "personalizations.0.to"))
    (fault,) = faults(reply, mails)
    assert "@" not in fault.words + words(reply)
    assert "\n" not in fault.words + words(reply)
    assert "neil" not in fault.words.lower()


def test_words_are_not_without_end() -> None:
    assert len(words(errors(("x " * 1000, None), ("y", None)))) <= 300
