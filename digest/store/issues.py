"""Issues: sealed, approved, and what composing must know about those before."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Row, exists, func, insert, or_, select, update

from digest.compose.issue import Frozen, IssueState
from digest.compose.snapshot import from_json, rates_fingerprint
from digest.errors import NotInThisState, UnknownIssue
from digest.ids import IssueId, NewsletterId, Position, Sha256
from digest.render.rendition import Part, Rendition, Sealed
from digest.send.ledger import IssueRow
from digest.send.states import FINAL, DeliveryState
from digest.store.tables import deliveries, issue_renditions, issues, journalists, newsletters
from digest.store.transactions import reading, writing

#: So long after a reader's hour somebody is taken to be about to send to them: three times the pause of reconciling.
SENT_WITHIN: Final = timedelta(minutes=15)


class SqlIssues:
    """``IssueArchive`` and ``IssueNumbers`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def put(self, sealed: Sealed) -> None:
        """Keep a sealed issue as awaiting approval; an older one that nobody approved is superseded.

        A correction takes the place of an older correction of the same issue only, an ordinary issue of ordinary ones.
        Putting the very same issue again changes nothing.

        :raises NotInThisState: another issue of that name or number is there, composed at the same time; or somebody
            whom it names was merged or removed meanwhile.
        """
        frozen = sealed.frozen
        with writing(self._engine) as connection:
            # One issue of a newsletter at a time: else two would take each other's number.
            connection.execute(
                select(newsletters.c.id).where(newsletters.c.id == frozen.newsletter.id).with_for_update(key_share=True)
            )
            there = connection.execute(
                select(issues).where(
                    (issues.c.id == frozen.id)
                    | ((issues.c.newsletter == frozen.newsletter.id) & (issues.c.number == frozen.number))
                )
            ).first()
            if there is not None:
                if (there.id, there.hash) == (frozen.id, sealed.hash):
                    return
                raise NotInThisState(there.id, there.state, "It is there already: compose again for the next number.")
            if frozen.corrects is None:  # a correction asks nobody's follows
                _refuse_if_roster_changed(connection, frozen)
            connection.execute(
                update(issues)
                .where(
                    issues.c.newsletter == frozen.newsletter.id,
                    issues.c.state == IssueState.AWAITING_APPROVAL,
                    issues.c.corrects.is_not_distinct_from(frozen.corrects),
                )
                .values(state=IssueState.SUPERSEDED)
            )
            connection.execute(insert(issues).values(_as_columns(sealed)))
            if sealed.renditions:
                connection.execute(
                    insert(issue_renditions),
                    [_rendition_columns(frozen.id, place, one) for place, one in enumerate(sealed.renditions)],
                )

    def sealed(self, issue: IssueId) -> Sealed:
        """Return a sealed issue, every byte as it was put.

        :raises UnknownIssue: there is none of that name.
        """
        with reading(self._engine) as connection:
            row = find_issue(connection, issue)
            renditions = connection.execute(
                select(issue_renditions).where(issue_renditions.c.issue == issue).order_by(issue_renditions.c.place)
            ).all()
        return Sealed(
            frozen=from_json(row.snapshot),
            snapshot=row.snapshot,
            template_revision=Sha256(row.template_revision),
            renditions=tuple(_rendition(one) for one in renditions),
            hash=Sha256(row.hash),
        )

    def row(self, issue: IssueId) -> IssueRow:
        """Return one issue's row.

        :raises UnknownIssue: there is none of that name.
        """
        with reading(self._engine) as connection:
            return _row(find_issue(connection, issue))

    def rows(self, newsletter: str | None = None) -> Sequence[IssueRow]:
        """Return all issues, or those of one newsletter, newest first."""
        query = select(*_ROW).order_by(issues.c.composed_at.desc(), issues.c.number.desc())
        if newsletter is not None:
            query = query.where(issues.c.newsletter == newsletter)
        with reading(self._engine) as connection:
            return [_row(row) for row in connection.execute(query)]

    def approve(self, issue: IssueId, hash_: Sha256, *, by: str, at: datetime) -> None:
        """Record who approved which bytes.

        :raises UnknownIssue: there is none of that name.
        :raises NotInThisState: it is not awaiting approval, or its hash is another one.
        """
        with writing(self._engine) as connection:
            row = find_issue(connection, issue, lock=True)
            if row.state != IssueState.AWAITING_APPROVAL:
                raise NotInThisState(issue, row.state, "Only an issue that awaits approval can be approved.")
            if row.hash != hash_:
                raise NotInThisState(
                    issue, f"not what was approved: its hash is {row.hash}, not {hash_}", "Look at it again."
                )
            connection.execute(
                update(issues)
                .where(issues.c.id == issue)
                .values(state=IssueState.APPROVED, approved_by=by, approved_at=at)
            )

    def finish(self, issue: IssueId, *, at: datetime) -> bool:
        """Set the issue ``sent`` if no delivery is planned or claimed any more; tell whether it is.

        :raises UnknownIssue: there is none of that name.
        """
        waiting = exists().where(deliveries.c.issue == issue, deliveries.c.state.not_in(FINAL))
        with writing(self._engine) as connection:
            row = find_issue(connection, issue, lock=True)
            if row.state not in (IssueState.SENDING, IssueState.SENT) or connection.scalar(select(waiting)):
                return False
            connection.execute(
                update(issues)
                .where(issues.c.id == issue, issues.c.state == IssueState.SENDING)
                .values(state=IssueState.SENT, finished_at=at)
            )
            return True

    def next_number(self, newsletter: NewsletterId) -> int:
        """Return the number of the next issue, from 1. A number that was superseded is not used again."""
        with reading(self._engine) as connection:
            last = connection.scalar(select(func.max(issues.c.number)).where(issues.c.newsletter == newsletter))
        return (last or 0) + 1

    def last(self, newsletter: NewsletterId) -> tuple[IssueId, IssueState] | None:
        """Return the newsletter's newest issue that was not superseded, with its state; corrections do not count."""
        row = self._newest(newsletter, issues.c.state != IssueState.SUPERSEDED)
        return None if row is None else (IssueId(row.id), IssueState(row.state))

    def is_behind(self, issue: IssueId, *, at: datetime) -> bool:
        """Tell whether a planned delivery of the issue could go out ``at`` that instant, or could have a while before.

        Who waits for an hour of theirs does not count, nor who did until a few minutes ago: somebody sends to them just
        now. Nor does what is in a worker's hands.
        """
        by_no_hour = or_(deliveries.c.not_before.is_(None), deliveries.c.reason.is_not(None))
        behind = exists().where(
            deliveries.c.issue == issue,
            deliveries.c.state == DeliveryState.PLANNED,
            or_(by_no_hour, deliveries.c.not_before <= at - SENT_WITHIN),
        )
        with reading(self._engine) as connection:
            return bool(connection.scalar(select(behind)))

    def last_rates(self, newsletter: NewsletterId) -> str | None:
        """Return the fingerprint of the rates in the newest approved issue, if any; corrections do not count."""
        row = self._newest(newsletter, issues.c.approved_at.is_not(None))
        return None if row is None else str(row.rates_fingerprint)

    def former(self, newsletter: NewsletterId, *, most: int) -> Sequence[tuple[IssueId, Position, datetime]]:
        """Return the newest approved issues, their heights, and when they were composed; corrections do not count."""
        query = (
            select(issues.c.id, issues.c.height, issues.c.composed_at)
            .where(issues.c.newsletter == newsletter, issues.c.corrects.is_(None), issues.c.approved_at.is_not(None))
            .order_by(issues.c.number.desc())
            .limit(most)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [(IssueId(row.id), Position(row.height), row.composed_at) for row in rows]

    def _newest(self, newsletter: NewsletterId, where: ColumnElement[bool]) -> Row[Any] | None:
        with reading(self._engine) as connection:
            return connection.execute(
                select(issues.c.id, issues.c.state, issues.c.rates_fingerprint)
                .where(issues.c.newsletter == newsletter, issues.c.corrects.is_(None), where)
                .order_by(issues.c.number.desc())
                .limit(1)
            ).one_or_none()


#: What ``digest issue list`` shows; the snapshot can be large and is left where it is.
_ROW = (
    issues.c.id,
    issues.c.newsletter,
    issues.c.state,
    issues.c.hash,
    issues.c.composed_at,
    issues.c.approved_by,
    issues.c.approved_at,
    issues.c.corrects,
    issues.c.finished_at,
)


def find_issue(connection: Connection, issue: IssueId, *, lock: bool = False) -> Row[Any]:
    """Return the issue's row; with ``lock`` nobody else changes it before this transaction ends.

    :raises UnknownIssue: there is none of that name.
    """
    query = select(issues).where(issues.c.id == issue)
    row = connection.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    if row is None:
        raise UnknownIssue(issue)
    return row


def _refuse_if_roster_changed(connection: Connection, frozen: Frozen) -> None:
    """Refuse an issue that names somebody who left the roster meanwhile: their readers follow others now."""
    gone = connection.scalars(
        select(journalists.c.id).where(
            journalists.c.id.in_(frozen.newsletter.journalists), journalists.c.removed_at.is_not(None)
        )
    ).all()
    if gone:
        state = f"out of date already: {', '.join(sorted(gone))} left the roster meanwhile"
        raise NotInThisState(frozen.id, state, f"Compose it again: digest issue compose {frozen.newsletter.id}")


def _row(row: Row[Any]) -> IssueRow:
    return IssueRow(
        id=IssueId(row.id),
        newsletter=row.newsletter,
        state=IssueState(row.state),
        hash=Sha256(row.hash),
        composed_at=row.composed_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        corrects=None if row.corrects is None else IssueId(row.corrects),
        finished_at=row.finished_at,
    )


def _as_columns(sealed: Sealed) -> dict[str, Any]:
    frozen = sealed.frozen
    return {
        "id": frozen.id,
        "newsletter": frozen.newsletter.id,
        "number": frozen.number,
        "list": frozen.newsletter.list_name,
        "height": frozen.height,
        "state": IssueState.AWAITING_APPROVAL,
        "hash": sealed.hash,
        "snapshot": sealed.snapshot,
        "template_revision": sealed.template_revision,
        "rates_fingerprint": rates_fingerprint(frozen.rates),
        "composed_at": frozen.composed_at,
        "corrects": frozen.corrects,
    }


def _rendition_columns(issue: IssueId, place: int, rendition: Rendition) -> dict[str, Any]:
    return {
        "issue": issue,
        "place": place,
        "locale": rendition.locale,
        "look": rendition.look,
        "mark": rendition.mark,
        "subject": _pairs(rendition.subject.segments),
        "html": _pairs(rendition.html.segments),
        "text": _pairs(rendition.text.segments),
    }


def _pairs(segments: Mapping[str, str]) -> list[list[str]]:
    return [[name, words] for name, words in segments.items()]


def _rendition(row: Row[Any]) -> Rendition:
    return Rendition(
        issue=IssueId(row.issue),
        locale=row.locale,
        look=row.look,
        mark=row.mark,
        subject=Part(segments=dict(row.subject)),
        html=Part(segments=dict(row.html)),
        text=Part(segments=dict(row.text)),
    )
