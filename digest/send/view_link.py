"""The address at which one body of an issue is shown in a browser: of contents, never of a reader. Pure.

It ends in ``/i/ISSUE/CONTENTS.KEY``. ``CONTENTS`` is the beginning of the contents' key; ``KEY`` says that we made it,
and when: at the instant at which the issue was composed, so that all mails with these contents have the same address.
"""

import re
from datetime import datetime
from typing import Final

from digest.audience.links import LinkFault, LinkKeys, LinkRefused, Purpose, key_for, open_key
from digest.compose.issue import Contents, Frozen
from digest.ids import IssueId

#: So much of the contents' key (hexadecimal: 88 bits) tells them from all others of their issue.
SHOWN: Final = 22
_BEGINNING: Final = re.compile(r"[0-9a-f]{22}")
_BETWEEN: Final = "."


def view_of(contents: Contents, frozen: Frozen, *, keys: LinkKeys) -> str:
    """Return what the address of these contents of an issue ends in: URL-safe, 55 characters."""
    beginning = contents.key[:SHOWN]
    key = key_for(Purpose.VIEW, _subject(frozen.id, beginning), keys=keys, at=frozen.composed_at)
    return f"{beginning}{_BETWEEN}{key}"


def open_view(view: str, issue: IssueId, *, keys: LinkKeys | None, now: datetime) -> str | LinkRefused:
    """Return how the key of the contents begins that a ``view`` of an issue shows, or why it shows none."""
    beginning, _, key = view.partition(_BETWEEN)
    if keys is None:
        return LinkRefused(fault=LinkFault.MISSING, evidence="no key is set with which links are signed")
    if not _BEGINNING.fullmatch(beginning):
        evidence = f"{len(beginning)} characters came that begin the key of no contents"
        return LinkRefused(fault=LinkFault.MALFORMED, evidence=evidence)
    opened = open_key(key, _subject(issue, beginning), (Purpose.VIEW,), keys=keys, now=now)
    return opened if isinstance(opened, LinkRefused) else beginning


def _subject(issue: IssueId, beginning: str) -> str:
    return f"{issue}/{beginning}"
