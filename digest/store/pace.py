"""What the ledger has seen of an issue, for the gate that paces it; and the bounds that a claim keeps to."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, exists, func, or_, select

from digest.compose.issue import IssueState
from digest.compose.snapshot import newsletter_from_json
from digest.ids import IssueId
from digest.send.pacing import Answers, Seen, Today, domain_of, midnight_of
from digest.send.pacing_bounds import Bounds
from digest.send.states import DeliveryState
from digest.send.stopping import THE_CANARY
from digest.store.due import wait_by_hour
from digest.store.issues import find_issue
from digest.store.stops import as_stop, holds
from digest.store.tables import deliveries, issue_stops, issues, newsletters
from digest.store.tables.send import NOTED
from digest.store.transactions import reading

#: What somebody answered for, in whatever words.
_ANSWERED = (DeliveryState.ACCEPTED, DeliveryState.REFUSED, DeliveryState.UNCERTAIN)
#: What may have left: accepted, or perhaps, or about to be.
_MAY_HAVE_LEFT = (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN, DeliveryState.CLAIMED)


class SqlPaceBook:
    """``PaceBook`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def due(self, issue: IssueId) -> int:
        """Return how many readers were planned to get mail of the issue; that never changes again.

        :raises UnknownIssue: there is none of that name.
        """
        without_mail = select(func.count()).where(
            deliveries.c.issue == issue,
            deliveries.c.state == DeliveryState.EXCLUDED,
            deliveries.c.contents_key.is_(None),
        )
        with reading(self._engine) as connection:
            return (find_issue(connection, issue).audience or 0) - connection.scalars(without_mail).one()

    def seen(self, issue: IssueId, *, due: int, wave: int, domain: str | None, at: datetime) -> Seen:
        """Return what the ledger has seen of the issue as of one moment, but for the ``latest`` answers.

        Who waits for an hour that is still to come is not among the planned: nobody can claim them yet.
        ``due`` is as it was told before; ``wave`` how many readers are the canary's; ``domain`` is the sending domain
        where that is warmed up.

        :raises UnknownIssue: there is none of that name.
        """
        with reading(self._engine) as connection:
            row = find_issue(connection, issue)
            stops = connection.execute(
                select(issue_stops).where(issue_stops.c.issue == issue).order_by(issue_stops.c.id)
            ).all()
            states = count_states(connection, issue)
            answered = sum(states[state] for state in _ANSWERED)
            later = wait_by_hour(connection, issue, deliveries.c.not_before > at)
            answers = Answers(count=answered, failed=_failed(connection, issue))
            return Seen(
                due=due,
                planned=states[DeliveryState.PLANNED] - (later.readers if later else 0),
                claimed=states[DeliveryState.CLAIMED],
                answers=answers,
                judged=_judged(connection, issue, answers, stops),
                last_answer=_last_answer(connection, issue) if 0 < answered <= wave else None,
                planned_at=row.planned_at,
                wave_overruled=any(one.stopped_by == THE_CANARY and one.resumed_at is not None for one in stops),
                stops=tuple(as_stop(one) for one in stops if one.resumed_at is None),
                today=None if domain is None else _today(connection, domain, at),
            )


def count_states(connection: Connection, issue: IssueId) -> Counter[DeliveryState]:
    """Count the issue's deliveries by their states, in one go through all of them."""
    counted = connection.execute(
        select(deliveries.c.state, func.count()).where(deliveries.c.issue == issue).group_by(deliveries.c.state)
    ).tuples()
    return Counter({DeliveryState(state): count for state, count in counted})


def room(connection: Connection, issue: IssueId, bounds: Bounds | None, limit: int) -> int:
    """Return how many of ``limit`` may be claimed: none of a stopped issue, and no more than the bounds have room for.

    Nobody else claims within such bounds before this transaction ends; on SQLite it is alone anyway.
    """
    if connection.scalar(select(exists().where(holds(issue)))):
        return 0
    if bounds is None:
        return limit
    if bounds.begun is not None:
        find_issue(connection, issue, lock=True)
        states = count_states(connection, issue)
        limit = min(limit, bounds.begun - sum(states[state] for state in (DeliveryState.CLAIMED, *_ANSWERED)))
    if bounds.today is not None and bounds.midnight is not None:
        if connection.dialect.name != "sqlite":
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"digest/{bounds.domain}"))))
        limit = min(limit, bounds.today - _left_since(connection, bounds.domain, bounds.midnight))
    return max(0, limit)


def _failed(connection: Connection, issue: IssueId, since: datetime | None = None) -> int:
    """Count who was refused, or bounced after a yes; ``since``: of those who were answered for from then on."""
    when: tuple[ColumnElement[bool], ...] = () if since is None else (deliveries.c.answered_at >= since,)
    refused = connection.scalars(
        select(func.count()).where(
            deliveries.c.issue == issue, NOTED, deliveries.c.state == DeliveryState.REFUSED, *when
        )
    ).one()
    bounced = connection.scalars(
        select(func.count()).where(
            deliveries.c.issue == issue,
            deliveries.c.bounced_at.is_not(None),
            deliveries.c.state != DeliveryState.REFUSED,
            *when,
        )
    ).one()
    return refused + bounced


def _judged(connection: Connection, issue: IssueId, answers: Answers, stops: Iterable[Row[Any]]) -> Answers:
    """Leave out what was known when somebody resumed the issue: a breaker that was overruled looks at what comes."""
    resumed = [one.resumed_at for one in stops if one.resumed_at is not None]
    if not resumed:
        return answers
    since = max(resumed)
    count = connection.scalars(
        select(func.count()).where(
            deliveries.c.issue == issue, deliveries.c.state.in_(_ANSWERED), deliveries.c.answered_at >= since
        )
    ).one()
    return Answers(count=count, failed=_failed(connection, issue, since))


def _last_answer(connection: Connection, issue: IssueId) -> datetime | None:
    last: datetime | None = connection.scalar(
        select(func.max(deliveries.c.answered_at)).where(deliveries.c.issue == issue, deliveries.c.state.in_(_ANSWERED))
    )
    return last


def _today(connection: Connection, domain: str, at: datetime) -> Today:
    return Today(
        domain=domain,
        count=_left_since(connection, domain, midnight_of(at)),
        since=_first_accepted(connection, domain),
    )


def _left_since(connection: Connection, domain: str, midnight: datetime) -> int:
    """Count what may have left from a sending domain since then. Issues that were finished before are not looked at."""
    recent = select(issues.c.id).where(
        issues.c.newsletter.in_(_newsletters_of(connection, domain)),
        or_(issues.c.state == IssueState.SENDING, issues.c.finished_at >= midnight),
    )
    return connection.scalars(
        select(func.count()).where(
            deliveries.c.issue.in_(recent),
            deliveries.c.state.in_(_MAY_HAVE_LEFT),
            or_(deliveries.c.state == DeliveryState.CLAIMED, deliveries.c.answered_at >= midnight),
        )
    ).one()


def _first_accepted(connection: Connection, domain: str) -> datetime | None:
    """Return when the first delivery from a sending domain was accepted: one of its first issue that had any."""
    accepted = and_(deliveries.c.issue == issues.c.id, deliveries.c.state == DeliveryState.ACCEPTED)
    first = connection.scalar(
        select(issues.c.id)
        .where(issues.c.newsletter.in_(_newsletters_of(connection, domain)), exists().where(accepted))
        .order_by(issues.c.approved_at)
        .limit(1)
    )
    since: datetime | None = connection.scalar(
        select(func.min(deliveries.c.answered_at)).where(
            deliveries.c.issue == first, deliveries.c.state == DeliveryState.ACCEPTED
        )
    )
    return since


def _newsletters_of(connection: Connection, domain: str) -> list[str]:
    """Return the newsletters that are sent from a domain."""
    declared = connection.execute(select(newsletters.c.id, newsletters.c.declared)).tuples()
    return [id_ for id_, text in declared if domain_of(newsletter_from_json(text).sender.address) == domain]
