"""What editors are told: an issue awaits them, a source fails, a send has ended or was stopped. Each once.

What is to be told is read off the store, not remembered on the way: whoever dies between a send and its report, the
next run, or reconciling, finds that nobody was told yet.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from digest import newsroom
from digest.audience.notice import (
    FailingSource,
    LeftOut,
    Message,
    Notice,
    NoticeKind,
    ReadyForApproval,
    Remark,
    RunReport,
    SourceFailing,
)
from digest.collect.checkup import HealthState, SourceHealth
from digest.compose.alerts import Alerts
from digest.compose.issue import IssueState
from digest.compose.newsletter import Newsletter
from digest.errors import DigestError, StoreError
from digest.ids import IssueId, JournalistId
from digest.newsroom_notices import name_of, send_notices
from digest.newsroom_stops import held_issues
from digest.send.notices import NoticeReport
from digest.send.proof import prove
from digest.send.stopping import Stop
from digest.wiring import Runtime

#: What is older is no news any more: nobody is told of it, and what has not left by then is dropped.
NEWS: Final = timedelta(days=3)
_HASH: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many notices were queued, and what could not be told, in sentences."""

    queued: int = 0
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """Something to tell: its kind, what happened by a name of its own, since when (UTC), and who puts it in words."""

    kind: NoticeKind
    event: str
    since: datetime
    message: Callable[[], Message]


def tell_editors(runtime: Runtime, composed: newsroom.Composed | None = None) -> Told:
    """Queue whatever the newsletters' editors have not been told yet. Harmless when repeated.

    ``composed`` is an issue that was just composed, so that it need not be looked through again. What cannot be told of
    one newsletter keeps nobody else's editors waiting.

    :raises StoreError: the database cannot be used.
    """
    queued, troubles = 0, []
    for newsletter in runtime.newsletters.newsletters():
        alerts = runtime.newsletters.alerts(newsletter.id)
        news = _news(runtime, newsletter, composed) if alerts.editors else ()
        for one in news:
            try:
                queued += _queue(runtime, newsletter, alerts, one)
            except StoreError:
                raise
            except DigestError as error:
                troubles.append(f"{newsletter.name}'s editors were not told ({one.kind}): {error}")
    return Told(queued=queued, troubles=tuple(troubles))


def tell_and_send(runtime: Runtime, composed: newsroom.Composed | None = None) -> tuple[NoticeReport, tuple[str, ...]]:
    """Tell editors what there is to tell and send whatever waits; return what was sent, and all trouble, in sentences.

    :raises StoreError: the database cannot be used.
    """
    told = tell_editors(runtime, composed)
    report = send_notices(runtime)
    waits = () if report.error is None else (f"Notices wait: {report.error}",)
    return report, (*told.troubles, *waits)


def _queue(runtime: Runtime, newsletter: Newsletter, alerts: Alerts, news: _News) -> int:
    now = runtime.clock.now()
    if not alerts.are_about(news.kind) or news.since <= now - NEWS:
        return 0
    names = {name_of(runtime, f"{news.event}|{editor.casefold()}"): editor for editor in alerts.editors}
    untold = names.keys() - runtime.notices.known(list(names))
    if not untold:
        return 0
    message = news.message()
    notices = [
        Notice(
            id=name,
            newsletter=newsletter.id,
            message=message,
            to_address=editor,
            locale=alerts.locale or newsletter.locales[0],
            time_zone=newsletter.time_zone,
            expires_at=news.since + NEWS,
        )
        for name, editor in names.items()
        if name in untold
    ]
    return runtime.notices.put(notices, at=now)


def _news(runtime: Runtime, newsletter: Newsletter, composed: newsroom.Composed | None) -> Iterator[_News]:
    """Find what there is to tell of a newsletter, told already or not."""
    held = held_issues(runtime)
    for row in runtime.issues.rows(newsletter.id):
        if row.state is IssueState.AWAITING_APPROVAL:
            event = f"{NoticeKind.READY_FOR_APPROVAL}|{row.id}|{row.hash}"
            message: Callable[[], Message] = partial(_ready, runtime, row.id, composed)
            yield _News(kind=NoticeKind.READY_FOR_APPROVAL, event=event, since=row.composed_at, message=message)
        if row.state is IssueState.SENT and row.finished_at is not None:
            message = partial(_report, runtime, row.id, None)
            event = f"{NoticeKind.RUN_REPORT}|{row.id}"
            yield _News(kind=NoticeKind.RUN_REPORT, event=event, since=row.finished_at, message=message)
        for stop in held.get(row.id, ()):
            message = partial(_report, runtime, row.id, stop)
            event = f"{NoticeKind.RUN_REPORT}|{row.id}|stopped by {stop.by}|{stop.at.isoformat()}"
            yield _News(kind=NoticeKind.RUN_REPORT, event=event, since=stop.at, message=message)
    names = {who.id: who.name for who in runtime.roster.journalists(newsletter.id)}
    failing: dict[datetime, list[SourceHealth]] = defaultdict(list)
    for health in runtime.source_log.health():
        if health.journalist in names and health.state is HealthState.NEEDS_ATTENTION and health.told_at is not None:
            failing[health.told_at].append(health)
    for at, sources in failing.items():  # of one run all at once
        event = f"{NoticeKind.SOURCE_FAILING}|{newsletter.id}|{at.isoformat()}"
        message = partial(_failing, sources, names)
        yield _News(kind=NoticeKind.SOURCE_FAILING, event=event, since=at, message=message)


def _ready(runtime: Runtime, issue: IssueId, composed: newsroom.Composed | None) -> ReadyForApproval:
    if composed is None or composed.sealed.frozen.id != issue:
        composed = newsroom.review(runtime, runtime.issues.sealed(issue))
    frozen, shares = composed.sealed.frozen, composed.shares
    return ReadyForApproval(
        issue=issue,
        number=frozen.number,
        date=frozen.issue_date,
        hash=composed.sealed.hash[:_HASH],
        articles=len(frozen.articles),
        readers=shares.owed,
        bodies=shares.bodies,
        left_out=tuple(LeftOut(reason=reason, count=count) for reason, count in shares.excluded.items()),
        open_remarks=tuple(
            Remark(is_error=one.is_error, name=one.name, where=one.where, advice=one.advice)
            for one in composed.findings
            if not one.waived
        ),
    )


def _report(runtime: Runtime, issue: IssueId, stop: Stop | None) -> RunReport:
    frozen, proof = runtime.issues.sealed(issue).frozen, prove(runtime.ledger.tally(issue))
    sentence = "" if stop is None else stop.sentence.rstrip(".")
    return RunReport(
        issue=issue,
        number=frozen.number,
        date=frozen.issue_date,
        audience=proof.audience,
        accepted=proof.accepted,
        refused=proof.refused,
        excluded=sum(proof.excluded.values()),
        uncertain=proof.uncertain,
        waiting=proof.waiting,
        left_out=tuple(LeftOut(reason=reason, count=count) for reason, count in proof.excluded.items()),
        stopped=f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "",
    )


def _failing(sources: list[SourceHealth], names: dict[JournalistId, str]) -> SourceFailing:
    told = [
        FailingSource(
            journalist=one.journalist,
            name=names[one.journalist],
            kind=one.kind.value,
            ref=one.ref,
            failures=one.consecutive_failures,
            since=one.failing_since,
            last_good_at=one.last_good_at,
            error=one.last_error or "",
        )
        for one in sources
    ]
    return SourceFailing(sources=tuple(sorted(told, key=lambda one: (one.name, one.kind, one.ref))))
