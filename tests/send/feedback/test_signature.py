from base64 import b64encode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sendgrid.helpers.eventwebhook import EventWebhook

from digest.errors import BadSetting
from digest.send.feedback.signature import Signed, read_webhook_key
from tests.fakes import NOON

PRIVATE = ec.generate_private_key(ec.SECP256R1())
BODY = '[{"email":"айда@example.org","event":"delivered"}]\r\n'.encode()
AT = str(int(NOON.timestamp()))


def shown(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> str:
    return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def signature(body: bytes = BODY, at: str = AT) -> str:
    return b64encode(PRIVATE.sign(at.encode() + body, ec.ECDSA(SHA256()))).decode()


KEY = read_webhook_key(shown(PRIVATE.public_key()))


def test_what_sendgrids_own_package_takes_is_taken_and_nothing_else() -> None:
    theirs = EventWebhook(shown(PRIVATE.public_key()))
    for body, at in ((BODY, AT), (BODY.strip(), AT), (BODY, str(int(AT) + 1))):
        fits = KEY.judge(body, timestamp=at, signature=signature(), now=NOON) is Signed.FITS
        assert fits is theirs.verify_signature(body.decode(), signature(), at)
        assert fits is ((body, at) == (BODY, AT))


@pytest.mark.parametrize(
    ("at", "given"), [("", signature()), (AT, ""), ("", "")], ids=["no instant", "no signature", "neither"]
)
def test_what_is_not_signed_at_all_is_another_thing_than_what_is_signed_wrongly(at: str, given: str) -> None:
    assert KEY.judge(BODY, timestamp=at, signature=given, now=NOON) is Signed.MISSING


@pytest.mark.parametrize(
    "given",
    ["no base64!", "AAAA", signature()[:-4], "é" * 8, signature() + "\n"],
    ids=["words", "short", "cut", "accents", "broken"],
)
def test_a_signature_that_is_none_is_wrong(given: str) -> None:
    assert KEY.judge(BODY, timestamp=AT, signature=given, now=NOON) is Signed.WRONG


@pytest.mark.parametrize("at", ["noon", "١٢", "-5", "1.5", "9" * 40])
def test_a_timestamp_that_is_none_is_wrong_even_if_it_is_signed(at: str) -> None:
    assert KEY.judge(BODY, timestamp=at, signature=signature(at=at), now=NOON) is Signed.WRONG


@pytest.mark.parametrize(
    ("late", "says"), [(36, Signed.FITS), (37, Signed.STALE), (-1, Signed.FITS), (-2, Signed.STALE)]
)
def test_a_post_may_be_a_day_and_a_half_late_and_an_hour_early(late: int, says: Signed) -> None:
    assert KEY.judge(BODY, timestamp=AT, signature=signature(), now=NOON + timedelta(hours=late)) is says


def test_another_key_of_the_same_kind_fits_nothing() -> None:
    other = read_webhook_key(shown(ec.generate_private_key(ec.SECP256R1()).public_key()))
    assert other.judge(BODY, timestamp=AT, signature=signature(), now=NOON) is Signed.WRONG


def test_a_key_may_have_been_broken_into_lines() -> None:
    line = shown(PRIVATE.public_key())
    key = read_webhook_key(f" {line[:60]}\n{line[60:]}\n")
    assert key.judge(BODY, timestamp=AT, signature=signature(), now=NOON) is Signed.FITS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SG.secret",
        "AAAA",
        "é",
        shown(ec.generate_private_key(ec.SECP384R1()).public_key()),
        shown(rsa.generate_private_key(65_537, 2_048).public_key()),
        shown(PRIVATE.public_key())[:-8],
    ],
    ids=["none", "a secret", "short", "an accent", "another curve", "RSA", "cut"],
)
def test_any_other_key_is_a_wrong_setting_and_not_repeated(text: str) -> None:
    with pytest.raises(BadSetting, match="DIGEST_SENDGRID_WEBHOOK_KEY") as raised:
        read_webhook_key(text)
    assert not text or text not in str(raised.value)
