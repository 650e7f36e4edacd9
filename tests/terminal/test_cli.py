"""The command as a process: usage, help, Ctrl-C, pipes, letters that the terminal lacks."""

import io
import re
import signal
import socket
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from typer.main import get_command

from digest.cli import INTERRUPTED, main
from digest.resources import newsletters_dir
from digest.terminal.commands import app
from tests.terminal.cli import LETTERS, MORNING, command, digest, environment, heed_ctrl_c, run

CAPTURE = str(newsletters_dir() / "sample" / "silk-road-post" / "aigerim-sadykova.txt")
ROOT = Path(__file__).resolve().parents[2]


def test_without_a_command_it_says_what_there_is() -> None:
    said = digest()
    assert said.code == 2
    assert "Usage: digest [OPTIONS] COMMAND" in said.out + said.err


@pytest.mark.parametrize("group", [(), *((name,) for name in get_command(app).commands)])  # type: ignore[attr-defined]
def test_every_group_and_command_has_help(group: tuple[str, ...]) -> None:
    said = digest(*group, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"Usage: {' '.join(('digest', *group))}" in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("frobnicate",), "No such command 'frobnicate'."),
        (("issue", "frobnicate"), "No such command 'frobnicate'."),
        (("run",), "Missing argument 'NEWSLETTER'."),
        (("run", LETTERS, "--no"), "No such option"),
        (("audience", "import", "readers.csv"), "Missing option '--list'."),
        (("audience", "suppress", "one@readers.example", "--reason", "spite"), "'spite' is not one of"),
        (("collect", "try", "page", "--kind", "gopher"), "'gopher' is not one of"),
        (("sample", "serve", "--port", "http"), "Invalid value for '--port'"),
    ],
)
def test_wrong_use_is_exit_code_2_and_leaves_nothing_behind(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    used = digest(*words)
    assert (used.code, used.out) == (2, "")
    assert said in used.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", ["yesterday", "2025-12-19", "2025-12-19T07:00", ""])
@pytest.mark.parametrize(
    "words", [("run", LETTERS), ("collect", "run"), ("rates", "show"), ("issue", "compose", LETTERS)]
)
def test_an_instant_that_is_none_is_refused(words: tuple[str, ...], at: str) -> None:
    digest(*words, "--at", at).refused(f"{at!r} is no instant.", "Write it like 2025-12-19T07:00+05:00.")


@pytest.mark.usefixtures("imported")
def test_an_instant_may_be_in_any_zone() -> None:
    assert digest("run", LETTERS, "--at", "2025-12-18T21:00:00-05:00", "--json").json["compose"]["issue"]
    (row,) = digest("issue", "list", "--json").json["issues"]
    assert row["composed_at"] == "2025-12-19T02:00:00+00:00"


def test_python_m_digest_is_the_command(tmp_path: Path) -> None:
    said = run("run", "nobody", folder=tmp_path)
    said.refused("There is no newsletter called 'nobody'. None has been applied yet.")


def test_every_documented_command_is_held_by_a_test_here() -> None:
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    tests = re.sub(r"[\"',()\s]+", " ", tests)
    commands = set(re.findall(r"^\| `digest ([a-z]+(?: [a-z]+)?)\b", documented, re.MULTILINE))
    assert len(commands) > 20
    assert [one for one in sorted(commands) if f" {one} " not in tests] == []


def _caller(server: socket.socket, process: subprocess.Popen[str]) -> socket.socket:
    """Return the connection that ``process`` makes; a process that ends without one fails the test at once."""
    server.settimeout(0.1)
    while process.poll() is None:
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        connection.settimeout(None)
        return connection
    pytest.fail(f"it ended without asking: {process.communicate()[1]}")


def test_ctrl_c_while_it_works_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with subprocess.Popen(
            command("collect", "try", url),
            cwd=tmp_path,
            env=environment(DIGEST_FETCH_ALLOW_PRIVATE="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - one call of the system, and no lock
        ) as waiting:
            connection = _caller(silent, waiting)
            assert connection.recv(1) == b"G"  # it has asked, and waits for an answer that never comes
            waiting.send_signal(signal.SIGINT)
            out, err = waiting.communicate()
            connection.close()
    assert (waiting.returncode, out) == (INTERRUPTED, "")
    assert err == "Stopped. Run the same command again: it finishes the job.\n"


def test_ctrl_c_while_it_starts_is_one_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "digest.terminal.commands", Interrupting())
    digest("version").refused("Stopped. Run the same command again", code=INTERRUPTED)


def test_the_sample_is_served_until_ctrl_c(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("sample", "serve", "--port", "0"),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        assert serving.stderr is not None
        line = serving.stdout.readline()
        assert re.fullmatch(r"export SAMPLE_NEWSROOM_URL=http://127\.0\.0\.1:\d+ DIGEST_FETCH_ALLOW_PRIVATE=1\n", line)
        assert serving.stderr.readline() == "Serving the sample newsroom. Stop it with Ctrl-C.\n"
        serving.send_signal(signal.SIGINT)
        assert serving.communicate() == ("", "")
    assert serving.returncode == 0


def test_whoever_stops_reading_changes_nothing_about_the_job(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("sample", "files"),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as speaking:
        assert speaking.stdout is not None
        assert speaking.stderr is not None
        speaking.stdout.close()
        assert speaking.stderr.read() == ""
    assert speaking.returncode == 0


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_letters_that_the_terminal_lacks_do_not_stop_a_command(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["digest", "collect", "try", CAPTURE, *options])
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with redirect_stdout(out), pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    out.seek(0)
    assert "\\u0410" in out.read()  # А


def test_a_command_starts_without_prefect(tmp_path: Path) -> None:
    # Importing Prefect takes seconds, and the core must work where its server does not.
    code = "import sys; import digest.terminal.commands; sys.exit('prefect' in sys.modules)"
    started = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), check=False)
    assert started.returncode == 0


def test_a_run_says_nothing_on_the_error_stream(imported: Path) -> None:
    said = run("run", LETTERS, "--yes", "--at", MORNING, folder=imported)
    assert (said.code, said.err) == (0, "")
