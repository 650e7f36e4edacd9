"""What commands share that serve something on this machine until somebody stops them."""

import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

import typer

from digest.errors import WrongUse

T = TypeVar("T")


def serve_until_stopped(
    server: AbstractContextManager[T], *, port: int, setting: Callable[[T], str], told: Callable[[T], str]
) -> None:
    """Open ``server``, print its ``setting`` for a shell and what a person should be ``told``, and wait for a signal.

    :raises WrongUse: the port cannot be used.
    """
    with ExitStack() as stack:
        try:
            running = stack.enter_context(server)
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no such port"
            raise WrongUse(
                f"Port {port} cannot be used: {why}.", advice="Name another one, or 0 for any that is free."
            ) from None
        stopped = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: stopped.set())
        typer.echo(setting(running))
        sys.stdout.flush()  # a script that started us waits for this line
        typer.echo(told(running), err=True)
        stopped.wait()
