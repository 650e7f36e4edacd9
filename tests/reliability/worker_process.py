"""A warmed-up process that forks workers: ``python -m tests.reliability.worker_process``.

Starting Python and importing everything takes a second, forking takes a hundredth. Each worker is a process of its own
that runs the real command line (``digest.cli.main``) with settings of its own, and dies where or when it was ordered.
Orders come as JSON objects on standard input, one a line: the workers to run at once. The answer tells how each ended.

What every worker would work out for itself, and always alike, is worked out once (``_remember``): the tree of commands,
the certificates that are trusted, the words of its SQL. An order that ``warms_up`` is carried out here, to that end.
"""

import gc
import io
import json
import os
import resource
import signal
import sys
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import typer.main

import digest.cli
import digest.terminal.commands
from digest.send.mailers.smtp import mailer
from digest.store import engine
from tests.reliability.steps import Fuse, watch
from tests.reliability.workers import Order

BROKEN = 70


def main() -> None:
    _remember()
    gc.freeze()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    print(json.dumps({"pid": os.getpid()}), file=answers, flush=True)
    for line in sys.stdin:
        orders = [Order(**one) for one in json.loads(line)]
        if any(one.warms_up for one in orders):
            answer = [_warm_up(one) for one in orders]
            gc.freeze()
        else:
            answer = run(orders)
        print(json.dumps(answer), file=answers, flush=True)


class _Compiled(dict[tuple[Any, ...], Any]):
    """SQLAlchemy's cache of compiled statements, for all engines that speak alike and not for one of them alone."""

    @staticmethod
    def _alike(key: tuple[Any, ...]) -> tuple[Any, ...]:
        dialect, *statement = key
        return (dialect.name, dialect.driver, *statement)

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(self._alike(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(self._alike(key), compiled)


def _remember() -> None:
    """Let this process, and those that it forks, work out once what is always alike."""
    typer.main.get_command = cache(typer.main.get_command)
    typer.main.get_command(digest.terminal.commands.app)
    mailer.trust = cache(mailer.trust)
    engine.create_engine = partial(engine.create_engine, execution_options={"compiled_cache": _Compiled()})


def _warm_up(order: Order) -> dict[str, Any]:
    """Carry out an order here; whatever it changed for the process is put back."""
    began, folder, environment = time.monotonic(), Path.cwd(), dict(os.environ)
    usual = signal.getsignal(signal.SIGTERM)
    os.environ.update(order.settings)
    os.chdir(order.folder)
    sys.argv = ["digest", *order.words]
    code, said = 0, io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            digest.cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else BROKEN
    finally:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        signal.signal(signal.SIGTERM, usual)
    return {"code": code, "said": said.getvalue(), "seconds": time.monotonic() - began}


def run(orders: list[Order]) -> list[dict[str, Any]]:
    """Run the workers at once, kill those that are to be killed in time, and tell how each ended."""
    workers = [_Worker(order) for order in orders]
    waiting = sorted((one for one in workers if one.order.kill_after is not None), key=lambda one: one.due)
    for one in waiting:
        time.sleep(max(0.0, one.due - time.monotonic()))
        one.kill()
    return [one.wait() for one in workers]


class _Worker:
    """One forked worker, and what it says."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._said, self._told = os.memfd_create("said"), os.memfd_create("told")
        self._began = time.monotonic()
        self.due = self._began + (order.kill_after or 0.0)
        self._pid = os.fork()
        if self._pid == 0:
            _be_a_worker(order, self._said, self._told)

    def kill(self) -> None:
        os.kill(self._pid, self.order.signal)  # it is ours until it is waited for, so nobody else is hit

    def wait(self) -> dict[str, Any]:
        _, status = os.waitpid(self._pid, 0)
        seconds = time.monotonic() - self._began
        told = _read(self._told)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "said": _read(self._said),
            "steps": json.loads(told) if told else {},
            "seconds": seconds,
        }


def _read(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    with os.fdopen(file, "r", encoding="utf-8", errors="replace") as opened:
        return opened.read()


def _wait_for_lines(path: str, lines: int) -> None:
    while Path(path).read_bytes().count(b"\n") < lines:
        time.sleep(0.002)


def _be_a_worker(order: Order, said: int, told: int) -> None:
    """Do what the order says and end; never return."""
    code = BROKEN
    try:
        os.dup2(said, 1)
        os.dup2(said, 2)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(order.folder)
        os.environ.update(order.settings)
        if order.file_limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (order.file_limit, resource.RLIM_INFINITY))
        fuse = Fuse(at=order.dies_at, time=order.dies_time, signal=order.signal)
        watch(fuse, batch=order.batch, patience=order.patience, steps=order.counts_steps or order.dies_time > 0)
        if order.waits_for is not None:
            _wait_for_lines(*order.waits_for)
        sys.argv = ["digest", *order.words]
        try:
            digest.cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else BROKEN
        if order.counts_steps:
            os.write(told, json.dumps(fuse.passed).encode())
    except BaseException:  # noqa: BLE001 - whatever it is, this process must end here
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
