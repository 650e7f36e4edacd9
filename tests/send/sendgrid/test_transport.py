"""The lines to SendGrid, against servers that say whatever the test wants."""

from contextlib import closing
from pathlib import Path

import pytest

from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid
from digest.send.mailers.sendgrid.answers import Reply
from digest.send.mailers.sendgrid.transport import Lines, NoAnswer, NotAsked, open_client
from tests.send.sendgrid.raw_server import saying
from tests.send.smtp.certificates import self_signed

YES = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: id\r\nContent-Length: 0\r\n\r\n"


def post(host: str) -> Reply:
    lines = Lines(host)
    with closing(lines):
        return lines.ask("POST", "/v3/mail/send", {"Authorization": "Bearer x"}, (b"{", b"}"))


def test_an_answer_has_its_status_headers_and_body() -> None:
    with saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nX-One: 1\r\n\r\n{}") as host:
        assert post(host) == Reply(status=400, headers={"content-length": "2", "x-one": "1"}, body=b"{}")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000,
        b"HTTP/1.1 400 Bad Request\r\n\r\n{}",
    ],
)
def test_a_body_that_is_cut_or_never_ends_leaves_the_status(answer: bytes) -> None:
    with saying(answer) as host:
        reply = post(host)
    assert reply.status == 400
    assert len(reply.body) <= 1_000_000


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "the line was closed"),
        (b"SMTP ready\r\n\r\n", "what came is no HTTP"),
        (b"HTTP/1.1 20", "what came is no HTTP"),
        (b"HTTP/1.1 202 Accepted\r\n" + b"X: y\r\n" * 200 + b"\r\n", "what came is no HTTP"),
    ],
)
def test_what_is_no_answer_is_told_apart_from_never_having_asked(answer: bytes, why: str) -> None:
    with saying(answer) as host, pytest.raises(NoAnswer, match=why):
        post(host)


def test_a_line_that_ends_with_its_answer_is_not_kept() -> None:
    with saying(YES.replace(b"X-M", b"Connection: close\r\nX-M"), YES) as host:
        lines = Lines(host)
        with closing(lines):
            assert [lines.ask("POST", "/", {}, (b"{", b"}")).status for _ in range(2)] == [202, 202]


def test_a_line_that_was_idle_for_long_is_not_used_again(
    provider: RehearsalSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.send.mailers.sendgrid.transport._IDLE_SECONDS", 0.0)
    lines = Lines(provider.url)
    with closing(lines):
        for _ in range(2):
            lines.ask("POST", "/v3/mail/send", {}, (b"{", b"}"))
    assert provider.lines == 2


def test_nobody_reads_along_and_nobody_poses_as_sendgrid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, context = self_signed(tmp_path)
    with saying(YES, context=context) as host, pytest.raises(NotAsked, match="certificate is not valid"):
        post(host)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with saying(YES, context=context) as host:
        assert post(host).status == 202


def test_the_official_client_says_where_and_with_what_and_follows_no_redirect(provider: RehearsalSendGrid) -> None:
    lines = Lines(provider.url)
    with closing(lines):
        api = open_client(KEY, lines, host=provider.url)
        provider.script.add(Fault(kind=FaultKind.UNAUTHORIZED))
        assert api.client._("mail").send.post(request_body={}).status == 400  # the key was right, and the body is not
        provider.script.clear()
        assert api.client.mail.send.post(request_body={}).status == 400
        assert api.client.designs.post(request_body={}).status == 404
    assert provider.asked == 2
