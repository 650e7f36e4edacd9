"""From one address to the next: what may be asked, with which conditions, and what went wrong in words. Pure."""

from typing import Final

import aiohttp
from yarl import URL

from digest.collect.ports import Validators
from digest.errors import Unreachable

#: What http is served on where nothing else is said.
HTTP_PORT: Final = 80
#: For whoever meets a site that has no https.
ASKED_BY_HTTPS: Final = "Plain http is not allowed, so it was asked by https; to allow it: DIGEST_FETCH_ALLOW_HTTP=1"

_NO_ADDRESS: Final = "it is no address of the web"

#: The first kind that fits gives the words: aiohttp's errors overlap.
_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "there is no server of that name"),
    (aiohttp.ClientSSLError, "its certificate cannot be trusted, or it speaks no TLS"),
    (aiohttp.ClientConnectorError, "the server does not take the connection"),
    (aiohttp.InvalidURL, _NO_ADDRESS),
    (aiohttp.ClientPayloadError, "the answer broke off"),
    (aiohttp.ServerDisconnectedError, "the answer broke off"),
    (aiohttp.ClientOSError, "the answer broke off"),
    (aiohttp.ClientResponseError, "what came back is no HTTP"),
)


def web_url(ref: str) -> URL:
    """Read an ``http(s)`` address, without its fragment.

    :raises Unreachable: it cannot be read, or names no host.
    """
    try:
        url = URL(ref).with_fragment(None)
        host = url.host  # decoded here, and not every name can be
    except ValueError as error:
        raise Unreachable(ref, _NO_ADDRESS, advice="Check how it is written.") from error
    if not host:
        raise Unreachable(ref, "it names no host", advice="Check how it is written.")
    return url


def redirect_target(url: URL, location: str) -> URL:
    """Return where ``url`` redirects to; ``location`` may be relative (RFC 9110 §10.2.2).

    :raises Unreachable: that is no address of the web. A redirect never leads to a file.
    """
    try:
        target = url.join(URL(location)).with_fragment(None)
        host = target.host
    except ValueError as error:
        raise Unreachable(str(url), "it redirects to something that is no address") from error
    if target.scheme not in ("http", "https") or not host:
        raise Unreachable(str(url), f"it redirects to a {target.scheme}: address, which is not followed")
    return target


def secured(url: URL, *, allow_http: bool) -> URL:
    """Return where ``url`` is asked: by https, unless plain http is allowed.

    Most old ``http://`` links lead to the same page by https; where they do not, the connection fails.
    """
    if allow_http or url.scheme != "http":
        return url
    return url.with_port(None).with_scheme("https") if url.port == HTTP_PORT else url.with_scheme("https")


def conditions(known: Validators | None) -> dict[str, str]:
    """Return the headers that ask "has it changed?" (RFC 9110 §13.1)."""
    headers: dict[str, str] = {}
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def in_words(error: Exception) -> str:
    """Say in a person's words why a connection failed."""
    return next((words for kind, words in _WORDS if isinstance(error, kind)), "the connection failed")
