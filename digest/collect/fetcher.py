"""The only HTTP client: everything that is read from outside comes through :func:`open_fetcher`.

It asks politely (robots.txt, one request at a time per host with a pause, "has it changed?", not at all where the site
said how long its answer holds or asked to be left alone), reads no more than a cap, by https, stays out of private
networks at every hop, tries again only where that can help, and names every failure.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from digest import __version__
from digest.clock import Clock
from digest.collect.fetching.addresses import is_loopback_host, is_public, literal_address
from digest.collect.fetching.asking import Answer, Asker, How
from digest.collect.fetching.expiry import fresh_until, is_fresh
from digest.collect.fetching.files import is_web_address, media_type_of, path_of, read_file
from digest.collect.fetching.hops import ASKED_BY_HTTPS, conditions, redirect_target, secured, web_url
from digest.collect.fetching.looking import elsewhere, how_heavy, wants_get
from digest.collect.fetching.pace import Pace
from digest.collect.fetching.resolver import CheckedResolver, Lookup, system_lookup
from digest.collect.fetching.retry import retry_after
from digest.collect.fetching.robots import PRODUCT
from digest.collect.fetching.sites import Sites
from digest.collect.fetching.walls import no_text, wall
from digest.collect.ports import FetchMemory, KeptPage, Validators
from digest.collect.web import LinkLook, Request, Response
from digest.errors import BadAnswer, FetchError, PrivateAddress, Unreachable

MOST_BYTES: Final = 15_000_000
MOST_REDIRECTS: Final = 5
TIMEOUT_SECONDS: Final = 30.0
#: Connections over all hosts; each host gets one at a time (``Pace``), so this bounds how many hosts are read at once.
MOST_AT_ONCE: Final = 400

#: Some sites send policies of many kilobytes in one header line; aiohttp's own limit is 8190 bytes.
_LONGEST_HEADER: Final = 64 * 1024


@asynccontextmanager
async def open_fetcher(
    *,
    memory: FetchMemory,
    clock: Clock,
    public_url: str,
    allow_private: bool,
    allow_http: bool = False,
    anew: bool = False,
    pace_seconds: float = 1.0,
    at_once: int = 1,
    timeout_seconds: float = TIMEOUT_SECONDS,
    most_bytes: int = MOST_BYTES,
    lookup: Lookup = system_lookup,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator["Fetcher"]:
    """Open the web for one event loop; what it learns goes into ``memory``, the last of it when it closes.

    ``allow_http`` lets it ask without TLS; with ``allow_private`` this machine itself is asked so in any case.
    ``anew`` asks everything that earlier runs learned need not be asked yet: answers that still hold, robots.txt, sites
    that wanted to be left alone.

    ``pace_seconds`` pass between two requests to a host, which gets ``at_once`` at a time: more than one only suits a
    server of our own.

    ``public_url`` goes into the user agent, so that a site can find out who asks. ``timeout_seconds`` is for one
    request as a whole. ``lookup`` and ``sleep`` are the system's own unless a test says otherwise.
    """
    connector = aiohttp.TCPConnector(
        resolver=CheckedResolver(allow_private=allow_private, lookup=lookup), use_dns_cache=False, limit=MOST_AT_ONCE
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=timeout_seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"{PRODUCT}/{__version__} (+{public_url})"},
        max_line_size=_LONGEST_HEADER,
        max_field_size=_LONGEST_HEADER,
    ) as session:
        yield Fetcher(
            session=session,
            memory=memory,
            clock=clock,
            allow_private=allow_private,
            allow_http=allow_http,
            anew=anew,
            most_bytes=most_bytes,
            pace=Pace(pace_seconds, now=asyncio.get_running_loop().time, sleep=sleep, at_once=at_once),
        )
    await memory.flush()


class Fetcher:
    """The ports ``Web`` and ``LinkScout`` over aiohttp and the local disk."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        memory: FetchMemory,
        clock: Clock,
        allow_private: bool,
        allow_http: bool,
        anew: bool,
        most_bytes: int,
        pace: Pace,
    ) -> None:
        """Use ``session``, which must not follow redirects by itself anywhere else than here."""
        self._memory = memory
        self._clock = clock
        self._allow_private = allow_private
        self._allow_http = allow_http
        self._anew = anew
        self._most_bytes = most_bytes
        self._sites = Sites(self._ask_robots, memory=memory, clock=clock, pace=pace, anew=anew)
        self._asker = Asker(
            session=session,
            sites=self._sites,
            clock=clock,
            pace=pace,
            hurries=lambda host: allow_private and is_loopback_host(host),
            most_bytes=most_bytes,
        )

    async def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``: a web address by GET, anything else as a local file.

        ``unchanged`` only says that the bytes are those of last time, not that they were dealt with: whoever reads
        them must read them again.

        :raises FetchError: no usable answer; each kind has its own class.
        """
        if not is_web_address(request.ref):
            return await self._file(request)
        named = web_url(request.ref)
        asked = self._secured(named)
        try:
            answer = await self._follow(asked, self._hop, accept=request.accept)
        except TimeoutError as error:
            raise Unreachable(
                request.ref, "no answer in time", advice="The next run asks again; if it stays so, check the address."
            ) from error
        except Unreachable as error:
            if asked == named:
                raise
            raise Unreachable(error.url, error.why, advice=ASKED_BY_HTTPS) from error
        return await self._response(request, asked, answer)

    async def look(self, url: str) -> LinkLook:
        """Look whether an address answers, at a site's pace and by its robots.txt; what is in the way is a value."""
        now = self._clock.now()
        try:
            asked = self._secured(web_url(url))
            answer = await self._follow(asked, self._look_hop, accept="text/html, */*;q=0.5")
        except TimeoutError:
            return LinkLook(url=url, at=now, why="no answer in time")
        except Unreachable as error:
            return LinkLook(url=url, at=now, why=error.why, is_gone=True)
        except FetchError as error:
            return LinkLook(url=url, at=now, why=error.why)
        if answer.leads_on:
            return LinkLook(url=url, at=now, why=f"it redirects more than {MOST_REDIRECTS} times", is_gone=True)
        heavy = how_heavy(answer.headers)
        return LinkLook(url=url, at=now, status=answer.status, leads_to=elsewhere(asked, answer.url), why=heavy)

    async def _file(self, request: Request) -> Response:
        body = await asyncio.to_thread(read_file, request.ref, limit=self._most_bytes)
        media_type = media_type_of(path_of(request.ref))
        return Response(
            ref=request.ref,
            url=request.ref,
            body=body,
            fetched_at=self._clock.now(),
            headers={"content-type": media_type} if media_type else {},
        )

    async def _response(self, request: Request, asked: URL, answer: Answer) -> Response:
        """Turn the last answer into what the stage sees, and remember it if it is good."""
        where, now, known = str(answer.url), self._clock.now(), answer.known
        if answer.leads_on:
            raise Unreachable(
                request.ref, f"it redirects more than {MOST_REDIRECTS} times", advice="Check the address."
            )
        if answer.status == HTTPStatus.NOT_MODIFIED and known is not None:
            return await self._unmodified(request, answer, known)
        obstacle = wall(asked, answer.url, answer.status, answer.headers, answer.body)
        if obstacle is not None:
            raise obstacle
        if answer.status != HTTPStatus.OK:
            raise BadAnswer(where, answer.status, retry_after=retry_after(answer.headers, now=now))
        unchanged = answer.is_fresh or await self._remember(where, answer, at=now)
        return Response(
            ref=request.ref,
            url=where,
            body=answer.body,
            fetched_at=known.at if answer.is_fresh and known is not None else now,
            headers=answer.headers,
            unchanged=unchanged,
        )

    async def _unmodified(self, request: Request, answer: Answer, known: Validators) -> Response:
        where, now = str(answer.url), self._clock.now()
        page = await self._memory.page(where)
        if page is None:
            raise BadAnswer(where, answer.status)
        said = replace(
            known,
            etag=answer.headers.get("etag", known.etag),
            last_modified=answer.headers.get("last-modified", known.last_modified),
            at=now,
            fresh_until=fresh_until(answer.headers, now=now),
        )
        await self._confirm(where, known, said)
        return Response(
            ref=request.ref, url=where, body=page.body, fetched_at=now, headers=page.headers, unchanged=True
        )

    async def _remember(self, where: str, answer: Answer, *, at: datetime) -> bool:
        """Keep a good answer, or only what is said of it where it is the one that we had; tell which of them."""
        page = KeptPage(headers=answer.headers, body=answer.body)
        said = Validators(
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            at=at,
            fresh_until=fresh_until(answer.headers, now=at),
        )
        known = answer.known
        if known is not None and known.digest == page.digest():
            await self._confirm(where, known, replace(said, digest=known.digest))
            return True
        await self._memory.remember(where, said, page)
        return False

    async def _confirm(self, where: str, known: Validators, said: Validators) -> None:
        if replace(said, at=known.at) != known:  # else nothing is new, and a thousand rows need no writing
            await self._memory.confirm(where, said)

    async def _ask_robots(self, url: URL) -> tuple[int, bytes]:
        answer = await self._follow(url, self._robots_hop, accept="text/plain, */*;q=0.1")
        return answer.status, answer.body

    async def _follow(self, url: URL, hop: Callable[[URL, str], Awaitable[Answer]], *, accept: str) -> Answer:
        """Ask ``url`` and where it redirects to, each hop checked; the last answer, whatever its status.

        :raises TimeoutError: a hop did not answer in time, retries included.
        """
        answer = await hop(url, accept)
        for _ in range(MOST_REDIRECTS):
            if not answer.leads_on:
                break
            named = redirect_target(url, answer.headers["location"])
            target = self._secured(named)
            if target == url and target != named:
                raise Unreachable(str(url), "it redirects to plain http", advice=ASKED_BY_HTTPS)
            url = target
            answer = await hop(url, accept)
        return answer

    async def _hop(self, url: URL, accept: str) -> Answer:
        self._stay_outside(url)
        where = str(url)
        known = await self._memory.recall(where)
        if known is not None and not self._anew and is_fresh(known.fresh_until, now=self._clock.now()):
            page = await self._memory.page(where)
            if page is not None:
                return Answer(
                    url=url, status=HTTPStatus.OK, headers=page.headers, body=page.body, known=known, is_fresh=True
                )
        await self._sites.admit(url)
        answer = await self._asker.ask(url, {"Accept": accept, **conditions(known)}, refuse=no_text)
        return replace(answer, known=known)

    async def _look_hop(self, url: URL, accept: str) -> Answer:
        self._stay_outside(url)
        await self._sites.admit(url)
        answer = await self._asker.ask(url, {"Accept": accept}, how=How.KNOCK)
        if wants_get(answer.status):
            answer = await self._asker.ask(url, {"Accept": accept}, how=How.LOOK)
        return answer

    async def _robots_hop(self, url: URL, accept: str) -> Answer:
        """Ask for a robots.txt itself: it needs no leave of another one, and is not remembered as a page."""
        self._stay_outside(url)
        return await self._asker.ask(url, {"Accept": accept})

    def _secured(self, url: URL) -> URL:
        allow_http = self._allow_http or (self._allow_private and is_loopback_host(url.host or ""))
        return secured(url, allow_http=allow_http)

    def _stay_outside(self, url: URL) -> None:
        """Refuse an address that is spelled out; names are for the resolver.

        :raises PrivateAddress: it lies in a private network.
        """
        address = literal_address(url.host or "")
        if address is not None and not self._allow_private and not is_public(address):
            raise PrivateAddress(str(url), str(address))
