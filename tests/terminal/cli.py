"""The command line for tests: called in this process (fast), or as a process of its own (slow, but the real thing)."""

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from digest.cli import main
from digest.store.engine import open_engine
from digest.store.tables import metadata

#: The sample's own morning; its articles and rates are of that day.
MORNING = "2025-12-19T07:00+05:00"
#: The day after: nothing new was written.
NEXT_MORNING = "2025-12-20T07:00+05:00"
LETTERS = "one-journalist"


@dataclass(frozen=True)
class Said:
    """What a command said: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output; anything else beside it fails the test."""
        (said,) = self.lines
        assert self.err == ""
        return said

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output, one a line."""
        said = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(one, dict) for one in said)
        return said

    def refused(self, *words: str, code: int = 2) -> None:
        """Hold that the command ended with one sentence for a person, which has these words, and nothing else."""
        assert (self.code, self.out) == (code, "")
        assert len(self.err.splitlines()) == 1, self.err
        assert "Traceback" not in self.err
        assert [word for word in words if word not in self.err] == [], self.err


def digest(*args: str) -> Said:
    """Call the command in this process, in the current folder, with the current environment."""
    out, err = _stream(), _stream()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        patched.setattr(sys, "argv", ["digest", *args])
        try:
            main()
        except SystemExit as end:
            code = end.code
        else:
            code = None
    assert isinstance(code, int), "a command ends with an exit code"
    return Said(code, _read(out), _read(err))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")


def _read(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def text_of(mail: Path) -> str:
    """Return the text part of a mail in a file, with plain line feeds."""
    text = message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",))
    assert text is not None
    return str(text.get_content()).replace("\r\n", "\n")


def heed_ctrl_c() -> None:
    """Let a child heed SIGINT (``preexec_fn``): what a shell starts in the background ignores it by inheritance."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def command(*args: str) -> list[str]:
    """Return the command line of ``digest`` as a process of its own."""
    return [sys.executable, "-m", "digest", *args]


def environment(**settings: str) -> dict[str, str]:
    """Return an environment with no settings but these, in which no warning stays unseen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "PREFECT_"))}
    return {**kept, **settings}


def run(*args: str, folder: Path, **settings: str) -> Said:
    """Run the command as a process of its own in ``folder``. Takes more than a second: for what only a process has."""
    ended = subprocess.run(
        command(*args), cwd=folder, env=environment(**settings), capture_output=True, text=True, check=False
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def dump(url: str = "sqlite:///var/digest.db") -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, to hold a store before a command against the same store after it."""
    with open_engine(url) as engine, engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }
