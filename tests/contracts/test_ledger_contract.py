"""The contract of ``Ledger``."""

from datetime import timedelta

from digest.ids import Position
from digest.send.mail import Accepted
from digest.send.states import DeliveryState
from tests.contracts.desk import ISSUE, MORNING, Desk
from tests.fakes import NOON


def test_a_planned_issue_is_claimed_accepted_and_adds_up(desk: Desk) -> None:
    desk.shelve("k1")
    readers = desk.subscribe(3)
    desk.approve_issue()
    ids = desk.plan(readers)
    claims = desk.ledger.claim(ISSUE, worker="w", limit=10, lease_seconds=60, at=NOON)
    assert [claim.id for claim in claims] == ids
    desk.ledger.record(ISSUE, [Accepted(delivery=i, receipt="r") for i in ids], height=Position(1), at=NOON)
    tally = desk.ledger.tally(ISSUE)
    assert tally.audience == 3
    assert tally.states == {DeliveryState.ACCEPTED: 3}
    assert {reader.cursor for reader in desk.audience.readers(MORNING)} == {1}
    assert desk.issues.finish(ISSUE, at=NOON + timedelta(hours=1))
    story = desk.ledger.story(ISSUE, "READER1@example.org")
    assert story is not None
    assert story.sections == ("Article 1",)
