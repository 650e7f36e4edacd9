"""Readers' rhythms as columns of their subscriptions: read, and changed part by part."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, assert_never

from sqlalchemy import Connection, and_, or_, select, update

from digest.audience.rhythm import (
    HourChange,
    Pace,
    PaceChange,
    PauseChange,
    QuietDaysChange,
    Rhythm,
    RhythmChange,
    Weekday,
    changed,
    in_week_order,
)
from digest.audience.slots import begins_on
from digest.compose.due import zone_told
from digest.compose.issue import NotDue
from digest.compose.snapshot import newsletter_from_json
from digest.send.states import DeliveryState, may_step
from digest.store.tables import deliveries, issues, newsletters, subscribers, subscriptions
from digest.store.transactions import chunks

#: The columns that ``rhythm_of`` wants, in its order.
RHYTHM: Final = (
    subscriptions.c.pace,
    subscriptions.c.weekday,
    subscriptions.c.hour,
    subscriptions.c.quiet_days,
    subscriptions.c.paused_until,
)
#: How many different rhythms are kept at hand: most readers choose as others did.
_KEPT: Final = 10_000


@lru_cache(maxsize=_KEPT)
def rhythm_of(pace: str, weekday: str | None, hour: int | None, quiet_days: str, paused_until: date | None) -> Rhythm:
    """Return the rhythm that a subscription's columns say."""
    return Rhythm(
        pace=Pace(pace),
        weekday=None if weekday is None else Weekday(weekday),
        hour=hour,
        quiet_days=frozenset(Weekday(day) for day in quiet_days.split(",") if day),
        paused_until=paused_until,
    )


def columns_of(change: RhythmChange) -> dict[str, Any]:
    """Return what a change writes into a subscription's columns."""
    match change:
        case PaceChange():
            return {"pace": change.pace, "weekday": change.weekday}
        case HourChange():
            return {"hour": change.hour}
        case QuietDaysChange():
            return {"quiet_days": ",".join(in_week_order(change.days))}
        case PauseChange():
            return {"paused_until": change.until}
        case _ as never:
            assert_never(never)


def change_rhythm(connection: Connection, subscription: int, changes: Sequence[RhythmChange], at: datetime) -> None:
    """Change parts of a subscription's rhythm; what a pause begins in the middle of does not go out any more."""
    for change in changes:
        connection.execute(update(subscriptions).where(subscriptions.c.id == subscription).values(**columns_of(change)))
        if isinstance(change, PauseChange) and change.until is not None:
            _hold_back(connection, subscription, change.until, at)


def change_rhythms(
    connection: Connection, changes: Mapping[int, Sequence[RhythmChange]], at: datetime
) -> frozenset[int]:
    """Change parts of many subscriptions' rhythms, by subscription; return those that were not as said already."""
    asked = [subscription for subscription, parts in changes.items() if parts]
    differ: dict[int, list[RhythmChange]] = {}
    for chunk in chunks(asked):
        query = select(subscriptions.c.id, *RHYTHM).where(subscriptions.c.id.in_(chunk))
        for subscription, *columns in connection.execute(query).all():
            had = rhythm_of(*columns)
            differ[subscription] = [part for part in changes[subscription] if changed(had, part) != had]
    for subscription, parts in differ.items():
        change_rhythm(connection, subscription, parts, at)
    return frozenset(subscription for subscription, parts in differ.items() if parts)


def _hold_back(connection: Connection, subscription: int, until: date, at: datetime) -> None:
    """Exclude what waits for a reader and would go out before their pause ends. Their cursor stays where it is."""
    theirs = connection.execute(
        select(subscriptions.c.subscriber, subscriptions.c.list, subscribers.c.time_zone, newsletters.c.declared)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber)
        .outerjoin(newsletters, newsletters.c.list == subscriptions.c.list)
        .where(subscriptions.c.id == subscription)
    ).one()
    own = theirs.time_zone if theirs.declared is None else newsletter_from_json(theirs.declared).time_zone
    ends = begins_on(until, zone_told(theirs.time_zone, own))
    if ends <= at:
        return
    assert may_step(DeliveryState.PLANNED, DeliveryState.EXCLUDED)
    of_the_list = select(issues.c.id).where(issues.c.list == theirs.list, issues.c.corrects.is_(None))
    connection.execute(
        update(deliveries)
        .where(
            and_(
                deliveries.c.issue.in_(of_the_list),
                deliveries.c.subscriber == theirs.subscriber,
                deliveries.c.state == DeliveryState.PLANNED,
                or_(deliveries.c.not_before.is_(None), deliveries.c.not_before < ends),
            )
        )
        .values(state=DeliveryState.EXCLUDED, reason=NotDue.PAUSED, answered_at=at)
    )
