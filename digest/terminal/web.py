"""``digest web``: serve the pages behind the links in our mails."""

import json
import sys
from typing import Annotated

import typer

from digest.errors import WrongUse
from digest.terminal.session import session

app = typer.Typer(help="The readers' pages: leave, choose, read issues.", no_args_is_help=True)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address of this machine to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes any that is free.")] = None,
) -> None:
    """Serve the readers' pages until interrupted. A proxy with TLS belongs in front of it."""
    from digest.web.app import create_app  # noqa: PLC0415 - FastAPI is loaded for this command only
    from digest.web.server import bind, serve  # noqa: PLC0415

    with session() as runtime:
        settings = runtime.settings
        at = settings.web_host if host is None else host
        asked = settings.web_port if port is None else port
        try:
            listening = bind(at, asked)
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no such port"
            raise WrongUse(
                f"Port {asked} of {at} cannot be used: {why}.", advice="Name another one, or 0 for any that is free."
            ) from None
        with listening:
            taken = listening.getsockname()[1]
            typer.echo(f"Serving {settings.public_url} on http://{f'[{at}]' if ':' in at else at}:{taken}")
            sys.stdout.flush()  # a script that started us waits for this line
            typer.echo("Stop it with Ctrl-C.", err=True)
            serve(create_app(runtime), listening)


@app.command()
def describe() -> None:
    """Print the OpenAPI description of all pages: what each takes and answers."""
    from digest.web.app import describe_routes  # noqa: PLC0415 - see above

    with session() as runtime:
        told = describe_routes(runtime)
    typer.echo(json.dumps(told, indent=2))
