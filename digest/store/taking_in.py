"""Taking in staged rows by a few statements, however many there are: who is new, who changed, who stays away."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    delete,
    distinct,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)

from digest.audience.joining import Joined
from digest.audience.reader import SubscriptionState
from digest.ids import EVERY_JOURNALIST, ListName, Position
from digest.store.columns import Instant
from digest.store.ghosts import SALT, ghosts_of
from digest.store.roster import merged_journalists
from digest.store.salts import find_salt
from digest.store.staged import staged, staged_follows
from digest.store.staged_wishes import (
    change_staged_appearances,
    change_staged_rhythms,
    is_new_consent,
    is_other_appearance,
    is_other_rhythm,
    keep_consents,
    new_appearance,
    new_rhythm,
)
from digest.store.tables import follows, subscribers, subscriptions, suppressions
from digest.store.transactions import insert_into

_LEFT: Final = SubscriptionState.UNSUBSCRIBED
_row, _named = staged.c, staged_follows.c
#: Whom a row's reader follows and those whom the row names, side by side.
_had: Final = follows.alias("had")
_every: Final = follows.alias("everybody")


def follow_merges(connection: Connection) -> None:
    """Let staged rows name, for a journalist who was merged away, the one who stayed."""
    merged = merged_journalists(connection)
    if not merged:
        return
    there = set(connection.scalars(select(distinct(_named.journalist)).where(_named.journalist.in_(merged))))
    for slug in sorted(there):
        both = select(_named.line).where(_named.journalist == merged[slug])
        connection.execute(delete(staged_follows).where(_named.journalist == slug, _named.line.in_(both)))
        connection.execute(update(staged_follows).where(_named.journalist == slug).values(journalist=merged[slug]))


def compare(connection: Connection, list_name: ListName, part: ColumnElement[bool]) -> None:
    """Note on the staged rows of ``part`` whom the store knows, and of whom they say something else."""
    _find_erased(connection, part)
    # One table at a time: SQLite would work through the whole list for a join of two.
    is_other = or_(
        and_(_row.name != "", _row.name != subscribers.c.name),
        _row.locale != subscribers.c.locale,
        _row.time_zone != subscribers.c.time_zone,
    )
    connection.execute(
        update(staged)
        .where(part, subscribers.c.identity == _row.identity)
        .values(subscriber=subscribers.c.id, is_other=is_other)
    )
    connection.execute(
        update(staged)
        .where(part, subscriptions.c.subscriber == _row.subscriber, subscriptions.c.list == list_name)
        .values(
            subscription=subscriptions.c.id,
            was=subscriptions.c.state,
            is_other_rhythm=is_other_rhythm(),
            is_other_appearance=is_other_appearance(),
            is_other=or_(_row.is_other, is_other_rhythm(), is_other_appearance()),
        )
    )
    connection.execute(update(staged).where(part, _stays(), _follows_others()).values(is_other=true()))
    connection.execute(update(staged).where(part, _stays(), is_new_consent(list_name)).values(is_other=true()))


def take_in(
    connection: Connection, list_name: ListName, part: ColumnElement[bool], *, since: Position, at: datetime
) -> None:
    """Write what the compared rows of ``part`` say. New follows begin at ``since``.

    Nothing of a row is kept whose person was erased.
    """
    part = and_(part, _row.is_erased.is_(None))
    _suppress(connection, part, at)
    _number(connection, part)
    _add_persons(connection, part, at)
    _change_persons(connection, part)
    _end(connection, part, at)
    _subscribe(connection, list_name, part, since, at)
    _begin_follows(connection, part, since)
    changes = and_(part, _stays(), _row.is_other)
    if connection.scalar(select(exists().where(changes))):
        _change_follows(connection, changes, since)
        change_staged_rhythms(connection, and_(changes, _row.is_other_rhythm), at)
        change_staged_appearances(connection, and_(changes, _row.is_other_appearance))
    keep_consents(connection, list_name, and_(part, or_(_row.was != _LEFT, _row.was.is_(None))))


def verdicts(part: ColumnElement[bool]) -> Select[Any]:
    """Return the query for lines and what is done with each, also before it is done."""
    is_suppressed = or_(
        _row.suppressed.is_not(None), exists().where(suppressions.c.identity == _row.identity).correlate(staged)
    )
    verdict = case(
        (or_(_row.is_erased, is_suppressed), Joined.SUPPRESSED),
        (_row.was == _LEFT, Joined.LEFT_EARLIER),
        (_row.state == _LEFT, Joined.LEFT),
        (_row.was.is_(None), Joined.ADDED),
        (_row.is_other, Joined.UPDATED),
        else_=Joined.UNCHANGED,
    )
    return select(_row.line, verdict.label("verdict")).where(part)


def _find_erased(connection: Connection, part: ColumnElement[bool]) -> None:
    """Mark the rows of persons who were erased: only a hash of their address is left, which no statement can make."""
    if find_salt(connection, SALT) is None:
        return
    lines = {row.identity: row.line for row in connection.execute(select(_row.identity, _row.line).where(part))}
    for who in ghosts_of(connection, lines):
        connection.execute(update(staged).where(_row.line == lines[who]).values(is_erased=true()))


def _suppress(connection: Connection, part: ColumnElement[bool], at: datetime) -> None:
    said = select(_row.identity, _row.suppressed, literal("imported"), literal(at, Instant)).where(
        part, _row.suppressed.is_not(None)
    )
    connection.execute(
        insert_into(connection, suppressions)
        .from_select(["identity", "reason", "note", "noted_at"], said)
        .on_conflict_do_nothing()
    )


def _number(connection: Connection, part: ColumnElement[bool]) -> None:
    """Give new persons and new subscriptions their ids, in the order of the file.

    So they need not be looked up again, once they are there, in tables that grow with every part.
    """
    new = and_(part, _row.was.is_(None))
    if connection.dialect.name == "sqlite":  # nobody else writes in this transaction
        first = connection.scalar(select(func.min(_row.line)).where(new))
        if first is None:
            return
        person, subscription = (_next(connection, table) + _row.line - first for table in (subscribers, subscriptions))
        numbered = update(staged).where(new).values(_ids(person, subscription))
    else:
        sequences = {table: _sequence(connection, table) for table in (subscribers, subscriptions)}
        in_order = select(_row.line, _row.subscriber).where(new).order_by(_row.line).subquery("in_order")
        drawn = select(
            in_order.c.line,
            func.coalesce(in_order.c.subscriber, func.nextval(sequences[subscribers])).label("person"),
            func.nextval(sequences[subscriptions]).label("subscription"),
        ).subquery("drawn")
        numbered = update(staged).where(_row.line == drawn.c.line).values(_ids(drawn.c.person, drawn.c.subscription))
    connection.execute(numbered)


def _ids(subscriber: ColumnElement[int], subscription: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    return {
        "is_new": _row.subscriber.is_(None),
        "subscriber": func.coalesce(_row.subscriber, subscriber),
        "subscription": subscription,
    }


def _next(connection: Connection, table: Table) -> ColumnElement[int]:
    return literal((connection.scalar(select(func.max(table.c.id))) or 0) + 1)


def _sequence(connection: Connection, table: Table) -> str:
    name = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    assert name is not None
    return str(name)


def _add_persons(connection: Connection, part: ColumnElement[bool], at: datetime) -> None:
    columns = ["identity", "address", "name", "locale", "time_zone"]
    said = (
        select(_row.subscriber, *(_row[name] for name in columns), literal(at, Instant))
        .where(part, _row.is_new)
        .order_by(_row.line)
    )
    connection.execute(insert(subscribers).from_select(["id", *columns, "created_at"], said))


def _change_persons(connection: Connection, part: ColumnElement[bool]) -> None:
    connection.execute(
        update(subscribers)
        .where(part, _row.is_other, _stays(new=True), subscribers.c.id == _row.subscriber)
        .values(
            name=case((_row.name == "", subscribers.c.name), else_=_row.name),
            locale=_row.locale,
            time_zone=_row.time_zone,
        )
    )


def _end(connection: Connection, part: ColumnElement[bool], at: datetime) -> None:
    """End the subscriptions of those of whom the rows say that they have left."""
    connection.execute(
        update(subscriptions)
        .where(part, _row.state == _LEFT, _row.was != _LEFT, subscriptions.c.id == _row.subscription)
        .values(state=_LEFT, left_at=at)
    )


def _subscribe(
    connection: Connection, list_name: ListName, part: ColumnElement[bool], since: Position, at: datetime
) -> None:
    said = {
        "id": _row.subscription,
        "subscriber": _row.subscriber,
        "list": literal(list_name),
        "state": _row.state,
        "token": _row.token,
        "cursor": literal(since),
        "joined_at": func.coalesce(_row.joined_at, literal(at, Instant)),
        "left_at": case((_row.state == _LEFT, literal(at, Instant)), else_=None),
        **new_rhythm(),
        **new_appearance(),
    }
    new = select(*said.values()).where(part, _row.was.is_(None)).order_by(_row.line)
    connection.execute(insert(subscriptions).from_select(list(said), new))


def _begin_follows(connection: Connection, part: ColumnElement[bool], since: Position) -> None:
    """Let those who were no subscribers of the list before follow whom their rows name."""
    said = (
        select(_row.subscription, _named.journalist, literal(since))
        .select_from(staged)
        .join(staged_follows, _named.line == _row.line)
        .where(part, _row.was.is_(None))
    )
    connection.execute(insert(follows).from_select(["subscription", "journalist", "since"], said))


def _change_follows(connection: Connection, changes: ColumnElement[bool], since: Position) -> None:
    """Begin and end follows of those who were subscribers before, as ``choosing.followed_after`` says.

    A follow that takes over from "everybody" begins where that began; a row that names everybody ends nobody.
    """
    earlier = (
        select(_every.c.since)
        .where(_every.c.subscription == _row.subscription, _every.c.journalist == EVERY_JOURNALIST)
        .correlate(staged)
        .scalar_subquery()
    )
    # A row that changes nothing of the follows finds nothing to do in what comes.
    named_now = and_(
        changes,
        follows.c.subscription == _row.subscription,
        _named.line == _row.line,
        follows.c.journalist == _named.journalist,
    )
    connection.execute(
        update(follows).where(named_now, _follows_others(), earlier < follows.c.since).values(since=earlier)
    )
    begins = case((earlier < since, earlier), else_=literal(since))
    new = (
        select(_row.subscription, _named.journalist, begins)
        .select_from(staged)
        .join(staged_follows, _named.line == _row.line)
        .outerjoin(_had, and_(_had.c.subscription == _row.subscription, _had.c.journalist == _named.journalist))
        .where(changes, _had.c.journalist.is_(None))
    )
    connection.execute(insert(follows).from_select(["subscription", "journalist", "since"], new))
    still_named = exists().where(
        _named.line == _row.line, _named.journalist.in_([follows.c.journalist, EVERY_JOURNALIST])
    )
    gone = (
        select(follows.c.subscription, follows.c.journalist)
        .select_from(staged)
        .join(follows, follows.c.subscription == _row.subscription)
        .where(changes, ~still_named.correlate(staged, follows))
    )
    connection.execute(delete(follows).where(tuple_(follows.c.subscription, follows.c.journalist).in_(gone)))


def _stays(*, new: bool = False) -> ColumnElement[bool]:
    """Say which rows are of readers who were subscribers before and are now; with ``new`` of new ones, too."""
    was = or_(_row.was != _LEFT, _row.was.is_(None) if new else false())
    return and_(was, _row.state != _LEFT)


def _follows_others() -> ColumnElement[bool]:
    """Say of which staged rows the reader does not follow exactly whom the row names."""
    named = staged_follows.alias("named")
    begins = exists(
        select(named.c.line)
        .select_from(named)
        .outerjoin(_had, and_(_had.c.subscription == _row.subscription, _had.c.journalist == named.c.journalist))
        .where(named.c.line == _row.line, _had.c.journalist.is_(None))
        .correlate(staged)
    )
    named_still = exists(
        select(named.c.line)
        .where(named.c.line == _row.line, named.c.journalist.in_([_had.c.journalist, EVERY_JOURNALIST]))
        .correlate(staged, _had)
    )
    ends = exists(
        select(_had.c.journalist).where(_had.c.subscription == _row.subscription, ~named_still).correlate(staged)
    )
    return or_(begins, ends)
