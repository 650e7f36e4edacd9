"""Prefect's own server on this machine, for the demo: everything it writes stays below one folder."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from digest.errors import ServerDidNotStart

#: How long a server may take to answer on a small machine, in seconds. Measured: 8 to 24 where two cores are shared.
PATIENCE = 180.0


def prefect_environment(home: Path) -> dict[str, str]:
    """Return the variables that keep Prefect quiet, offline and inside ``home``, and its recorder fast.

    The batch sizes let the server record task runs five times cheaper than by default (docs/operating.md).
    """
    return {
        "PREFECT_HOME": str(home.resolve()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",  # runs keep their log; the terminal stays quiet
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "200",
    }


@contextmanager
def prefect_server(home: Path, *, say: Callable[[str], None]) -> Iterator[Mapping[str, str]]:
    """Run a server with its database in ``home``; yields the environment for its clients. Stops it afterwards.

    :raises ServerDidNotStart: it ended, or did not answer within ``PATIENCE`` seconds; names its log.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = prefect_environment(home)
    log = home / "server.log"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    api = f"http://127.0.0.1:{port}/api"
    say(f"Waiting for Prefect's own server (its database and log are in {home}) …")
    with log.open("ab") as output:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command, env={**os.environ, **environment}, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_until_healthy(api, server, log)
        say(f"Prefect's server answers at {api.removesuffix('/api')}.")
        yield {**environment, "PREFECT_API_URL": api}
    finally:
        _stop(server)


def _wait_until_healthy(api: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServerDidNotStart(f"Prefect's server ended with code {server.returncode}.", advice=f"Read {log}.")
        try:
            with urllib.request.urlopen(f"{api}/health", timeout=5) as answer:  # noqa: S310 - loopback http
                if answer.status == 200:  # noqa: PLR2004
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise ServerDidNotStart(f"Prefect's server did not answer within {PATIENCE:.0f} seconds.", advice=f"Read {log}.")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server and what it started: politely, then not."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if server.poll() is not None:
            return
        os.killpg(server.pid, sign)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            continue


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
