"""Opens a ``Runtime`` for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer

from digest.clock import Clock, StoppedClock, SystemClock
from digest.config import read_settings
from digest.errors import NoSuchFile, WrongUse
from digest.wiring import Runtime, open_runtime

AsOf = Annotated[
    str | None,
    typer.Option("--at", metavar="INSTANT", help="Run as of this instant (ISO 8601 with a zone) instead of now."),
]

#: What ``--at`` may name: any day before and after such an instant can be reckoned with in every time zone.
YEARS: Final = range(1971, 9001)


@contextmanager
def session(at: str | None = None) -> Iterator[Runtime]:
    """Open the runtime that the environment describes, as of ``at`` or of now."""
    with open_runtime(read_settings(), clock=clock_at(at)) as runtime:
        yield runtime


def clock_at(at: str | None) -> Clock:
    """Return the machine's clock, or one stopped at an ISO 8601 instant.

    :raises WrongUse: ``at`` is no instant with a time zone.
    """
    if at is None:
        return SystemClock()
    try:
        instant = datetime.fromisoformat(at)
        if instant.year not in YEARS:
            raise WrongUse(
                f"{at!r} is no instant of our time.", advice=f"Years from {YEARS[0]} to {YEARS[-1]} will do."
            )
        return StoppedClock(instant)
    except ValueError:
        raise WrongUse(f"{at!r} is no instant.", advice="Write it like 2025-12-19T07:00+05:00.") from None


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    :raises NoSuchFile: it is not there, is no file, or cannot be read.
    """
    with open_file(path) as file:
        return file.read()


def open_file(path: Path) -> BinaryIO:
    """Open a file to read its bytes.

    :raises NoSuchFile: it is not there, is no file, or cannot be read.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise NoSuchFile(str(path)) from None
    except OSError as error:
        raise NoSuchFile(str(path), f"it cannot be read ({(error.strerror or str(error)).lower()})") from None
