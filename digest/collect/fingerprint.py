"""What a reading depended on: the bytes, where they stood, and everything that decides what is read out of them. Pure.

Most pages are the same as an hour ago. One that was dealt with to its end, under the same fingerprint, need not be read
again: nothing else could come of it.
"""

import hashlib
from dataclasses import asdict

from digest import __version__
from digest.collect.journalist import Journalist, Source
from digest.collect.web import Response


def fingerprint(response: Response, source: Source, journalist: Journalist) -> str:
    """Return the SHA-256 of all that decides what ``source`` shows of ``journalist`` in this answer, in hexadecimal.

    This program's version is in it: another one may read the same bytes better. The day is not: of a page that stays
    the same, what was known of a date stays as it was.
    """
    said = (
        __version__,
        tuple(asdict(source).items()),
        (journalist.id, journalist.name, journalist.aliases),
        (journalist.outlet.language, journalist.outlet.time_zone),
        (response.url, response.headers.get("content-type")),
        hashlib.sha256(response.body).hexdigest(),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()
