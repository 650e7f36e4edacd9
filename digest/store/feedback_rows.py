"""Keeping what was told: once, in a form that every database takes, and under the reader whom it is about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, select

from digest.ids import DeliveryId, IssueId
from digest.send.feedback.vocabulary import Feedback
from digest.store.ghosts import ghosts_of, is_ghost
from digest.store.identity import identity
from digest.store.tables import deliveries, feedback, subscribers
from digest.store.transactions import chunks, insert_into

#: Longer names are no names of ours, and too long for an index.
_LONGEST_NAME: Final = 200
_LONGEST_ADDRESS: Final = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whose a delivery is: the ``issue``, and the reader's folded address, whatever address an event names."""

    issue: IssueId
    identity: str


def cleaned(told: Feedback) -> Feedback:
    """Return feedback that every database can keep: no NUL, no half of a surrogate pair, no name without end."""
    if _is_clean(told):
        return told
    delivery, address, event = (_clean(name or "") for name in (told.delivery, told.address, told.event_id))
    return replace(
        told,
        delivery=DeliveryId(delivery) if 0 < len(delivery) <= _LONGEST_NAME else None,
        address=address if 0 < len(address) <= _LONGEST_ADDRESS else None,
        event_id=(event if len(event) <= _LONGEST_NAME else sha256(event.encode()).hexdigest()) or None,
        source=_clean(told.source),
        said=_clean(told.said),
        why=_clean(told.why),
        raw=_clean(told.raw),
    )


def addressees(connection: Connection, whose: Collection[DeliveryId]) -> dict[DeliveryId, Addressee]:
    """Return whose deliveries these are; those that we do not know are missing."""
    return {
        DeliveryId(row.id): Addressee(issue=IssueId(row.issue), identity=row.identity)
        for chunk in chunks(sorted(whose))
        for row in connection.execute(
            select(deliveries.c.id, deliveries.c.issue, subscribers.c.identity)
            .join(subscribers, subscribers.c.id == deliveries.c.subscriber)
            .where(deliveries.c.id.in_(chunk))
        )
    }


def keep(
    connection: Connection, told: Sequence[Feedback], known: Mapping[DeliveryId, Addressee], at: datetime
) -> list[Feedback]:
    """Keep what is not kept yet; return it, the earliest first.

    The same event is known by what it says, and by the id that its source gave it; either is enough.
    """
    # In one order everywhere: two who keep the same events at the same time must not wait in a circle.
    by_key = {one.natural_key: one for one in sorted(told, key=lambda one: one.raw, reverse=True)}
    ghosts = ghosts_of(connection, {who for one in told if (who := whose(one, known)) is not None})
    new: list[Feedback] = []
    for chunk in chunks(sorted(by_key)):
        kept = connection.scalars(
            insert_into(connection, feedback).on_conflict_do_nothing().returning(feedback.c.natural_key),
            [_as_columns(key, by_key[key], known, ghosts, at) for key in chunk],
        )
        new += [by_key[key] for key in kept]
    return sorted(new, key=lambda one: (one.at, one.natural_key))


def _as_columns(
    key: str, told: Feedback, known: Mapping[DeliveryId, Addressee], ghosts: Mapping[str, str], at: datetime
) -> dict[str, object]:
    who = whose(told, known)
    who = None if who is None else ghosts.get(who, who)
    is_erased = is_ghost(who)  # what is said of them names them as often as not
    return {
        "natural_key": key,
        "source": told.source,
        "event_id": told.event_id,
        "kind": told.kind,
        "delivery": told.delivery,
        "identity": who,
        "why": "" if is_erased else told.why,
        "happened_at": told.at,
        "received_at": at,
        "raw": "" if is_erased else told.raw,
    }


def whose(told: Feedback, known: Mapping[DeliveryId, Addressee]) -> str | None:
    """Return the folded address of the reader whom it is about: the delivery's, else the one that is named."""
    if told.delivery is not None and told.delivery in known:
        return known[told.delivery].identity
    return identity(told.address) if told.address else None


def _is_clean(told: Feedback) -> bool:
    names = (told.delivery, told.address, told.event_id)
    texts = "".join((told.source, told.said, told.why, told.raw, *(name or "" for name in names)))
    if "\0" in texts or texts != _clean(texts):
        return False
    return all(name is None or 0 < len(name) <= _LONGEST_NAME for name in names)


def _clean(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
