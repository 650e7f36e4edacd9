"""Asking one address: in its host's turn, again where that can help, and never more than a cap of its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from typing import Final

import aiohttp
from yarl import URL

from digest.clock import Clock
from digest.collect.fetching.hops import in_words
from digest.collect.fetching.pace import Pace
from digest.collect.fetching.resolver import LeadsInside
from digest.collect.fetching.retry import asks_to_wait, pause_before_retry, retry_after
from digest.collect.fetching.sites import Sites
from digest.collect.ports import Validators
from digest.collect.text.words import printable
from digest.errors import FetchError, PrivateAddress, TooLarge, Unreachable

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class How(Enum):
    """What of an answer is wanted."""

    READ = auto()  # all of it
    KNOCK = auto()  # whether there is one: HEAD
    LOOK = auto()  # the same by GET, for servers that do not know HEAD

    @property
    def method(self) -> str:
        """The method of HTTP."""
        return "HEAD" if self is How.KNOCK else "GET"


#: Says by an answer's headers why its body need not be read.
Refuse = Callable[[URL, Mapping[str, str]], FetchError | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer. ``body`` is empty unless the status is 200.

    ``known`` is what was remembered of the address; with ``is_fresh`` the answer itself was, and nobody was asked.
    """

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes
    known: Validators | None = None
    is_fresh: bool = False

    @property
    def leads_on(self) -> bool:
        """Whether it is a redirect that says where to."""
        return self.status in _REDIRECTS and "location" in self.headers


def _refuse_nothing(_url: URL, _headers: Mapping[str, str]) -> None:
    """Read whatever comes."""


class Asker:
    """Asks addresses whose sites let us, one hop at a time."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        sites: Sites,
        clock: Clock,
        pace: Pace,
        hurries: Callable[[str], bool],
        most_bytes: int,
    ) -> None:
        """Use ``session``, which must not follow redirects by itself. ``hurries``: no pause of ours after this host."""
        self._session = session
        self._sites = sites
        self._clock = clock
        self._pace = pace
        self._hurries = hurries
        self._most_bytes = most_bytes

    async def ask(
        self, url: URL, headers: Mapping[str, str], *, refuse: Refuse = _refuse_nothing, how: How = How.READ
    ) -> Answer:
        """Ask one address, again after 502, 503, 504 or a timeout where that can help.

        :raises AskedToWait: the site said meanwhile that it wants to be left alone.
        :raises TimeoutError: no whole answer in time.
        :raises FetchError: no connection, no HTTP, too much, or what ``refuse`` says.
        """
        host = url.host or ""
        hurry = self._hurries(host)
        attempt = 0
        while True:
            try:
                async with self._pace.turn(host, hurry=hurry, gate=lambda: self._sites.heed_wait(url)):
                    answer = await self._get(url, headers, refuse=refuse, how=how)
            except TimeoutError:
                pause = pause_before_retry(attempt, status=None, wish=None)
                if pause is None:
                    raise
            else:
                wish = retry_after(answer.headers, now=self._clock.now())
                pause = pause_before_retry(attempt, status=answer.status, wish=wish)
                if pause is None:
                    if wish and asks_to_wait(answer.status):
                        await self._sites.leave_alone(url, wish)
                    return answer
            self._pace.hold(host, pause)
            attempt += 1

    async def _get(self, url: URL, headers: Mapping[str, str], *, refuse: Refuse, how: How) -> Answer:
        """Make one request and read at most the cap.

        :raises TimeoutError: no whole answer in time.
        """
        try:
            async with self._session.request(how.method, url, headers=headers, allow_redirects=False) as answer:
                said = _plain(answer)
                body = b""
                if answer.status == HTTPStatus.OK and how is How.READ:
                    refused = refuse(url, said)
                    if refused is not None:
                        raise refused
                    body = await self._read(url, answer)
                return Answer(url=url, status=answer.status, headers=said, body=body)
        except LeadsInside as error:
            raise PrivateAddress(str(url), error.address) from error
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(str(url), in_words(error), advice="Check the address, or try again later.") from error

    async def _read(self, url: URL, answer: aiohttp.ClientResponse) -> bytes:
        """Read a body, counted after decompression."""
        chunks: list[bytes] = []
        size = 0
        async for chunk in answer.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > self._most_bytes:
                raise TooLarge(str(url), f"the answer is bigger than {self._most_bytes:,} bytes")
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _plain(answer: aiohttp.ClientResponse) -> dict[str, str]:
    """Return the headers by lower-case name, without cookies, which nobody here keeps, and what cannot be stored."""
    plain: dict[str, str] = {}
    for name, value in answer.headers.items():
        key = name.lower()
        if key in plain:
            plain[key] += ", " + printable(value)
        elif key != "set-cookie":
            plain[key] = printable(value)
    return plain
