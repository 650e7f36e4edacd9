"""Workers to order about: what each is to do, and how it ended. They are forked by ``worker_process``."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


@dataclass(kw_only=True)
class Order:
    """Run ``digest WORDS`` in ``folder`` under ``settings``, once the file ``waits_for`` has so many lines.

    It gets ``signal`` after ``kill_after`` seconds, or when it takes the step ``dies_at`` for the n-th time
    (``dies_time``). ``batch`` is the mailer's largest batch, ``patience`` the most seconds it waits for any answer,
    ``file_limit`` the largest size of a file in bytes: a disk that is full. One that ``warms_up`` is carried out by the
    process that forks the others, so that they know what it has worked out.
    """

    words: Sequence[str]
    folder: str
    settings: Mapping[str, str]
    kill_after: float | None = None
    waits_for: tuple[str, int] | None = None
    dies_at: str = ""
    dies_time: int = 0
    signal: int = signal.SIGKILL
    counts_steps: bool = False
    batch: int = 10
    patience: float | None = None
    file_limit: int | None = None
    warms_up: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a worker ended: its exit code (negative: the signal), what it said, how often it took which step."""

    code: int
    said: str
    steps: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def json(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.said.splitlines()[-1])
        return said


@dataclass
class Workers:
    """The warmed-up process that forks them."""

    _process: subprocess.Popen[str] = field(init=False, repr=False)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.worker_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear()
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()

    def begin(self, *orders: Order) -> None:
        """Let workers run at once; ``end`` waits for them."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([asdict(one) for one in orders]) + "\n")
        self._process.stdin.flush()

    def end(self) -> list[Ended]:
        """Wait until all of them have ended."""
        return [Ended(**one) for one in self._hear()]

    def run(self, *orders: Order) -> list[Ended]:
        """Run workers at once, and wait until all of them have ended."""
        self.begin(*orders)
        return self.end()

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process that forks workers has died"
        return json.loads(line)
