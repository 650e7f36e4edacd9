"""A server that says whatever the test wants, byte for byte."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress


@contextmanager
def saying(*answers: bytes, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve one line after the other, each with one answer and then its end; gives the address."""

    def serve(server: socket.socket) -> None:
        for answer in answers:
            with suppress(OSError), closing(server.accept()[0]) as plain:
                line = context.wrap_socket(plain, server_side=True) if context is not None else plain
                with closing(line):
                    asked = b""
                    while not asked.endswith(b"}") and (more := line.recv(65536)):  # what is left would reset the line
                        asked += more
                    line.sendall(answer)

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)
