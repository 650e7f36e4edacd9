"""SendGrid's lists of whom it does not mail, on the rehearsal server."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from digest.audience.reader import SuppressionReason
from digest.errors import Refused, TryLater
from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid
from digest.send.mailers.sendgrid.lists import PAGE, SendGridLists, open_lists
from digest.send.provider_lists import Listed

LONG_AGO = 1_700_000_000


@pytest.fixture
def lists(provider: RehearsalSendGrid) -> Iterator[SendGridLists]:
    with open_lists(KEY, host=provider.url) as opened:
        yield opened


def test_everybody_is_read_with_the_reason_that_their_list_means(
    provider: RehearsalSendGrid, lists: SendGridLists
) -> None:
    why = "550 5.1.1 <aida@x.example>: no such user"
    provider.lists.add("bounces", "Aida@x.example", reason=why, created=LONG_AGO)
    provider.lists.add("blocks", "blocked@x.example", reason="452 try later")
    provider.lists.add("invalid_emails", "b@x.example", reason="Mail domain mentioned in email is unknown")
    provider.lists.add("spam_reports", "c@x.example")
    provider.lists.add("unsubscribes", "d@x.example")
    everybody = [one for page in lists.pages() for one in page]
    assert everybody[0] == Listed(
        address="Aida@x.example",
        reason=SuppressionReason.BOUNCED,
        since=datetime.fromtimestamp(LONG_AGO, UTC),
        why="550 5.1.1 <the address>: no such user",
    )
    assert [(one.address, one.reason) for one in everybody[1:]] == [
        ("b@x.example", SuppressionReason.INVALID),
        ("c@x.example", SuppressionReason.COMPLAINED),
        ("d@x.example", SuppressionReason.UNSUBSCRIBED),
    ]


def test_a_long_list_is_read_page_by_page_and_to_its_end(provider: RehearsalSendGrid, lists: SendGridLists) -> None:
    for number in range(PAGE + 1):
        provider.lists.add("bounces", f"reader{number}@x.example", created=LONG_AGO + number)
    sizes = [len(page) for page in lists.pages() if page]
    assert sizes == [PAGE, 1]


def test_an_instant_that_is_none_is_long_ago(provider: RehearsalSendGrid, lists: SendGridLists) -> None:
    provider.lists.add("bounces", "a@x.example", created=10**15)
    (one,) = (one for page in lists.pages() for one in page)
    assert one.since == datetime.fromtimestamp(0, UTC)


def test_who_is_told_of_is_on_its_list_and_can_be_taken_back(provider: RehearsalSendGrid, lists: SendGridLists) -> None:
    lists.tell(["a+b@x.example", "c@x.example"])
    assert provider.lists.emails("unsubscribes") == ["a+b@x.example", "c@x.example"]
    lists.take_back("a+b@x.example")
    lists.take_back("a+b@x.example")
    assert provider.lists.emails("unsubscribes") == ["c@x.example"]


def test_a_key_without_that_access_is_told_what_it_needs(provider: RehearsalSendGrid) -> None:
    with open_lists("SG.wrong", host=provider.url) as lists, pytest.raises(Refused) as refused:
        list(lists.pages())
    assert "“Suppressions”" in str(refused.value)
    assert "SG.wrong" not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        (FaultKind.FORBIDDEN, Refused, "“Suppressions”"),
        (FaultKind.TOO_MANY, TryLater, "too many requests"),
        (FaultKind.ERROR, TryLater, "a failure of its own"),
        (FaultKind.CUT, TryLater, "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_named(
    provider: RehearsalSendGrid, lists: SendGridLists, kind: FaultKind, error: type[Exception], words: str
) -> None:
    provider.script.add(Fault(kind=kind))
    with pytest.raises(error, match=words):
        list(lists.pages())


def test_what_it_will_not_take_is_said(lists: SendGridLists) -> None:
    with pytest.raises(Refused, match="recipient_emails must be an array"):
        lists.tell(["no address"])


@pytest.mark.parametrize("body", [b"<html></html>", b'{"result": []}'])
def test_who_is_no_sendgrid_sends_no_list(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as line:
                line.recv(65536)
                line.sendall(head + body)

        thread = threading.Thread(target=answer)
        thread.start()
        host = f"http://127.0.0.1:{server.getsockname()[1]}"
        with open_lists(KEY, host=host) as lists, pytest.raises(Refused, match="sent no list"):
            list(lists.pages())
        thread.join()
