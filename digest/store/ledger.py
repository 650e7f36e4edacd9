"""The ledger: one row per (issue, subscriber), the truth about who got what.

Every change names the states that it may start from (``send/states.py``), in the statement itself: of two that want
the same row, the second one finds it gone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from digest.audience.may_mail import NoMail, may_mail
from digest.audience.reader import Reader, Subscriber, SubscriptionState, SuppressionReason
from digest.compose.issue import Contents, IssueState, NothingToSend
from digest.compose.snapshot import contents_from_json, contents_to_json, from_json
from digest.errors import NotInThisState
from digest.ids import DeliveryId, IssueId, ListName, Position, SubscriberId
from digest.send.ledger import Claim, DeliveryStory, LeftOut, Planned, Tally
from digest.send.mail import Accepted, Answer, Evidence, Rejected, Unclear
from digest.send.states import DeliveryState, may_step
from digest.store.identity import identity
from digest.store.issues import find_issue
from digest.store.tables import (
    deliveries,
    issue_contents,
    issues,
    subscribers,
    subscriptions,
    suppressions,
)
from digest.store.transactions import chunks, reading, writing

#: What a delivery has while nobody has claimed it.
UNCLAIMED: Final[dict[str, Any]] = {"claimed_by": None, "lease_until": None, "claimed_at": None}


class SqlLedger:
    """``Ledger`` on SQL. Each method is one committed transaction."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def plan(
        self, issue: IssueId, planned: Iterable[Planned], left_out: Iterable[LeftOut], *, height: Position, at: datetime
    ) -> None:
        """Write a row for every reader, all or none, and set the issue ``sending``.

        Readers who were owed nothing (``nothing-new``) have their cursor moved to ``height`` in the same transaction.
        Does nothing if the issue is planned already: the iterables are then not even read.

        :raises UnknownIssue: there is none of that name.
        :raises NotInThisState: nobody approved it.
        """
        with writing(self._engine) as connection:
            row = find_issue(connection, issue, lock=True)
            if row.state in (IssueState.SENDING, IssueState.SENT):
                return
            if row.state != IssueState.APPROVED:
                raise NotInThisState(issue, row.state, "Only an approved issue can be sent.")
            audience = _plan_owed(connection, issue, planned, at)
            audience += _plan_left_out(connection, row, left_out, height=height, at=at)
            connection.execute(
                update(issues).where(issues.c.id == issue).values(state=IssueState.SENDING, audience=audience)
            )

    def claim(self, issue: IssueId, *, worker: str, limit: int, lease_seconds: int, at: datetime) -> Sequence[Claim]:
        """Claim up to ``limit`` planned deliveries for ``worker`` and return them; fewer only if no more are left.

        Readers who left or were suppressed since planning are excluded instead, in the same transaction. On PostgreSQL
        rows that another worker is claiming at this moment are skipped, so that nobody waits.
        """
        lease: dict[str, Any] = {
            "claimed_by": worker,
            "lease_until": at + timedelta(seconds=lease_seconds),
            "claimed_at": at,
            "reason": None,
        }
        claimed: list[Row[Any]] = []
        with writing(self._engine) as connection:
            while len(claimed) < limit:
                rows = connection.execute(_claimable(issue, limit - len(claimed))).all()
                if not rows:
                    break
                staying = _exclude_who_left(connection, rows, at)
                ids = [DeliveryId(row.id) for row in staying]
                _step(connection, ids, DeliveryState.PLANNED, DeliveryState.CLAIMED, **lease)
                claimed += staying
            contents = _contents(connection, issue, {row.contents_key for row in claimed})
        return [
            Claim(
                id=DeliveryId(row.id),
                subscriber=SubscriberId(row.subscriber),
                address=row.address,
                name=row.name,
                token=row.token,
                contents=contents[row.contents_key],
            )
            for row in claimed
        ]

    def record(self, issue: IssueId, answers: Sequence[Answer], *, height: Position, at: datetime) -> None:
        """Record the mailer's answers; an accepted reader's cursor moves to ``height`` in the same transaction.

        An answer that comes after its row went ``uncertain`` still counts if it is a yes; a row in any other state is
        left as it is.
        """
        with writing(self._engine) as connection:
            list_name = ListName(find_issue(connection, issue).list)
            for state, kind in _ANSWERS:
                _record(connection, issue, state, [one for one in answers if isinstance(one, kind)], at)
            accepted = [one.delivery for one in answers if isinstance(one, Accepted)]
            _move_cursors(connection, list_name, accepted, height)

    def release(self, deliveries: Sequence[DeliveryId]) -> None:
        """Put claimed deliveries back to ``planned``: the mailer certainly did not take them."""
        with writing(self._engine) as connection:
            _step(connection, deliveries, DeliveryState.CLAIMED, DeliveryState.PLANNED, **UNCLAIMED)

    def give_up(self, issue: IssueId, *, is_gone: Callable[[str], bool], at: datetime) -> int:
        """Turn claims ``uncertain`` whose lease is over or whose worker is gone; return how many."""
        claimed = (deliveries.c.issue == issue, deliveries.c.state == DeliveryState.CLAIMED)
        with writing(self._engine) as connection:
            workers = connection.scalars(select(deliveries.c.claimed_by).where(*claimed).distinct()).all()
            gone = [worker for worker in workers if is_gone(worker)]
            given_up = connection.execute(
                update(deliveries)
                .where(*claimed, or_(deliveries.c.lease_until <= at, deliveries.c.claimed_by.in_(gone)))
                .values(
                    state=DeliveryState.UNCERTAIN,
                    reason="the worker was gone before it recorded an answer",
                    answered_at=at,
                    lease_until=None,
                )
            )
        return given_up.rowcount

    def uncertain(self, issue: IssueId) -> Sequence[DeliveryId]:
        """Return the deliveries in doubt, in the order of subscriber ids."""
        with reading(self._engine) as connection:
            ids = connection.scalars(
                select(deliveries.c.id)
                .where(deliveries.c.issue == issue, deliveries.c.state == DeliveryState.UNCERTAIN)
                .order_by(deliveries.c.subscriber)
            )
            return [DeliveryId(one) for one in ids]

    def settle(
        self, issue: IssueId, evidence: Mapping[DeliveryId, Evidence], *, height: Position, why: str, at: datetime
    ) -> None:
        """Move deliveries in doubt by evidence; ``UNKNOWN`` leaves them as they are, and so does any other state."""
        accepted = [one for one, says in evidence.items() if says is Evidence.ACCEPTED]
        absent = [one for one, says in evidence.items() if says is Evidence.ABSENT]
        doubt = DeliveryState.UNCERTAIN
        with writing(self._engine) as connection:
            list_name = ListName(find_issue(connection, issue).list)
            _step(connection, accepted, doubt, DeliveryState.ACCEPTED, issue=issue, reason=why, answered_at=at)
            _step(
                connection, absent, doubt, DeliveryState.PLANNED, issue=issue, reason=why, answered_at=None, **UNCLAIMED
            )
            _move_cursors(connection, list_name, accepted, height)

    def tally(self, issue: IssueId) -> Tally:
        """Add the ledger up, as of one moment. The audience is what ``plan`` counted, not a sum of the states.

        :raises UnknownIssue: there is none of that name.
        """
        rows = deliveries.c.issue == issue
        with reading(self._engine) as connection:
            audience = find_issue(connection, issue).audience or 0
            states = connection.execute(
                select(deliveries.c.state, func.count()).where(rows).group_by(deliveries.c.state)
            ).tuples()
            excluded = connection.execute(
                select(deliveries.c.reason, func.count())
                .where(rows, deliveries.c.state == DeliveryState.EXCLUDED)
                .group_by(deliveries.c.reason)
            ).tuples()
            bodies = connection.scalar(
                select(func.count(deliveries.c.contents_key.distinct())).where(
                    rows, deliveries.c.state != DeliveryState.EXCLUDED
                )
            )
            return Tally(
                issue=issue,
                audience=audience,
                states={DeliveryState(state): count for state, count in states},
                excluded=dict(sorted(excluded)),
                bodies=bodies or 0,
            )

    def story(self, issue: IssueId, address: str) -> DeliveryStory | None:
        """Return what is known of one reader's delivery, ``None`` if they have no row.

        :raises UnknownIssue: there is none of that name.
        """
        with reading(self._engine) as connection:
            snapshot = find_issue(connection, issue).snapshot
            row = connection.execute(
                select(deliveries)
                .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
                .where(deliveries.c.issue == issue, subscribers.c.identity == identity(address))
            ).one_or_none()
            if row is None:
                return None
            contents = _contents(connection, issue, {row.contents_key} - {None})
        titles = {article.position: article.title for article in from_json(snapshot).articles}
        return DeliveryStory(
            id=DeliveryId(row.id),
            issue=issue,
            state=DeliveryState(row.state),
            reason=row.reason,
            sections=tuple(titles[position] for one in contents.values() for position in one.positions),
            planned_at=row.planned_at,
            claimed_at=row.claimed_at,
            answered_at=row.answered_at,
            receipt=row.receipt,
        )


