"""Mail servers for benchmarks that take everything and keep nothing: Postfix's ``smtp-sink``, and one far away.

The second one is a process of raw asyncio with PIPELINING, since ``smtp-sink`` can wait for whole seconds only.

Run as ``python -m benchmarks.smtp_sink PORT LATENCY``: answers to what came together leave together, LATENCY seconds
later.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

SINK, SOURCE = "/usr/sbin/smtp-sink", "/usr/sbin/smtp-source"
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
def sink(latency: float) -> Iterator[int]:
    """Run a server that answers ``latency`` seconds late as a process of its own; give its port."""
    port = _free_port()
    with _running([sys.executable, "-m", "benchmarks.smtp_sink", str(port), str(latency)], port):
        yield port


@contextlib.contextmanager
def smtp_sink() -> Iterator[int]:
    """Run Postfix's ``smtp-sink``; give its port. It never runs as root."""
    port = _free_port()
    who = ["-u", "nobody"] if os.geteuid() == 0 else []
    with _running([SINK, *who, f"127.0.0.1:{port}", "1000"], port):
        yield port


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    asyncio.run(listen(int(sys.argv[1]), float(sys.argv[2])))
