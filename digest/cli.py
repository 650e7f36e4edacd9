"""The command ``digest``: runs the commands and turns errors into sentences and exit codes."""

import io
import signal
import sys
import threading
from typing import Final

from digest.errors import DigestError

#: What a shell says of a program that Ctrl-C ended: 128 and the number of SIGINT.
INTERRUPTED: Final = 130


def main() -> None:
    """Run the command line; every error of ours becomes one sentence and an exit code."""
    if isinstance(
        sys.stdout, io.TextIOWrapper
    ):  # a title's letters must not stop a command where the locale lacks them
        sys.stdout.reconfigure(errors="backslashreplace")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # what ends a service ends it like Ctrl-C
    try:
        _run()
    except KeyboardInterrupt:
        _tell_interrupted()
        sys.exit(INTERRUPTED)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # Typer has caught it
            _tell_interrupted()
        raise


def _run() -> None:
    from digest.terminal.commands import app  # noqa: PLC0415 - takes most of a second, in which Ctrl-C may come, too
    from digest.terminal.output import tell_error  # noqa: PLC0415

    try:
        app(prog_name="digest")
    except DigestError as error:
        sys.exit(tell_error(error, as_json="--json" in sys.argv))


def _tell_interrupted() -> None:
    sys.stderr.write("Stopped. Run the same command again: it finishes the job.\n")
