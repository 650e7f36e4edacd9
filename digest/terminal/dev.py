"""``digest dev``: providers to rehearse with, for whoever has no account or wants to see what an outage does."""

from typing import Annotated

import typer

from digest.terminal.until_stopped import serve_until_stopped

app = typer.Typer(help="Providers to rehearse with, on this machine.", no_args_is_help=True)

#: Where ``digest dev sendgrid`` listens if nothing else does.
PORT = 8757


@app.command()
def sendgrid(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes any free one.")] = PORT,
) -> None:
    """Serve a strict SendGrid on this machine, which takes mails and sends none, until interrupted."""
    from digest.rehearsal.sendgrid import serve  # noqa: PLC0415 - commands start fast

    serve_until_stopped(
        serve(port=port),
        port=port,
        setting=lambda provider: (
            f"export DIGEST_MAILER=sendgrid DIGEST_SENDGRID_HOST={provider.url} DIGEST_SENDGRID_API_KEY={provider.key}"
            f" DIGEST_SENDGRID_WEBHOOK_KEY={provider.postman.webhook_key}"
        ),
        told=lambda provider: f"What it takes is shown at {provider.url}. Stop it with Ctrl-C.",
    )
