"""People's pages, told by their addresses."""

import re
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

_PERSON_PATH: Final = re.compile(
    r"/(?:authors?|our-people|people|person|profiles?|by|staff|our-team|team|journalists?|contributors?|reporters?|"
    r"columnists?|writers?|avtory?|avtor(?:y|i|lar)|mualliflar?|jurnalist(?:y|lar)?|autor(?:es|en)?|auteurs?|yazar(?:lar)?)/"
    r"(?P<slug>[^/]+)",
    re.IGNORECASE,
)


def person_slug(url: str) -> str | None:
    """Return the name of a person in their page's address (``/author/dana/``, ``?author=Dana``), or ``None``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    found = _PERSON_PATH.search(parts.path)
    if found:
        return unquote(found["slug"])
    named = dict(parse_qsl(parts.query)).get("author", "").strip()
    return named if named and not named.isdigit() else None
