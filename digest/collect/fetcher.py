"""The only HTTP client: everything that is read from outside comes through :func:`open_fetcher`.

It asks politely (robots.txt, one request at a time per host with a pause, "has it changed?"), reads no more than a cap,
stays out of private networks at every hop, tries again only where that can help, and names every failure.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from digest import __version__
from digest.clock import Clock
from digest.collect.addresses import is_loopback_host, is_public, literal_address
from digest.collect.files import is_web_address, media_type_of, path_of, read_file
from digest.collect.hops import conditions, in_words, redirect_target, web_url
from digest.collect.pace import Pace
from digest.collect.ports import FetchMemory, Validators
from digest.collect.resolver import CheckedResolver, LeadsInside, Lookup, system_lookup
from digest.collect.retry import pause_before_retry, retry_after
from digest.collect.robots import PRODUCT, Robots
from digest.collect.web import Request, Response, Web
from digest.collect.words import printable
from digest.errors import BadAnswer, Challenged, PrivateAddress, TooLarge, Unreachable

MOST_BYTES: Final = 15_000_000
MOST_REDIRECTS: Final = 5
TIMEOUT_SECONDS: Final = 30.0
#: Connections over all hosts; each host gets one at a time (``Pace``), so this bounds how many hosts are read at once.
MOST_AT_ONCE: Final = 400

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 64 * 1024
#: Some sites send policies of many kilobytes in one header line; aiohttp's own limit is 8190 bytes.
_LONGEST_HEADER: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One HTTP answer. ``body`` is empty unless the status is 200."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def leads_on(self) -> bool:
        return self.status in _REDIRECTS and "location" in self.headers


@asynccontextmanager
async def open_fetcher(
    *,
    memory: FetchMemory,
    clock: Clock,
    public_url: str,
    allow_private: bool,
    pace_seconds: float = 1.0,
    at_once: int = 1,
    timeout_seconds: float = TIMEOUT_SECONDS,
    most_bytes: int = MOST_BYTES,
    lookup: Lookup = system_lookup,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Web]:
    """Open the web for one event loop; robots.txt and the pace are remembered until it closes.

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
            most_bytes=most_bytes,
            pace=Pace(pace_seconds, now=asyncio.get_running_loop().time, sleep=sleep, at_once=at_once),
        )


