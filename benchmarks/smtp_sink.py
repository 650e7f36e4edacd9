"""A mail server for benchmarks that takes everything and keeps nothing; one process, raw asyncio, PIPELINING.

Run as ``python -m benchmarks.smtp_sink PORT LATENCY``: answers to what came together leave together, LATENCY seconds
later.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

GREETING = b"220 sink ESMTP\r\n"
ANSWERS = {b"EHLO": b"250-sink\r\n250 PIPELINING\r\n", b"DATA": b"354 go ahead\r\n", b"QUIT": b"221 bye\r\n"}
END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, latency: float) -> None:
        """Answer ``latency`` seconds late."""
        self._latency = latency
        self._buffer = bytearray()
        self._in_letter = False
        self._seen = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer whatever is whole."""
        self._buffer += data
        said = b""
        while True:
            end = self._buffer.find(END if self._in_letter else b"\r\n", self._seen)
            if end < 0:
                self._seen = max(0, len(self._buffer) - len(END))
                break
            if self._in_letter:
                del self._buffer[: end + len(END)]
                said += b"250 2.0.0 Ok: queued as 4XyZ\r\n"
                self._in_letter = False
            else:
                word = bytes(self._buffer[:4]).upper()
                del self._buffer[: end + 2]
                said += ANSWERS.get(word, b"250 2.1.0 ok\r\n")
                self._in_letter = word == b"DATA"
            self._seen = 0
        if said:
            self._say(said)

    def _say(self, said: bytes) -> None:
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, said)
        else:
            self._transport.write(said)


async def listen(port: int, latency: float) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(lambda: Sink(latency), "127.0.0.1", port)
    await server.serve_forever()


@contextlib.contextmanager
def sink(latency: float = 0.0) -> Iterator[int]:
    """Run a sink as a process of its own; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.smtp_sink", str(port), str(latency)])
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), float(sys.argv[2])))
