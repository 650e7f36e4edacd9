"""A person beyond one list: their lists, their language and zone, all that is kept of them, and forgetting it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, or_, select, update

from digest.audience.consent import Consent, Given, Proof
from digest.audience.person import Kept, PersonChange, Place, Report
from digest.audience.reader import SubscriptionState, Suppression, SuppressionReason
from digest.ids import ListName, SubscriberId
from digest.store.erasing import erase_person
from digest.store.own_page import find_membership, received_by
from digest.store.tables import consents, deliveries, feedback, subscribers, subscriptions, suppressions
from digest.store.transactions import chunks, reading, writing


class SqlPersons:
    """``PersonBook`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def places(self, token: str) -> Sequence[Place]:
        """Return all lists that the token's person is or was on, by the list's name; none if it opens none."""
        with reading(self._engine) as connection:
            return _places(connection, token)

    def change_person(self, token: str, change: PersonChange) -> bool:
        """Write what was changed; ``False`` if the token opens nothing, or its reader has left."""
        values = {
            name: value
            for name, value in (("locale", change.locale), ("time_zone", change.time_zone))
            if value is not None
        }
        whose = _person(token).where(subscriptions.c.state != SubscriptionState.UNSUBSCRIBED)
        with writing(self._engine) as connection:
            if not values:
                return connection.execute(whose).one_or_none() is not None
            changed = connection.execute(
                update(subscribers).where(subscribers.c.id == whose.scalar_subquery()).values(values)
            )
            return changed.rowcount > 0

    def kept(self, token: str) -> Kept | None:
        """Return all that the store holds of the token's person; ``None`` if it opens nothing."""
        with reading(self._engine) as connection:
            person = connection.execute(
                select(subscribers).where(subscribers.c.id == _person(token).scalar_subquery())
            ).one_or_none()
            return None if person is None else _kept(connection, token, person)

    def proofs(self, list_name: ListName, whom: Collection[SubscriberId]) -> Mapping[SubscriberId, Proof]:
        """Return the latest proof that each of these readers agreed to be on the list, of whom one is kept."""
        found: dict[SubscriberId, Proof] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(whom):
                theirs = select(consents).where(consents.c.list == list_name, consents.c.subscriber.in_(chunk))
                for row in connection.execute(theirs.order_by(consents.c.given_at, consents.c.id)):
                    found[SubscriberId(row.subscriber)] = _proof(row)
        return found

    def erase(self, token: str, *, at: datetime) -> bool:
        """Forget the token's person on all lists, for good; ``False`` if it opens nothing."""
        with writing(self._engine) as connection:
            return erase_person(connection, token, at)


def _person(token: str) -> Select[tuple[int]]:
    return select(subscriptions.c.subscriber).where(subscriptions.c.token == token)


def _places(connection: Connection, token: str) -> list[Place]:
    rows = connection.execute(
        select(subscriptions.c.token, subscriptions.c.list, subscriptions.c.state, subscriptions.c.left_at).where(
            subscriptions.c.subscriber == _person(token).scalar_subquery()
        )
    )
    places = [
        Place(token=row.token, list_name=ListName(row.list), state=SubscriptionState(row.state), left_at=row.left_at)
        for row in rows
    ]
    return sorted(places, key=lambda place: place.list_name)


def _kept(connection: Connection, token: str, person: Row[Any]) -> Kept | None:
    places = _places(connection, token)
    memberships = [
        (find_membership(connection, one.token), tuple(received_by(connection, one.token))) for one in places
    ]
    found = tuple((membership, received) for membership, received in memberships if membership is not None)
    return Kept(
        subscriber=found[0][0].subscriber,
        known_since=person.created_at,
        suppression=_suppression(connection, person.identity),
        memberships=found,
        consents=tuple(consents_of(connection, person.id)),
        reports=tuple(_reports(connection, person)),
    )


def consents_of(connection: Connection, person: int) -> list[Consent]:
    """Return the proofs that are kept of a person's consents, the oldest first."""
    rows = connection.execute(select(consents).where(consents.c.subscriber == person).order_by(consents.c.id))
    return [
        Consent(
            list_name=ListName(row.list),
            how=Given(row.how),
            proof=_proof(row),
            confirmed_at=row.confirmed_at,
            confirmed_network=row.confirmed_network,
        )
        for row in rows
    ]


def _proof(row: Row[Any]) -> Proof:
    return Proof(words=row.words, version=row.version, language=row.language, network=row.network, at=row.given_at)


def _suppression(connection: Connection, who: str) -> Suppression | None:
    row = connection.execute(select(suppressions).where(suppressions.c.identity == who)).one_or_none()
    if row is None:
        return None
    return Suppression(reason=SuppressionReason(row.reason), note=row.note, since=row.noted_at)


def _reports(connection: Connection, person: Row[Any]) -> list[Report]:
    theirs = select(deliveries.c.id).where(deliveries.c.subscriber == person.id)
    rows = connection.execute(
        select(feedback.c.kind, feedback.c.why, feedback.c.happened_at)
        .where(or_(feedback.c.identity == person.identity, feedback.c.delivery.in_(theirs)))
        .order_by(feedback.c.happened_at, feedback.c.id)
    )
    return [Report(kind=row.kind, why=row.why, at=row.happened_at) for row in rows]
