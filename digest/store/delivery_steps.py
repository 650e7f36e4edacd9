"""The steps of deliveries as statements that name the state they start from."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Text, and_, select, true, update

from digest.ids import DeliveryId, IssueId, SubscriberId
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Postponed, Rejected, Unclear
from digest.send.states import DeliveryState, may_step
from digest.store.given import among, given
from digest.store.tables import deliveries

#: What a delivery has while nobody has claimed it.
UNCLAIMED: Final[dict[str, Any]] = {"claimed_by": None, "lease_until": None, "claimed_at": None}


def step(
    connection: Connection,
    ids: Sequence[DeliveryId],
    now: DeliveryState,
    to: DeliveryState,
    *,
    issue: IssueId | None = None,
    holder: Holder | None = None,
    **values: Any,
) -> None:
    """Take the deliveries that are in state ``now`` to state ``to``; the others are left as they are.

    ``issue`` and ``holder`` leave alone the deliveries of other issues, and the claims of others.
    """
    assert may_step(now, to)
    if not ids:
        return
    statement = update(deliveries).where(among(connection, deliveries.c.id, ids), deliveries.c.state == now)
    if issue is not None:
        statement = statement.where(is_of(issue))
    if holder is not None:
        statement = statement.where(is_claim_of(holder))
    connection.execute(statement.values(state=to, **values))


#: Which state an answer leads to that ends the asking.
_LEADS_TO: Final[dict[type[Accepted | Rejected | Unclear], DeliveryState]] = {
    Accepted: DeliveryState.ACCEPTED,
    Rejected: DeliveryState.REFUSED,
    Unclear: DeliveryState.UNCERTAIN,
}


def is_claim_of(holder: Holder, rows: FromClause = deliveries) -> ColumnElement[bool]:
    """Ask whether the last claim of a delivery is the ``holder``'s: nobody has taken it since."""
    return and_(rows.c.claimed_by == holder.worker, rows.c.claimed_at == holder.since)


def is_of(issue: IssueId, rows: FromClause = deliveries) -> ColumnElement[bool]:
    """Ask whether a delivery is of that issue, in words that no index answers.

    Who asks for deliveries by their ids wants them found so: of an issue's rows in one state there may be a million.
    """
    return rows.c.issue.concat("") == issue


def record_answers(
    connection: Connection, issue: IssueId, answers: Sequence[Answer], holder: Holder, at: datetime
) -> list[SubscriberId]:
    """Take each answered delivery of the ``holder`` to the state that its answer leads to, where that is a step.

    Return the readers of those that are accepted by that, but for those of whom it is known already that they bounced.
    """
    arrived: list[SubscriberId] = []
    for kind, to in _LEADS_TO.items():
        rows = [(one.delivery, _words(one)) for one in answers if isinstance(one, kind)]
        if not rows:
            continue
        said = given(connection, {"id": Text(), "words": Text()}, rows)
        wanted = _is_to_step(issue, holder, to)
        if connection.dialect.name != "sqlite":
            said, wanted = _found_and_locked(said, issue, holder, to), ()
        words = {"receipt": said.c.words} if to is DeliveryState.ACCEPTED else {"reason": said.c.words}
        stepped = connection.execute(
            update(deliveries)
            .where(deliveries.c.id == said.c.id, *wanted)
            .values({"state": to, "reason": None, "receipt": None, "answered_at": at, "lease_until": None, **words})
            .returning(deliveries.c.subscriber, deliveries.c.bounced_at)
        )
        if to is DeliveryState.ACCEPTED:
            arrived = [SubscriberId(subscriber) for subscriber, bounced_at in stepped if bounced_at is None]
    put_off: dict[tuple[float, str], list[DeliveryId]] = defaultdict(list)
    for one in answers:
        if isinstance(one, Postponed):
            put_off[one.after, one.why].append(one.delivery)
    for (after, why), ids in put_off.items():
        until = {"reason": why, "not_before": at + timedelta(seconds=after), **UNCLAIMED}
        step(connection, ids, DeliveryState.CLAIMED, DeliveryState.PLANNED, issue=issue, holder=holder, **until)
    return arrived


def _is_to_step(
    issue: IssueId, holder: Holder, to: DeliveryState, rows: FromClause = deliveries
) -> tuple[ColumnElement[bool], ...]:
    """Ask whether an answer that leads to ``to`` is about what the ``holder`` has claimed, and is a step."""
    from_states = [now for now in DeliveryState if may_step(now, to)]
    return is_of(issue, rows), is_claim_of(holder, rows), rows.c.state.in_(from_states)


def _found_and_locked(said: FromClause, issue: IssueId, holder: Holder, to: DeliveryState) -> FromClause:
    """Keep of what is ``said`` that which is to step, each looked for by its id, and locked until it does.

    SQLite goes so by itself. PostgreSQL thinks that nobody is claimed, which was so when it last counted, and would go
    through the whole table; a row that it must lock is looked for where it is asked for.
    """
    rows = deliveries.alias("found")
    one = select(rows.c.id).where(rows.c.id == said.c.id, *_is_to_step(issue, holder, to, rows))
    locked = one.with_for_update(key_share=True).lateral("locked")
    return select(locked.c.id, said.c.words).select_from(said.join(locked, true())).subquery("said")


def _words(answer: Accepted | Rejected | Unclear) -> str:
    return answer.receipt if isinstance(answer, Accepted) else answer.why
