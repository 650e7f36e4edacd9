"""Who signed up and has not confirmed it, and what becomes of those who do."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, exists, func, insert, select, update

from digest.audience.consent import (
    FORGOTTEN_AFTER,
    Asked,
    Confirmed,
    Fate,
    Given,
    SignUp,
    choices_from_json,
)
from digest.audience.notice import Notice
from digest.audience.reader import Membership, SubscriptionState, SuppressionReason
from digest.ids import JournalistId, ListName, Position
from digest.store.ghosts import ghosts_of
from digest.store.identity import TOKEN_BYTES, identity
from digest.store.notices import put_notices
from digest.store.own_page import find_membership
from digest.store.rhythms import change_rhythm
from digest.store.roster import merged_journalists
from digest.store.shelf import shelf_height
from digest.store.tables import consents, follows, lists, sign_ups, subscribers, subscriptions, suppressions
from digest.store.tallies import count_once
from digest.store.transactions import reading, writing

#: How many mails one address is sent that somebody asks for with it, whoever that is: in an hour for one list, and in a
#: day for all.
MOST_AN_HOUR: Final = 1
MOST_A_DAY: Final = 4
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class SqlSignUps:
    """``SignUpBook`` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def ask(self, sign_up: SignUp, *, confirm: Notice, known: Callable[[str, Membership], Notice]) -> Fate:
        """Take a sign-up in and queue the one mail that it leads to, if any. The list must exist."""
        at, who = sign_up.proof.at, identity(sign_up.address)
        with writing(self._engine) as connection:
            if not _may_be_mailed(connection, who):
                return Fate.NOT_MAILED
            if not _is_first(connection, who, sign_up.list_name, at):
                return Fate.TOO_OFTEN
            token = _active_token(connection, who, sign_up.list_name)
            membership = None if token is None else find_membership(connection, token)
            if token is not None and membership is not None:
                put_notices(connection, [known(token, membership)], at=at)
                return Fate.KNOWN
            connection.execute(insert(sign_ups).values(_columns(sign_up, who)))
            put_notices(connection, [confirm], at=at)
            return Fate.ASKED

    def asked(self, sign_up: str) -> Asked | None:
        """Return what a sign-up was for that waits or was confirmed; ``None`` if there is none."""
        with reading(self._engine) as connection:
            waiting = select(sign_ups.c.list, sign_ups.c.language).where(sign_ups.c.id == sign_up)
            confirmed = select(consents.c.list, consents.c.language).where(consents.c.sign_up == sign_up)
            row = connection.execute(waiting).one_or_none() or connection.execute(confirmed).one_or_none()
        return None if row is None else Asked(list_name=ListName(row.list), language=row.language)

    def waits_since(self, address: str, list_name: ListName) -> datetime | None:
        """Return when somebody last signed up with that address, in capitals or not, who has not confirmed it."""
        theirs = (sign_ups.c.identity == identity(address), sign_ups.c.list == list_name)
        last = select(func.max(sign_ups.c.asked_at)).where(*theirs)
        with reading(self._engine) as connection:
            since: datetime | None = connection.scalar(last)
            return since

    def confirm(
        self, sign_up: str, *, network: str | None, at: datetime, welcome: Callable[[str, Membership], Notice]
    ) -> Confirmed | None:
        """Put whoever signed up on the list and queue their welcome; ``None`` if nobody did. Idempotent."""
        with writing(self._engine) as connection:
            # The shelf first, as a merge of journalists does.
            height = shelf_height(connection, lock=True)
            row = connection.execute(select(sign_ups).where(sign_ups.c.id == sign_up).with_for_update()).one_or_none()
            if row is None:
                return _confirmed_before(connection, sign_up)
            connection.execute(delete(sign_ups).where(sign_ups.c.id == sign_up))
            if not _may_be_mailed(connection, row.identity):
                return None
            token, is_new = _subscribe(connection, row, height, at)
            _prove(connection, row, network, at)
            membership = find_membership(connection, token)
            if is_new and membership is not None:
                put_notices(connection, [welcome(token, membership)], at=at)
            return Confirmed(token=token, list_name=ListName(row.list), is_new=is_new)

    def forget(self, *, at: datetime) -> int:
        """Forget who has not confirmed for so long that they never will; return how many that were."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(sign_ups).where(sign_ups.c.asked_at < at - FORGOTTEN_AFTER))
        return gone.rowcount

    def active(self, address: str) -> str | None:
        """Return a token of any subscription that an address has and has not left; ``None`` if it has none."""
        with reading(self._engine) as connection:
            return _active_token(connection, identity(address), None)


def _may_be_mailed(connection: Connection, who: str) -> bool:
    """Tell whether an address is not suppressed, but for its owner's own wish, of which they think better now."""
    if ghosts_of(connection, [who]):
        return False
    reason = connection.scalar(select(suppressions.c.reason).where(suppressions.c.identity == who))
    return reason in (None, SuppressionReason.UNSUBSCRIBED)


