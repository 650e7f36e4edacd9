"""What follows from feedback: fates in the ledger, doubts that are settled, cursors that move, addresses suppressed."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy.exc import OperationalError

from digest.audience.reader import SuppressionReason
from digest.ids import DeliveryId, IssueId, ListName, Position
from digest.send.doubt import SettledBy, Settlement, Verdict
from digest.send.feedback.fates import Fates, Word, fates_of
from digest.send.feedback.softly import RULE, worn_out
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.states import DeliveryState
from digest.store.cursors import lower_cursors, move_cursors
from digest.store.doubts import settle_deliveries
from digest.store.feedback_rows import Addressee, whose
from digest.store.ghosts import ghosts_of
from digest.store.issues import find_issue
from digest.store.tables import deliveries, feedback, suppressions
from digest.store.transactions import chunks, insert_into

#: PostgreSQL's word for a row that somebody else holds.
_HELD: Final = "55P03"
#: So often, and after so many seconds each, we ask for rows that somebody else holds; their transactions are short.
_TRIES: Final = 200
_PAUSE: Final = 0.05


def settle_and_mark(connection: Connection, whom: Mapping[DeliveryId, Addressee], at: datetime) -> int:
    """Write the fates of these deliveries, settle their doubts and move cursors; return how many were in doubt.

    A reader whose mail bounced is owed the articles next time; one whose "not now" turned out to be a delivery is not.
    """
    rows = _locked(connection, list(whom))
    words, sources = _told_of(connection, list(whom))
    fates = {one: fates_of(words[one]) for one in rows}
    _write_fates(connection, rows, fates)
    settled = 0
    for issue, mine in _by_issue(whom).items():
        row = find_issue(connection, issue)
        list_name, height = ListName(row.list), Position(row.height)
        in_doubt = [one for one in mine if rows[one].state == DeliveryState.UNCERTAIN and fates[one].is_proven]
        for source, proven in _by_source(in_doubt, sources).items():
            told = Settlement(
                verdict=Verdict.ACCEPTED, by=SettledBy.EVIDENCE, why=f"told afterwards by {source}", at=at
            )
            settled += settle_deliveries(connection, row, proven, told, height=height)
        arrived = [one for one in mine if rows[one].bounced_at is not None and fates[one].bounced_at is None]
        move_cursors(connection, list_name, arrived, height)
        bounced = [one for one in mine if rows[one].bounced_at is None and fates[one].bounced_at is not None]
        lower_cursors(connection, list_name, bounced, height)
    return settled


def suppress_told(
    connection: Connection, new: Iterable[Feedback], known: Mapping[DeliveryId, Addressee], at: datetime
) -> int:
    """Suppress every address of which that was told; the first reason stays. Return how many are new."""
    rows: dict[str, dict[str, Any]] = {}
    for one in new:
        address = whose(one, known)
        if one.suppresses is not None and address is not None:
            note = f"told by {one.source} about {one.at:%Y-%m-%d}"
            row = {"identity": address, "reason": one.suppresses, "note": note, "noted_at": at}
            rows.setdefault(address, row)
    return _suppress(connection, rows)


def suppress_worn_out(connection: Connection, whom: Mapping[DeliveryId, Addressee], at: datetime) -> int:
    """Hold these readers' mailboxes to the rule for soft bounces; return how many are suppressed by it now.

    Who was suppressed by this rule is mailed again if it turns out not to be fulfilled: events come late.
    """
    readers = sorted({one.identity for one in whom.values()})
    rows: dict[str, dict[str, Any]] = {}
    for chunk in chunks(readers):
        histories = _histories(connection, _with_soft_bounces(connection, chunk))
        anew = _anew_from(connection, histories)
        judged = {who: worn_out(told, anew_from=anew.get(who)) for who, told in histories.items()}
        rows |= {
            who: {"identity": who, "reason": SuppressionReason.BOUNCED, "note": found.note, "noted_at": at}
            for who, found in judged.items()
            if found is not None
        }
        mended = [who for who, found in judged.items() if found is None]
        if mended:
            by_this_rule = (suppressions.c.identity.in_(mended), suppressions.c.note.startswith(RULE))
            connection.execute(delete(suppressions).where(*by_this_rule))
    return _suppress(connection, rows, replaces=False)


def _suppress(connection: Connection, rows: Mapping[str, Mapping[str, Any]], *, replaces: bool = True) -> int:
    """Note suppressions and return how many are new. What was said outright takes the place of what a rule guessed.

    The address of somebody who was erased is suppressed already, and not noted anew.
    """
    new = 0
    erased = ghosts_of(connection, rows)
    rows = {who: row for who, row in rows.items() if who not in erased}
    for chunk in chunks(sorted(rows)):
        there = set(connection.scalars(select(suppressions.c.identity).where(suppressions.c.identity.in_(chunk))))
        new += len(chunk) - len(there)
        statement = insert_into(connection, suppressions)
        if replaces:
            given = {name: statement.excluded[name] for name in ("reason", "note", "noted_at")}
            guessed = suppressions.c.note.startswith(RULE)
            statement = statement.on_conflict_do_update(index_elements=["identity"], set_=given, where=guessed)
        else:
            statement = statement.on_conflict_do_nothing()
        connection.execute(statement, [rows[who] for who in chunk])
    return new


def _locked(connection: Connection, ids: Sequence[DeliveryId]) -> dict[DeliveryId, Row[Any]]:
    """Lock deliveries and return them as they stand now.

    Never waits for one while it holds another: a worker that records its answers must not wait in a circle with us.
    """
    columns = (deliveries.c[name] for name in ("id", "state", "delivered_at", "bounced_at", "complained_at"))
    query = select(*columns).order_by(deliveries.c.id).with_for_update(nowait=True)
    for left in reversed(range(_TRIES)):
        try:
            with connection.begin_nested():
                return {
                    DeliveryId(row.id): row
                    for chunk in chunks(ids)
                    for row in connection.execute(query.where(deliveries.c.id.in_(chunk)))
                }
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _HELD or not left:
                raise
        time.sleep(_PAUSE)
    return {}


def _told_of(
    connection: Connection, ids: Sequence[DeliveryId]
) -> tuple[dict[DeliveryId, list[Word]], dict[DeliveryId, set[str]]]:
    """Return everything that was told of deliveries, and by whom."""
    words: dict[DeliveryId, list[Word]] = defaultdict(list)
    sources: dict[DeliveryId, set[str]] = defaultdict(set)
    columns = (feedback.c.delivery, feedback.c.kind, feedback.c.happened_at, feedback.c.source)
    for chunk in chunks(ids):
        for row in connection.execute(select(*columns).where(feedback.c.delivery.in_(chunk))):
            words[row.delivery].append(Word(kind=FeedbackKind(row.kind), at=row.happened_at))
            sources[row.delivery].add(row.source)
    return words, sources


def _write_fates(
    connection: Connection, rows: Mapping[DeliveryId, Row[Any]], fates: Mapping[DeliveryId, Fates]
) -> None:
    """Write the fates that are not what the ledger says already."""
    names = ("delivered_at", "bounced_at", "complained_at")
    changed = [
        {"delivery": one} | {f"new_{name}": getattr(fates[one], name) for name in names}
        for one, row in rows.items()
        if any(getattr(row, name) != getattr(fates[one], name) for name in names)
    ]
    if changed:
        new = {name: bindparam(f"new_{name}", type_=deliveries.c[name].type) for name in names}
        connection.execute(update(deliveries).where(deliveries.c.id == bindparam("delivery")).values(new), changed)


def _by_issue(whom: Mapping[DeliveryId, Addressee]) -> dict[IssueId, list[DeliveryId]]:
    issues: dict[IssueId, list[DeliveryId]] = defaultdict(list)
    for delivery, addressee in whom.items():
        issues[addressee.issue].append(delivery)
    return dict(sorted(issues.items()))


def _by_source(ids: Iterable[DeliveryId], sources: Mapping[DeliveryId, Collection[str]]) -> dict[str, list[DeliveryId]]:
    by_source: dict[str, list[DeliveryId]] = defaultdict(list)
    for one in ids:
        by_source[" and ".join(sorted(sources[one]))].append(one)
    return by_source


def _with_soft_bounces(connection: Connection, readers: Sequence[str]) -> list[str]:
    """Return which of these readers' mails were ever put off or blocked: the rule is about nobody else."""
    soft = (FeedbackKind.BLOCKED, FeedbackKind.DEFERRED)
    query = select(feedback.c.identity).where(feedback.c.identity.in_(readers), feedback.c.kind.in_(soft)).distinct()
    return list(connection.scalars(query.order_by(feedback.c.identity)))


def _anew_from(connection: Connection, readers: Collection[str]) -> dict[str, datetime]:
    """Return when it was last said of these readers that they may be mailed again, by them or by a person here."""
    query = (
        select(feedback.c.identity, func.max(feedback.c.happened_at))
        .where(feedback.c.identity.in_(readers), feedback.c.kind == FeedbackKind.RESUBSCRIBED)
        .group_by(feedback.c.identity)
    )
    return dict(connection.execute(query).tuples().all())


def _histories(connection: Connection, readers: Sequence[str]) -> dict[str, dict[DeliveryId, list[Word]]]:
    """Return everything that was told of the mails of these readers."""
    histories: dict[str, dict[DeliveryId, list[Word]]] = {who: defaultdict(list) for who in readers}
    columns = (feedback.c.identity, feedback.c.delivery, feedback.c.kind, feedback.c.happened_at)
    for row in connection.execute(
        select(*columns).where(feedback.c.identity.in_(readers), feedback.c.delivery.is_not(None))
    ):
        histories[row.identity][row.delivery].append(Word(kind=FeedbackKind(row.kind), at=row.happened_at))
    return histories
