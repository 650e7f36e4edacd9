"""What providers and mail servers told us afterwards, and what follows from it in the ledger and for readers.

Whatever is told, in whatever order, once or twice, before or after the ledger knows its answer: the end is the same.
So what a mail's fate is, is always read anew from everything that was told of it (``send/feedback/fates.py``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, exists, func, select

from digest.ids import DeliveryId, IssueId
from digest.send.feedback.ports import Heard, TakenIn
from digest.send.feedback.vocabulary import EFFECTS, Feedback, FeedbackKind
from digest.send.mail import Evidence
from digest.store.feedback_rows import Addressee, addressees, cleaned, keep
from digest.store.feedback_steps import settle_and_mark, suppress_told, suppress_worn_out
from digest.store.notices import ids_there
from digest.store.tables import deliveries, feedback, notices
from digest.store.transactions import chunks, reading, writing

#: The words that prove that a provider had a mail.
_PROVES = [kind for kind, effect in EFFECTS.items() if effect.proves]


class SqlFeedback:
    """``FeedbackBook`` on SQL. Each method is one committed transaction."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine

    def take_in(self, told: Sequence[Feedback], *, at: datetime) -> TakenIn:
        """Keep what is new and let follow what follows from it: fates, settled doubts, suppressions, cursors.

        What settles a doubt does so with what it was told by as the reason. A delivery that is still claimed stays so:
        its worker may have the answer, and if it has not, ``evidence`` tells.
        """
        heard = [cleaned(one) for one in told]
        with writing(self._engine) as connection:
            known = addressees(connection, {one.delivery for one in heard if one.delivery is not None})
            new = keep(connection, heard, known, at)
            settled = settle_and_mark(connection, _of(new, known), at)
            suppressed = suppress_told(connection, new, known, at)
            suppressed += suppress_worn_out(connection, _of(new, known), at)
            ours = known.keys() | ids_there(connection, [one.delivery for one in new if one.delivery is not None])
        return TakenIn(
            new=len(new),
            known=len(heard) - len(new),
            unmatched=sum(one.delivery not in ours for one in new),
            settled=settled,
            suppressed=suppressed,
        )

    def evidence(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        """Tell of each delivery whether something was told that proves that the provider had it; else ``UNKNOWN``."""
        proven: set[str] = set()
        with reading(self._engine) as connection:
            for chunk in chunks(deliveries):
                proven |= set(
                    connection.scalars(
                        select(feedback.c.delivery)
                        .where(feedback.c.delivery.in_(chunk), feedback.c.kind.in_(_PROVES))
                        .distinct()
                    )
                )
        return {one: Evidence.ACCEPTED if one in proven else Evidence.UNKNOWN for one in deliveries}

    def heard(
        self,
        *,
        issue: IssueId | None = None,
        delivery: DeliveryId | None = None,
        unmatched: bool = False,
        most: int | None = None,
    ) -> Sequence[Heard]:
        """Return what was told, the newest first: of one issue or delivery, or only what names no delivery of ours."""
        columns = (feedback.c[name] for name in ("kind", "source", "happened_at", "received_at", "delivery", "why"))
        query = _asked(select(*columns, deliveries.c.issue), issue, unmatched=unmatched)
        if delivery is not None:
            query = query.where(feedback.c.delivery == delivery)
        query = query.order_by(feedback.c.happened_at.desc(), feedback.c.id.desc()).limit(most)
        with reading(self._engine) as connection:
            return [
                Heard(
                    kind=FeedbackKind(row.kind),
                    source=row.source,
                    at=row.happened_at,
                    received_at=row.received_at,
                    delivery=row.delivery,
                    issue=row.issue,
                    why=row.why,
                )
                for row in connection.execute(query)
            ]

    def counts(self, *, issue: IssueId | None = None, unmatched: bool = False) -> Mapping[FeedbackKind, int]:
        """Return how often each thing was told, in the order of the words."""
        query = _asked(select(feedback.c.kind, func.count()), issue, unmatched=unmatched).group_by(feedback.c.kind)
        with reading(self._engine) as connection:
            counted = Counter(dict(connection.execute(query).tuples().all()))
        return {kind: counted[kind] for kind in FeedbackKind if counted[kind]}


def _of(new: Iterable[Feedback], known: Mapping[DeliveryId, Addressee]) -> Mapping[DeliveryId, Addressee]:
    """Return whom the new feedback is about, as far as we know them, in the order in which rows are locked."""
    touched = {one.delivery for one in new if one.delivery is not None} & known.keys()
    return {delivery: known[delivery] for delivery in sorted(touched)}


def _asked(query: Select[Any], issue: IssueId | None, *, unmatched: bool) -> Select[Any]:
    query = query.select_from(feedback).outerjoin(deliveries, deliveries.c.id == feedback.c.delivery)
    if issue is not None:
        query = query.where(deliveries.c.issue == issue)
    if unmatched:
        query = query.where(deliveries.c.id.is_(None), ~exists().where(notices.c.id == feedback.c.delivery))
    return query
