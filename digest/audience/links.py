"""Links that only we can make: what a link may do, for whom, and for how long. Pure.

A link ends in a subject and a key: ``TOKEN.KEY``. The subject says whose it is. The key is 32 URL-safe characters that
say what the link is for and when it was made, signed (keyed BLAKE2b, RFC 7693) with the newsroom's key:

    purpose (1 byte) · seconds since 1970 (4) · check of these (4) · check of all that and of the subject (15)

The first check is no protection; it tells a key that was moved to another subject from one that was made up. The second
one has 120 bits. Whoever reads a refusal learns from it what came, never the key itself.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final

#: What a key has, in characters and in bytes.
KEY_LENGTH: Final = 32
_STAMP: Final = 5
_HINT: Final = 4
_MAC: Final = 15
_KEY: Final = re.compile(r"[A-Za-z0-9_-]*")
#: The secret keys sign other things, too: nothing that is signed here means anything there.
_DOMAIN: Final = b"byline-digest link 1\0"


class Purpose(StrEnum):
    """What a link is for."""

    FORM = "form"  # no link: when a form for joining was shown
    CONFIRM = "confirm"  # the mail that asks whether it was really they who signed up
    MAIL = "mail"  # any issue's mail: its links may choose as long as the mail is fresh
    OWN = "own-page"  # a link that was mailed to the address on demand: may do everything
    VIEW = "view"  # what one body of an issue holds, in a browser; of an issue's contents, and of nobody in particular


#: For how long after it was made a link may do what it is for.
HOLDS: Final[Mapping[Purpose, timedelta]] = {
    Purpose.FORM: timedelta(hours=24),
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.MAIL: timedelta(days=7),
    Purpose.OWN: timedelta(days=30),
    Purpose.VIEW: timedelta(days=30),
}
_CODES: Final = {Purpose.FORM: 1, Purpose.CONFIRM: 2, Purpose.MAIL: 3, Purpose.OWN: 4, Purpose.VIEW: 5}
_PURPOSES: Final = {code: purpose for purpose, code in _CODES.items()}


class LinkFault(StrEnum):
    """What is wrong with a link."""

    MISSING = "missing"  # there is no key at all
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    FORGED = "forged"
    SWAPPED = "swapped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKeys:
    """The keys: ``current`` signs, the ``former`` ones are still believed. Without any nothing can be signed."""

    current: bytes
    former: tuple[bytes, ...] = ()

    @property
    def all(self) -> tuple[bytes, ...]:
        """Every key that is believed."""
        return (self.current, *self.former)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A good link: what it is for and when it was made (UTC). ``by_former`` tells that an older key made it."""

    purpose: Purpose
    made_at: datetime
    by_former: bool = False

    @property
    def until(self) -> datetime:
        """Until when it may do what it is for."""
        return self.made_at + HOLDS[self.purpose]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRefused:
    """A link that may not do what it was used for; ``evidence`` says what came, without the key and the subject."""

    fault: LinkFault
    evidence: str


def key_for(purpose: Purpose, subject: str, *, keys: LinkKeys, at: datetime) -> str:
    """Return the key of a link that is made at ``at`` (UTC) for ``subject``."""
    return keys_for(purpose, [subject], keys=keys, at=at)[0]


def keys_for(purpose: Purpose, subjects: Sequence[str], *, keys: LinkKeys, at: datetime) -> list[str]:
    """Return the keys of links that are made at ``at`` (UTC), one for each of the ``subjects``: quick for many."""
    stamp = bytes([_CODES[purpose]]) + int(at.timestamp()).to_bytes(4, "big")
    head = stamp + _hint(keys.current, stamp)
    begun = _begun(keys.current, head)
    signed = b"".join([head + _ended(begun, one) for one in subjects])
    said = urlsafe_b64encode(signed).decode("ascii")  # of whole groups of three bytes each: so it can be cut
    return [said[start : start + KEY_LENGTH] for start in range(0, len(said), KEY_LENGTH)]


def open_key(
    key: str, subject: str, wanted: Sequence[Purpose], *, keys: LinkKeys, now: datetime
) -> Opened | LinkRefused:
    """Return what the key of ``subject`` opens, if it is for one of the ``wanted`` purposes and still holds."""
    if not key:
        return LinkRefused(fault=LinkFault.MISSING, evidence="no key came with it")
    if not _KEY.fullmatch(key) or len(key) > KEY_LENGTH:
        return LinkRefused(fault=LinkFault.MALFORMED, evidence=f"{len(key)} characters came that are no key")
    if len(key) < KEY_LENGTH:
        return LinkRefused(fault=LinkFault.TRUNCATED, evidence=f"{len(key)} of {KEY_LENGTH} characters came")
    raw = urlsafe_b64decode(key)
    head, mac = raw[: _STAMP + _HINT], raw[_STAMP + _HINT :]
    stamp = head[:_STAMP]
    signer = next((one for one in keys.all if hmac.compare_digest(_mac(one, head, subject), mac)), None)
    if signer is None:
        return _not_ours(stamp, head[_STAMP:], keys)
    opened = Opened(
        purpose=_PURPOSES[stamp[0]],
        made_at=datetime.fromtimestamp(int.from_bytes(stamp[1:], "big"), UTC),
        by_former=signer != keys.current,
    )
    return _judged(opened, wanted, now)


def _judged(opened: Opened, wanted: Sequence[Purpose], now: datetime) -> Opened | LinkRefused:
    if opened.purpose not in wanted:
        evidence = f"it was made for {opened.purpose}, and used for {' or '.join(wanted)}"
        return LinkRefused(fault=LinkFault.SWAPPED, evidence=evidence)
    if now > opened.until:
        evidence = (
            f"made for {opened.purpose} on {opened.made_at:%Y-%m-%d}, it held for {HOLDS[opened.purpose].days} days"
        )
        return LinkRefused(fault=LinkFault.EXPIRED, evidence=evidence)
    return opened


def _not_ours(stamp: bytes, hint: bytes, keys: LinkKeys) -> LinkRefused:
    if any(hmac.compare_digest(_hint(one, stamp), hint) for one in keys.all):
        evidence = f"a key made for {_PURPOSES[stamp[0]]} stands behind a subject that it was not made for"
        return LinkRefused(fault=LinkFault.SWAPPED, evidence=evidence)
    return LinkRefused(fault=LinkFault.FORGED, evidence=f"none of our keys made it (tried {len(keys.all)})")


def _hint(key: bytes, stamp: bytes) -> bytes:
    return _keyed(key, b"stamp\0" + stamp, size=_HINT).digest()


def _mac(key: bytes, head: bytes, subject: str) -> bytes:
    return _ended(_begun(key, head), subject)


def _begun(key: bytes, head: bytes) -> blake2b:
    """Begin the check of one head, to be ended for many subjects: a million of them are signed for an issue."""
    return _keyed(key, head, size=_MAC)


def _ended(begun: blake2b, subject: str) -> bytes:
    one = begun.copy()
    one.update(subject.encode("utf-8", "replace"))
    return one.digest()


def _keyed(key: bytes, said: bytes, *, size: int) -> blake2b:
    """Sign what is ``said``; a key that is longer than BLAKE2b takes is hashed first, as HMAC does."""
    short = key if len(key) <= blake2b.MAX_KEY_SIZE else blake2b(key).digest()
    return blake2b(_DOMAIN + said, key=short, digest_size=size)
