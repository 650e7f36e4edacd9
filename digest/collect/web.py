"""The web as this stage sees it: a request, a response, and the port that turns one into the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Ask for ``ref``: an ``http(s)`` URL, or the path of a local file. ``accept`` is the media types we can read."""

    ref: str
    accept: str = "*/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back. Header names are lower case; ``url`` is where it was finally found; ``fetched_at`` is UTC.

    ``unchanged`` is true when the server said so (304) or the bytes are those of last time: ``body`` is then that
    last body, so that a reader of it sees the same page.
    """

    ref: str
    url: str
    body: bytes
    fetched_at: datetime
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    unchanged: bool = False

    @property
    def media_type(self) -> str:
        """The media type without parameters, lower case; empty where none was given."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLook:
    """What became of a look at an address that a mail links to, at an instant (UTC).

    ``status`` is the last answer's, ``None`` without one: then ``why`` says what stood in the way, and ``is_gone``
    whether there is nobody at all. ``leads_to`` is where redirects led for good, if not to the same place. Of an answer
    that announces more than a megabyte, ``why`` says how large it is: nobody should show that as a picture.
    """

    url: str
    at: datetime
    status: int | None = None
    leads_to: str | None = None
    why: str = ""
    is_gone: bool = False


class LinkScout(Protocol):
    """Looks whether addresses answer, and reads nothing of what they say."""

    async def look(self, url: str) -> LinkLook:
        """Look at one address: politely, as everything is asked."""
        ...


class Web(Protocol):
    """Everything outside: the only way to read an address or a local file."""

    async def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``.

        :raises FetchError: no usable answer; each kind has its own class.
        """
        ...
