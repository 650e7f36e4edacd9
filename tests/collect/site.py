"""A site of our own on loopback, and a fetcher to ask it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from digest.clock import Clock, StoppedClock
from digest.collect.fetcher import open_fetcher
from digest.collect.ports import FetchMemory
from digest.collect.web import Web
from tests.collect.books import FetchesInMemory
from tests.fakes import NOON

PUBLIC_URL = "https://digest.example.org"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A site of our own: pages by path, and every request that it got. Without a robots.txt of its own it has none."""

    pages: dict[str, Handler] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)
    port: int = 0

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        page = self.pages.get(request.path)
        return web.Response(status=404) if page is None else await page(request)

    def serve(self, path: str, body: bytes = b"", *, status: int = 200, **headers: str) -> str:
        names = {name.replace("_", "-"): value for name, value in headers.items()}

        async def page(_: web.Request) -> web.Response:
            return web.Response(body=body, status=status, headers=names)

        self.pages[path] = page
        return self.root + path

    def serve_in_turn(self, path: str, *answers: Callable[[], web.StreamResponse]) -> str:
        left = list(answers)

        async def page(_: web.Request) -> web.StreamResponse:
            return left.pop(0)() if len(left) > 1 else left[0]()

        self.pages[path] = page
        return self.root + path


@dataclass
class Naps:
    """A sleep that only writes down how long it would have been."""

    taken: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def opened(
    memory: FetchMemory | None = None, *, clock: Clock | None = None, allow_private: bool = True, **more: object
) -> AsyncIterator[Web]:
    settings: dict[str, object] = {"pace_seconds": 0.0, "sleep": Naps(), "allow_http": True, **more}
    async with open_fetcher(
        memory=FetchesInMemory() if memory is None else memory,
        clock=clock or StoppedClock(NOON),
        public_url=PUBLIC_URL,
        allow_private=allow_private,
        **settings,  # type: ignore[arg-type]
    ) as fetcher:
        yield fetcher


def names(**addresses: Sequence[str]) -> Callable[[str], Awaitable[Sequence[str]]]:
    """A name service of our own; underscores stand for dots."""
    known = {name.replace("_", "."): found for name, found in addresses.items()}

    async def lookup(host: str) -> Sequence[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return known[host]

    return lookup


@asynccontextmanager
async def speaking(said: bytes) -> AsyncIterator[str]:
    """A server that says just these bytes to whoever asks for a page; its root."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" if b"/robots.txt" in asked else said)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def serving() -> AsyncIterator[Site]:
    """A site that is being served."""
    here = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", here.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    tcp = web.TCPSite(runner, "127.0.0.1", 0)
    await tcp.start()
    here.port = runner.addresses[0][1]
    yield here
    await runner.cleanup()
