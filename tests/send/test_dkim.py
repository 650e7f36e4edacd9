"""Signing, with dkimpy as the judge: whatever it verifies, receivers will."""

from base64 import b64decode
from email import message_from_bytes
from email.policy import default
from functools import cache
from hashlib import sha256

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import BadSetting
from digest.send.dkim import Signer, read_signer
from digest.send.mime import to_bytes
from tests.fakes import NOON
from tests.send.mails import a_mail

DOMAIN, SELECTOR = "news.example.org", "brief"
EVERY = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "reply-to",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
}
HEADERS = {
    "List-Id": "<brief.news.example.org>",
    "List-Unsubscribe": "<https://digest.example.org/u/0123456789012345678901>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


@cache
def rsa(bits: int = 2048) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


def pem(key: object, lock: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption())


def signer(bits: int = 2048) -> Signer:
    return read_signer(DOMAIN, SELECTOR, pem(rsa(bits)))


def is_verified(letter: bytes, by: Signer) -> bool:
    name, text = by.record
    records = {f"{name}.".encode(): text.encode()}
    return dkim.verify(letter, dnsfunc=lambda asked, timeout=5: records.get(asked))  # noqa: ARG005


def tags_of(letter: bytes) -> dict[str, str]:
    told = str(message_from_bytes(letter, policy=default)["DKIM-Signature"])
    pairs = ("".join(tag.split()).partition("=") for tag in told.split(";"))
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_signed_letter_is_verified_by_the_published_record(bits: int) -> None:
    signed = signer(bits).sign(to_bytes(a_mail(headers=HEADERS)), NOON)

    assert is_verified(signed, signer(bits))
    assert signed.endswith(to_bytes(a_mail(headers=HEADERS)))
    assert max(map(len, signed.split(b"\r\n"))) <= 110


def test_everything_that_a_reader_is_told_is_signed() -> None:
    tags = tags_of(signer().sign(to_bytes(a_mail(headers=HEADERS)), NOON))

    assert set(tags["h"].split(":")) == EVERY
    assert (tags["d"], tags["s"], tags["a"], tags["c"]) == (DOMAIN, SELECTOR, "rsa-sha256", "relaxed/simple")
    assert tags["t"] == str(int(NOON.timestamp()))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"Subject: Snow", b"Subject: Show"),
        (b"/u/0123", b"/u/4123"),
        (b"One-Click", b"Two-Click"),
        (b"To: Reader", b"To: Writer"),
        (b"<!doctype", b"<!Doctype"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.1"),
        (b"To: Reader", b"From: somebody@else.example\r\nTo: Reader"),
    ],
)
def test_nobody_can_change_it_on_the_way(was: bytes, becomes: bytes) -> None:
    signed = signer().sign(to_bytes(a_mail(headers=HEADERS)), NOON)

    assert was in signed
    assert not is_verified(signed.replace(was, becomes, 1), signer())


def test_nobody_can_add_an_address_to_answer_to() -> None:
    signed = signer().sign(to_bytes(a_mail(headers=HEADERS, reply_to=None)), NOON)

    assert is_verified(signed, signer())
    assert not is_verified(signed.replace(b"To: Reader", b"Reply-To: x@else.example\r\nTo: Reader"), signer())


def test_headers_may_be_folded_anew_on_the_way() -> None:
    signed = signer().sign(to_bytes(a_mail(headers=HEADERS)), NOON)

    assert is_verified(signed.replace(b"Subject: Snow closes", b"subject:  Snow\r\n\tcloses"), signer())


def test_the_same_letter_has_the_same_signature() -> None:
    letter = to_bytes(a_mail())

    assert signer().sign(letter, NOON) == signer().sign(letter, NOON)


@given(subject=st.text(), text=st.text(), name=st.text(max_size=80), html=st.text())
def test_any_mail_of_ours_is_verified(subject: str, text: str, name: str, html: str) -> None:
    letter = to_bytes(a_mail(subject=subject, text=text, html=html, to_name=name, headers=HEADERS))

    assert is_verified(signer(1024).sign(letter, NOON), signer(1024))


