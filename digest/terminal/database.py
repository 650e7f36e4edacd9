"""``digest db``: the store's schema."""

import typer

from digest.config import read_settings
from digest.terminal.output import Answer, AsJson, tell
from digest.wiring import upgrade_store

app = typer.Typer(help="The store's schema.", no_args_is_help=True)


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Bring the database that DIGEST_DATABASE_URL names to this version's schema."""
    before, after = upgrade_store(read_settings())
    what = f"The database is at revision {after}" + (
        ", as before." if before == after else f" (was {before or 'empty'})."
    )
    tell(Answer(data={"before": before, "after": after}, lines=(what,)), as_json=as_json)
