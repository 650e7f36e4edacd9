"""A source or a bank could not be read; the others go on."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from digest.errors.base import DigestError

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#\s]*@")


class CollectError(DigestError):
    """One source or bank could not be read; the others go on."""


class FetchError(CollectError):
    """The address gave no usable answer."""

    def __init__(self, url: str, why: str, *, advice: str = "") -> None:
        """Name the ``url`` and the reason; a name and password in the url are not repeated."""
        self.url = _CREDENTIALS.sub("", url)
        super().__init__(f"{self.url}: {why}.", advice=advice)
        self.why = why


class Unreachable(FetchError):
    """No connection, no name, no answer in time."""


class BadAnswer(FetchError):
    """An HTTP status that is no success."""

    def __init__(self, url: str, status: int, *, retry_after: float | None = None) -> None:
        """Name the ``status``; ``retry_after`` in seconds when the server gave one."""
        super().__init__(url, f"the server answered {status}", advice="Open it in a browser to see why.")
        self.status = status
        self.retry_after = retry_after


class Challenged(BadAnswer):
    """The site wants to see a person in a browser, who solves something or logs in: no program gets further."""

    def __init__(self, url: str, status: int, wall: str = "a Cloudflare challenge") -> None:
        """Name the ``url``, the ``status`` that it answered with and the ``wall`` that it has put up."""
        super().__init__(url, status)
        self.wall = wall
        self.why = f"the site wants to see a person in a browser ({wall})"
        self.what = f"{self.url}: {self.why}."
        self.advice = "Ask the site to let our user agent in, or read this source another way."


class AskedToWait(FetchError):
    """The site asked us not to come back yet (``Retry-After``): it was not asked again."""

    def __init__(self, url: str, until: datetime) -> None:
        """Name the instant ``until`` which it is left alone (UTC)."""
        why = f"the site asked us to wait until {until:%Y-%m-%d %H:%M} UTC"
        super().__init__(url, why, advice="Later runs read it again; to ask at once: digest collect run --fresh")
        self.until = until


class NotText(FetchError):
    """A picture, a film, an archive: nothing to read."""


class PrivateAddress(FetchError):
    """The address leads into a private, loopback or link-local network."""

    def __init__(self, url: str, address: str) -> None:
        """Name the ``url`` and the IP ``address`` it resolved to."""
        super().__init__(
            url,
            f"it leads to the private address {address}",
            advice="If that is meant, set DIGEST_FETCH_ALLOW_PRIVATE=1.",
        )
        self.address = address


class RobotsForbid(FetchError):
    """The site's robots.txt asks us not to read this address, or could not be read itself (RFC 9309)."""


class TooLarge(FetchError):
    """The answer is bigger than we are willing to read."""


class ParseError(CollectError):
    """The bytes are not what this kind of source gives."""

    def __init__(self, ref: str, why: str, *, advice: str = "") -> None:
        """Name what was read (``ref``: a URL or a path) and the reason."""
        super().__init__(f"{ref}: {why}.", advice=advice)
        self.ref = ref
        self.why = why


class NothingFound(CollectError):
    """A good answer without any article: suspect, never taken for a quiet week."""

    def __init__(self, ref: str, *, advice: str = "Look at it with: digest collect try REF") -> None:
        """Name what was read (``ref``: a URL or a path), and in ``advice`` what it looked like, if that is known."""
        super().__init__(f"{ref}: a good answer, but no article in it.", advice=advice)
        self.ref = ref


class NoJournalist(CollectError):
    """An address that was to be somebody's says nowhere whose it is."""

    def __init__(self, ref: str) -> None:
        """Name what was read (``ref``: a URL or a path)."""
        super().__init__(
            f"{ref}: this names no journalist.",
            advice="Give the address of the journalist's own page, or say whom you mean with --name NAME.",
        )
        self.ref = ref


class NoWayToFollow(CollectError):
    """No feed, API or page shows the journalist's articles."""

    def __init__(self, ref: str, journalist: str, tried: Sequence[str], *, kind: str | None = None) -> None:
        """Name the journalist, and what was ``tried`` with the reason why not; ``kind`` if only one was asked for."""
        of_kind = f" by {kind}" if kind is not None else ""
        reasons = f" (tried {'; '.join(one.rstrip('.') for one in tried)})" if tried else ""
        super().__init__(
            f"{ref}: no way to follow {journalist}{of_kind} was found{reasons}.",
            advice="Save the page's text to a file and add that, or add a feed of the whole site with --name NAME.",
        )
        self.ref = ref
        self.journalist = journalist
        self.tried = tuple(tried)
        self.kind = kind
