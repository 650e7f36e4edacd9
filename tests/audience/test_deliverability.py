"""Asking DNS whether a domain takes mail, against a name server of our own on loopback."""

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import Resolver

from digest.audience.deliverability import takes_mail

ZONE = {
    ("mail.news.", "MX"): "10 mx.mail.news.",
    ("a-record.news.", "A"): "93.184.216.34",
    ("null-mx.news.", "MX"): "0 .",
}
SILENT = "silent.news."


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer, args=(server,))
        thread.start()
        asked = Resolver(configure=False)
        asked.nameservers, asked.port = ["127.0.0.1"], server.getsockname()[1]
        asked.lifetime = asked.timeout = 0.5
        yield asked
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
            stop.sendto(b"stop", server.getsockname())
        thread.join()


def _answer(server: socket.socket) -> None:
    while True:
        packet, sender = server.recvfrom(4096)
        if packet == b"stop":
            return
        question = dns.message.from_wire(packet)
        (asked,) = question.question
        name, kind = asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype)
        if name == SILENT:
            continue
        said = dns.message.make_response(question)
        said.flags |= dns.flags.RA
        record = ZONE.get((name, kind))
        if record is not None:
            said.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, record))
        elif not any(name == known for known, _ in ZONE):
            said.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(said.to_wire(), sender)


@pytest.mark.parametrize(
    ("domain", "takes"),
    [
        ("mail.news", True),
        ("a-record.news", True),
        ("null-mx.news", False),
        ("nowhere.news", False),
        ("silent.news", True),
    ],
)
def test_a_domain_takes_mail_unless_dns_says_that_it_does_not(resolver: Resolver, domain: str, takes: bool) -> None:
    assert takes_mail(f"reader@{domain}", resolver=resolver) is takes
