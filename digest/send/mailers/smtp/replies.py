"""What a mail server's reply means for one mail, and its words without any address. Pure.

Codes are of RFC 5321 section 4.2, enhanced ones ("4.7.28") of RFC 3463.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple

_ENHANCED: Final = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")
_ADDRESS: Final = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_LONGEST_WORDS: Final = 300
#: The server does not take mail for others from us: nothing that a reader could help.
_NO_RELAY: Final = re.compile(r"\brelay|authenti(?:cation|cated)? (?:is )?required|not authenticated", re.IGNORECASE)
_NO_RELAY_CODES: Final = frozenset({530, 535, 550, 553, 554})
_GREYLISTED: Final = re.compile(r"gr[ae]y-?list", re.IGNORECASE)
#: The first digit of a code (RFC 5321 section 4.2.1).
_YES, _LATER, _NO = 2, 4, 5
CLOSING: Final = 421
GO_AHEAD: Final = 354


class Stage(StrEnum):
    """Which of our words a reply answers."""

    SENDER = "MAIL"
    READER = "RCPT"
    LETTER = "DATA"
    END = "the end of the letter"


class Verdict(StrEnum):
    """What follows for the mail."""

    YES = "yes"
    NO = "no"  # this reader, for good
    LATER = "later"  # this reader, not now
    NOT_US = "not us"  # the server will not take mail from us, whoever reads it
    NOT_NOW = "not now"  # the server cannot take mail from us now, whoever reads it
    UNCLEAR = "unclear"


class Slow(StrEnum):
    """Whom a "later" is about."""

    READER = "reader"
    READER_IT_SEEMS = "reader, it seems"  # the server does not say; many of them in a row are about the domain
    DOMAIN = "domain"
    QUOTA = "quota"  # the domain has had enough from us for now (4.7.28)


class Reply(NamedTuple):
    """A reply: its code (-1: it was none of SMTP) and its words, of all lines."""

    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """The enhanced code, or nothing."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""


def judge(stage: Stage, reply: Reply) -> Verdict:
    """Say what a reply means for the mail that it is about."""
    kind = reply.code // 100
    if reply.code == GO_AHEAD if stage is Stage.LETTER else kind == _YES:
        return Verdict.YES
    if kind not in (_LATER, _NO):
        return Verdict.UNCLEAR if stage is Stage.END else Verdict.NOT_US
    if stage is Stage.SENDER:
        return Verdict.NOT_NOW if kind == _LATER else Verdict.NOT_US
    if kind == _NO and stage is not Stage.END and reply.code in _NO_RELAY_CODES and _NO_RELAY.search(reply.text):
        return Verdict.NOT_US
    return Verdict.LATER if kind == _LATER else Verdict.NO


def slows(reply: Reply) -> Slow:
    """Say whom a "later" is about: a grey list and a full mailbox only the reader, a policy or a quota the domain."""
    enhanced = reply.enhanced
    if enhanced == "4.7.28":
        return Slow.QUOTA
    if _GREYLISTED.search(reply.text) or enhanced.startswith("4.2."):
        return Slow.READER
    if reply.code == CLOSING or enhanced.startswith(("4.3.", "4.4.", "4.7.")):
        return Slow.DOMAIN
    return Slow.READER_IT_SEEMS


def words(reply: Reply) -> str:
    """Return code and words on one line of bounded length; whatever looks like an address is left out."""
    said = reply.text.strip()
    if "@" in said or "  " in said or not said.isprintable():  # a space is the only white space that is printable
        said = _ADDRESS.sub("<…>", _CONTROL.sub(" ", said)).strip()
    shown = f"{reply.code} {said}".strip() if reply.code > 0 else said
    return shown if len(shown) <= _LONGEST_WORDS else f"{shown[: _LONGEST_WORDS - 1]}…"
