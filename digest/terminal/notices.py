"""``digest notices``: the mails that are about one thing and go to one person, and sending what of them waits."""

from typing import Annotated

import typer

from digest import newsroom_alerts
from digest.send.states import DeliveryState
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import AsOf, session
from digest.terminal.telling import sentence_of

app = typer.Typer(
    help="Notices: confirmations, welcomes and links to readers; what editors are told.", no_args_is_help=True
)

_MOST = 50


@app.command("list")
def list_notices(
    state: Annotated[DeliveryState | None, typer.Option("--state", help="Only those in this state.")] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="So many at the most, the newest first.")] = _MOST,
    as_json: AsJson = False,
) -> None:
    """List notices, the newest first, with what became of them. Nobody's address is shown."""
    with session() as runtime:
        rows = runtime.notices.rows(state=state, most=most)
        counts = runtime.notices.counts()
    total = sum(counts.values()) if state is None else counts.get(state, 0)
    tell(
        Answer(
            data={
                "notices": [row.as_json() for row in rows],
                "counts": {one.value: counts.get(one, 0) for one in DeliveryState},
            },
            tables=(
                Table(
                    "Notices",
                    ("notice", "newsletter", "about", "state", "queued (UTC)", "good until (UTC)", "why"),
                    [
                        (
                            row.id,
                            row.newsletter,
                            row.kind,
                            row.state,
                            f"{row.queued_at:%Y-%m-%d %H:%M}",
                            f"{row.expires_at:%Y-%m-%d %H:%M}",
                            row.reason,
                        )
                        for row in rows
                    ],
                ),
            )
            if rows
            else (),
            lines=() if rows else ("No notice.",),
            notes=(f"{total - len(rows):,} older ones are not shown.",) if total > len(rows) else (),
        ),
        as_json=as_json,
    )


@app.command()
def send(at: AsOf = None, as_json: AsJson = False) -> None:
    """Send whatever waits, and tell editors what they have not been told. Harmless at any time, beside any run."""
    with session(at) as runtime:
        report, troubles = newsroom_alerts.tell_and_send(runtime)
    tell(
        Answer(
            data={**report.as_json(), "troubles": list(troubles)},
            lines=(sentence_of(report),),
            notes=troubles,
            has_failures=bool(troubles),
        ),
        as_json=as_json,
    )
