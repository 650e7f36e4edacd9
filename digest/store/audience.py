"""Subscribers, their membership of lists, whom they follow, and who must not be mailed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, select, update

from digest.audience.choosing import FollowChange
from digest.audience.ports import Joined, Joining
from digest.audience.reader import (
    Follow,
    Membership,
    Reader,
    Received,
    Subscriber,
    SubscriptionState,
    SuppressionReason,
)
from digest.errors import UnknownList
from digest.ids import JournalistId, ListName, Position, SubscriberId
from digest.send.states import DeliveryState
from digest.store.evidence import had_pieces
from digest.store.identity import identity
from digest.store.joining import join_chunk
from digest.store.own_page import change_follows, end_subscription, find_membership, received_by, take_up_again
from digest.store.roster import merged_journalists
from digest.store.shelf import shelf_height
from digest.store.tables import (
    deliveries,
    follows,
    issues,
    journalists,
    lists,
    subscribers,
    subscriptions,
    suppressions,
)
from digest.store.transactions import CHUNK, insert_into, reading, writing

#: What is in these states may have been accepted, or still will be: the next issue begins after it.
UNDER_WAY = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.UNCERTAIN)


class SqlAudience:
    """``ReaderBook`` and ``Readership`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def lists(self) -> Sequence[ListName]:
        """Return the names of all lists, in order."""
        with reading(self._engine) as connection:
            return _lists(connection)

    def journalists(self) -> frozenset[JournalistId]:
        """Return every journalist who can be followed; a slug that was merged away means who stayed."""
        can_be = journalists.c.removed_at.is_(None) | journalists.c.merged_into.is_not(None)
        with reading(self._engine) as connection:
            return frozenset(JournalistId(slug) for slug in connection.scalars(select(journalists.c.id).where(can_be)))

    def height(self) -> Position:
        """Return the shelf's height now: where new follows begin."""
        with reading(self._engine) as connection:
            return shelf_height(connection)

    def join(self, list_name: ListName, rows: Sequence[Joining], *, since: Position, at: datetime) -> Sequence[Joined]:
        """Take in the rows, all or none; answer for each. New follows begin at ``since``; old ones keep theirs.

        An empty name leaves the known name as it is. Who left stays away, whatever the row says.

        :raises UnknownList: no newsletter has such a list.
        """
        with writing(self._engine) as connection:
            # One import at a time: two that name the same person would trip over each other.
            names = _lists(connection, lock=True)
            if list_name not in names:
                raise UnknownList(list_name, names)
            merged = merged_journalists(connection)
            meant = [
                replace(row, follows=tuple(dict.fromkeys(merged.get(slug, slug) for slug in row.follows)))
                for row in rows
            ]
            return [
                joined
                for chunk in _persons(meant)
                for joined in join_chunk(connection, list_name, chunk, since=since, at=at)
            ]

    def leave(self, list_name: ListName, address: str, *, at: datetime) -> bool:
        """End a subscription; ``False`` if there was none to end. Idempotent."""
        person = select(subscribers.c.id).where(subscribers.c.identity == identity(address)).scalar_subquery()
        with writing(self._engine) as connection:
            ended = connection.execute(
                update(subscriptions)
                .where(
                    subscriptions.c.list == list_name,
                    subscriptions.c.subscriber == person,
                    subscriptions.c.state != SubscriptionState.UNSUBSCRIBED,
                )
                .values(state=SubscriptionState.UNSUBSCRIBED, left_at=at)
            )
        return ended.rowcount > 0

    def membership(self, token: str) -> Membership | None:
        """Return the subscription that this token opens; ``None`` if it opens none."""
        with reading(self._engine) as connection:
            return find_membership(connection, token)

    def leave_by_token(self, token: str, *, at: datetime) -> bool:
        """End the subscription that this token opens; ``False`` if there was none to end. Idempotent."""
        with writing(self._engine) as connection:
            return end_subscription(connection, token, at)

    def come_back(self, token: str, *, left_since: datetime) -> bool:
        """Take a subscription up again, as it was, that was ended at ``left_since`` or later; else ``False``."""
        with writing(self._engine) as connection:
            return take_up_again(connection, token, left_since)

    def change_follows(self, token: str, change: FollowChange) -> bool:
        """Begin and end follows, now at the shelf's height; ``False`` for an unknown token and for who has left."""
        with writing(self._engine) as connection:
            return change_follows(connection, token, change)

    def received(self, token: str) -> Sequence[Received]:
        """Return what the ledger has of the list's issues for this reader, the oldest first."""
        with reading(self._engine) as connection:
            return received_by(connection, token)

    def suppress(self, address: str, reason: SuppressionReason, *, at: datetime, note: str = "") -> None:
        """Never mail this address again, whether or not anybody is subscribed by it. The first reason stays."""
        with writing(self._engine) as connection:
            connection.execute(
                insert_into(connection, suppressions)
                .values(identity=identity(address), reason=reason, note=note, noted_at=at)
                .on_conflict_do_nothing()
            )

    def readers(self, list_name: ListName) -> Sequence[Reader]:
        """Return every subscription of the list with its follows, in the order of subscriber ids.

        A reader's cursor stands behind every issue that may have been accepted for them, though nobody knows yet:
        what may have arrived is not risked twice.
        """
        with reading(self._engine) as connection:
            theirs = _follows(connection, list_name)
            return [_reader(row, theirs[row.subscription]) for row in connection.execute(_readers(list_name))]

    def had(
        self, list_name: ListName, stories: Sequence[Position], *, before: int | None = None
    ) -> Mapping[SubscriberId, Mapping[Position, Position]]:
        """Return, for each reader who had a piece of these stories, which piece it was, by the story.

        What counts is what was in a mail that was accepted, or may have been.
        """
        with reading(self._engine) as connection:
            return had_pieces(connection, list_name, stories, (DeliveryState.ACCEPTED, *UNDER_WAY), before)


def _lists(connection: Connection, *, lock: bool = False) -> list[ListName]:
    query = select(lists.c.name).order_by(lists.c.name)
    names = connection.scalars(query.with_for_update(key_share=True) if lock else query)
    return [ListName(name) for name in sorted(names)]


def _persons(rows: Iterable[Joining]) -> Iterator[list[Joining]]:
    """Cut rows into chunks in which nobody appears twice, so that a later row of a person sees the earlier one."""
    chunk: dict[str, Joining] = {}
    for row in rows:
        who = identity(row.address)
        if who in chunk or len(chunk) == CHUNK:
            yield list(chunk.values())
            chunk = {}
        chunk[who] = row
    if chunk:
        yield list(chunk.values())


def _readers(list_name: ListName) -> Select[Any]:
    under_way = (
        select(deliveries.c.subscriber, func.max(issues.c.height).label("height"))
        .join(issues, issues.c.id == deliveries.c.issue)
        .where(issues.c.list == list_name, deliveries.c.state.in_(UNDER_WAY))
        .group_by(deliveries.c.subscriber)
        .subquery()
    )
    return (
        select(
            subscribers.c.id,
            subscribers.c.address,
            subscribers.c.name,
            subscribers.c.locale,
            subscribers.c.time_zone,
            subscriptions.c.id.label("subscription"),
            subscriptions.c.list,
            subscriptions.c.state,
            subscriptions.c.token,
            subscriptions.c.cursor,
            under_way.c.height.label("under_way"),
            suppressions.c.reason.label("suppression"),
        )
        .join(subscriptions, subscriptions.c.subscriber == subscribers.c.id)
        .outerjoin(suppressions, suppressions.c.identity == subscribers.c.identity)
        .outerjoin(under_way, under_way.c.subscriber == subscribers.c.id)
        .where(subscriptions.c.list == list_name)
        .order_by(subscribers.c.id)
    )


def _follows(connection: Connection, list_name: ListName) -> Mapping[int, list[Follow]]:
    rows = connection.execute(
        select(follows)
        .join(subscriptions, subscriptions.c.id == follows.c.subscription)
        .where(subscriptions.c.list == list_name)
    )
    theirs: dict[int, list[Follow]] = defaultdict(list)
    for row in rows:
        theirs[row.subscription].append(Follow(journalist=JournalistId(row.journalist), since=Position(row.since)))
    return theirs


def _reader(row: Row[Any], theirs: Iterable[Follow]) -> Reader:
    return Reader(
        subscriber=Subscriber(
            id=SubscriberId(row.id),
            address=row.address,
            name=row.name,
            locale=row.locale,
            time_zone=row.time_zone,
        ),
        list_name=ListName(row.list),
        state=SubscriptionState(row.state),
        token=row.token,
        cursor=Position(max(row.cursor, row.under_way or 0)),
        # Sorted here: databases differ in how they order letters and hyphens.
        follows=tuple(sorted(theirs, key=lambda follow: follow.journalist)),
        suppression=None if row.suppression is None else SuppressionReason(row.suppression),
    )
