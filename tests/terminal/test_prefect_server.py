"""Prefect's own server for the demo: its environment, and what is said when it does not start.

That a real one starts and runs flows is held by tests/flows.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from digest.errors import ServerDidNotStart
from digest.terminal import prefect_server as module
from digest.terminal.prefect_server import prefect_environment, prefect_server

#: A program that answers as a healthy server does, and ends politely or not when it is asked to.
HEALTHY = """
import http.server, signal, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Health).serve_forever()
"""
BROKEN = "import sys; print('no such table'); sys.exit(3)"
SILENT = "import time; time.sleep(600)"


class Programs:
    """Starts a program of ours where the server would be started; remembers what it was asked for."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.started: list[subprocess.Popen[bytes]] = []
        self.commands: list[list[str]] = []
        self.homes: list[str] = []

    def start(self, command: list[str], **options: object) -> subprocess.Popen[bytes]:
        self.commands.append(command)
        environment = options["env"]
        assert isinstance(environment, dict)
        self.homes.append(environment["PREFECT_HOME"])
        started: subprocess.Popen[bytes] = subprocess.Popen([sys.executable, "-c", self.code, *command], **options)  # type: ignore[call-overload]
        self.started.append(started)
        return started


def instead(monkeypatch: pytest.MonkeyPatch, code: str) -> Programs:
    programs = Programs(code)

    class Subprocess:
        Popen = staticmethod(programs.start)
        TimeoutExpired = subprocess.TimeoutExpired

    monkeypatch.setattr(module, "subprocess", Subprocess)
    return programs


def test_everything_stays_in_one_folder_and_nothing_is_told_to_anybody(tmp_path: Path) -> None:
    environment = prefect_environment(Path("prefect"))
    assert environment["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] == "false"
    assert all(isinstance(value, str) for value in environment.values())


def test_a_server_is_waited_for_and_stopped_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs, said = instead(monkeypatch, HEALTHY), list[str]()
    with prefect_server(tmp_path / "home", say=said.append) as environment:
        port = programs.commands[0][-1]
        assert environment["PREFECT_API_URL"] == f"http://127.0.0.1:{port}/api"
        assert programs.started[0].poll() is None
    assert programs.started[0].poll() is not None
    assert programs.homes == [str(tmp_path / "home")]
    assert [one.split()[0] for one in said] == ["Waiting", "Prefect's"]
    assert (tmp_path / "home" / "server.log").is_file()


def test_a_server_is_stopped_when_what_it_was_started_for_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = instead(monkeypatch, HEALTHY)
    with pytest.raises(KeyboardInterrupt), prefect_server(tmp_path, say=lambda _words: None):
        raise KeyboardInterrupt
    assert programs.started[0].poll() is not None


def test_a_server_that_ends_is_named_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, BROKEN)
    with (
        pytest.raises(ServerDidNotStart, match=r"ended with code 3\. Read .*server\.log\."),
        prefect_server(tmp_path, say=lambda _words: None),
    ):
        pass
    assert "no such table" in (tmp_path / "server.log").read_text(encoding="utf-8")


def test_a_server_that_does_not_answer_is_given_up_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = instead(monkeypatch, SILENT)
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    with (
        pytest.raises(ServerDidNotStart, match=r"did not answer within 0 seconds\. Read .*server\.log\."),
        prefect_server(tmp_path, say=lambda _words: None),
    ):
        pass
    assert programs.started[0].poll() is not None