def _plan_owed(connection: Connection, issue: IssueId, planned: Iterable[Planned], at: datetime) -> int:
    """Write the rows of those who get mail, and each distinct contents once; return how many rows."""
    written: set[str] = set()
    count = 0
    for chunk in chunks(planned):
        new = {one.owed.contents.key: one.owed.contents for one in chunk if one.owed.contents.key not in written}
        written |= new.keys()
        if new:
            connection.execute(
                insert(issue_contents),
                [{"issue": issue, "key": key, "contents": contents_to_json(one)} for key, one in new.items()],
            )
        connection.execute(
            insert(deliveries),
            [
                {
                    "id": one.id,
                    "issue": issue,
                    "subscriber": one.owed.reader.subscriber.id,
                    "state": DeliveryState.PLANNED,
                    "contents_key": one.owed.contents.key,
                    "planned_at": at,
                }
                for one in chunk
            ],
        )
        count += len(chunk)
    return count


def _plan_left_out(
    connection: Connection, issue: Row[Any], left_out: Iterable[LeftOut], *, height: Position, at: datetime
) -> int:
    """Write the rows of those who get none, and move the cursors of those who were owed nothing."""
    count = 0
    for chunk in chunks(left_out):
        connection.execute(
            insert(deliveries),
            [
                {
                    "id": one.id,
                    "issue": issue.id,
                    "subscriber": one.excluded.reader.subscriber.id,
                    "state": DeliveryState.EXCLUDED,
                    "reason": one.excluded.reason,
                    "planned_at": at,
                    "answered_at": at,
                }
                for one in chunk
            ],
        )
        up_to_date = [
            one.excluded.reader.subscriber.id for one in chunk if one.excluded.reason is NothingToSend.NOTHING_NEW
        ]
        _raise_cursors(connection, subscriptions.c.subscriber.in_(up_to_date), ListName(issue.list), height)
        count += len(chunk)
    return count


