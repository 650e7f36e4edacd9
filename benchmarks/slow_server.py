"""A slow web for benchmarks: author pages of about 60 KB, each 200 ms away, with ETags; one process, raw asyncio.

Run as ``python -m benchmarks.slow_server PORT``; listens on every loopback address.
"""

import asyncio
import sys
from hashlib import sha256

LATENCY = 0.2
PAGE_BYTES = 60_000
ARTICLES = 10
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


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests on one connection until it closes."""
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ", 2)[1].decode()
            if path != "/robots.txt":
                await asyncio.sleep(LATENCY)
            writer.write(answer(path, request))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def answer(path: str, request: bytes) -> bytes:
    """Return one HTTP answer: 404 for robots.txt, 304 for a page that is known, else the page."""
    if path == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    page = author_page(path)
    etag = f'"{sha256(page).hexdigest()[:16]}"'
    if etag.encode() in request:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: {etag}\r\nContent-Length: {len(page)}"
    return f"{head}\r\n\r\n".encode() + page


async def main(port: int) -> None:
    """Listen on all addresses of the loopback range."""
    server = await asyncio.start_server(serve, "0.0.0.0", port, backlog=1024)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
