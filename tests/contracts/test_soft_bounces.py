"""The rule for soft bounces on a store: five mails in a row over two weeks, and what undoes it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from digest.audience.reader import Reader, SuppressionReason
from digest.ids import IssueId
from digest.send.feedback.softly import RULE
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.store.feedback import SqlFeedback
from digest.store.tables import suppressions
from tests.contracts.desk import MORNING, Desk, delivery_of
from tests.fakes import NOON

DAYS = (0, 3, 6, 9, 14)
K = FeedbackKind


@pytest.fixture
def book(engine: Engine) -> SqlFeedback:
    return SqlFeedback(engine)


@pytest.fixture
def issues(desk: Desk) -> list[IssueId]:
    """Five issues, planned for two readers."""
    desk.shelve("k1")
    readers = desk.subscribe(2)
    named = []
    for number in range(1, len(DAYS) + 1):
        issue = desk.approve_issue(number=number)
        desk.plan(readers, issue=issue)
        named.append(issue)
    return named


def told(reader: Reader, issues: Sequence[IssueId], kind: FeedbackKind = K.BLOCKED) -> list[Feedback]:
    """Return the same about each of the reader's mails, on the days of ``DAYS``."""
    return [
        Feedback(
            kind=kind,
            source="sendgrid",
            said=kind,
            at=NOON + timedelta(days=day),
            delivery=delivery_of(reader, issue),
            address=reader.subscriber.address,
        )
        for day, issue in zip(DAYS, issues, strict=True)
    ]


def noted(desk: Desk) -> dict[str, tuple[str, str]]:
    with desk.engine.connect() as connection:
        rows = connection.execute(select(suppressions.c.identity, suppressions.c.reason, suppressions.c.note))
        return {row.identity: (row.reason, row.note) for row in rows}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_mailbox_that_took_none_of_five_mails_in_two_weeks_is_not_mailed_any_more(
    desk: Desk, book: SqlFeedback, issues: list[IssueId], at_once: bool
) -> None:
    worn, alive = desk.audience.readers(MORNING)
    blocked = told(worn, issues)
    between = told(alive, issues)
    between[2] = told(alive, issues, K.DELIVERED)[2]
    posts = [blocked + between] if at_once else [[one] for one in (*blocked[::-1], *between)]

    suppressed = sum(book.take_in(post, at=NOON).suppressed for post in posts)

    assert suppressed == 1
    ((address, (reason, note)),) = noted(desk).items()
    assert (address, reason) == (worn.subscriber.address, SuppressionReason.BOUNCED)
    assert note.startswith(f"{RULE}: 5 mails in a row were not taken, 2025-12-19 to 2026-01-02")
    assert [one.suppression for one in desk.audience.readers(MORNING)] == [SuppressionReason.BOUNCED, None]


def test_a_delivery_that_is_told_late_brings_the_reader_back(
    desk: Desk, book: SqlFeedback, issues: list[IssueId]
) -> None:
    worn, _ = desk.audience.readers(MORNING)
    book.take_in(told(worn, issues), at=NOON)
    assert noted(desk)
    book.take_in(told(worn, issues, K.DELIVERED)[3:4], at=NOON)
    assert noted(desk) == {}


def test_what_is_said_outright_takes_the_place_of_the_rule_and_stays(
    desk: Desk, book: SqlFeedback, issues: list[IssueId]
) -> None:
    worn, _ = desk.audience.readers(MORNING)
    book.take_in(told(worn, issues), at=NOON)
    book.take_in(told(worn, issues, K.BOUNCED)[4:], at=NOON)
    assert noted(desk)[worn.subscriber.address] == ("bounced", "told by sendgrid about 2026-01-02")
    book.take_in(told(worn, issues, K.DELIVERED)[3:4], at=NOON)
    assert noted(desk).keys() == {worn.subscriber.address}


def test_whom_somebody_suppressed_by_hand_the_rule_neither_takes_nor_brings_back(
    desk: Desk, book: SqlFeedback, issues: list[IssueId]
) -> None:
    worn, _ = desk.audience.readers(MORNING)
    desk.audience.suppress(worn.subscriber.address, SuppressionReason.BY_HAND, at=NOON, note="rang us")
    assert book.take_in(told(worn, issues), at=NOON).suppressed == 0
    book.take_in(told(worn, issues, K.DELIVERED)[3:4], at=NOON)
    assert noted(desk) == {worn.subscriber.address: ("by-hand", "rang us")}


def test_whom_a_person_brought_back_the_rule_judges_anew(desk: Desk, book: SqlFeedback, issues: list[IssueId]) -> None:
    worn, _ = desk.audience.readers(MORNING)
    blocked = told(worn, issues)
    book.take_in(blocked[:4], at=NOON)
    back = replace(blocked[4], kind=K.RESUBSCRIBED, said="brought back", source="person", delivery=None)
    book.take_in([back], at=NOON)
    later = replace(blocked[4], at=blocked[4].at + timedelta(hours=1))
    assert book.take_in([later], at=NOON).suppressed == 0
    assert noted(desk) == {}
