"""Other people's text, made fit to print: one line, no control characters, safe addresses. Pure."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

#: What cannot stand in HTML or in a header: controls, halves of surrogate pairs, the byte order mark, code points that
#: are no characters (Unicode Standard §23.7). And direction embeddings, overrides and isolates: a feed's unclosed one
#: would turn our own words around. The marks U+200E and U+200F only speak for their neighbours and stay.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
#: A no-break space is kept: Russian and French typography needs it.
_SPACES: Final = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
#: What every serialiser of HTML leaves alone in an address; the rest is percent-encoded.
_ADDRESS: Final = "%/:=?&#@;+,!~*'()"
#: An address to which nothing has to be done, as our own links are: a million readers have two of them each.
_TIDY_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9/_.~-]*)?")


def one_line(text: str) -> str:
    """Return ``text`` on one line: white space run together, and without what cannot stand in HTML or in a header."""
    if text.isprintable() and "  " not in text:  # a space is the only white space that is printable
        return text.strip()
    printable = _UNPRINTABLE.sub("", _SPACES.sub(" ", text))
    return _SPACES.sub(" ", printable).strip()  # what was taken out may have stood between two spaces


def web_address(url: str | None) -> str | None:
    """Return ``url`` percent-encoded where needed, or ``None`` if it is no ``http(s)`` address with a host."""
    if url is None:
        return None
    if _TIDY_ADDRESS.fullmatch(url):
        return url
    line = one_line(url)
    try:
        parts = urlsplit(line)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(line, safe=_ADDRESS)


def picture_address(url: str | None) -> str | None:
    """Return ``url`` if a mail may show a picture from there: ``https`` only, as most clients block the rest."""
    address = web_address(url)
    return address if address is not None and address.startswith("https://") else None


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of ``name``, upper case; a middle dot if it has none."""
    letters = [word[0] for word in re.findall(r"[^\W\d_]+", name)]
    picked = letters[:1] + letters[1:][-1:]
    return "".join(picked).upper() or "·"


def in_html(text: str) -> str:
    """Return ``text`` escaped for HTML, exactly as the inliner's serialiser writes it between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_attribute(text: str) -> str:
    """Return ``text`` escaped for a double-quoted HTML attribute, exactly as the inliner's serialiser writes it."""
    return in_html(text).replace('"', "&quot;")
