"""Looking whether an address answers: HEAD first, GET where HEAD is not known, and nothing is read. Pure."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from yarl import URL

#: What servers say to HEAD that serve GET: that they do not know it, or that they do not like it.
_ASK_AGAIN: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.NOT_IMPLEMENTED,
    }
)
#: From this many bytes on an answer is said to be large: as a picture, a phone waits for it.
_LARGE: Final = 1_000_000


def wants_get(status: int) -> bool:
    """Tell whether the answer to HEAD says nothing of the page."""
    return status in _ASK_AGAIN


def elsewhere(asked: URL, found: URL) -> str | None:
    """Return where an address led, ``None`` if that is the same place: scheme, ``www.`` and a last slash aside."""
    return None if _place(asked) == _place(found) else str(found)


def how_heavy(headers: Mapping[str, str]) -> str:
    """Return how large an answer says it is (RFC 9110 §8.6); nothing below a megabyte, or where it does not say."""
    said = headers.get("content-length", "")
    size = int(said) if said.isascii() and said.isdigit() else 0
    return f"it has {size / _LARGE:.1f} MB" if size >= _LARGE else ""


def _place(url: URL) -> tuple[str, str, str]:
    return (url.host or "").removeprefix("www."), url.path.rstrip("/"), url.query_string
