"""A web service for benchmarks that takes every request whole and keeps nothing; one process, raw asyncio, keep-alive.

Run as ``python -m benchmarks.http_sink PORT LATENCY``: each request is answered 202 with an ``X-Message-Id``, LATENCY
seconds after it has come.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

YES = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nX-Message-Id: bench-%d\r\n\r\n"
LENGTH = b"content-length:"


class Sink(asyncio.Protocol):
    """One connection."""

    taken = 0

    def __init__(self, latency: float) -> None:
        """Answer ``latency`` seconds late."""
        self._latency = latency
        self._head = b""
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for requests."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Count a body's bytes, and answer at its end; nothing is pipelined to us."""
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._left = _length(self._head[:end]) - (len(self._head) - end - 4)
            self._head = b""
        if not self._left:
            Sink.taken += 1
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._transport.write, YES % Sink.taken)
            else:
                self._transport.write(YES % Sink.taken)


def _length(head: bytes) -> int:
    place = head.lower().find(LENGTH)
    return int(head[place + len(LENGTH) :].split(b"\r\n", 1)[0]) if place >= 0 else 0


async def listen(port: int, latency: float) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(lambda: Sink(latency), "127.0.0.1", port, backlog=1_000)
    await server.serve_forever()


@contextlib.contextmanager
def sink(latency: float = 0.0) -> Iterator[str]:
    """Run a sink as a process of its own; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.http_sink", str(port), str(latency)])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(listen(int(sys.argv[1]), float(sys.argv[2])))
