"""Progress bars on long work, and only when somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer

from digest.terminal.output import is_terminal


class Tick(Protocol):
    """Tells the bar that something was done."""

    def __call__(self, steps: int = 1, /) -> None:
        """Go so many steps on."""
        ...


@contextmanager
def ticking(what: str, total: int | None = None) -> Iterator[Tick]:
    """Show a bar for ``what`` on a terminal; yields the function to call after each step."""
    if not is_terminal():
        yield lambda _steps=1: None
        return
    from rich.console import Console  # noqa: PLC0415 - commands start fast
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps=1: bar.advance(task, steps)


def whisper(what: str) -> None:
    """Tell whoever watches why nothing seems to happen; elsewhere say nothing."""
    if is_terminal():
        typer.echo(what, err=True)
