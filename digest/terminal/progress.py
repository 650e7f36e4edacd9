"""Progress bars on long work, and only when somebody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from digest.terminal.output import is_terminal


@contextmanager
def ticking(what: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Show a bar for ``what`` on a terminal; yields the function to call after each step."""
    if not is_terminal():
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - commands start fast
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def whisper(what: str) -> None:
    """Tell whoever watches why nothing seems to happen; elsewhere say nothing."""
    if is_terminal():
        typer.echo(what, err=True)
