"""The rehearsal SendGrid as its callers see it: a real server on loopback."""

import http.client
import json
import re
import socket
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid
from tests.rehearsal.caller import TIMEOUT, Caller
from tests.rehearsal.requests import a_reader, a_request


def test_it_listens_on_this_machine_only(provider: RehearsalSendGrid) -> None:
    assert urlsplit(provider.url).hostname == "127.0.0.1"


def test_what_it_takes_it_answers_with_202_an_id_and_nothing_else(caller: Caller, provider: RehearsalSendGrid) -> None:
    status, headers, body = caller.send()
    assert (status, body) == (202, b"")
    (taken,) = provider.book.requests()
    assert headers["X-Message-Id"] == taken.message_id


def test_it_shows_the_bytes_that_each_reader_would_get(caller: Caller) -> None:
    caller.send()
    first, second = caller.see("/rehearsal/letters")
    assert first["to"] == {"email": "reader1@example.org", "name": "Reader 1"}
    assert first["text"] == "For Reader 1.\nSnow – снег\n"
    assert second["html"] == "<p>For Reader 2.</p><p>Snow – снег</p>"
    assert second["custom_args"] == {"delivery": "delivery-2"}
    assert second["headers"] == {
        "List-Id": "<morning.news.example.org>",
        "List-Unsubscribe": "<https://digest.example.org/u/0000000000000000000002>",
    }
    assert caller.see("/rehearsal/letters?first=1") == [second]
    assert caller.see("/rehearsal/requests") == [a_request()]
    assert caller.see("/rehearsal/numbers") == {"requests": 1, "letters": 2, "asked": 1, "lines": 1}


def test_a_person_can_look_at_the_letters(caller: Caller) -> None:
    caller.send(a_request(subject="<b>Snow</b> & ice"))
    page = caller.ask("GET", "/")[2].decode()
    assert "&lt;b&gt;Snow&lt;/b&gt; &amp; ice" in page
    (link, *_) = re.findall(r'href="([^"]*/html)"', page)
    assert caller.ask("GET", link)[2].decode() == "<p>For Reader 1.</p><p>Snow – снег</p>"
    assert caller.ask("GET", "/rehearsal/letters/1/text")[2].decode() == "For Reader 2.\nSnow – снег\n"
    for nowhere in ("/rehearsal/letters/2/text", "/rehearsal/letters/x/text", "/v3/mail/send"):
        assert caller.ask("GET", nowhere)[0] == 404
    assert caller.ask("POST", "/v3/designs", {})[0] == 404


@pytest.mark.parametrize("header", ["", "Bearer SG.another", f"bearer {KEY}"])
def test_without_the_key_it_takes_nothing(caller: Caller, provider: RehearsalSendGrid, header: str) -> None:
    status, _, body = caller.send(Authorization=header)
    assert status == 401
    (error,) = json.loads(body)["errors"]
    assert (error["field"], error["help"]) == (None, None)
    assert provider.book.requests() == ()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (a_request(subject=""), {}, 400),
        (b"{", {}, 400),
        (b'{"send_at": NaN}', {}, 400),
        (b"\xff", {}, 400),
        (None, {"Content_Type": "text/plain"}, 415),
        (b" " * 30_000_001, {}, 413),
    ],
)
def test_what_is_wrong_is_refused_and_said(
    caller: Caller, provider: RehearsalSendGrid, body: object, headers: dict[str, str], status: int
) -> None:
    said, _, answer = caller.send(body, **headers)
    assert said == status
    assert json.loads(answer)["errors"][0]["message"]
    assert provider.book.requests() == ()


def test_a_complaint_names_field_and_page(caller: Caller) -> None:
    _, _, body = caller.send(a_request(personalizations=[a_reader(1), a_reader(2, to=[{"email": "x"}])]))
    assert json.loads(body)["errors"] == [
        {
            "message": "Does not contain a valid address.",
            "field": "personalizations.1.to.0.email",
            "help": "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message.personalizations.to.email",
        }
    ]


def test_in_sandbox_mode_it_looks_and_takes_nothing(caller: Caller, provider: RehearsalSendGrid) -> None:
    sandbox = {"mail_settings": {"sandbox_mode": {"enable": True}}}
    assert caller.send(a_request(**sandbox))[0] == 200
    assert caller.send(a_request(**sandbox, subject=""))[0] == 400
    assert provider.book.requests() == ()


