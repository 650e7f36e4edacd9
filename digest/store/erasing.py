"""Forgetting a person: what is left is a number in the ledger, and a salted hash that keeps the address away."""

import re
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, or_, select, update

from digest.audience.appearance import OWN_LOOK
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import Pace
from digest.store.ghosts import ghost_of
from digest.store.identity import TOKEN_BYTES
from digest.store.notices import forget_notices
from digest.store.tables import (
    consents,
    deliveries,
    feedback,
    follows,
    issue_contents,
    provider_suppressions,
    sign_ups,
    subscribers,
    subscriptions,
    suppressions,
)

#: What stands where an address stood in the words of a mail server.
_GONE: Final = "…"


def erase_person(connection: Connection, token: str, at: datetime) -> bool:
    """Forget the person whose subscription the token opens, on all lists; tell whether it opens one.

    The ledger keeps its rows: what was sent stays counted, and what is planned for them is excluded when it is claimed.
    A mail that is in somebody's hands already may still arrive.
    """
    person = connection.execute(
        select(subscribers.c.id, subscribers.c.identity, subscribers.c.address)
        .join(subscriptions, subscriptions.c.subscriber == subscribers.c.id)
        .where(subscriptions.c.token == token)
        .with_for_update()
    ).one_or_none()
    if person is None:
        return False
    ghost = ghost_of(connection, person.identity)
    _suppress(connection, person.identity, ghost, at)
    _end_subscriptions(connection, person.id, at)
    _mark_contents(connection, person.id)
    connection.execute(delete(consents).where(consents.c.subscriber == person.id))
    connection.execute(delete(sign_ups).where(sign_ups.c.identity == person.identity))
    _forget_words(connection, person, ghost)
    forget_notices(connection, person.identity, at=at)
    connection.execute(
        update(provider_suppressions).where(provider_suppressions.c.identity == person.identity).values(identity=ghost)
    )
    connection.execute(
        update(subscribers)
        .where(subscribers.c.id == person.id)
        .values(identity=ghost, address="", name="", locale="en", time_zone="UTC")
    )
    return True


def _suppress(connection: Connection, who: str, ghost: str, at: datetime) -> None:
    connection.execute(delete(suppressions).where(suppressions.c.identity == who))
    connection.execute(
        insert(suppressions).values(identity=ghost, reason=SuppressionReason.ERASED, note="", noted_at=at)
    )


def _end_subscriptions(connection: Connection, person: int, at: datetime) -> None:
    theirs = connection.execute(
        select(subscriptions.c.id, subscriptions.c.left_at)
        .where(subscriptions.c.subscriber == person)
        .with_for_update(key_share=True)
    ).all()
    connection.execute(delete(follows).where(follows.c.subscription.in_([one.id for one in theirs])))
    for one in theirs:
        # Links that are out there must open nothing any more.
        values = {
            "state": SubscriptionState.UNSUBSCRIBED,
            "left_at": one.left_at or at,
            "token": secrets.token_urlsafe(TOKEN_BYTES),
            "pace": Pace.EVERY_ISSUE,
            "weekday": None,
            "hour": None,
            "quiet_days": "",
            "paused_until": None,
            "look": OWN_LOOK,
            "text_only": False,
        }
        connection.execute(update(subscriptions).where(subscriptions.c.id == one.id).values(values))


def _mark_contents(connection: Connection, person: int) -> None:
    """Mark what was in their mails: an address that shows it is to be asked whether anybody else had the same."""
    theirs = select(deliveries.c.issue.label("of_issue"), deliveries.c.contents_key.label("with_key")).where(
        deliveries.c.subscriber == person, deliveries.c.contents_key.is_not(None)
    )
    found = [dict(row) for row in connection.execute(theirs).mappings()]
    if found:
        marked = update(issue_contents).values(was_erased=True)
        connection.execute(
            marked.where(
                issue_contents.c.issue == bindparam("of_issue"), issue_contents.c.key == bindparam("with_key")
            ),
            found,
        )


def _forget_words(connection: Connection, person: Row[tuple[int, str, str]], ghost: str) -> None:
    """Forget what mail servers and providers said about them, which names them as often as not."""
    theirs: Select[tuple[str]] = select(deliveries.c.id).where(deliveries.c.subscriber == person.id)
    connection.execute(
        update(feedback)
        .where(or_(feedback.c.identity == person.identity, feedback.c.delivery.in_(theirs)))
        .values(identity=ghost, why="", raw="")
    )
    said = connection.execute(
        select(deliveries.c.id, deliveries.c.reason, deliveries.c.receipt).where(deliveries.c.subscriber == person.id)
    )
    for row in said.all():
        kept = {name: _without(value, person) for name, value in (("reason", row.reason), ("receipt", row.receipt))}
        if kept != {"reason": row.reason, "receipt": row.receipt}:
            connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(kept))


def _without(said: str | None, person: Row[tuple[int, str, str]]) -> str | None:
    if said is None:
        return None
    spellings = "|".join(map(re.escape, sorted({person.address, person.identity}, key=len, reverse=True)))
    return re.sub(spellings, _GONE, said, flags=re.IGNORECASE)
