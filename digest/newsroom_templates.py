"""What the provider keeps for an issue while it is sent: asked for by a run, and taken back when the issue is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from digest.compose.issue import IssueState
from digest.errors import MailerError
from digest.send.mixing import REST, Mixer, Mixing, done, pays
from digest.wiring import Runtime

#: For so long after an issue was finished it is looked for what was left behind.
LOOK_BACK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearedAway:
    """How many templates were taken back from the provider, and in ``trouble`` why they could not be."""

    templates: int = 0
    trouble: str | None = None


def mixing_of(runtime: Runtime, *, say: Callable[[str], None]) -> Mixing:
    """Return what a run needs to hand over different contents together; ``say`` is told why it does not."""
    is_done = done(runtime.issues.rows(), at=runtime.clock.now())
    return Mixing(planned=runtime.planned_contents, is_done=is_done, say=say)


def clear_away(runtime: Runtime) -> ClearedAway:
    """Take back what the provider keeps for issues that are done. It is not asked if there can be nothing."""
    mailer, now = runtime.mailer, runtime.clock.now()
    rows = [
        row
        for row in runtime.issues.rows()
        if row.state is IssueState.SENT and row.finished_at is not None and row.finished_at + REST <= now
    ]
    lately = [row.id for row in rows if row.finished_at is not None and now <= row.finished_at + LOOK_BACK]
    if not isinstance(mailer, Mixer) or not any(
        pays(runtime.pace_book.due(issue), runtime.planned_contents.count(issue), kinds=1) for issue in lately
    ):
        return ClearedAway()
    try:
        return ClearedAway(templates=mailer.clear_away(done(rows, at=now)))
    except MailerError as error:
        return ClearedAway(trouble=str(error))
