"""The laws of feedback: in whatever order, however often and in however many posts it is told, the end is the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, bindparam, delete, select, update

from digest.audience.reader import Reader, SuppressionReason
from digest.ids import IssueId, Position
from digest.send.feedback.softly import RULE
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Rejected, Unclear
from digest.send.proof import prove
from digest.store.feedback import SqlFeedback
from digest.store.tables import deliveries, feedback, settlements, subscriptions, suppressions
from digest.store.transactions import reading
from tests.contracts.desk import MORNING, Desk, delivery_of
from tests.fakes import NOON

K = FeedbackKind
ISSUES, READERS = 3, 3
WORKER = Holder(worker="w", since=NOON)

#: One thing told: about which issue, which reader, what, and on which day.
TOLD = st.tuples(
    st.integers(0, ISSUES - 1), st.integers(0, READERS - 1), st.sampled_from(FeedbackKind), st.integers(0, 4)
)


def open_world(desk: Desk) -> tuple[list[IssueId], Sequence[Reader]]:
    """Send three issues to three readers: a yes for the first, a doubt for the second, a no for one of the third's."""
    desk.shelve("k1", "k2", "k3")
    readers = desk.subscribe(READERS)
    issues = []
    for number in range(1, ISSUES + 1):
        issue, height = desk.approve_issue(number=number, height=number), Position(number)
        first, second, third = desk.plan(readers, issue=issue, height=number)
        desk.ledger.claim(issue, worker="w", limit=READERS, lease_seconds=60, at=NOON)
        no, yes = Rejected(delivery=third, why="no"), Accepted(delivery=third, receipt="r")
        answers: list[Answer] = [Accepted(delivery=first, receipt="r"), Unclear(delivery=second, why="cut")]
        answers.append(no if number == ISSUES else yes)
        desk.ledger.record(issue, answers, holder=WORKER, height=height, at=NOON)
        issues.append(issue)
    return issues, readers


def told_of(said: Sequence[tuple[int, int, FeedbackKind, int]], issues: Sequence[IssueId]) -> list[Feedback]:
    return [
        Feedback(
            kind=kind,
            source="sendgrid",
            said=kind,
            at=NOON + timedelta(days=day),
            delivery=delivery_of(readers_by_index[who], issues[issue]),
            address="whoever@example.org",
            event_id=f"{issue}-{who}-{kind}-{day}",
        )
        for issue, who, kind, day in said
    ]


readers_by_index: dict[int, Reader] = {}


class Store:
    """One store that is set back to the same beginning again and again."""

    def __init__(self, engine: Engine) -> None:
        self.desk = Desk(engine)
        self.book = SqlFeedback(engine)
        self.desk.open_newsroom()
        self.issues, readers = open_world(self.desk)
        readers_by_index.update(enumerate(readers))
        with reading(engine) as connection:
            self.rows = [dict(row) for row in connection.execute(select(deliveries)).mappings()]
            self.cursors = [dict(row) for row in connection.execute(select(subscriptions)).mappings()]

    def set_back(self) -> None:
        with self.desk.engine.begin() as connection:
            for table in (feedback, suppressions, settlements):
                connection.execute(delete(table))
            for table, rows in ((deliveries, self.rows), (subscriptions, self.cursors)):
                values = {name: bindparam(f"old_{name}", type_=table.c[name].type) for name in rows[0] if name != "id"}
                statement = update(table).where(table.c.id == bindparam("old_id")).values(values)
                connection.execute(statement, [{f"old_{name}": value for name, value in row.items()} for row in rows])

    def end(self, posts: Sequence[Sequence[Feedback]]) -> dict[str, Any]:
        """Take in these posts from the beginning; return everything that may differ afterwards."""
        self.set_back()
        for post in posts:
            self.book.take_in(post, at=NOON + timedelta(days=9))
        fates = [deliveries.c[name] for name in ("state", "reason", "delivered_at", "bounced_at", "complained_at")]
        rows = select(deliveries.c.id, *fates).order_by(deliveries.c.id)
        kept = select(feedback.c.natural_key, feedback.c.kind, feedback.c.identity).order_by(feedback.c.natural_key)
        with reading(self.desk.engine) as connection:
            in_tables = {
                "ledger": connection.execute(rows).all(),
                "kept": connection.execute(kept).all(),
                "suppressed": set(connection.scalars(select(suppressions.c.identity))),
            }
        return in_tables | {
            "cursors": self.desk.stored_cursors(),
            "told": self.book.counts(),
            "sums": [prove(self.desk.ledger.tally(issue)) for issue in self.issues],
        }


def cut(said: Sequence[Feedback], sizes: Sequence[int]) -> list[list[Feedback]]:
    """Cut events into posts of these sizes; the rest is the last post."""
    posts, start = [], 0
    for size in sizes:
        posts.append(list(said[start : start + size]))
        start += size
    return [*posts, list(said[start:])]


def test_order_repetition_and_posts_do_not_matter(engine: Engine) -> None:
    store = Store(engine)
    examples = 40 if engine.dialect.name == "sqlite" else 15

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(TOLD, max_size=10, unique=True), st.data())
    def law(said: list[tuple[int, int, FeedbackKind, int]], data: st.DataObject) -> None:
        told = told_of(said, store.issues)
        again = [replace(one, event_id=f"{one.event_id}-again") for one in told]
        mixed = data.draw(st.permutations(told + again))
        sizes = data.draw(st.lists(st.integers(0, 6), max_size=6))

        at_once, in_posts = store.end([told]), store.end([*cut(mixed, sizes), mixed])

        assert in_posts == at_once
        assert all(proof.is_balanced for proof in at_once["sums"])
        proven = {issue for issue, who, kind, _ in said if who == 1 and kind is not K.UNKNOWN}
        assert sum(proof.uncertain for proof in at_once["sums"]) == ISSUES - len(proven)

    law()


def test_a_suppression_is_of_somebody_of_whom_that_was_told(engine: Engine) -> None:
    store = Store(engine)
    at_once = store.end(
        [told_of([(0, 0, K.BOUNCED, 0), (0, 1, K.UNSUBSCRIBED, 1), (1, 2, K.BLOCKED, 0)], store.issues)]
    )
    assert at_once["suppressed"] == {"reader1@example.org", "reader2@example.org"}
    with reading(engine) as connection:
        reasons = connection.execute(select(suppressions.c.reason, suppressions.c.note)).tuples().all()
    assert {reason for reason, _ in reasons} == {SuppressionReason.BOUNCED, SuppressionReason.UNSUBSCRIBED}
    assert not any(note.startswith(RULE) for _, note in reasons)
    assert MORNING in store.desk.audience.lists()