def test_a_line_is_kept_for_many_requests(caller: Caller, provider: RehearsalSendGrid) -> None:
    for _ in range(3):
        assert caller.send()[0] == 202
    assert (provider.lines, provider.asked) == (1, 3)


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "taken"),
    [
        (FaultKind.SLOW, 202, 1),
        (FaultKind.IDLE_CLOSED, 202, 1),
        (FaultKind.TOO_MANY, 429, 0),
        (FaultKind.ERROR, 500, 0),
        (FaultKind.ERROR_AFTER, 500, 1),
        (FaultKind.UNAVAILABLE, 503, 0),
        (FaultKind.UNAUTHORIZED, 401, 0),
        (FaultKind.FORBIDDEN, 403, 0),
        (FaultKind.TOO_LARGE, 413, 0),
        (FaultKind.REDIRECT, 302, 0),
        (FaultKind.REFUSE, 400, 0),
        (FaultKind.REFUSE_ALL, 400, 0),
    ],
)
def test_a_fault_that_answers(
    caller: Caller, provider: RehearsalSendGrid, kind: FaultKind, status: int, taken: int
) -> None:
    provider.script.add(Fault(kind=kind, seconds=0.05, match="reader2@"))
    assert caller.send()[0] == status
    assert len(provider.book.requests()) == taken
    another = Caller(provider)
    with closing(another.line):
        assert another.send()[0] == 202  # a fault is had once


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        (FaultKind.HANG, 0),
        (FaultKind.HANG_AFTER, 1),
        (FaultKind.CUT_EARLY, 0),
        (FaultKind.CUT, 0),
        (FaultKind.CUT_AFTER, 1),
        (FaultKind.HALF_CLOSED, 1),
    ],
)
def test_a_fault_that_gives_no_answer(caller: Caller, provider: RehearsalSendGrid, kind: FaultKind, taken: int) -> None:
    provider.script.add(Fault(kind=kind, seconds=0.05))
    with pytest.raises((http.client.HTTPException, OSError)):
        caller.send()
    assert len(provider.book.requests()) == taken


def test_an_answer_that_is_cut_short_has_no_id(caller: Caller, provider: RehearsalSendGrid) -> None:
    provider.script.add(Fault(kind=FaultKind.CUT_SHORT))
    assert caller.send() == (202, {}, b"")  # http.client takes the end of the line for the end of the headers
    assert len(provider.book.requests()) == 1


def test_a_hanging_line_hangs(caller: Caller, provider: RehearsalSendGrid) -> None:
    provider.script.add(Fault(kind=FaultKind.HANG_AFTER, seconds=TIMEOUT))
    caller.line.timeout = 0.1
    with pytest.raises(TimeoutError):
        caller.send()


def test_an_idle_line_is_closed_without_a_word(caller: Caller, provider: RehearsalSendGrid) -> None:
    provider.script.add(Fault(kind=FaultKind.IDLE_CLOSED))
    assert "Connection" not in caller.send()[1]
    assert isinstance(caller.line.sock, socket.socket)
    assert caller.line.sock.recv(1) == b""


def test_429_says_when_to_come_back(caller: Caller, provider: RehearsalSendGrid) -> None:
    provider.script.add(Fault(kind=FaultKind.TOO_MANY, seconds=30))
    _, headers, _ = caller.send()
    assert 20 < int(headers["X-RateLimit-Reset"]) - time.time() < 31
    assert headers["X-RateLimit-Remaining"] == "0"


def test_413_is_for_those_with_more_readers_than_it_says(caller: Caller, provider: RehearsalSendGrid) -> None:
    provider.script.add(Fault(kind=FaultKind.TOO_LARGE, readers=2, times=2))
    assert caller.send(a_request(3))[0] == 413
    assert caller.send(a_request(2))[0] == 202


def test_a_refusal_names_the_reader_by_place_and_repeats_the_address(
    caller: Caller, provider: RehearsalSendGrid
) -> None:
    provider.script.add(Fault(kind=FaultKind.REFUSE, match="reader2@", times=2))
    (error,) = json.loads(caller.send()[2])["errors"]
    assert error["field"] == "personalizations.1.to.0.email"
    assert "reader2@example.org" in error["message"]
    assert caller.send(a_request(1))[0] == 202  # nobody of that address is in it


def test_faults_are_ordered_from_outside_and_all_is_forgotten_on_demand(
    caller: Caller, provider: RehearsalSendGrid
) -> None:
    ordered = [{"kind": "error", "times": 2}, {"kind": "slow", "seconds": 0}]
    assert caller.ask("POST", "/rehearsal/faults", ordered)[0] == 200
    assert [caller.send()[0] for _ in range(4)] == [500, 500, 202, 202]
    caller.ask("POST", "/rehearsal/faults", {"kind": "error"})
    assert caller.ask("POST", "/rehearsal/reset", {})[0] == 200
    assert provider.book.requests() == ()
    assert caller.send()[0] == 202
    for wrong in ({"kind": "rain"}, {"kind": "slow", "colour": "blue"}, "slow", b"{"):
        assert caller.ask("POST", "/rehearsal/faults", wrong)[0] == 400
