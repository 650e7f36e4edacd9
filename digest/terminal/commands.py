"""All commands and groups of commands, put together into one application."""

import typer

from digest import __version__
from digest.terminal import (
    audience,
    audience_look,
    audience_pace,
    audience_parts,
    collect,
    database,
    demo,
    dev,
    doctor,
    feedback,
    issue,
    issue_correct,
    issue_preflight,
    issue_stop,
    issue_uncertain,
    issue_verify,
    journalist_add,
    journalists,
    newsletters,
    notices,
    rates,
    rates_chart,
    rates_try,
    reconcile,
    run,
    sample,
    schedule,
    suppressions,
    web,
    why,
)

app = typer.Typer(
    name="digest",
    help="Readers follow journalists; a newsroom sends each of them the digest they are owed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(newsletters.app, name="newsletters")
audience.app.command("export")(audience_parts.export)
audience.app.command("count")(audience_parts.count)
audience.app.command("show")(audience_parts.show)
audience.app.command("pace")(audience_pace.pace)
audience.app.command("look")(audience_look.look)
app.add_typer(audience.app, name="audience")
journalists.app.command("add")(journalist_add.add)
app.add_typer(journalists.app, name="journalists")
app.add_typer(collect.app, name="collect")
rates.app.command("try")(rates_try.try_)
rates.app.command("chart")(rates_chart.chart)
app.add_typer(rates.app, name="rates")
issue.app.command("correct")(issue_correct.correct)
issue.app.command("preflight")(issue_preflight.preflight)
issue.app.command("waive")(issue_preflight.waive_)
issue.app.command("uncertain")(issue_uncertain.uncertain)
issue.app.command("verify")(issue_verify.verify)
issue.app.command("stop")(issue_stop.stop)
issue.app.command("resume")(issue_stop.resume)
app.add_typer(issue.app, name="issue")
app.add_typer(feedback.app, name="feedback")
app.add_typer(suppressions.app, name="suppressions")
app.add_typer(notices.app, name="notices")
app.add_typer(schedule.app, name="schedule")
app.add_typer(database.app, name="db")
app.add_typer(sample.app, name="sample")
app.add_typer(web.app, name="web")
app.add_typer(dev.app, name="dev")
app.command("run")(run.run)
app.command("reconcile")(reconcile.reconcile)
app.command("why")(why.why)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)
