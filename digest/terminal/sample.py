"""``digest sample``: the bundled sample newsroom, for whoever wants to try things by hand."""

from datetime import date
from typing import Annotated

import typer

from digest.errors import WrongUse
from digest.terminal.output import Answer, AsJson, tell
from digest.terminal.until_stopped import serve_until_stopped

app = typer.Typer(help="The bundled sample newsroom.", no_args_is_help=True)

#: Where the demo and ``digest sample serve`` listen if nothing else does.
PORT = 8756


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes any free one.")] = PORT,
    today: Annotated[str, typer.Option(metavar="DAY", help="The day that the newsroom thinks it is.")] = "2025-12-19",
) -> None:
    """Serve the sample newsroom's feeds, pages and banks on this machine until interrupted."""
    from digest.terminal.sample_newsroom import serve as serve_newsroom  # noqa: PLC0415 - commands start fast

    serve_until_stopped(
        serve_newsroom(port=port, today=_day(today)),
        port=port,
        setting=lambda newsroom: f"export SAMPLE_NEWSROOM_URL={newsroom.url} DIGEST_FETCH_ALLOW_PRIVATE=1",
        told=lambda _newsroom: "Serving the sample newsroom. Stop it with Ctrl-C.",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{text!r} is no day.", advice="Write it like 2025-12-19.") from None


@app.command()
def files(as_json: AsJson = False) -> None:
    """Say where the sample newsletters, readers and sources lie."""
    from digest.resources import newsletters_dir  # noqa: PLC0415

    folder = newsletters_dir()
    found = sorted(str(path) for path in folder.rglob("*") if path.suffix in {".toml", ".csv"})
    tell(Answer(data={"folder": str(folder), "files": found}, lines=found), as_json=as_json)
