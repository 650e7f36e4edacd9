"""``digest web serve`` as an operator runs it: a process of its own, ended by a signal."""

import http.client
import json
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.terminal.cli import command, digest, environment, run


def ask(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body, headers)
    got = connection.getresponse()
    said = got.read().decode()
    connection.close()
    return got.status, said


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_links_of_a_mail_lead_somewhere(sent: Path, sign: signal.Signals) -> None:
    running = subprocess.Popen(
        command("web", "serve", "--port", "0"),
        cwd=sent,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    try:
        port = int(running.stdout.readline().rpartition(":")[2])
        mail = next((sent / "var" / "outbox").glob("*.eml")).read_text(encoding="utf-8")
        (token,) = set(re.findall(r"^List-Unsubscribe: <https://[^/]+/u/([\w-]{22})>", mail, re.MULTILINE))
        (issue,) = set(re.findall(r"^Archived-At: <https://[^/]+(/i/[\w-]+)>", mail, re.MULTILINE))
        assert ask(port, "GET", "/health")[0] == 200
        assert "<h1" in ask(port, "GET", issue)[1]
        assert ask(port, "GET", f"/r/{token}")[0] == 200
        assert ask(port, "POST", f"/u/{token}", b"List-Unsubscribe=One-Click")[0] == 200
    finally:
        running.send_signal(sign)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Traceback" not in said
    assert "POST /u/{token} 200" in said
    assert token not in said
    assert "unsubscribed" in digest("audience", "leave", "one@readers.example", "--list", "one-journalist").out.lower()


def test_a_port_that_is_taken_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        digest("web", "serve", "--port", str(port)).refused(f"Port {port} of 127.0.0.1 cannot be used")
    digest("web", "serve", "--port", "70000").refused("Port 70000", "no such port")


def test_what_cannot_be_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_ARCHIVE", "open")
    digest("web", "serve", "--port", "0").refused("DIGEST_ARCHIVE", "unlisted, listed, indexed")
    monkeypatch.delenv("DIGEST_ARCHIVE")
    monkeypatch.setenv("DIGEST_WEB_PORT", "99999")
    digest("web", "serve").refused("DIGEST_WEB_PORT")


def test_the_pages_are_described_for_programs(sent: Path) -> None:
    told = json.loads(run("web", "describe", folder=sent).out)
    assert told["openapi"].startswith("3.1")
    assert {"get", "post"} <= told["paths"]["/u/{token}"].keys()
