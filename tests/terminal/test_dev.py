"""``digest dev``: a provider to rehearse with, as a process of its own."""

import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

from tests.terminal.cli import command, digest, environment


def test_a_sendgrid_is_served_until_it_is_stopped(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("dev", "sendgrid", "--port", "0"),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        settings = dict(word.split("=", 1) for word in said[1:])
        assert said[0] == "export"
        assert settings["DIGEST_MAILER"] == "sendgrid"
        with urlopen(f"{settings['DIGEST_SENDGRID_HOST']}/rehearsal/webhook-key") as key:
            assert key.read().decode().strip() == settings["DIGEST_SENDGRID_WEBHOOK_KEY"]
        with urlopen(settings["DIGEST_SENDGRID_HOST"]) as page:
            assert page.status == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert settings["DIGEST_SENDGRID_HOST"] in err


def test_a_port_that_is_taken_is_refused_in_one_sentence() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        digest("dev", "sendgrid", "--port", str(taken.getsockname()[1])).refused("cannot be used")
    digest("dev", "sendgrid", "--port", "99999999").refused("there is no such port")
