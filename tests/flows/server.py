"""A running Prefect server as the tests of the flows drive it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Prefect:
    """A running server, its clients' environment and a folder for everything that they write."""

    environment: Mapping[str, str]
    folder: Path

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        """End a process and what it started at once: a worker that is asked politely may stay (measured, 3.8.8)."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self.environment['PREFECT_API_URL']}/{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def wait_for(look: Callable[[], Any], *, tries: int = 240, pause: float = 0.5) -> Any:
    """Look until there is something to see; a bounded number of looks, no clock."""
    for _ in range(tries):
        seen = look()
        if seen:
            return seen
        time.sleep(pause)
    raise AssertionError("it never came")
