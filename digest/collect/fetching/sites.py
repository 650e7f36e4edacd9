"""What each site asks of us: its robots.txt, its pace, and to be left alone for a while. Kept from run to run."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from protego import Protego
from yarl import URL

from digest.clock import Clock
from digest.collect.fetching.pace import Pace
from digest.collect.fetching.retry import LONGEST_PAUSE
from digest.collect.fetching.robots import MOST_BYTES, delay_of, obey, rules_of
from digest.collect.ports import FetchMemory, RobotsFile, SiteWishes
from digest.errors import AskedToWait, PrivateAddress, TooLarge, Unreachable

#: RFC 9309 §2.4: a robots.txt should not be used for longer.
ROBOTS_LAST: Final = timedelta(hours=24)
#: A site that asks to be left alone for longer is asked again after this all the same.
LONGEST_WAIT: Final = timedelta(hours=24)

#: Asks an address, following redirects: the last status and body. Times out with ``TimeoutError``.
Ask = Callable[[URL], Awaitable[tuple[int, bytes]]]


@dataclass(slots=True)
class _Site:
    """What is known of one site in this run. ``rules`` may be the reason why there are none to be had."""

    rules: Protego | str | None = None
    wishes: SiteWishes = field(default_factory=SiteWishes)
    left_alone_until: datetime | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Sites:
    """What the sites of one run ask of us. ``ask`` fetches a robots.txt itself."""

    def __init__(self, ask: Ask, *, memory: FetchMemory, clock: Clock, pace: Pace, anew: bool) -> None:
        """Start with what ``memory`` holds, or with ``anew`` with nothing."""
        self._ask = ask
        self._memory = memory
        self._clock = clock
        self._pace = pace
        self._anew = anew
        self._sites: defaultdict[str, _Site] = defaultdict(_Site)

    async def admit(self, url: URL) -> None:
        """Return when ``url`` may be asked, as far as its site has a say in it.

        :raises AskedToWait: not yet.
        :raises RobotsForbid: it may not, or the site could not tell (5xx, no answer in time): skip it in this run.
        :raises PrivateAddress: the site leads into a private network.
        :raises Unreachable: the site is not there at all.
        """
        name = str(url.origin())
        site = self._sites[name]
        rules = site.rules
        if rules is None:
            async with site.reading:
                rules = site.rules
                if rules is None:
                    rules = site.rules = await self._rules(name, site, url)
                    self._pace.slow(url.host or "", delay_of(rules))
        self.heed_wait(url)
        obey(rules, url)

    def heed_wait(self, url: URL) -> None:
        """Return if the site has not asked to be left alone.

        :raises AskedToWait: it has.
        """
        until = self._sites[str(url.origin())].left_alone_until
        if until is not None and self._clock.now() < until:
            raise AskedToWait(str(url), until)

    async def leave_alone(self, url: URL, seconds: float) -> None:
        """Do as the site asked: leave it alone for so long, in this run and in later ones."""
        name = str(url.origin())
        site = self._sites[name]
        until = self._clock.now() + min(timedelta(seconds=seconds), LONGEST_WAIT)
        self._wait(url, site, until)
        site.wishes = SiteWishes(robots=site.wishes.robots, not_before=until)
        await self._memory.heed(name, site.wishes)

    def _wait(self, url: URL, site: _Site, until: datetime) -> None:
        """Wait for a short while, fail for a long one: nobody's run is held up for an hour."""
        left = (until - self._clock.now()).total_seconds()
        if left <= LONGEST_PAUSE:
            self._pace.hold(url.host or "", left)
        else:
            site.left_alone_until = until

    async def _rules(self, name: str, site: _Site, wanted: URL) -> Protego | str:
        now = self._clock.now()
        known = None if self._anew else await self._memory.wishes(name)
        if known is not None:
            site.wishes = known
            # What lies further ahead than could be was noted by another clock.
            if known.not_before is not None and now < known.not_before <= now + LONGEST_WAIT:
                self._wait(wanted, site, known.not_before)
                self.heed_wait(wanted)
            if known.robots is not None and known.robots.at <= now < known.robots.at + ROBOTS_LAST:
                return rules_of(known.robots.status, known.robots.body)
        return await self._read(name, site, wanted)

    async def _read(self, name: str, site: _Site, wanted: URL) -> Protego | str:
        try:
            status, body = await self._ask(wanted.origin() / "robots.txt")
        except TimeoutError:
            return "the site's robots.txt did not come in time"
        except TooLarge:
            return "the site's robots.txt is too large to read"
        except PrivateAddress as error:
            raise PrivateAddress(str(wanted), error.address) from error
        except AskedToWait as error:
            raise AskedToWait(str(wanted), error.until) from error
        except Unreachable as error:
            raise Unreachable(str(wanted), error.why, advice=error.advice) from error
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            robots = RobotsFile(status=status, body=body[:MOST_BYTES], at=self._clock.now())
            site.wishes = SiteWishes(robots=robots, not_before=site.wishes.not_before)
            await self._memory.heed(name, site.wishes)
        return rules_of(status, body)