def _claimable(issue: IssueId, limit: int) -> Select[Any]:
    """Ask for planned deliveries with what is true of their readers now."""
    return (
        select(
            deliveries.c.id,
            deliveries.c.subscriber,
            deliveries.c.contents_key,
            subscribers.c.address,
            subscribers.c.name,
            subscriptions.c.list,
            subscriptions.c.state,
            subscriptions.c.token,
            suppressions.c.reason.label("suppression"),
        )
        .join(issues, issues.c.id == deliveries.c.issue)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
        .join(
            subscriptions,
            and_(subscriptions.c.subscriber == deliveries.c.subscriber, subscriptions.c.list == issues.c.list),
        )
        .outerjoin(suppressions, suppressions.c.identity == subscribers.c.identity)
        .where(deliveries.c.issue == issue, deliveries.c.state == DeliveryState.PLANNED)
        .order_by(deliveries.c.subscriber)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )


def _exclude_who_left(connection: Connection, rows: Sequence[Row[Any]], at: datetime) -> list[Row[Any]]:
    """Exclude the readers who may not be mailed any more; return the rows of the others."""
    staying = []
    gone: dict[NoMail, list[DeliveryId]] = defaultdict(list)
    for row in rows:
        no_mail = may_mail(_reader(row))
        if no_mail is None:
            staying.append(row)
        else:
            gone[no_mail].append(row.id)
    for reason, ids in gone.items():
        _step(connection, ids, DeliveryState.PLANNED, DeliveryState.EXCLUDED, reason=reason, answered_at=at)
    return staying


