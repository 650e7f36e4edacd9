"""``digest newsletters``: declare newsletters from TOML, and list them."""

import os
from pathlib import Path
from typing import Annotated

import typer

from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import read_file, session

app = typer.Typer(help="Newsletters: what is sent, about whom, to which list.", no_args_is_help=True)


@app.command()
def apply(file: Annotated[Path, typer.Argument(metavar="FILE.toml")], as_json: AsJson = False) -> None:
    """Make the store say what FILE.toml declares: a newsletter, its journalists, its rates, its list."""
    from digest.compose.newsletter_file import read_declaration  # noqa: PLC0415 - commands start fast

    declaration = read_declaration(str(file), read_file(file), os.environ)
    with session() as runtime:
        changes = runtime.newsletters.apply(declaration, at=runtime.clock.now())
    newsletter = declaration.newsletter
    tell(
        Answer(
            data={"newsletter": newsletter.id, "list": newsletter.list_name, "changes": list(changes)},
            lines=(*changes, f"{newsletter.name} ({newsletter.id}) is {'applied' if changes else 'unchanged'}."),
            notes=(f"Next: digest audience import FILE.csv --list {newsletter.list_name}",),
        ),
        as_json=as_json,
    )


@app.command("list")
def list_newsletters(as_json: AsJson = False) -> None:
    """List the newsletters that have been applied."""
    with session() as runtime:
        newsletters = runtime.newsletters.newsletters()
    tell(
        Answer(
            data={
                "newsletters": [
                    {"id": one.id, "name": one.name, "list": one.list_name, "journalists": list(one.journalists)}
                    for one in newsletters
                ]
            },
            tables=(
                Table(
                    "Newsletters",
                    ("id", "name", "list", "journalists #", "locales"),
                    [
                        (one.id, one.name, one.list_name, len(one.journalists), ", ".join(one.locales))
                        for one in newsletters
                    ],
                ),
            ),
            lines=() if newsletters else ("No newsletter yet. Add one: digest newsletters apply FILE.toml",),
        ),
        as_json=as_json,
    )