def _is_first(connection: Connection, who: str, list_name: ListName, at: datetime) -> bool:
    hourly = count_once(connection, "sign-up", f"{list_name}\0{who}", within=HOUR, at=at)
    return hourly <= MOST_AN_HOUR and count_once(connection, "sign-up-a-day", who, within=DAY, at=at) <= MOST_A_DAY


def _active_token(connection: Connection, who: str, list_name: ListName | None) -> str | None:
    query = (
        select(subscriptions.c.token)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber)
        .where(subscribers.c.identity == who, subscriptions.c.state == SubscriptionState.ACTIVE)
        .order_by(subscriptions.c.id)
        .limit(1)
    )
    if list_name is not None:
        query = query.where(subscriptions.c.list == list_name)
    token: str | None = connection.scalar(query)
    return token


def _columns(sign_up: SignUp, who: str) -> dict[str, Any]:
    proof = sign_up.proof
    return {
        "id": sign_up.id,
        "identity": who,
        "address": sign_up.address,
        "list": sign_up.list_name,
        "choices": sign_up.choices.as_json(),
        "words": proof.words,
        "version": proof.version,
        "language": proof.language,
        "network": proof.network,
        "asked_at": proof.at,
    }


def _confirmed_before(connection: Connection, sign_up: str) -> Confirmed | None:
    row = connection.execute(
        select(subscriptions.c.token, subscriptions.c.list)
        .join(
            consents,
            (consents.c.subscriber == subscriptions.c.subscriber) & (consents.c.list == subscriptions.c.list),
        )
        .where(consents.c.sign_up == sign_up)
    ).one_or_none()
    return None if row is None else Confirmed(token=row.token, list_name=ListName(row.list), is_new=False)


def _subscribe(connection: Connection, row: Row[Any], height: Position, at: datetime) -> tuple[str, bool]:
    """Make the subscription active with what was chosen; return its token, and whether it was not before."""
    # One who joins at a time, as imports do.
    connection.execute(select(lists.c.name).where(lists.c.name == row.list).with_for_update(key_share=True))
    choices = choices_from_json(row.choices)
    person = _person(connection, row, at)
    theirs = connection.execute(
        select(subscriptions).where(subscriptions.c.subscriber == person, subscriptions.c.list == row.list)
    ).one_or_none()
    if theirs is not None and theirs.state == SubscriptionState.ACTIVE:
        return theirs.token, False
    if theirs is None:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        subscription = connection.execute(
            insert(subscriptions)
            .values(
                subscriber=person,
                list=row.list,
                state=SubscriptionState.ACTIVE,
                token=token,
                cursor=height,
                joined_at=at,
            )
            .returning(subscriptions.c.id)
        ).scalar_one()
    else:
        token, subscription = theirs.token, theirs.id
        connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == subscription)
            .values(state=SubscriptionState.ACTIVE, left_at=None)
        )
        connection.execute(delete(follows).where(follows.c.subscription == subscription))
    _follow(connection, subscription, choices.follows, height)
    change_rhythm(connection, subscription, [choices.pace], at)
    connection.execute(
        delete(suppressions).where(
            suppressions.c.identity == row.identity, suppressions.c.reason == SuppressionReason.UNSUBSCRIBED
        )
    )
    return token, True


def _person(connection: Connection, row: Row[Any], at: datetime) -> int:
    """Return the person, made or brought up to date; what they chose for lists that they read already stays."""
    choices = choices_from_json(row.choices)
    chosen = {"locale": choices.locale, "time_zone": choices.time_zone}
    person: int | None = connection.scalar(select(subscribers.c.id).where(subscribers.c.identity == row.identity))
    if person is None:
        added = insert(subscribers).values(identity=row.identity, address=row.address, name="", created_at=at, **chosen)
        new: int = connection.execute(added.returning(subscribers.c.id)).scalar_one()
        return new
    reads = exists().where(
        subscriptions.c.subscriber == subscribers.c.id, subscriptions.c.state == SubscriptionState.ACTIVE
    )
    connection.execute(update(subscribers).where(subscribers.c.id == person, ~reads).values(chosen))
    return person


def _follow(connection: Connection, subscription: int, whom: tuple[JournalistId, ...], height: Position) -> None:
    merged = merged_journalists(connection)
    slugs = dict.fromkeys(merged.get(slug, slug) for slug in whom)
    connection.execute(
        insert(follows), [{"subscription": subscription, "journalist": slug, "since": height} for slug in slugs]
    )


def _prove(connection: Connection, row: Row[Any], network: str | None, at: datetime) -> None:
    person = select(subscribers.c.id).where(subscribers.c.identity == row.identity).scalar_subquery()
    connection.execute(
        insert(consents).values(
            subscriber=person,
            list=row.list,
            how=Given.FORM,
            sign_up=row.id,
            words=row.words,
            version=row.version,
            language=row.language,
            network=row.network,
            given_at=row.asked_at,
            confirmed_at=at,
            confirmed_network=network,
        )
    )
