"""The contract of ``SuppressionBook``, and both lists brought together on a real store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

from digest.audience.reader import SuppressionReason
from digest.send.provider_lists import Listed, Synced, sync
from digest.store.feedback import SqlFeedback
from digest.store.suppressions import SqlSuppressions
from tests.contracts.desk import MORNING, Desk
from tests.fakes import NOON

SENDGRID = "sendgrid"


@dataclass
class FakeLists:
    """A provider's lists in memory."""

    listed: list[Listed] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    name: str = SENDGRID

    def pages(self) -> Iterator[Sequence[Listed]]:
        theirs = {one.address.casefold() for one in self.listed}
        ours = [
            Listed(address=address, reason=SuppressionReason.UNSUBSCRIBED, since=NOON)
            for address in self.told
            if address not in theirs
        ]
        yield from ([one] for one in (*self.listed, *ours))

    def tell(self, addresses: Sequence[str]) -> None:
        self.told += addresses

    def take_back(self, address: str) -> None:
        self.told.remove(address)


@pytest.fixture
def book(engine: Engine) -> SqlSuppressions:
    return SqlSuppressions(engine)


def bring_together(lists: FakeLists, desk: Desk, **more: bool) -> Synced:
    return sync(lists, book=SqlSuppressions(desk.engine), feedback=SqlFeedback(desk.engine), at=NOON, **more)


def listed(address: str, reason: SuppressionReason = SuppressionReason.BOUNCED) -> Listed:
    return Listed(address=address, reason=reason, since=NOON, why="550 5.1.1")


def test_suppressions_are_counted_by_reason_and_lifted(desk: Desk, book: SqlSuppressions) -> None:
    desk.audience.suppress("a@example.org", SuppressionReason.BOUNCED, at=NOON)
    desk.audience.suppress("b@example.org", SuppressionReason.ERASED, at=NOON)
    assert book.counts() == {SuppressionReason.BOUNCED: 1, SuppressionReason.ERASED: 1}
    assert book.lift("A@Example.org") is SuppressionReason.BOUNCED
    assert book.lift("a@example.org") is None
    assert book.lift("b@example.org") is None
    assert book.counts() == {SuppressionReason.ERASED: 1}


def test_whom_the_provider_does_not_mail_we_do_not_mail(desk: Desk) -> None:
    desk.subscribe(2)
    lists = FakeLists([listed("Reader1@example.org"), listed("c@x.example", SuppressionReason.COMPLAINED)])
    assert bring_together(lists, desk, pull_only=True) == Synced(listed=2, new=2)
    assert [reader.suppression for reader in desk.audience.readers(MORNING)] == [SuppressionReason.BOUNCED, None]
    assert bring_together(lists, desk, pull_only=True) == Synced(listed=2)


def test_who_was_lifted_here_stays_so_though_the_provider_has_them_still(desk: Desk, book: SqlSuppressions) -> None:
    desk.subscribe(1)
    lists = FakeLists([listed("reader1@example.org")])
    bring_together(lists, desk)
    assert book.lift("reader1@example.org") is SuppressionReason.BOUNCED
    assert bring_together(lists, desk) == Synced(listed=1)
    assert lists.told == []
    assert [reader.suppression for reader in desk.audience.readers(MORNING)] == [None]


def test_the_provider_is_told_who_is_suppressed_or_has_left_every_list_and_nobody_else(desk: Desk) -> None:
    desk.subscribe(4)
    desk.audience.leave(MORNING, "reader1@example.org", at=NOON)
    desk.audience.suppress("reader2@example.org", SuppressionReason.BY_HAND, at=NOON)
    desk.audience.suppress("reader3@example.org", SuppressionReason.ERASED, at=NOON)
    desk.audience.suppress("stranger@example.org", SuppressionReason.COMPLAINED, at=NOON)
    lists = FakeLists()
    assert bring_together(lists, desk) == Synced(told=3)
    assert lists.told == ["reader1@example.org", "reader2@example.org", "stranger@example.org"]
    assert bring_together(lists, desk) == Synced(listed=3)
    assert next(reader.suppression for reader in desk.audience.readers(MORNING)) is None  # left, and not suppressed


def test_who_comes_back_is_taken_back_if_the_provider_had_them_from_us(desk: Desk) -> None:
    (reader,) = desk.subscribe(1)
    desk.audience.leave(MORNING, "reader1@example.org", at=NOON)
    lists = FakeLists([listed("of-its-own@x.example", SuppressionReason.UNSUBSCRIBED)])
    assert bring_together(lists, desk) == Synced(listed=1, new=1, told=1)
    assert desk.audience.come_back(reader.token, left_since=NOON)
    assert bring_together(lists, desk) == Synced(listed=2, taken_back=1)
    assert lists.told == []
    assert bring_together(lists, desk) == Synced(listed=1)


def test_who_comes_back_but_is_suppressed_stays_on_the_provider_s_list(desk: Desk) -> None:
    (reader,) = desk.subscribe(1)
    desk.audience.leave(MORNING, "reader1@example.org", at=NOON)
    lists = FakeLists()
    bring_together(lists, desk)
    desk.audience.come_back(reader.token, left_since=NOON)
    desk.audience.suppress("reader1@example.org", SuppressionReason.COMPLAINED, at=NOON)
    assert bring_together(lists, desk) == Synced(listed=1)
    assert lists.told == ["reader1@example.org"]
