"""``digest suppressions``: whom nobody mails, and the provider's list of the same."""

from contextlib import ExitStack
from typing import Annotated

import typer

from digest.audience.mailbox import mailbox
from digest.config import MailerName
from digest.errors import UnknownReader
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.provider_lists import Synced, sync
from digest.terminal.output import Answer, AsJson, Table, tell
from digest.terminal.session import AsOf, session
from digest.wiring import open_provider_lists

app = typer.Typer(help="Suppressions: whom nobody mails any more.", no_args_is_help=True)


@app.command()
def count(as_json: AsJson = False) -> None:
    """Count suppressed addresses by reason."""
    with session() as runtime:
        counts = runtime.suppressions.counts()
    tell(
        Answer(
            data={"suppressed": {reason.value: number for reason, number in sorted(counts.items())}},
            tables=(Table("Suppressed", ("reason", "addresses #"), sorted(counts.items())),) if counts else (),
            lines=() if counts else ("Nobody is suppressed.",),
        ),
        as_json=as_json,
    )


@app.command()
def lift(
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    why: Annotated[str, typer.Option(help="Why it may be mailed again, for whoever asks later.")],
    as_json: AsJson = False,
) -> None:
    """Mail a suppressed address again, where it is subscribed. Who was erased stays so."""
    try:
        wanted = mailbox(address)
    except ValueError:
        raise UnknownReader from None
    with session() as runtime:
        lifted = runtime.suppressions.lift(wanted)
        if lifted is not None:
            now = runtime.clock.now()
            told = Feedback(
                kind=FeedbackKind.RESUBSCRIBED,
                source="by hand",
                said="suppression lifted",
                at=now,
                address=wanted,
                why=f"{by} lifted the suppression ({lifted}): {why}",
            )
            runtime.feedback.take_in([told], at=now)
        has_lists = runtime.settings.mailer is MailerName.SENDGRID
    said = f"It was suppressed: {lifted}. It is mailed again." if lifted else "It is not suppressed; nothing to do."
    more = ("If SendGrid has it on a list of its own, take it off there, too.",) if lifted and has_lists else ()
    tell(Answer(data={"lifted": lifted}, lines=(said,), notes=more), as_json=as_json)


@app.command("sync")
def sync_(
    pull_only: Annotated[
        bool, typer.Option("--pull-only", help="Read the provider's lists, and tell it nothing.")
    ] = False,
    at: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Bring the provider's lists of whom it does not mail and ours together. Harmless when repeated."""
    with ExitStack() as stack:
        runtime = stack.enter_context(session(at))
        lists = stack.enter_context(open_provider_lists(runtime.settings))
        synced = sync(
            lists,
            book=runtime.suppressions,
            feedback=runtime.feedback,
            at=runtime.clock.now(),
            pull_only=pull_only,
        )
    tell(_sync_answer(synced), as_json=as_json)


def _sync_answer(synced: Synced) -> Answer:
    return Answer(
        data=synced.as_json(),
        tables=(
            Table(
                "Both lists together",
                ("what", "addresses #"),
                [
                    ("on the provider's lists", synced.listed),
                    ("suppressed here from now on", synced.new),
                    ("told to the provider", synced.told),
                    ("taken back from it", synced.taken_back),
                ],
            ),
        ),
    )
