"""Who is mailing: a worker's name, and whether the worker of that name is certainly gone.

A claim carries its worker's name, so that a run after a crash need not wait for the dead worker's lease.
"""

import os
import socket
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_PROC = Path("/proc")
#: The states of a process (proc(5)) that will never run again: zombie, dead.
_DEAD_STATES = frozenset("ZXx")
_PARTS = 3
#: Where ``/proc/PID/stat`` has the state and the start time, counted from the end of the command's name.
_STATE, _START = 0, 19


@dataclass(frozen=True, slots=True)
class _Process:
    """What ``/proc`` says of one process: its state's letter, and its start in clock ticks since the machine's."""

    state: str
    started: str


def worker_name() -> str:
    """Return this process's name: ``host/pid/start-ticks``.

    The host part names the running system too (boot and process-id namespace), so that two containers with the same
    host name are never taken for one. Where there is no ``/proc``, the start is ``0``.
    """
    process = _look(os.getpid())
    return f"{_host()}/{os.getpid()}/{process.started if process else 0}"


def is_gone(name: str) -> bool:
    """Tell whether the worker of that name has certainly ended.

    ``False`` means "it runs, or nobody can tell": of other hosts and other boots only the lease can tell.
    """
    parts = name.rsplit("/", _PARTS - 1)
    if len(parts) != _PARTS or parts[0] != _host() or not parts[1].isascii() or not parts[1].isdigit():
        return False
    pid = int(parts[1])
    if pid == 0 or os.name != "posix":  # 0 is our own group; on Windows, asking with signal 0 would end the process
        return False
    try:
        os.kill(pid, 0)  # asks, and does nothing
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        pass  # it runs, and is somebody else's
    process = _look(pid)
    if process is None:
        return False
    return process.state in _DEAD_STATES or process.started != parts[2]


def _host() -> str:
    system = sha256(f"{_read_line(_PROC / 'sys/kernel/random/boot_id')}|{_pid_namespace()}".encode()).hexdigest()
    return f"{socket.gethostname()}~{system[:8]}"


def _look(pid: int) -> _Process | None:
    # The command's name stands in parentheses and may itself hold spaces and parentheses: count from the last one.
    fields = _read_line(_PROC / str(pid) / "stat").rpartition(")")[2].split()
    if len(fields) <= _START:
        return None
    return _Process(state=fields[_STATE], started=fields[_START])


def _pid_namespace() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return ""


def _read_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