def _reader(row: Row[Any]) -> Reader:
    return Reader(
        subscriber=Subscriber(id=SubscriberId(row.subscriber), address=row.address, name=row.name),
        list_name=ListName(row.list),
        state=SubscriptionState(row.state),
        token=row.token,
        suppression=None if row.suppression is None else SuppressionReason(row.suppression),
    )


def _step(
    connection: Connection,
    ids: Sequence[DeliveryId],
    now: DeliveryState,
    to: DeliveryState,
    *,
    issue: IssueId | None = None,
    **values: Any,
) -> None:
    """Take the deliveries that are in state ``now`` to state ``to``; the others are left as they are."""
    assert may_step(now, to)
    for chunk in chunks(ids):
        statement = update(deliveries).where(deliveries.c.id.in_(chunk), deliveries.c.state == now)
        if issue is not None:
            statement = statement.where(deliveries.c.issue == issue)
        connection.execute(statement.values(state=to, **values))


#: Which state an answer leads to.
_ANSWERS: Final[tuple[tuple[DeliveryState, type[Answer]], ...]] = (
    (DeliveryState.ACCEPTED, Accepted),
    (DeliveryState.REFUSED, Rejected),
    (DeliveryState.UNCERTAIN, Unclear),
)


def _record(connection: Connection, issue: IssueId, to: DeliveryState, answers: Sequence[Answer], at: datetime) -> None:
    if not answers:
        return
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id == bindparam("delivery"),
            deliveries.c.issue == issue,
            deliveries.c.state.in_([now for now in DeliveryState if may_step(now, to)]),
        )
        .values(state=to, reason=bindparam("why"), receipt=bindparam("says"), answered_at=at, lease_until=None),
        [
            {
                "delivery": one.delivery,
                "why": None if isinstance(one, Accepted) else one.why,
                "says": one.receipt if isinstance(one, Accepted) else None,
            }
            for one in sorted(answers, key=lambda one: one.delivery)
        ],
    )


def _move_cursors(
    connection: Connection, list_name: ListName, accepted: Sequence[DeliveryId], height: Position
) -> None:
    """Move the cursors of the readers whose deliveries are accepted now."""
    for chunk in chunks(accepted):
        readers = select(deliveries.c.subscriber).where(
            deliveries.c.id.in_(chunk), deliveries.c.state == DeliveryState.ACCEPTED
        )
        _raise_cursors(connection, subscriptions.c.subscriber.in_(readers), list_name, height)


def _raise_cursors(connection: Connection, whose: ColumnElement[bool], list_name: ListName, height: Position) -> None:
    # Locked in one order first: two issues of a list that move the same readers' cursors must not wait in a circle.
    behind = connection.scalars(
        select(subscriptions.c.id)
        .where(whose, subscriptions.c.list == list_name, subscriptions.c.cursor < height)
        .order_by(subscriptions.c.id)
        .with_for_update(key_share=True)
    ).all()
    if behind:
        connection.execute(update(subscriptions).where(subscriptions.c.id.in_(behind)).values(cursor=height))


def _contents(connection: Connection, issue: IssueId, keys: Iterable[str]) -> dict[str, Contents]:
    return {
        row.key: contents_from_json(row.contents)
        for chunk in chunks(keys)
        for row in connection.execute(
            select(issue_contents).where(issue_contents.c.issue == issue, issue_contents.c.key.in_(chunk))
        )
    }
