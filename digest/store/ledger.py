"""The ledger: one row per (issue, subscriber), the truth about who got what.

Every change names the states that it may start from (``send/states.py``), in the statement itself: of two that want
the same row, the second one finds it gone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from sqlalchemy import (
    Connection,
    Engine,
    case,
    func,
    or_,
    select,
    update,
)

from digest.compose.issue import Contents
from digest.compose.snapshot import from_json
from digest.ids import DeliveryId, IssueId, Position, SubscriberId
from digest.send.doubt import SettledBy, Settlement, Verdict
from digest.send.feedback.vocabulary import Fate
from digest.send.ledger import Claim, DeliveryStory, Holder, LeftOut, Planned, Tally
from digest.send.mail import Answer, Evidence
from digest.send.pacing_bounds import Bounds
from digest.send.states import DeliveryState
from digest.store.accepted import accepted_keys
from digest.store.claiming import claim_rows
from digest.store.contents import KnownContents
from digest.store.cursors import move_cursors_of
from digest.store.delivery_steps import UNCLAIMED, record_answers, step
from digest.store.doubts import SqlDoubts, planned_again, settle_deliveries
from digest.store.due import SqlDue, wait_by_hour
from digest.store.issues import find_issue
from digest.store.pace import count_states, room
from digest.store.planning import plan_issue
from digest.store.span_steps import accept_span
from digest.store.spans import Spans
from digest.store.stories import find_delivery, tell_story
from digest.store.tables import deliveries
from digest.store.tables.send import WAITING
from digest.store.transactions import reading, writing


class SqlLedger(SqlDoubts, SqlDue):
    """``Ledger`` on SQL. Each method is one committed transaction."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        super().__init__(engine)
        self._contents = KnownContents()
        self._spans = Spans()
        self._together: Connection | None = None  # what is recorded now belongs to this transaction
        self._reached: dict[IssueId, SubscriberId] = {}  # up to whom an issue was claimed

    def plan(self, issue: IssueId, *rows: Iterable[Planned | LeftOut], height: Position, at: datetime) -> None:
        """Write a row for every reader, all or none, and set the issue ``sending``.

        Readers who were owed nothing (``nothing-new``) have their cursor moved to ``height`` in the same transaction.
        Does nothing if the issue is planned already: ``rows`` are then not even read.

        :raises UnknownIssue: there is none of that name.
        :raises NotInThisState: nobody approved it.
        """
        plan_issue(self._engine, issue, chain.from_iterable(rows), height=height, at=at)

    def claim(
        self,
        issue: IssueId,
        *,
        worker: str,
        limit: int,
        lease_seconds: int,
        at: datetime,
        bounds: Bounds | None = None,
    ) -> Sequence[Claim]:
        """Claim up to ``limit`` planned deliveries for ``worker`` and return them; fewer if no more can be had.

        None of an issue that is stopped, and no more than keeps within the ``bounds``, which are counted right here.
        Readers who left or were suppressed since planning are excluded instead, in the same transaction. On PostgreSQL
        rows that another worker is claiming at this moment are skipped, so that nobody waits.
        """
        lease = {"claimed_by": worker, "lease_until": at + timedelta(seconds=lease_seconds), "claimed_at": at}
        with writing(self._engine) as connection:
            limit = room(connection, issue, bounds, limit)
            after = self._reached.get(issue, SubscriberId(0))
            claimed = claim_rows(connection, issue, limit, at, after=after, reason=None, not_before=None, **lease)
            *theirs, keys, _, _ = zip(*claimed, strict=True) if claimed else [()] * 8
            contents = self._contents.of(connection, issue, set(keys))
        # As ``Claim._make`` does, of which there are a million for an issue.
        claims = list(map(partial(tuple.__new__, Claim), zip(*theirs, map(contents.__getitem__, keys), strict=True)))
        self._spans.claimed(issue, Holder(worker=worker, since=at), claims)
        if claims:
            self._reached[issue] = claims[-1].subscriber
        return claims

    def record(
        self, issue: IssueId, answers: Sequence[Answer], *, holder: Holder, height: Position, at: datetime
    ) -> None:
        """Record the mailer's answers; an accepted reader's cursor moves to ``height`` in the same transaction.

        An answer that comes after the ``holder``'s claim went ``uncertain`` still counts if it is a yes. A row in any
        other state, and a row that somebody has claimed since, is left as it is.
        """
        whole = self._spans.answered(issue, holder, answers)
        with self._recording() as connection:
            if whole is not None and accept_span(connection, issue, *whole, holder=holder, height=height, at=at):
                return
            arrived = record_answers(connection, issue, answers, holder, at)
            move_cursors_of(connection, issue, arrived, height, at)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is recorded inside one committed transaction: all of it happened, or nothing."""
        with writing(self._engine) as connection:
            self._together = connection
            try:
                yield
            finally:
                self._together = None

    def _recording(self) -> AbstractContextManager[Connection]:
        return writing(self._engine) if self._together is None else nullcontext(self._together)

    def release(self, deliveries: Sequence[DeliveryId], *, holder: Holder) -> None:
        """Put the ``holder``'s claims back to ``planned``: the mailer certainly did not take them."""
        with writing(self._engine) as connection:
            step(connection, deliveries, DeliveryState.CLAIMED, DeliveryState.PLANNED, holder=holder, **UNCLAIMED)

    def put_off_until(self, issue: IssueId) -> datetime | None:
        """Return when the first of those whom the mailer postponed may be asked for; ``None`` if nobody waits so."""
        with reading(self._engine) as connection:
            first: datetime | None = connection.scalar(
                select(func.min(deliveries.c.not_before)).where(
                    deliveries.c.issue == issue,
                    WAITING,
                    deliveries.c.state == DeliveryState.PLANNED,
                    deliveries.c.reason.is_not(None),
                )
            )
            return first

    def give_up(self, issue: IssueId, *, is_gone: Callable[[str], bool], at: datetime) -> int:
        """Turn claims ``uncertain`` whose lease is over or whose worker is gone; return how many."""
        claimed = (deliveries.c.issue == issue, deliveries.c.state == DeliveryState.CLAIMED)
        with writing(self._engine) as connection:
            workers = connection.scalars(select(deliveries.c.claimed_by).where(*claimed).distinct()).all()
            if not workers:
                return 0
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

    def settle(
        self, issue: IssueId, evidence: Mapping[DeliveryId, Evidence], *, height: Position, why: str, at: datetime
    ) -> None:
        """End doubts by evidence; ``UNKNOWN`` leaves them as they are, and so does any other state."""
        with writing(self._engine) as connection:
            row = find_issue(connection, issue, lock=True)
            for says, verdict in ((Evidence.ACCEPTED, Verdict.ACCEPTED), (Evidence.ABSENT, Verdict.PLANNED)):
                which = [one for one, found in evidence.items() if found is says]
                settlement = Settlement(verdict=verdict, by=SettledBy.EVIDENCE, why=why, at=at)
                settle_deliveries(connection, row, which, settlement, height=height)

    def tally(self, issue: IssueId, *, afterwards: bool = True) -> Tally:
        """Add the ledger up, as of one moment. The audience is what ``plan`` counted, not a sum of the states.

        Without ``afterwards`` it does not ask what became of the mails after they were taken: faster.

        :raises UnknownIssue: there is none of that name.
        """
        rows = deliveries.c.issue == issue
        with reading(self._engine) as connection:
            audience = find_issue(connection, issue).audience or 0
            states = count_states(connection, issue)
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
                states=dict(states),
                excluded=dict(sorted(excluded)),
                bodies=bodies or 0,
                fates=_fates(connection, issue) if afterwards else {},
                planned_again=planned_again(connection, issue),
                by_hour=wait_by_hour(connection, issue) if afterwards else None,
            )

    def states(self, issue: IssueId) -> Mapping[DeliveryState, int]:
        """Count the issue's deliveries by their states."""
        with reading(self._engine) as connection:
            return count_states(connection, issue)

    def bodies(self, issue: IssueId) -> Sequence[tuple[Contents, int]]:
        """Return the distinct contents that were planned, with how many readers have each; largest group first."""
        readers = func.count().label("readers")
        with reading(self._engine) as connection:
            groups = connection.execute(
                select(deliveries.c.contents_key, readers)
                .where(deliveries.c.issue == issue, deliveries.c.contents_key.is_not(None))
                .group_by(deliveries.c.contents_key)
                .order_by(readers.desc(), deliveries.c.contents_key)
            ).all()
            contents = self._contents.of(connection, issue, [row.contents_key for row in groups])
        return [(contents[row.contents_key], row.readers) for row in groups]

    def held(self, issue: IssueId, whom: Collection[SubscriberId]) -> Mapping[SubscriberId, Contents]:
        """Return, for each of these readers whose mail was accepted and did not bounce, the contents that it held."""
        with reading(self._engine) as connection:
            keys = accepted_keys(connection, issue, whom)
            contents = self._contents.of(connection, issue, set(keys.values()))
        return {reader: contents[key] for reader, key in keys.items()}

    def story(self, issue: IssueId, address: str) -> DeliveryStory | None:
        """Return what is known of one reader's delivery, ``None`` if they have no row.

        :raises UnknownIssue: there is none of that name.
        """
        with reading(self._engine) as connection:
            snapshot = find_issue(connection, issue).snapshot
            row = find_delivery(connection, issue, address)
            if row is None:
                return None
            contents = self._contents.of(connection, issue, {row.contents_key} - {None})
            titles = {article.position: article.title for article in from_json(snapshot).articles}
            sections = tuple(titles[position] for one in contents.values() for position in one.positions)
            return tell_story(connection, row, sections)


def _fates(connection: Connection, issue: IssueId) -> dict[Fate, int]:
    """Count what was told afterwards of the accepted deliveries."""
    rows = deliveries.c
    delivered, bounced, complained = connection.execute(
        select(
            func.count(case((rows.bounced_at.is_(None), rows.delivered_at))),
            func.count(rows.bounced_at),
            func.count(rows.complained_at),
        ).where(rows.issue == issue, rows.state == DeliveryState.ACCEPTED)
    ).one()
    return {Fate.DELIVERED: delivered, Fate.BOUNCED: bounced, Fate.COMPLAINED: complained}