class Fetcher:
    """The port ``Web`` over aiohttp and the local disk."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        memory: FetchMemory,
        clock: Clock,
        allow_private: bool,
        most_bytes: int,
        pace: Pace,
    ) -> None:
        """Use ``session``, which must not follow redirects by itself anywhere else than here."""
        self._session = session
        self._memory = memory
        self._clock = clock
        self._allow_private = allow_private
        self._most_bytes = most_bytes
        self._pace = pace
        self._robots = Robots(self._ask_robots)

    async def fetch(self, request: Request) -> Response:
        """Return the answer to ``request``: a web address by GET, anything else as a local file.

        ``unchanged`` only says that the bytes are those of last time, not that they were dealt with: whoever reads
        them must read them again.

        :raises FetchError: no usable answer; each kind has its own class.
        """
        if not is_web_address(request.ref):
            return await self._file(request)
        url = web_url(request.ref)
        try:
            answer = await self._follow(url, accept=request.accept)
        except TimeoutError as error:
            raise Unreachable(
                request.ref, "no answer in time", advice="The next run asks again; if it stays so, check the address."
            ) from error
        return self._response(request, answer)

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

    def _response(self, request: Request, answer: _Answer) -> Response:
        """Turn the last answer into what the stage sees, and remember it if it is good."""
        where, now = str(answer.url), self._clock.now()
        if answer.headers.get("cf-mitigated", "").lower() == "challenge":
            raise Challenged(where, answer.status)
        if answer.leads_on:
            raise Unreachable(
                request.ref, f"it redirects more than {MOST_REDIRECTS} times", advice="Check the address."
            )
        known = self._memory.recall(where)
        if answer.status == HTTPStatus.NOT_MODIFIED and known is not None:
            return Response(
                ref=request.ref, url=where, body=known.body, fetched_at=now, headers=known.headers, unchanged=True
            )
        if answer.status != HTTPStatus.OK:
            raise BadAnswer(where, answer.status, retry_after=retry_after(answer.headers, now=now))
        self._memory.remember(
            where,
            Validators(
                etag=answer.headers.get("etag"),
                last_modified=answer.headers.get("last-modified"),
                body=answer.body,
                headers=answer.headers,
            ),
            at=now,
        )
        return Response(
            ref=request.ref,
            url=where,
            body=answer.body,
            fetched_at=now,
            headers=answer.headers,
            unchanged=known is not None and known.body == answer.body,
        )

    async def _ask_robots(self, url: URL) -> tuple[int, bytes]:
        answer = await self._follow(url, accept="text/plain, */*;q=0.1", robots=True)
        return answer.status, answer.body

    async def _follow(self, url: URL, *, accept: str, robots: bool = False) -> _Answer:
        """Ask ``url`` and where it redirects to, each hop checked; the last answer, whatever its status.

        ``robots`` is for a robots.txt itself: it needs no leave of another one, and is not remembered.

        :raises TimeoutError: a hop did not answer in time, retries included.
        """
        answer = await self._hop(url, accept, robots=robots)
        for _ in range(MOST_REDIRECTS):
            if not answer.leads_on:
                break
            url = redirect_target(url, answer.headers["location"])
            answer = await self._hop(url, accept, robots=robots)
        return answer

    async def _hop(self, url: URL, accept: str, *, robots: bool) -> _Answer:
        headers = {"Accept": accept}
        if not robots:
            await self._robots.check(url)
            headers |= conditions(self._memory.recall(str(url)))
        return await self._ask(url, headers)

    async def _ask(self, url: URL, headers: Mapping[str, str]) -> _Answer:
        """Ask one address, again after 502, 503, 504 or a timeout where that can help."""
        host = url.host or ""
        hurry = self._allow_private and is_loopback_host(host)
        attempt = 0
        while True:
            try:
                async with self._pace.turn(host, hurry=hurry):
                    answer = await self._get(url, headers)
            except TimeoutError:
                pause = pause_before_retry(attempt, status=None, wish=None)
                if pause is None:
                    raise
            else:
                wish = retry_after(answer.headers, now=self._clock.now())
                pause = pause_before_retry(attempt, status=answer.status, wish=wish)
                if pause is None:
                    return answer
            self._pace.hold(host, pause)
            attempt += 1

    async def _get(self, url: URL, headers: Mapping[str, str]) -> _Answer:
        """Make one request and read at most the cap.

        :raises TimeoutError: no whole answer in time.
        """
        address = literal_address(url.host or "")
        if address is not None and not self._allow_private and not is_public(address):
            raise PrivateAddress(str(url), str(address))
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
                body = await self._read(url, answer) if answer.status == HTTPStatus.OK else b""
                return _Answer(url=url, status=answer.status, headers=_plain(answer), body=body)
        except LeadsInside as error:
            raise PrivateAddress(str(url), error.address) from error
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(str(url), in_words(error), advice="Check the address, or try again later.") from error

    async def _read(self, url: URL, answer: aiohttp.ClientResponse) -> bytes:
        """Read a body, counted after decompression."""
        body = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._most_bytes:
                raise TooLarge(str(url), f"the answer is bigger than {self._most_bytes:,} bytes")
        return bytes(body)


def _plain(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Return the headers by lower-case name, without cookies, which nobody here keeps, and what cannot be stored."""
    names = {name.lower() for name in answer.headers} - {"set-cookie"}
    return {name: printable(", ".join(answer.headers.getall(name))) for name in sorted(names)}
