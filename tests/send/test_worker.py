import os
import subprocess
import sys
from pathlib import Path

import pytest

from digest.send import worker
from digest.send.worker import is_gone, worker_name


def _ended_process() -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process


def test_a_workers_name_is_its_host_process_and_start() -> None:
    host, pid, started = worker_name().rsplit("/", 2)

    assert host
    assert int(pid) == os.getpid()
    assert started.isdigit()


def test_a_worker_that_runs_is_not_gone() -> None:
    assert not is_gone(worker_name())


def test_a_worker_whose_process_ended_is_gone() -> None:
    host, _, started = worker_name().rsplit("/", 2)

    assert is_gone(f"{host}/{_ended_process().pid}/{started}")


def test_a_killed_process_that_nobody_has_waited_for_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        host = worker_name().rsplit("/", 2)[0]
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it is a zombie from here on

        assert is_gone(f"{host}/{process.pid}/1") is True


def test_a_later_process_with_the_same_number_is_another_worker() -> None:
    host, pid, started = worker_name().rsplit("/", 2)

    assert is_gone(f"{host}/{pid}/{int(started) + 1}")


@pytest.mark.parametrize(
    "name", ["", "elsewhere/1/1", "elsewhere", "{host}/x/1", "{host}/-1/1", "{host}/0/1", "{host}/²/1", "a/b/c/d"]
)
def test_nobody_is_judged_who_may_be_alive(name: str) -> None:
    host = worker_name().rsplit("/", 2)[0]

    assert not is_gone(name.format(host=host))


def test_a_number_that_no_process_can_have_is_gone() -> None:
    host = worker_name().rsplit("/", 2)[0]

    assert is_gone(f"{host}/{10**30}/1")


def test_somebody_elses_process_is_judged_by_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ours(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_ours)

    assert not is_gone(worker_name())


def test_without_proc_only_an_ended_process_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(worker, "_PROC", tmp_path)
    name = worker_name()
    host = name.rsplit("/", 2)[0]

    assert name.endswith(f"/{os.getpid()}/0")
    assert not is_gone(name)
    assert is_gone(f"{host}/{_ended_process().pid}/0")


def test_on_windows_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    host = worker_name().rsplit("/", 2)[0]
    pid = _ended_process().pid
    monkeypatch.setattr(os, "name", "nt")

    assert not is_gone(f"{host}/{pid}/1")
