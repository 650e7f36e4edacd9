"""robots.txt (RFC 9309): may our user agent read this address? Asked once per site and run."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from protego import Protego
from yarl import URL

from digest.errors import PrivateAddress, RobotsForbid, TooLarge, Unreachable

#: The product token that a site's robots.txt may name (RFC 9309 §2.2.1).
PRODUCT: Final = "BylineDigest"
#: RFC 9309 §2.5: at least 500 KiB must be read; more is not.
_MOST_BYTES: Final = 500 * 1024

#: Asks an address, following redirects: the last status and body. Times out with ``TimeoutError``.
Ask = Callable[[URL], Awaitable[tuple[int, bytes]]]


class Robots:
    """What the sites of one run allow. ``ask`` fetches a robots.txt itself."""

    def __init__(self, ask: Ask) -> None:
        """Start with nothing known."""
        self._ask = ask
        self._known: dict[URL, Protego | str] = {}
        self._turns: defaultdict[URL, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def check(self, url: URL) -> None:
        """Return when ``url`` may be read.

        :raises RobotsForbid: it may not, or the site could not tell (5xx, no answer in time): skip it in this run.
        :raises PrivateAddress: the site leads into a private network.
        :raises Unreachable: the site is not there at all.
        """
        rules = await self._rules(url.origin(), url)
        if isinstance(rules, str):
            raise RobotsForbid(str(url), rules, advice="It is skipped in this run; the next one asks again.")
        if not rules.can_fetch(str(url), PRODUCT):
            raise RobotsForbid(
                str(url), "the site's robots.txt asks us not to read it", advice="Ask the site, or take another source."
            )

    async def _rules(self, site: URL, wanted: URL) -> Protego | str:
        async with self._turns[site]:
            known = self._known.get(site)
            if known is not None:
                return known
            read = self._known[site] = await self._read(site, wanted)
            return read

    async def _read(self, site: URL, wanted: URL) -> Protego | str:
        """Return the site's rules, or why they could not be read. 4xx means: there are none (RFC 9309 §2.3.1.3)."""
        try:
            status, body = await self._ask(site / "robots.txt")
        except TimeoutError:
            return "the site's robots.txt did not come in time"
        except TooLarge:
            return "the site's robots.txt is too large to read"
        except PrivateAddress as error:
            raise PrivateAddress(str(wanted), error.address) from error
        except Unreachable as error:
            raise Unreachable(str(wanted), error.why, advice=error.advice) from error
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return f"the site's robots.txt could not be read (the server answered {status})"
        text = body[:_MOST_BYTES].decode("utf-8-sig", "replace") if status == HTTPStatus.OK else ""
        return Protego.parse(text)
