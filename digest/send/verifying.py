"""Whether a mail that somebody shows us holds what was approved: its words against those of the sealed issue. Pure.

Compared is what transport leaves alone: words and links, not line ends, spaces and encodings. A reader's own links are
taken for each other; a link that a provider led through its own counter is one of the differences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final

from digest.errors import WrongUse
from digest.send.letter import CONTENTS_HEADER

#: How many differences are told, and how many words of each.
MOST_TOLD: Final = 10
_WORDS: Final = 12
_OFF: Final = re.compile(r' clicktracking="?off"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A mail as it was shown: the name of the issue and of the contents that it says it is, and its words."""

    issue: str
    contents: str
    to_name: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a mail says something else: in which part, what was approved, and what it says."""

    part: str
    approved: str
    shown: str


def read_shown(data: bytes) -> Shown:
    """Read a mail as a mail program saves it (RFC 5322).

    :raises WrongUse: it is no mail, or none that names an issue of ours (``Archived-At``).
    """
    try:
        message: Any = message_from_bytes(data, policy=default)
        assert isinstance(message, EmailMessage)
        html, text = (message.get_body((kind,)) for kind in ("html", "plain"))
        found = re.search(r"/i/([a-z0-9-]{1,90})>?\s*$", str(message.get("Archived-At", "")))
        to = message.get("To")
        name = to.addresses[0].display_name if to is not None and to.addresses else ""
        parts = [part.get_content() if part is not None else "" for part in (html, text)]
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        raise WrongUse("This is no mail that can be read.", advice="Save the whole mail as a file (.eml).") from None
    if found is None:
        raise WrongUse(
            "This mail does not say which issue it is: it has no Archived-At header of ours.",
            advice="It was not made here, or somebody passed it on and left the headers out. Save the original mail.",
        )
    contents = str(message.get(CONTENTS_HEADER, "")).strip()
    return Shown(issue=found[1], contents=contents, to_name=name, html=str(parts[0]), text=str(parts[1]))


def differences(shown: Shown, *, html: str, text: str, public_url: str) -> Sequence[Difference]:
    """Return where the mail differs from the ``html`` and ``text`` that were approved; nothing if it does not."""
    found: list[Difference] = []
    for part, approved, said in (("HTML", html, shown.html), ("text", text, shown.text)):
        ours, theirs = _words(approved, public_url), _words(said, public_url)
        if ours == theirs:
            continue
        steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
        found += [
            Difference(part=part, approved=_told(ours[a:b]), shown=_told(theirs[c:d]))
            for kind, a, b, c, d in steps
            if kind != "equal"
        ]
    return found[:MOST_TOLD]


def _words(said: str, public_url: str) -> list[str]:
    """Return the words of a part; tags are words, too, and so are links, those that are signed without their end."""
    ours = re.escape(public_url.rstrip("/"))
    told = re.sub(ours + r"/([ur])/[\w.~%-]+", r"/\1/…", _OFF.sub("", said))
    told = re.sub(rf"({ours}/i/[a-z0-9-]+)/[\w.-]+", r"\1", told)  # a browser's address of the body, or the issue's
    return re.sub(r"(<[^>]*>)", r" \1 ", told).split()


def _told(words: Sequence[str]) -> str:
    return " ".join(words[:_WORDS]) + (" …" if len(words) > _WORDS else "")
