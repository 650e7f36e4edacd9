"""The contracts of ``ReaderBook`` and ``Readership``."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from digest.audience.joining import Joined, Joining
from digest.audience.reader import Follow, Reader, SubscriptionState, SuppressionReason
from digest.errors import UnknownList
from digest.ids import EVERY_JOURNALIST, ListName, Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Evidence, Rejected, Unclear
from digest.store.tables import subscribers
from tests.builders import a_declaration, a_joining, a_newsletter
from tests.contracts.desk import ASEL, DANA, ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON


def _join(desk: Desk, *rows: Joining, since: int = 0, list_name: ListName = MORNING) -> Sequence[Joined]:
    return desk.audience.join(list_name, rows, since=Position(since), at=NOON)


def _only_reader(desk: Desk) -> Reader:
    (reader,) = desk.audience.readers(MORNING)
    return reader


def _follows(reader: Reader) -> dict[str, int]:
    return {follow.journalist: follow.since for follow in reader.follows}


def test_lists_journalists_and_height_are_what_the_newsroom_has(desk: Desk) -> None:
    desk.shelve("k1", "k2")
    assert list(desk.audience.lists()) == [MORNING]
    assert desk.audience.journalists() == {DANA, ASEL}
    assert desk.audience.height() == 2


def test_somebody_new_is_added_with_all_that_their_row_says(desk: Desk) -> None:
    row = a_joining("ann@example.org", name="Ann", locale="ru", time_zone="Asia/Almaty", follows=(DANA, ASEL))
    assert list(_join(desk, row, since=7)) == [Joined.ADDED]
    reader = _only_reader(desk)
    assert (reader.subscriber.address, reader.subscriber.name) == ("ann@example.org", "Ann")
    assert (reader.subscriber.locale, reader.subscriber.time_zone) == ("ru", "Asia/Almaty")
    assert (reader.list_name, reader.state, reader.cursor) == (MORNING, SubscriptionState.ACTIVE, 7)
    assert reader.follows == (Follow(journalist=ASEL, since=Position(7)), Follow(journalist=DANA, since=Position(7)))
    assert reader.suppression is None


def test_tokens_are_long_url_safe_and_never_the_same(desk: Desk) -> None:
    tokens = {reader.token for reader in desk.subscribe(50)}
    assert len(tokens) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", token) for token in tokens)


def test_the_same_row_again_changes_nothing(desk: Desk) -> None:
    _join(desk, a_joining())
    before = _only_reader(desk)
    assert list(_join(desk, a_joining(), since=9)) == [Joined.UNCHANGED]
    assert _only_reader(desk) == before


def test_another_spelling_of_an_address_is_the_same_person(desk: Desk) -> None:
    _join(desk, a_joining("Ann@Example.org", name="Ann"))
    assert list(_join(desk, a_joining("ann@example.org", name="Ann B."))) == [Joined.UPDATED]
    assert _only_reader(desk).subscriber.name == "Ann B."


@pytest.mark.parametrize("changed", [{"name": "Ann"}, {"locale": "ru"}, {"time_zone": "Asia/Almaty"}])
def test_a_row_that_says_something_new_updates(desk: Desk, changed: dict[str, str]) -> None:
    _join(desk, a_joining())
    token = _only_reader(desk).token
    assert list(_join(desk, a_joining(**changed))) == [Joined.UPDATED]  # type: ignore[arg-type]
    subscriber = _only_reader(desk).subscriber
    assert {name: getattr(subscriber, name) for name in changed} == changed
    assert _only_reader(desk).token == token


def test_a_row_without_a_name_keeps_the_name(desk: Desk) -> None:
    _join(desk, a_joining(name="Ann"))
    assert list(_join(desk, a_joining(name=""))) == [Joined.UNCHANGED]
    assert _only_reader(desk).subscriber.name == "Ann"


def test_new_follows_begin_now_old_ones_keep_theirs_and_those_not_named_end(desk: Desk) -> None:
    _join(desk, a_joining(follows=(DANA,)), since=3)
    assert list(_join(desk, a_joining(follows=(DANA, ASEL)), since=8)) == [Joined.UPDATED]
    reader = _only_reader(desk)
    assert _follows(reader) == {DANA: 3, ASEL: 8}
    assert reader.cursor == 3
    assert list(_join(desk, a_joining(follows=(ASEL,)), since=9)) == [Joined.UPDATED]
    assert _follows(_only_reader(desk)) == {ASEL: 8}


def test_from_a_few_to_everybody_and_back_nothing_falls_between(desk: Desk) -> None:
    _join(desk, a_joining(follows=(DANA,)), since=3)
    assert list(_join(desk, a_joining(follows=(EVERY_JOURNALIST,)), since=8)) == [Joined.UPDATED]
    assert _follows(_only_reader(desk)) == {DANA: 3, EVERY_JOURNALIST: 8}
    assert list(_join(desk, a_joining(follows=(EVERY_JOURNALIST,)), since=9)) == [Joined.UNCHANGED]
    assert list(_join(desk, a_joining(follows=(DANA, ASEL)), since=9)) == [Joined.UPDATED]
    assert _follows(_only_reader(desk)) == {DANA: 3, ASEL: 8}
    assert list(_join(desk, a_joining(follows=(DANA, ASEL)), since=10)) == [Joined.UNCHANGED]


def test_who_left_stays_away_whatever_an_import_says(desk: Desk) -> None:
    _join(desk, a_joining(follows=(DANA,)))
    assert desk.audience.leave(MORNING, "READER1@example.org ", at=NOON)
    assert list(_join(desk, a_joining(name="Ann", follows=(ASEL,)))) == [Joined.LEFT_EARLIER]
    reader = _only_reader(desk)
    assert reader.state is SubscriptionState.UNSUBSCRIBED
    assert (reader.subscriber.name, _follows(reader)) == ("Reader 1", {DANA: 0})


def test_leaving_twice_or_without_having_joined_ends_nothing(desk: Desk) -> None:
    _join(desk, a_joining())
    assert desk.audience.leave(MORNING, "reader1@example.org", at=NOON)
    assert not desk.audience.leave(MORNING, "reader1@example.org", at=NOON)
    assert not desk.audience.leave(MORNING, "stranger@example.org", at=NOON)
    assert not desk.audience.leave(ListName("nowhere"), "reader1@example.org", at=NOON)


def test_leaving_one_list_is_not_leaving_another(desk: Desk) -> None:
    evening = ListName("evening")
    newsletter = a_newsletter("evening-brief", list_name=evening, journalists=(DANA,))
    desk.newsletters.apply(a_declaration(newsletter), at=NOON)
    _join(desk, a_joining())
    assert list(_join(desk, a_joining(), list_name=evening, since=5)) == [Joined.ADDED]
    desk.audience.leave(MORNING, "reader1@example.org", at=NOON)
    (there,) = desk.audience.readers(evening)
    assert (there.state, there.cursor) == (SubscriptionState.ACTIVE, 5)
    assert there.subscriber == _only_reader(desk).subscriber
    assert there.token != _only_reader(desk).token


def test_a_suppressed_row_is_kept_for_the_books(desk: Desk) -> None:
    row = a_joining(suppressed=SuppressionReason.BOUNCED)
    assert list(_join(desk, row)) == [Joined.SUPPRESSED]
    assert _only_reader(desk).suppression is SuppressionReason.BOUNCED
    assert list(_join(desk, a_joining())) == [Joined.SUPPRESSED]
    assert _only_reader(desk).suppression is SuppressionReason.BOUNCED


def test_an_address_can_be_suppressed_before_anybody_joins_by_it(desk: Desk) -> None:
    desk.audience.suppress("Reader1@Example.org", SuppressionReason.ERASED, at=NOON, note="asked by letter")
    assert list(_join(desk, a_joining())) == [Joined.SUPPRESSED]
    assert _only_reader(desk).suppression is SuppressionReason.ERASED


def test_the_first_reason_of_a_suppression_stays(desk: Desk) -> None:
    _join(desk, a_joining())
    desk.audience.suppress("reader1@example.org", SuppressionReason.COMPLAINED, at=NOON)
    desk.audience.suppress("reader1@example.org", SuppressionReason.BY_HAND, at=NOON + timedelta(days=1))
    assert _only_reader(desk).suppression is SuppressionReason.COMPLAINED


def test_somebody_twice_in_one_import_is_one_person_and_the_later_row_wins(desk: Desk) -> None:
    rows = [a_joining(name="Ann"), a_joining("other@example.org"), a_joining("READER1@example.org", name="Ann B.")]
    assert list(_join(desk, *rows)) == [Joined.ADDED, Joined.ADDED, Joined.UPDATED]
    assert [reader.subscriber.name for reader in desk.audience.readers(MORNING)] == ["Ann B.", "Reader 1"]


def test_an_import_is_all_or_nothing(desk: Desk) -> None:
    rows = [a_joining(f"reader{number}@example.org") for number in range(600)]
    broken = a_joining("broken@example.org", locale=None)  # type: ignore[arg-type] - a promise that somebody broke
    with pytest.raises(Exception, match=r"(?i)null"):
        _join(desk, *rows, broken)
    with desk.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(subscribers)) == 0


def test_a_large_import_answers_for_every_row_in_order(desk: Desk) -> None:
    first = [a_joining(f"reader{number}@example.org") for number in range(0, 1300, 2)]
    _join(desk, *first)
    rows = [a_joining(f"reader{number}@example.org") for number in range(1300)]
    answers = _join(desk, *rows)
    assert list(answers) == [Joined.UNCHANGED if number % 2 == 0 else Joined.ADDED for number in range(1300)]
    readers = desk.audience.readers(MORNING)
    assert len(readers) == 1300
    ids = [reader.subscriber.id for reader in readers]
    assert ids == sorted(ids)


def test_nobody_joins_a_list_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(UnknownList, match="morning"):
        _join(desk, a_joining(), list_name=ListName("nowhere"))


def test_an_import_of_nobody_is_fine(desk: Desk) -> None:
    assert list(_join(desk)) == []


def test_a_list_that_nobody_joined_has_no_readers(desk: Desk) -> None:
    assert list(desk.audience.readers(MORNING)) == []


# --- what may have been accepted is not risked twice -----------------------------------------------------------------


def test_a_delivery_that_is_under_way_holds_the_cursor_until_it_is_answered(desk: Desk) -> None:
    desk.shelve("k1", "k2", "k3")
    first, second, third = desk.subscribe(3)
    desk.approve_issue(height=3)

    def cursors() -> list[int]:
        return [reader.cursor for reader in desk.audience.readers(MORNING)]

    assert cursors() == [0, 0, 0]
    desk.plan([first, second, third], height=3)
    assert cursors() == [3, 3, 3]
    desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    assert cursors() == [3, 3, 3]
    answers = [
        Unclear(delivery=delivery_of(first), why="timeout"),
        Rejected(delivery=delivery_of(second), why="no such mailbox"),
        Accepted(delivery=delivery_of(third), receipt="r"),
    ]
    desk.ledger.record(ISSUE, answers, holder=Holder(worker="w", since=NOON), height=Position(3), at=NOON)
    assert cursors() == [3, 0, 3]  # refused is answered: those articles are owed again
    absent = {delivery_of(first): Evidence.ABSENT}
    desk.ledger.settle(ISSUE, absent, height=Position(3), why="looked up", at=NOON)
    assert cursors() == [3, 0, 3]  # planned again, with its own contents


def test_an_issue_in_doubt_never_lowers_a_cursor(desk: Desk) -> None:
    desk.shelve("k1")
    readers = desk.subscribe(1)
    desk.approve_issue(height=1)
    desk.plan(readers, height=1)
    desk.ledger.claim(ISSUE, worker="w", limit=1, lease_seconds=60, at=NOON)
    desk.set_cursors(5)
    assert _only_reader(desk).cursor == 5


def test_another_lists_issue_in_doubt_does_not_touch_this_list(desk: Desk) -> None:
    evening = ListName("evening")
    newsletter = a_newsletter("evening-brief", list_name=evening, journalists=(DANA,))
    desk.newsletters.apply(a_declaration(newsletter), at=NOON)
    desk.shelve("k1", "k2")
    readers = desk.subscribe(1)
    _join(desk, a_joining(), list_name=evening)
    desk.approve_issue(height=2)
    desk.plan(readers, height=2)
    desk.ledger.claim(ISSUE, worker="w", limit=1, lease_seconds=60, at=NOON)
    assert [reader.cursor for reader in desk.audience.readers(evening)] == [0]
    assert _only_reader(desk).cursor == 2
