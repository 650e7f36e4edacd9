"""What a subscription's token opens: the subscription, its follows, and what the ledger has of its reader."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from digest.audience.appearance import AppearanceChange
from digest.audience.choosing import FollowChange, followed_after
from digest.audience.reader import Follow, Membership, Received, Subscriber, SubscriptionState, SuppressionReason
from digest.audience.rhythm import RhythmChange
from digest.ids import IssueId, JournalistId, ListName, Position, SubscriberId
from digest.store.appearances import APPEARANCE, appearance_of, change_appearance
from digest.store.rhythms import RHYTHM, change_rhythm, rhythm_of
from digest.store.roster import merged_journalists
from digest.store.shelf import shelf_height
from digest.store.tables import deliveries, follows, issues, subscribers, subscriptions, suppressions


def find_membership(connection: Connection, token: str) -> Membership | None:
    """Return the subscription that the token opens."""
    row = connection.execute(
        select(
            subscriptions.c.id.label("subscription"),
            subscriptions.c.list,
            subscriptions.c.state,
            subscriptions.c.joined_at,
            subscriptions.c.left_at,
            *RHYTHM,
            *APPEARANCE,
            subscribers.c.id,
            subscribers.c.address,
            subscribers.c.name,
            subscribers.c.locale,
            subscribers.c.time_zone,
            suppressions.c.reason.label("suppression"),
        )
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber)
        .outerjoin(suppressions, suppressions.c.identity == subscribers.c.identity)
        .where(subscriptions.c.token == token)
    ).one_or_none()
    if row is None:
        return None
    return Membership(
        subscriber=Subscriber(
            id=SubscriberId(row.id),
            address=row.address,
            name=row.name,
            locale=row.locale,
            time_zone=row.time_zone,
        ),
        list_name=ListName(row.list),
        state=SubscriptionState(row.state),
        joined_at=row.joined_at,
        left_at=row.left_at,
        follows=_follows_of(connection, row.subscription),
        suppression=None if row.suppression is None else SuppressionReason(row.suppression),
        rhythm=rhythm_of(row.pace, row.weekday, row.hour, row.quiet_days, row.paused_until),
        appearance=appearance_of(row.look, row.text_only),
    )


def end_subscription(connection: Connection, token: str, at: datetime) -> bool:
    """End the subscription that the token opens; tell whether there was one to end."""
    ended = connection.execute(
        update(subscriptions)
        .where(subscriptions.c.token == token, subscriptions.c.state != SubscriptionState.UNSUBSCRIBED)
        .values(state=SubscriptionState.UNSUBSCRIBED, left_at=at)
    )
    return ended.rowcount > 0


def take_up_again(connection: Connection, token: str, left_since: datetime) -> bool:
    """Make an ended subscription active again with its cursor and follows; tell whether there was one."""
    back = connection.execute(
        update(subscriptions)
        .where(
            subscriptions.c.token == token,
            subscriptions.c.state == SubscriptionState.UNSUBSCRIBED,
            subscriptions.c.left_at >= left_since,
        )
        .values(state=SubscriptionState.ACTIVE, left_at=None)
    )
    return back.rowcount > 0


def change_follows(connection: Connection, token: str, change: FollowChange) -> bool:
    """Begin and end follows; tell whether the token opens a subscription that its reader has not left."""
    # The shelf first, as a merge does: nobody is merged away, and nothing is shelved, between reading and writing.
    now = shelf_height(connection, lock=True)
    theirs = _open_subscription(connection, token)
    if theirs is None:
        return False
    had = _follows_of(connection, theirs.id)
    has = followed_after(had, _after_merges(connection, change), now=now)
    ended, begun = set(had) - set(has), set(has) - set(had)
    if ended:
        slugs = [follow.journalist for follow in ended]
        connection.execute(delete(follows).where(follows.c.subscription == theirs.id, follows.c.journalist.in_(slugs)))
    if begun:
        connection.execute(
            insert(follows),
            [{"subscription": theirs.id, "journalist": one.journalist, "since": one.since} for one in begun],
        )
    return True


def change_rhythm_of(connection: Connection, token: str, changes: Sequence[RhythmChange], at: datetime) -> bool:
    """Change parts of a rhythm; tell whether the token opens a subscription that its reader has not left."""
    theirs = _open_subscription(connection, token)
    if theirs is None:
        return False
    change_rhythm(connection, theirs.id, changes, at)
    return True


def change_appearance_of(connection: Connection, token: str, change: AppearanceChange) -> bool:
    """Change what mails look like; tell whether the token opens a subscription that its reader has not left."""
    theirs = _open_subscription(connection, token)
    if theirs is None:
        return False
    change_appearance(connection, theirs.id, change)
    return True


def received_by(connection: Connection, token: str) -> Sequence[Received]:
    """Return what the ledger has of the list's issues for the token's reader, the oldest first."""
    rows = connection.execute(
        select(
            deliveries.c.issue,
            deliveries.c.state,
            deliveries.c.reason,
            deliveries.c.planned_at,
            deliveries.c.answered_at,
            deliveries.c.delivered_at,
            deliveries.c.bounced_at,
            deliveries.c.complained_at,
        )
        .join(issues, issues.c.id == deliveries.c.issue)
        .join(
            subscriptions,
            (subscriptions.c.subscriber == deliveries.c.subscriber) & (subscriptions.c.list == issues.c.list),
        )
        .where(subscriptions.c.token == token)
        .order_by(deliveries.c.planned_at, issues.c.number)
    )
    return [
        Received(
            issue=IssueId(row.issue),
            state=row.state,
            reason=row.reason,
            planned_at=row.planned_at,
            answered_at=row.answered_at,
            delivered_at=row.delivered_at,
            bounced_at=row.bounced_at,
            complained_at=row.complained_at,
        )
        for row in rows
    ]


def _open_subscription(connection: Connection, token: str) -> Row[tuple[int]] | None:
    return connection.execute(
        select(subscriptions.c.id)
        .where(subscriptions.c.token == token, subscriptions.c.state != SubscriptionState.UNSUBSCRIBED)
        .with_for_update(key_share=True)
    ).one_or_none()


def _follows_of(connection: Connection, subscription: int) -> tuple[Follow, ...]:
    rows = connection.execute(select(follows).where(follows.c.subscription == subscription))
    theirs = [Follow(journalist=JournalistId(row.journalist), since=Position(row.since)) for row in rows]
    # Sorted here: databases differ in how they order letters and hyphens.
    return tuple(sorted(theirs, key=lambda follow: follow.journalist))


def _after_merges(connection: Connection, change: FollowChange) -> FollowChange:
    """Return what the change means now: a slug that was merged away since the page was shown means who stayed."""
    merged = merged_journalists(connection)
    return replace(
        change,
        begin=frozenset(merged.get(slug, slug) for slug in change.begin),
        end=frozenset(merged.get(slug, slug) for slug in change.end),
    )
