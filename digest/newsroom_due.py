"""Readers whose own hour was missed, over an open ``Runtime``: sent late, at their next hour, or by the next issue.

How late is too late is the newsletter's own (``late_hours``); what is decided for each reader, ``compose/due.py`` says.
Whatever composes, plans or sends does this first, so that nobody waits for an hour that is long gone while the next
issue passes them by.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from digest.compose.due import coming, due, overtaken
from digest.compose.issue import IssueState, NotDue
from digest.ids import DeliveryId, IssueId, NewsletterId
from digest.wiring import Runtime


def settle_missed_hours(runtime: Runtime, issue: IssueId) -> int:
    """Move the issue's deliveries whose readers' hours were missed by too much; return how many it gave up.

    Those readers keep their cursors: the next issue owes them what this one did. Harmless when repeated.

    :raises UnknownIssue: there is none of that name.
    """
    row = runtime.issues.row(issue)
    if row.state is not IssueState.SENDING:
        return 0
    now = runtime.clock.now()
    newsletter = NewsletterId(row.newsletter)
    schedule = runtime.newsletters.schedule(newsletter)
    missed = runtime.ledger.overdue(issue, before=now - timedelta(hours=schedule.late_hours))
    if not missed:
        return 0
    own_zone = runtime.newsletters.newsletter(newsletter).time_zone
    expected = overtaken(coming(schedule, own_zone=own_zone, composed_at=row.composed_at, now=now), schedule)
    words: dict[DeliveryId, datetime | NotDue] = {
        one.delivery: due(replace(one.reader, is_awaiting=False), expected) for one in missed
    }
    return runtime.ledger.move(issue, {one: word for one, word in words.items() if word != now}, at=now)


def settle_all_missed_hours(runtime: Runtime, newsletter: NewsletterId) -> int:
    """Do so for every issue of the newsletter that is being sent."""
    return sum(settle_missed_hours(runtime, issue) for issue in _being_sent(runtime, newsletter))


def _being_sent(runtime: Runtime, newsletter: NewsletterId) -> Iterable[IssueId]:
    return [row.id for row in runtime.issues.rows(newsletter) if row.state is IssueState.SENDING]
