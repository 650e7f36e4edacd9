"""The contract of ``PersonBook``: what is kept of a person, and forgetting it, also in the middle of a send."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from digest.audience.joining import Joined
from digest.audience.may_mail import NoMail
from digest.audience.person import PersonChange
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.ids import DeliveryId, ListName, Position
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.ledger import Holder
from digest.send.mail import Accepted
from digest.send.proof import prove
from digest.store.feedback import SqlFeedback
from digest.store.persons import SqlPersons
from digest.store.suppressions import SqlSuppressions
from digest.store.tables import consents, deliveries, metadata, subscriptions
from tests.builders import a_declaration, a_joining, a_newsletter
from tests.contracts.desk import DANA, ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON

EVENING = ListName("evening")
LATER = NOON + timedelta(days=3)
STRANGER = "A" * 22
ADDRESS = "reader1@example.org"


@pytest.fixture
def persons(desk: Desk) -> SqlPersons:
    return SqlPersons(desk.engine)


def also_in_the_evening(desk: Desk) -> None:
    newsletter = a_newsletter("evening-brief", list_name=EVENING, journalists=(DANA,))
    desk.newsletters.apply(a_declaration(newsletter), at=NOON)
    desk.audience.join(EVENING, [a_joining(ADDRESS, follows=(DANA,))], since=Position(0), at=NOON)


def token_of(desk: Desk, address: str = ADDRESS, list_name: ListName = MORNING) -> str:
    reader = desk.audience.reader(list_name, address)
    assert reader is not None
    return reader.token


def everything(desk: Desk) -> str:
    with desk.engine.connect() as connection:
        rows = {table.name: connection.execute(select(table)).all() for table in metadata.sorted_tables}
    return json.dumps(rows, default=str)


def test_a_token_opens_all_lists_of_its_person(desk: Desk, persons: SqlPersons) -> None:
    desk.subscribe(2)
    also_in_the_evening(desk)
    desk.audience.leave(EVENING, ADDRESS, at=LATER)
    found = persons.places(token_of(desk))
    assert [(one.list_name, one.state, one.left_at) for one in found] == [
        (EVENING, SubscriptionState.UNSUBSCRIBED, LATER),
        (MORNING, SubscriptionState.ACTIVE, None),
    ]
    assert [one.token for one in found] == [token_of(desk, list_name=EVENING), token_of(desk)]
    assert persons.places(STRANGER) == []
    assert persons.kept(STRANGER) is None


def test_language_and_zone_are_changed_one_by_one_and_not_for_who_left(desk: Desk, persons: SqlPersons) -> None:
    desk.subscribe(2)
    token = token_of(desk)
    assert persons.change_person(token, PersonChange(locale="ru"))
    assert persons.change_person(token, PersonChange(time_zone="Asia/Almaty"))
    assert persons.change_person(token, PersonChange())
    one, two = (reader.subscriber for reader in desk.audience.readers(MORNING))
    assert (one.locale, one.time_zone) == ("ru", "Asia/Almaty")
    assert (two.locale, two.time_zone) == ("en", "UTC")
    assert not persons.change_person(STRANGER, PersonChange(locale="ru"))
    desk.audience.leave(MORNING, ADDRESS, at=LATER)
    assert not persons.change_person(token, PersonChange(locale="en"))
    assert not persons.change_person(token, PersonChange())


def test_erasing_leaves_nothing_that_names_them_anywhere(desk: Desk, persons: SqlPersons) -> None:
    readers = desk.subscribe(2)
    also_in_the_evening(desk)
    desk.shelve("k1")
    desk.approve_issue()
    desk.plan(readers)
    with desk.engine.begin() as connection:
        connection.execute(
            insert(consents).values(
                subscriber=readers[0].subscriber.id,
                list=MORNING,
                how="form",
                words="Yes.",
                version="1",
                language="en",
                network="203.0.113.0/24",
                given_at=NOON,
            )
        )
        said = f"550 <{ADDRESS.upper()}> is unknown"
        connection.execute(update(deliveries).where(deliveries.c.id == delivery_of(readers[0])).values(reason=said))
    bounce = Feedback(
        source="test",
        kind=FeedbackKind.BOUNCED,
        delivery=delivery_of(readers[0]),
        address=ADDRESS,
        said="bounce",
        why=f"550 {ADDRESS}",
        at=NOON,
        raw=json.dumps({"email": ADDRESS}),
    )
    SqlFeedback(desk.engine).take_in([bounce], at=NOON)
    token = token_of(desk)
    kept = persons.kept(token)
    assert kept is not None
    assert len(kept.memberships) == 2
    assert [one.network for one in (consent.proof for consent in kept.consents)] == ["203.0.113.0/24"]
    assert [one.kind for one in kept.reports] == ["bounced"]
    assert kept.suppression is not None
    assert ADDRESS in everything(desk)

    assert persons.erase(token, at=LATER)

    left = everything(desk)
    assert ADDRESS not in left.casefold()
    assert "Reader 1" not in left
    assert "203.0.113" not in left
    assert token not in left
    assert "reader2@example.org" in left
    assert persons.kept(token) is None
    assert not persons.erase(token, at=LATER)
    assert desk.audience.reader(MORNING, ADDRESS) is None
    suppression = SqlSuppressions(desk.engine).of("Reader1@Example.ORG")
    assert suppression is not None
    assert (suppression.reason, suppression.since) == (SuppressionReason.ERASED, LATER)
    assert SqlSuppressions(desk.engine).lift(ADDRESS) is None


def test_nobody_who_was_erased_comes_back_by_any_way(desk: Desk, persons: SqlPersons) -> None:
    desk.subscribe(2)
    persons.erase(token_of(desk), at=LATER)
    rows = [a_joining("READER1@example.org", name="Again"), a_joining("new@example.org", name="New")]
    assert desk.audience.join(MORNING, rows, since=Position(0), at=LATER) == [Joined.SUPPRESSED, Joined.ADDED]
    desk.audience.suppress(ADDRESS, SuppressionReason.BOUNCED, at=LATER)
    complaint = Feedback(
        source="test",
        kind=FeedbackKind.COMPLAINED,
        delivery=None,
        address=ADDRESS,
        said="spam",
        why=ADDRESS,
        at=NOON,
        raw=ADDRESS,
    )
    SqlFeedback(desk.engine).take_in([complaint], at=NOON)
    left = everything(desk)
    assert ADDRESS not in left.casefold()
    assert "Again" not in left
    with desk.engine.connect() as connection:
        assert len(set(connection.scalars(select(subscriptions.c.token)))) == 3


def test_erasing_in_the_middle_of_a_send_leaves_a_ledger_that_adds_up(desk: Desk, persons: SqlPersons) -> None:
    readers = desk.subscribe(4)
    desk.shelve("k1")
    desk.approve_issue()
    desk.plan(readers)
    claimed = desk.ledger.claim(ISSUE, worker="w", limit=2, lease_seconds=60, at=NOON)
    for reader in (readers[0], readers[2]):  # one is in a worker's hands, one waits
        assert persons.erase(reader.token, at=NOON)
    answers = [Accepted(delivery=DeliveryId(one.id), receipt="r") for one in claimed]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=Position(1), at=NOON)
    (last,) = desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    assert last.address == "reader4@example.org"
    desk.ledger.record(
        ISSUE,
        [Accepted(delivery=last.id, receipt="r")],
        holder=Holder(worker="w", since=NOON),
        height=Position(1),
        at=NOON,
    )
    tally = desk.ledger.tally(ISSUE)
    assert tally.excluded == {NoMail.SUPPRESSED: 1}
    assert desk.issues.finish(ISSUE, at=NOON)
    assert prove(tally).is_balanced
