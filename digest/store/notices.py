"""The queue of notices. What has left, or never will, keeps neither an address nor what it said."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, func, or_, select, update

from digest.audience.notice import MESSAGES, NoNotice, Notice, NoticeKind, may_notify
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.compose import canonical_json
from digest.ids import DeliveryId, NewsletterId
from digest.send.doubt import Doubt, Verdict
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Postponed, Rejected, Unclear
from digest.send.notices import NoticeRow
from digest.send.states import DeliveryState, may_step
from digest.store.delivery_steps import UNCLAIMED
from digest.store.ghosts import ghosts_of
from digest.store.given import among
from digest.store.identity import identity
from digest.store.tables import notices, subscriptions, suppressions
from digest.store.transactions import chunks, insert_into, reading, writing

#: What is not kept of a notice that has left, or never will.
_FORGOTTEN: Final[dict[str, Any]] = {
    "message": None,
    "address": None,
    "identity": None,
    "name": None,
    "subscription": None,
}


class SqlNotices:
    """``NoticeBook`` on SQL. Each method is one committed transaction."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def put(self, notices: Sequence[Notice], *, at: datetime) -> int:
        """Queue notices; one whose id is there already is left as it is. Return how many are new."""
        with writing(self._engine) as connection:
            return put_notices(connection, notices, at=at)

    def known(self, notices: Sequence[DeliveryId]) -> frozenset[DeliveryId]:
        """Return those of these that were ever queued."""
        with reading(self._engine) as connection:
            return frozenset(map(DeliveryId, ids_there(connection, notices)))

    def claim(self, *, worker: str, limit: int, lease_seconds: int, at: datetime) -> Sequence[Notice]:
        """Claim up to ``limit`` waiting notices for ``worker``, the oldest first; exclude those that must not go."""
        lease: dict[str, Any] = {
            "claimed_by": worker,
            "claimed_at": at,
            "lease_until": at + timedelta(seconds=lease_seconds),
        }
        claimed: list[Notice] = []
        with writing(self._engine) as connection:
            _drop_expired(connection, at)
            while len(claimed) < limit:
                rows = connection.execute(_waiting(limit - len(claimed), at)).all()
                if not rows:
                    break
                staying = _exclude(connection, rows, at)
                ids = [row.id for row in staying]
                _step(connection, ids, DeliveryState.PLANNED, DeliveryState.CLAIMED, **lease)
                claimed += [_notice(row) for row in staying]
        return claimed

    def record(self, answers: Sequence[Answer], *, holder: Holder, at: datetime) -> None:
        """Record the mailer's answers for the ``holder``'s claims.

        An answer that comes after the claim went ``uncertain`` still counts if it is a yes.
        """
        with writing(self._engine) as connection:
            for answer in answers:
                _record(connection, answer, holder, at)

    def release(self, notices: Sequence[DeliveryId], *, holder: Holder) -> None:
        """Let the ``holder``'s claims wait again: the mailer certainly did not take them."""
        with writing(self._engine) as connection:
            _step(connection, notices, DeliveryState.CLAIMED, DeliveryState.PLANNED, holder=holder, **UNCLAIMED)

    def give_up(self, *, is_gone: Callable[[str], bool], at: datetime) -> int:
        """Turn claims ``uncertain`` whose lease is over or whose worker is gone; return how many.

        What is in doubt and has expired is forgotten: nobody would send it again.
        """
        is_claimed = notices.c.state == DeliveryState.CLAIMED
        with writing(self._engine) as connection:
            workers = connection.scalars(select(notices.c.claimed_by).where(is_claimed).distinct()).all()
            gone = [worker for worker in workers if is_gone(worker)]
            given_up = connection.execute(
                update(notices)
                .where(is_claimed, or_(notices.c.lease_until <= at, notices.c.claimed_by.in_(gone)))
                .values(
                    state=DeliveryState.UNCERTAIN,
                    reason="the worker was gone before it recorded an answer",
                    answered_at=at,
                    lease_until=None,
                )
            )
            connection.execute(
                update(notices)
                .where(notices.c.state == DeliveryState.UNCERTAIN, notices.c.expires_at <= at)
                .values(_FORGOTTEN)
            )
        return given_up.rowcount

    def doubts(self) -> Mapping[NewsletterId, Sequence[Doubt]]:
        """Return the notices in doubt that are of any use still, by their newsletters, the oldest first."""
        query = (
            select(notices)
            .where(notices.c.state == DeliveryState.UNCERTAIN, notices.c.address.is_not(None))
            .order_by(notices.c.answered_at, notices.c.id)
        )
        found: dict[NewsletterId, list[Doubt]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                found[NewsletterId(row.newsletter)].append(_doubt(row))
        return found

    def end_doubts(
        self, notices: Sequence[DeliveryId], verdict: Verdict, *, why: str, at: datetime, by_policy: bool = False
    ) -> int:
        """Settle those of the notices that are in doubt; return how many they were."""
        told: dict[str, Any] = {"reason": why}
        with writing(self._engine) as connection:
            if verdict is Verdict.ACCEPTED:
                return _step(connection, notices, DeliveryState.UNCERTAIN, verdict.state, **told, **_FORGOTTEN)
            told |= UNCLAIMED | {"answered_at": None} | ({"planned_again_at": at} if by_policy else {})
            return _step(connection, _unforgotten(connection, notices), DeliveryState.UNCERTAIN, verdict.state, **told)

    def rows(self, *, state: DeliveryState | None = None, most: int | None = None) -> Sequence[NoticeRow]:
        """Return notices, the newest first."""
        query = select(notices).order_by(notices.c.queued_at.desc(), notices.c.id).limit(most)
        if state is not None:
            query = query.where(notices.c.state == state)
        with reading(self._engine) as connection:
            return [
                NoticeRow(
                    id=DeliveryId(row.id),
                    newsletter=NewsletterId(row.newsletter),
                    kind=NoticeKind(row.kind),
                    state=DeliveryState(row.state),
                    reason=row.reason,
                    queued_at=row.queued_at,
                    expires_at=row.expires_at,
                    answered_at=row.answered_at,
                    not_before=row.not_before,
                )
                for row in connection.execute(query)
            ]

    def counts(self) -> Mapping[DeliveryState, int]:
        """Return how many notices are in each state."""
        query = select(notices.c.state, func.count()).group_by(notices.c.state)
        with reading(self._engine) as connection:
            return {DeliveryState(state): count for state, count in connection.execute(query).tuples()}


def put_notices(connection: Connection, wanted: Iterable[Notice], *, at: datetime) -> int:
    """Queue notices in the transaction of what caused them; return how many are new.

    One whose id is there already, whatever became of it, is left as it is.
    """
    new = 0
    for chunk in chunks(wanted):
        rows = [_columns(notice, at) for notice in chunk]
        there = ids_there(connection, [row["id"] for row in rows])
        connection.execute(insert_into(connection, notices).on_conflict_do_nothing(), rows)
        new += len({row["id"] for row in rows} - there)
    return new


def forget_notices(connection: Connection, who: str, *, at: datetime) -> int:
    """Forget somebody by their folded address: what waits for them is not sent any more; return how many that were.

    What a worker has in its hands at this moment is forgotten as soon as it is answered, and never handed over again.
    """
    theirs = notices.c.identity == who
    dropped = connection.execute(
        update(notices)
        .where(theirs, notices.c.state == DeliveryState.PLANNED)
        .values(state=DeliveryState.EXCLUDED, reason=NoNotice.ERASED, answered_at=at, **_FORGOTTEN)
    )
    connection.execute(update(notices).where(theirs, notices.c.state == DeliveryState.CLAIMED).values(expires_at=at))
    connection.execute(update(notices).where(theirs, notices.c.state == DeliveryState.UNCERTAIN).values(_FORGOTTEN))
    return dropped.rowcount


def ids_there(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of these ids that are notices', whatever became of them."""
    return set(connection.scalars(select(notices.c.id).where(among(connection, notices.c.id, ids))))


def _columns(notice: Notice, at: datetime) -> dict[str, Any]:
    return {
        "id": notice.id,
        "newsletter": notice.newsletter,
        "kind": notice.kind,
        "state": DeliveryState.PLANNED,
        "message": canonical_json.write(notice.message),
        "address": notice.to_address,
        "identity": identity(notice.to_address),
        "name": notice.to_name,
        "locale": notice.locale,
        "time_zone": notice.time_zone,
        "subscription": notice.subscription,
        "queued_at": at,
        "expires_at": notice.expires_at,
    }


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=DeliveryId(row.id),
        newsletter=NewsletterId(row.newsletter),
        message=canonical_json.read(MESSAGES[NoticeKind(row.kind)], row.message),
        to_address=row.address,
        to_name=row.name,
        locale=row.locale,
        time_zone=row.time_zone,
        expires_at=row.expires_at,
        subscription=row.subscription,
    )


def _doubt(row: Row[Any]) -> Doubt:
    return Doubt(
        delivery=DeliveryId(row.id),
        address=row.address,
        asked_at=row.claimed_at,
        since=row.answered_at,
        why=row.reason,
        worker=row.claimed_by,
        planned_before=row.planned_again_at is not None,
    )


def _waiting(limit: int, at: datetime) -> Select[Any]:
    """Ask for waiting notices, but for those put off beyond ``at``, with what is true of their addresses now."""
    picked = (
        select(notices)
        .where(
            notices.c.state == DeliveryState.PLANNED,
            or_(notices.c.not_before.is_(None), notices.c.not_before <= at),
        )
        .order_by(notices.c.queued_at, notices.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    return (
        select(
            picked,
            subscriptions.c.state.label("subscription_state"),
            suppressions.c.reason.label("suppression"),
        )
        .join_from(picked, subscriptions, subscriptions.c.token == picked.c.subscription, isouter=True)
        .outerjoin(suppressions, suppressions.c.identity == picked.c.identity)
        .order_by(picked.c.queued_at, picked.c.id)
    )


def _exclude(connection: Connection, rows: Sequence[Row[Any]], at: datetime) -> Sequence[Row[Any]]:
    """Exclude the notices that may not be sent; return the rows of the others."""
    staying = []
    erased = ghosts_of(connection, {row.identity for row in rows})
    for row in rows:
        suppression = SuppressionReason.ERASED if row.identity in erased else row.suppression
        why = may_notify(
            NoticeKind(row.kind),
            None if suppression is None else SuppressionReason(suppression),
            None if row.subscription_state is None else SubscriptionState(row.subscription_state),
        )
        if why is None:
            staying.append(row)
        else:
            gone = {"reason": why, "answered_at": at, **_FORGOTTEN}
            _step(connection, [row.id], DeliveryState.PLANNED, DeliveryState.EXCLUDED, **gone)
    return staying


def _unforgotten(connection: Connection, ids: Sequence[DeliveryId]) -> list[str]:
    """Return those of the notices of which it is still known whom they are for, and lock them."""
    query = select(notices.c.id).where(among(connection, notices.c.id, ids), notices.c.address.is_not(None))
    return list(connection.scalars(query.with_for_update()))


def _drop_expired(connection: Connection, at: datetime) -> None:
    connection.execute(
        update(notices)
        .where(notices.c.state == DeliveryState.PLANNED, notices.c.expires_at <= at)
        .values(state=DeliveryState.EXCLUDED, reason=NoNotice.EXPIRED, answered_at=at, **_FORGOTTEN)
    )


def _record(connection: Connection, answer: Answer, holder: Holder, at: datetime) -> None:
    answered = {"answered_at": at, "lease_until": None}
    match answer:
        case Accepted():
            told = {"reason": None, "receipt": answer.receipt, **answered, **_FORGOTTEN}
            for now in (DeliveryState.CLAIMED, DeliveryState.UNCERTAIN):
                _step(connection, [answer.delivery], now, DeliveryState.ACCEPTED, holder=holder, **told)
        case Rejected():
            told = {"reason": answer.why, **answered, **_FORGOTTEN}
            _step(connection, [answer.delivery], DeliveryState.CLAIMED, DeliveryState.REFUSED, holder=holder, **told)
        case Unclear():
            told = {"reason": answer.why, **answered}
            _step(connection, [answer.delivery], DeliveryState.CLAIMED, DeliveryState.UNCERTAIN, holder=holder, **told)
        case Postponed():
            until = at + timedelta(seconds=answer.after)
            told = {"reason": answer.why, "not_before": until, **UNCLAIMED}
            _step(connection, [answer.delivery], DeliveryState.CLAIMED, DeliveryState.PLANNED, holder=holder, **told)


def _step(
    connection: Connection,
    ids: Sequence[str],
    now: DeliveryState,
    to: DeliveryState,
    *,
    holder: Holder | None = None,
    **values: Any,
) -> int:
    """Take the notices that are in state ``now`` to state ``to``; the others are left as they are. Return how many."""
    assert may_step(now, to)
    if not ids:
        return 0
    statement = update(notices).where(among(connection, notices.c.id, ids), notices.c.state == now)
    if holder is not None:
        statement = statement.where(notices.c.claimed_by == holder.worker, notices.c.claimed_at == holder.since)
    return connection.execute(statement.values(state=to, **values)).rowcount
