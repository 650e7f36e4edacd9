"""Serving the application on a socket of this machine."""

import logging
import signal
import socket
from typing import Final

import uvicorn
from starlette.types import ASGIApp

#: How long a request under way may take after we were told to stop, in seconds.
LAST_SECONDS: Final = 10
#: How many requests are served at the same time; more are told to come again.
MOST_AT_ONCE: Final = 200
HIGHEST_PORT: Final = 65_535
#: The longest head of a request, in bytes; ours have a few hundred.
LONGEST_HEAD: Final = 16_384


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``; port 0 takes any that is free.

    :raises OSError: the address is not this machine's, or the port is taken.
    :raises OverflowError: there is no such port.
    """
    if not 0 <= port <= HIGHEST_PORT:
        raise OverflowError  # the library says the same, and leaves an open socket behind
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def server(app: ASGIApp) -> uvicorn.Server:
    """Return a server for ``app``. It keeps no log of addresses: they hold tokens."""
    # Asking uvicorn for no access log is not enough: whoever sets up logging later may turn it on again.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            loop="asyncio",
            http="h11",
            ws="none",
            h11_max_incomplete_event_size=LONGEST_HEAD,
            limit_concurrency=MOST_AT_ONCE,
            timeout_graceful_shutdown=LAST_SECONDS,
        )
    )


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, then end what is under way and return."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for sign in (signal.SIGINT, signal.SIGTERM):
        # uvicorn raises the signal once more when it has ended; by then there is nothing left to interrupt.
        signal.signal(sign, lambda *_: None)
    server(app).run(sockets=[listening])
