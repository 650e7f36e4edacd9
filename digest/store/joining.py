"""Taking in a chunk of an import: who is new, who changed, who stays away."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from digest.audience.choosing import FollowChange, followed_after
from digest.audience.ports import Joined, Joining
from digest.audience.reader import Follow, SubscriptionState
from digest.ids import EVERY_JOURNALIST, JournalistId, ListName, Position
from digest.store.ghosts import ghosts_of
from digest.store.identity import TOKEN_BYTES, identity
from digest.store.rhythms import change_rhythms
from digest.store.tables import follows, subscribers, subscriptions, suppressions
from digest.store.transactions import insert_into


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a person; ``subscription`` is ``None`` for a reader of other lists only."""

    subscriber: int
    name: str
    locale: str
    time_zone: str
    subscription: int | None
    state: str | None


def join_chunk(
    connection: Connection, list_name: ListName, rows: Sequence[Joining], *, since: Position, at: datetime
) -> list[Joined]:
    """Take in rows of different persons, no more than one statement holds; answer for each.

    Nothing of a row is kept whose person was erased.
    """
    by_identity = {identity(row.address): row for row in rows}
    erased = ghosts_of(connection, by_identity)
    whole, by_identity = by_identity, {who: row for who, row in by_identity.items() if who not in erased}
    suppressed = _suppress(connection, by_identity, at)
    before = _known(connection, list_name, by_identity)
    left = {who for who, person in before.items() if person.state == SubscriptionState.UNSUBSCRIBED}
    staying = {who: row for who, row in by_identity.items() if who not in left}

    _add_persons(connection, {who: row for who, row in staying.items() if who not in before}, at)
    changed = _change_persons(connection, staying, before)
    persons = _known(connection, list_name, staying)
    added = {who for who, person in persons.items() if person.subscription is None}
    _subscribe(connection, list_name, [persons[who].subscriber for who in sorted(added)], since, at)
    members = _known(connection, list_name, staying)
    changed |= _follow(connection, members, staying, since)
    changed |= _change_rhythms(connection, members, staying, at)

    def answer(who: str) -> Joined:
        if who in suppressed or who in erased:
            return Joined.SUPPRESSED
        if who in left:
            return Joined.LEFT_EARLIER
        if who in added:
            return Joined.ADDED
        return Joined.UPDATED if who in changed else Joined.UNCHANGED

    return [answer(who) for who in whole]


def _suppress(connection: Connection, rows: Mapping[str, Joining], at: datetime) -> set[str]:
    """Note the suppressions that the rows carry; return everybody among them who is suppressed."""
    new = [
        {"identity": who, "reason": row.suppressed, "note": "imported", "noted_at": at}
        for who, row in rows.items()
        if row.suppressed is not None
    ]
    if new:
        connection.execute(insert_into(connection, suppressions).on_conflict_do_nothing(), new)
    return set(connection.scalars(select(suppressions.c.identity).where(suppressions.c.identity.in_(rows))))


def _known(connection: Connection, list_name: ListName, whom: Collection[str]) -> dict[str, _Known]:
    rows = connection.execute(
        select(
            subscribers.c.identity,
            subscribers.c.id.label("subscriber"),
            subscribers.c.name,
            subscribers.c.locale,
            subscribers.c.time_zone,
            subscriptions.c.id.label("subscription"),
            subscriptions.c.state,
        )
        .outerjoin(
            subscriptions, and_(subscriptions.c.subscriber == subscribers.c.id, subscriptions.c.list == list_name)
        )
        .where(subscribers.c.identity.in_(whom))
    ).mappings()
    return {row["identity"]: _Known(**{name: row[name] for name in row if name != "identity"}) for row in rows}


def _add_persons(connection: Connection, rows: Mapping[str, Joining], at: datetime) -> None:
    if rows:
        connection.execute(
            insert(subscribers),
            [
                {
                    "identity": who,
                    "address": row.address,
                    "name": row.name,
                    "locale": row.locale,
                    "time_zone": row.time_zone,
                    "created_at": at,
                }
                for who, row in rows.items()
            ],
        )


def _change_persons(connection: Connection, rows: Mapping[str, Joining], known: Mapping[str, _Known]) -> set[str]:
    """Write what the rows say differently of persons we know; return who they are."""
    changes: dict[str, dict[str, Any]] = {}
    for who, row in rows.items():
        person = known.get(who)
        if person is None:
            continue
        name = row.name or person.name
        if (name, row.locale, row.time_zone) != (person.name, person.locale, person.time_zone):
            changes[who] = {
                "person": person.subscriber,
                "name": name,
                "locale": row.locale,
                "time_zone": row.time_zone,
            }
    if changes:
        connection.execute(update(subscribers).where(subscribers.c.id == bindparam("person")), list(changes.values()))
    return set(changes)


def _subscribe(
    connection: Connection, list_name: ListName, persons: Sequence[int], since: Position, at: datetime
) -> None:
    if persons:
        connection.execute(
            insert(subscriptions),
            [
                {
                    "subscriber": person,
                    "list": list_name,
                    "state": SubscriptionState.ACTIVE,
                    "token": secrets.token_urlsafe(TOKEN_BYTES),
                    "cursor": since,
                    "joined_at": at,
                }
                for person in persons
            ],
        )


def _follow(
    connection: Connection, known: Mapping[str, _Known], rows: Mapping[str, Joining], since: Position
) -> set[str]:
    """Begin and end follows so that each person follows exactly whom their row names; return whose changed."""
    whose = {person.subscription: who for who, person in known.items()}
    had: dict[str, list[Follow]] = {who: [] for who in rows}
    for row in connection.execute(select(follows).where(follows.c.subscription.in_(whose))):
        follow = Follow(journalist=JournalistId(row.journalist), since=Position(row.since))
        had[whose[row.subscription]].append(follow)
    changes = {who: _change(had[who], row) for who, row in rows.items()}
    has = {
        who: followed_after(had[who], change, now=since) if change != FollowChange() else had[who]
        for who, change in changes.items()
    }
    ended = [(who, one.journalist) for who in rows for one in had[who] if one not in has[who]]
    begun = [(who, one) for who in rows for one in has[who] if one not in had[who]]
    if ended:
        connection.execute(
            delete(follows).where(
                follows.c.subscription == bindparam("whose"), follows.c.journalist == bindparam("whom")
            ),
            [{"whose": known[who].subscription, "whom": journalist} for who, journalist in ended],
        )
    if begun:
        connection.execute(
            insert(follows),
            [
                {"subscription": known[who].subscription, "journalist": one.journalist, "since": one.since}
                for who, one in begun
            ],
        )
    return {who for who, change in changes.items() if change != FollowChange()}


def _change_rhythms(
    connection: Connection, known: Mapping[str, _Known], rows: Mapping[str, Joining], at: datetime
) -> set[str]:
    """Change what the rows say of rhythms; return whose was another."""
    whose = {person.subscription: who for who, person in known.items() if person.subscription is not None}
    changes = {subscription: rows[who].rhythm for subscription, who in whose.items() if rows[who].rhythm}
    return {whose[subscription] for subscription in change_rhythms(connection, changes, at)}


def _change(had: Sequence[Follow], row: Joining) -> FollowChange:
    """Return what a row changes; one that names everybody ends nobody."""
    are, named = frozenset(follow.journalist for follow in had), frozenset(row.follows)
    return FollowChange(begin=named - are, end=frozenset() if EVERY_JOURNALIST in named else are - named)
