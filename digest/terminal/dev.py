"""``digest dev``: providers to rehearse with, for whoever has no account or wants to see what an outage does."""

import signal
import sys
import threading
from contextlib import ExitStack
from typing import Annotated

import typer

from digest.errors import WrongUse

app = typer.Typer(help="Providers to rehearse with, on this machine.", no_args_is_help=True)

#: Where ``digest dev sendgrid`` listens if nothing else does.
PORT = 8757


@app.command()
def sendgrid(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes any free one.")] = PORT,
) -> None:
    """Serve a strict SendGrid on this machine, which takes mails and sends none, until interrupted."""
    from digest.rehearsal.sendgrid import serve  # noqa: PLC0415 - commands start fast

    with ExitStack() as stack:
        try:
            provider = stack.enter_context(serve(port=port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no such port"
            raise WrongUse(
                f"Port {port} cannot be used: {why}.", advice="Name another one, or 0 for any that is free."
            ) from None
        stopped = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: stopped.set())
        typer.echo(
            f"export DIGEST_MAILER=sendgrid DIGEST_SENDGRID_HOST={provider.url} DIGEST_SENDGRID_API_KEY={provider.key}"
        )
        sys.stdout.flush()  # a script that started us waits for this line
        typer.echo(f"What it takes is shown at {provider.url}. Stop it with Ctrl-C.", err=True)
        stopped.wait()
