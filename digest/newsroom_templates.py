"""What the provider keeps for an issue while it is sent: asked for by a run, and taken back when the issue is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from digest.errors import MailerError
from digest.ids import IssueId
from digest.send.mixing import REST, Mixer, Mixing, done, over_since, pays
from digest.wiring import Runtime

#: For so long after an issue was finished or stopped it is looked for what was left behind.
LOOK_BACK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearedAway:
    """How many templates were taken back from the provider, and in ``trouble`` why they could not be."""

    templates: int = 0
    trouble: str | None = None


def mixing_of(runtime: Runtime, *, say: Callable[[str], None]) -> Mixing:
    """Return what a run needs to hand over different contents together; ``say`` is told why it does not."""
    is_done = done(runtime.issues.rows(), at=runtime.clock.now(), stopped=_stopped(runtime))
    return Mixing(planned=runtime.planned_contents, is_done=is_done, say=say)


def clear_away(runtime: Runtime) -> ClearedAway:
    """Take back what the provider keeps for issues that are done. It is not asked if there can be nothing."""
    mailer, now, stopped = runtime.mailer, runtime.clock.now(), _stopped(runtime)
    rows = runtime.issues.rows()
    over = [(row.id, since) for row in rows if (since := over_since(row, stopped=stopped)) is not None]
    lately = [issue for issue, since in over if since + REST <= now <= since + LOOK_BACK]
    if not isinstance(mailer, Mixer) or not any(
        pays(runtime.pace_book.due(issue), runtime.planned_contents.count(issue), kinds=1) for issue in lately
    ):
        return ClearedAway()
    try:
        return ClearedAway(templates=mailer.clear_away(done(rows, at=now, stopped=stopped)))
    except MailerError as error:
        return ClearedAway(trouble=str(error))


def _stopped(runtime: Runtime) -> Mapping[IssueId, datetime]:
    """Return since when issues are stopped."""
    return {issue: stops[0].at for issue, stops in runtime.stops.holding().items()}
