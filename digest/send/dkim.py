"""Signing mails with the domain's key: DKIM (RFC 6376), with RSA or Ed25519 (RFC 8463). Pure.

``dkimpy`` takes 7 ms a mail, most of it arithmetic in Python and looking for whitespace that our mails do not have.
Here the arithmetic is OpenSSL's (it lets other threads work meanwhile), and the body is signed as it is (``simple``):
it is quoted-printable or base64, which nobody rewrites on the way. Headers are rewritten: they are signed ``relaxed``.
"""

import re
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from digest.errors import BadSetting

DOMAIN_SETTING: Final = "DIGEST_DKIM_DOMAIN"
SELECTOR_SETTING: Final = "DIGEST_DKIM_SELECTOR"
KEY_SETTING: Final = "DIGEST_DKIM_KEY_FILE"
#: What is signed, whether it is there or not, so that nobody can add it either; ``From`` twice for the same reason.
#: RFC 8058 section 4 wants both headers for leaving among them.
SIGNED: Final = (
    "from",
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
)
#: Receivers take no shorter RSA key (RFC 8301), and Gmail and others want twice as much.
SHORTEST_RSA: Final = 1024
GOOD_RSA: Final = 2048
_LONGEST_RSA: Final = 4096
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_NAME: Final = 253
_FOLD: Final = re.compile(rb"\r\n(?=[ \t])")
_LINE: Final = 72


class Signer:
    """Signs with one key. Safe to use from several threads."""

    def __init__(self, domain: str, selector: str, key: RSAPrivateKey | Ed25519PrivateKey) -> None:
        """Sign for ``domain`` with the ``key`` whose public half stands in DNS under ``selector``."""
        self.domain = domain
        self.selector = selector
        self._key = key
        self._kind = "rsa" if isinstance(key, RSAPrivateKey) else "ed25519"

    def sign(self, letter: bytes, at: datetime) -> bytes:
        """Return the letter with its signature before it, dated ``at`` (UTC). The same letter has the same one.

        ``letter`` is what ``digest.send.mime.to_bytes`` writes: each header once, lines ended by CRLF.
        """
        head, _, body = letter.partition(b"\r\n\r\n")
        hashed = b64encode(sha256(body.rstrip(b"\r\n") + b"\r\n").digest()).decode("ascii")
        tags = (
            f"v=1; a={self._kind}-sha256; c=relaxed/simple; d={self.domain};",
            f"s={self.selector}; t={int(at.timestamp())};",
            f"h={':'.join(SIGNED[:6])}",
            f":{':'.join(SIGNED[6:])};",
            f"bh={hashed};",
            "b=",
        )
        unsigned = f"dkim-signature:{' '.join(tags)}".encode("ascii")
        signature = b64encode(self._sign(_signed_headers(head) + unsigned)).decode("ascii")
        lines = [signature[start : start + _LINE] for start in range(0, len(signature), _LINE)]
        said = "\r\n ".join((*tags[:-1], tags[-1] + lines[0], *lines[1:]))
        return f"DKIM-Signature: {said}\r\n".encode("ascii") + letter

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), SHA256())
        return self._key.sign(sha256(data).digest())  # RFC 8463 section 3: the hash is signed, not the data

    @property
    def record(self) -> tuple[str, str]:
        """The name and the text of the TXT record to publish in DNS (RFC 6376 section 3.6)."""
        public = self._key.public_key()
        if isinstance(self._key, RSAPrivateKey):
            told = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            told = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        text = f"v=DKIM1; k={self._kind}; p={b64encode(told).decode('ascii')}"
        return f"{self.selector}._domainkey.{self.domain}", text

    @property
    def key_in_words(self) -> str:
        """The kind of the key and its length."""
        return f"RSA, {self._key.key_size} bits" if isinstance(self._key, RSAPrivateKey) else "Ed25519"

    @property
    def is_weak(self) -> bool:
        """Whether some receivers will want a longer key."""
        return isinstance(self._key, RSAPrivateKey) and self._key.key_size < GOOD_RSA

    def is_aligned(self, sender: str) -> bool:
        """Tell whether DMARC can count the signature as that of the ``sender``'s domain: the same, or one above it."""
        domain = sender.rpartition("@")[2].lower()
        return domain == self.domain or domain.endswith(f".{self.domain}")


def read_signer(domain: str, selector: str, pem: bytes) -> Signer:
    """Read what the settings name; ``pem`` is the file with the private key.

    :raises BadSetting: one of them is of no use; says which and what to do, and repeats nothing of the key.
    """
    return Signer(_name(DOMAIN_SETTING, domain), _name(SELECTOR_SETTING, selector), _read_key(pem))


def _name(setting: str, value: str) -> str:
    name = value.strip().lower().rstrip(".")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise BadSetting(
            setting,
            "it is no name of DNS",
            advice="Letters, digits, hyphens and dots; other scripts as DNS has them (xn--…).",
        )
    return name


def _read_key(pem: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise _bad_key("its key is encrypted by a password", "Decrypt it: openssl pkey -in FILE -out NEW") from None
    except (ValueError, UnsupportedAlgorithm):
        raise _bad_key("it holds no private key in PEM", "Make one: openssl genrsa -out FILE 2048") from None
    if isinstance(key, RSAPrivateKey) and SHORTEST_RSA <= key.key_size <= _LONGEST_RSA:
        return key
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise _bad_key(
        f"its key is neither RSA of {SHORTEST_RSA} to {_LONGEST_RSA} bits nor Ed25519",
        "Make one: openssl genrsa -out FILE 2048",
    )


def _bad_key(why: str, advice: str) -> BadSetting:
    return BadSetting(KEY_SETTING, why, advice=advice)


def _signed_headers(head: bytes) -> bytes:
    """Return the headers that are signed, ``relaxed`` (RFC 6376 section 3.4.2), each with its line end."""
    found: dict[str, bytes] = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        named, _, value = line.partition(b":")
        found[named.decode("ascii").lower()] = b" ".join(value.split())
    said = []
    for name in SIGNED:
        signed = found.pop(name, None)  # named once more than it is there: signed as missing
        if signed is not None:
            said.append(name.encode("ascii") + b":" + signed + b"\r\n")
    return b"".join(said)
