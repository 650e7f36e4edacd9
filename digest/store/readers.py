"""Readers as one list sees them, one after another: a list may be longer than memory."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Select, Subquery, Text, and_, case, cast, func, select, union_all

from digest.audience.reader import Follow, Reader, Subscriber, SubscriptionState, SuppressionReason
from digest.compose.issue import IssueState
from digest.ids import JournalistId, ListName, Position, SubscriberId
from digest.send.states import DeliveryState
from digest.store.appearances import APPEARANCE, appearance_of
from digest.store.doubts import IN_DOUBT
from digest.store.given import among
from digest.store.identity import identity
from digest.store.rhythms import RHYTHM, rhythm_of
from digest.store.tables import deliveries, follows, issues, subscribers, subscriptions, suppressions
from digest.store.transactions import chunks

#: What is in these states may have been accepted, or still will be: the next issue begins after it.
UNDER_WAY: Final = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.UNCERTAIN)
#: How many rows are fetched at once.
PAGE: Final = 1_000
#: What is in these states waits for its reader: the next issue is not planned beside it.
_WAITS: Final = (DeliveryState.PLANNED, DeliveryState.CLAIMED)
_STATES: Final = {one.value: one for one in SubscriptionState}
#: How many different choices of journalists are kept at hand: most readers choose as others did.
_KEPT_CHOICES: Final = 10_000


def stream_readers(connection: Connection, list_name: ListName) -> Iterator[Reader]:
    """Go through every subscription of the list with its follows, in the order of subscriber ids.

    No more than ``PAGE`` rows are in memory at once. They are as of one moment where the transaction reads so.
    """
    query = _readers(list_name).order_by(subscriptions.c.subscriber)
    with connection.execute(query, execution_options={"yield_per": PAGE}) as rows:
        for row in rows:
            yield _reader(*row)


def all_readers(connection: Connection, list_name: ListName) -> list[Reader]:
    """Return at once what ``stream_readers`` goes through."""
    query = _readers(list_name).order_by(subscriptions.c.subscriber)
    return [_reader(*row) for row in connection.execute(query)]


def some_readers(connection: Connection, list_name: ListName, whom: Collection[SubscriberId]) -> Iterator[Reader]:
    """Go through the readers of the list with these ids, in their order."""
    for chunk in chunks(whom, PAGE):
        query = _readers(list_name).where(among(connection, subscriptions.c.subscriber, chunk))
        for row in connection.execute(query.order_by(subscriptions.c.subscriber)).all():
            yield _reader(*row)


def find_reader(connection: Connection, list_name: ListName, address: str) -> Reader | None:
    """Return the reader with that address, in any spelling, if they are or were on the list."""
    query = _readers(list_name).where(subscribers.c.identity == identity(address))
    row = connection.execute(query).one_or_none()
    return None if row is None else _reader(*row)


def cursors_of(connection: Connection, list_name: ListName) -> frozenset[Position]:
    """Return every cursor that a reader of the list may have, each once."""
    stored = select(subscriptions.c.cursor).where(subscriptions.c.list == list_name).distinct()
    under_way = _under_way(list_name)
    ahead = select(under_way.c.height).distinct()
    return frozenset(Position(at) for at in connection.scalars(stored.union(ahead)))


def _under_way(list_name: ListName) -> Subquery:
    """Ask for those of the list to whom something is under way: how far it reaches, and since when it is so.

    A correction of what they had stands in nobody's way.
    """
    columns = (deliveries.c.subscriber, deliveries.c.state, deliveries.c.claimed_at, issues.c.height, issues.c.corrects)
    of_the_list = (
        select(*columns)
        .join(issues, issues.c.id == deliveries.c.issue)
        .where(issues.c.list == list_name, deliveries.c.bounced_at.is_(None))
    )
    # Asked for apart, since no index knows all of them; an issue of which something waits is being sent.
    found = union_all(
        of_the_list.where(issues.c.state == IssueState.SENDING, deliveries.c.state.in_(_WAITS)),
        of_the_list.where(IN_DOUBT),
    ).subquery("found")
    waits = found.c.state.in_(_WAITS) & found.c.corrects.is_(None)
    return (
        select(
            found.c.subscriber,
            func.max(found.c.height).label("height"),
            func.max(case((waits, 1), else_=0)).label("waits"),
            func.max(case((found.c.state == DeliveryState.UNCERTAIN, found.c.claimed_at))).label("asked_at"),
        )
        .group_by(found.c.subscriber)
        .subquery("under_way")
    )


def _readers(list_name: ListName) -> Select[Any]:
    under_way = _under_way(list_name)
    theirs = (
        # No slug has a space or a comma in it.
        select(func.aggregate_strings(follows.c.journalist + " " + cast(follows.c.since, Text), ","))
        .where(follows.c.subscription == subscriptions.c.id)
        .scalar_subquery()
    )
    return (
        select(
            subscribers.c.id,
            subscribers.c.address,
            subscribers.c.name,
            subscribers.c.locale,
            subscribers.c.time_zone,
            subscriptions.c.list,
            subscriptions.c.state,
            subscriptions.c.token,
            subscriptions.c.cursor,
            under_way.c.height,
            suppressions.c.reason,
            theirs,
            subscriptions.c.joined_at,
            subscriptions.c.accepted_at,
            under_way.c.asked_at,
            under_way.c.waits,
            *APPEARANCE,
            *RHYTHM,
        )
        .select_from(subscriptions)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber)
        .outerjoin(suppressions, suppressions.c.identity == subscribers.c.identity)
        .outerjoin(under_way, and_(under_way.c.subscriber == subscriptions.c.subscriber))
        .where(subscriptions.c.list == list_name)
    )


def _reader(
    subscriber: int,
    address: str,
    name: str,
    locale: str,
    time_zone: str,
    list_name: str,
    state: str,
    token: str,
    cursor: int,
    ahead: int | None,
    suppression: str | None,
    theirs: str | None,
    *their_choices: Any,
) -> Reader:
    joined_at, accepted_at, asked_at, waits, look, text_only, *rhythm = their_choices
    return Reader(
        subscriber=Subscriber(
            id=SubscriberId(subscriber), address=address, name=name, locale=locale, time_zone=time_zone
        ),
        list_name=ListName(list_name),
        state=_STATES[state],
        token=token,
        cursor=Position(max(cursor, ahead or 0)),
        follows=_follows(theirs) if theirs else (),
        suppression=None if suppression is None else SuppressionReason(suppression),
        rhythm=rhythm_of(*rhythm),
        appearance=appearance_of(look, text_only),
        joined_at=joined_at,
        accepted_at=max(filter(None, (accepted_at, asked_at)), default=None),
        is_awaiting=bool(waits),
    )


@lru_cache(maxsize=_KEPT_CHOICES)
def _follows(theirs: str) -> tuple[Follow, ...]:
    """Return the follows that were read as one text, in the order of slugs."""
    pairs = (one.split(" ") for one in theirs.split(","))
    found = [Follow(journalist=JournalistId(slug), since=Position(int(since))) for slug, since in pairs]
    # Sorted here: databases differ in how they order letters and hyphens.
    return tuple(sorted(found, key=lambda follow: follow.journalist))
