"""A slow web for benchmarks: author pages of about 60 KB, each 200 ms away, with ETags; one process, raw asyncio.

Run as ``python -m benchmarks.slow_server PORT``; listens on every loopback address.
"""

import asyncio
import sys
from functools import cache
from hashlib import sha256

LATENCY = 0.2
PAGE_BYTES = 60_000
ARTICLES = 10
#: How many pages are made before the first request comes: the machine's time is the client's then.
PAGES = 1_000
#: Articles stand on another site, so that none is followed: this measures author pages.
ELSEWHERE = "https://steppe-herald.example"
#: What the rest of a page is made of: about 800 elements.
FILLER = '<li class="menu-item"><a href="/section/economy">Economy and markets</a></li>'


def author_page(path: str) -> bytes:
    """Return the author page at ``path``: ten cards with links, dates and teasers, and filler up to its size."""
    cards = "".join(
        f'<article><h2><a href="{ELSEWHERE}{path}/{number}">Report number {number} from {path.strip("/")}</a></h2>'
        f'<time datetime="2025-12-{18 - number:02}T08:00:00+05:00">{18 - number} December</time>'
        f"<p>{'The river was low and nobody had asked why. ' * 6}</p></article>"
        for number in range(ARTICLES)
    )
    name = path.strip("/").replace("-", " ").title()
    head = (
        f'<!doctype html><html lang="en"><head><title>{name}</title><script type="application/ld+json">'
        f'{{"@type":"ProfilePage","mainEntity":{{"@type":"Person","name":"{name}"}}}}</script></head><body><h1>{name}</h1>'
    )
    page = f"{head}{cards}</body></html>"
    filler = f"<ul>{FILLER * ((PAGE_BYTES - len(page)) // len(FILLER))}</ul>"
    return page.replace("</body>", f"{filler}</body>").encode()


class Slow(asyncio.Protocol):
    """One connection: every page that is asked for is answered after the latency, robots.txt at once."""

    def __init__(self) -> None:
        """Wait for the first request."""
        self.loop = asyncio.get_running_loop()
        self.heard = b""
        self.out: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.out = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request; there is nothing but GETs without a body."""
        *requests, self.heard = (self.heard + data).split(b"\r\n\r\n")
        for request in requests:
            path = request.split(b" ", 2)[1].decode()
            if path == "/robots.txt":
                self.answer(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                etag, page, unchanged = answers(path)
                self.loop.call_later(LATENCY, self.answer, unchanged if etag in request else page)

    def answer(self, said: bytes) -> None:
        """Send one answer, if anybody is still there."""
        if self.out is not None and not self.out.is_closing():
            self.out.write(said)


@cache
def answers(path: str) -> tuple[bytes, bytes, bytes]:
    """Return a page's ETag, its whole answer, and the one for who has it already: made only once."""
    page = author_page(path)
    etag = f'"{sha256(page).hexdigest()[:16]}"'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: {etag}\r\nContent-Length: {len(page)}"
    unchanged = f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n"
    return etag.encode(), f"{head}\r\n\r\n".encode() + page, unchanged.encode()


async def main(port: int) -> None:
    """Listen on all addresses of the loopback range."""
    for number in range(PAGES):
        answers(f"/journalist-{number}")
    server = await asyncio.get_running_loop().create_server(Slow, "0.0.0.0", port, backlog=1024)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