def test_a_body_that_ends_in_empty_lines_is_signed_without_them() -> None:
    letter = b"From: a@news.example.org\r\n\r\nbody\r\n\r\n\r\n"

    assert is_verified(signer().sign(letter, NOON), signer())


def test_the_signature_is_the_one_that_dkimpy_makes_of_the_same_words() -> None:
    letter = to_bytes(a_mail(headers=HEADERS))
    theirs = dkim.sign(
        letter,
        SELECTOR.encode(),
        DOMAIN.encode(),
        rsa().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        canonicalize=(b"relaxed", b"simple"),
        include_headers=[b"from", b"to", b"list-unsubscribe-post"],
    )
    ours = tags_of(signer().sign(letter, NOON))

    assert ours["bh"] == tags_of(theirs + letter)["bh"]


def test_ed25519_signs_the_hash_of_the_headers() -> None:
    key = Ed25519PrivateKey.generate()
    by = read_signer(DOMAIN, SELECTOR, pem(key))
    signed = by.sign(b"Subject:  Snow \r\n\r\nbody\r\n", NOON)

    # dkimpy needs PyNaCl for this, so the words are put together here as RFC 6376 section 3.7 says.
    header = signed.partition(b"\r\nSubject")[0].replace(b"\r\n", b"").partition(b": ")[2]
    unsigned = header.rpartition(b"b=")[0] + b"b="
    signature = message_from_bytes(signed)["DKIM-Signature"].rpartition("b=")[2]
    data = b"subject:Snow\r\ndkim-signature:" + unsigned
    key.public_key().verify(b64decode(signature), sha256(data).digest())
    assert tags_of(signed)["a"] == "ed25519-sha256"
    assert by.record[1].startswith("v=DKIM1; k=ed25519; p=")
    assert (by.key_in_words, by.is_weak) == ("Ed25519", False)


def test_a_short_key_signs_and_is_called_weak() -> None:
    assert (signer(1024).key_in_words, signer(1024).is_weak) == ("RSA, 1024 bits", True)
    assert (signer().key_in_words, signer().is_weak) == ("RSA, 2048 bits", False)


@pytest.mark.parametrize(
    ("sender", "aligned"),
    [
        ("brief@news.example.org", True),
        ("brief@mail.NEWS.example.org", True),
        ("brief@example.org", False),
        ("brief@badnews.example.org", False),
    ],
)
def test_whose_mails_a_signature_vouches_for(sender: str, aligned: bool) -> None:
    assert signer().is_aligned(sender) is aligned


@pytest.mark.parametrize("name", ["", "-a.example", "a..example", "новости.example", "a b", "a" * 64, "a." * 127 + "a"])
def test_a_domain_or_selector_that_dns_cannot_have_is_refused_by_its_setting(name: str) -> None:
    with pytest.raises(BadSetting, match="DIGEST_DKIM_DOMAIN: it is no name of DNS"):
        read_signer(name, SELECTOR, pem(rsa()))
    with pytest.raises(BadSetting, match="DIGEST_DKIM_SELECTOR"):
        read_signer(DOMAIN, name, pem(rsa()))


def test_names_are_taken_as_dns_has_them() -> None:
    assert read_signer("News.Example.org.", "Brief", pem(rsa())).record[0] == "brief._domainkey.news.example.org"


def test_keys_of_no_use_are_refused_with_what_to_do() -> None:
    for told, why in (
        (b"", "no private key in PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nZm9v\n-----END PRIVATE KEY-----\n", "no private key in PEM"),
        (pem(rsa(), BestAvailableEncryption(b"secret")), "encrypted by a password"),
        (pem(generate_ec(SECP256R1())), "neither RSA of 1024 to 4096 bits nor Ed25519"),
    ):
        with pytest.raises(BadSetting, match=f"DIGEST_DKIM_KEY_FILE: .*{why}") as refused:
            read_signer(DOMAIN, SELECTOR, told)
        assert "openssl" in refused.value.advice
