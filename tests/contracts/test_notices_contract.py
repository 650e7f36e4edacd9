"""The contract of ``NoticeBook``: once, never after it expired, never to whom it must not go; and then forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digest.audience.notice import Confirm, LatestIssue, Message, NoNotice, Notice, NoticeKind, Welcome, notice_id
from digest.audience.reader import SuppressionReason
from digest.ids import DeliveryId, NewsletterId
from digest.send.doubt import Verdict
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Evidence, Postponed, Rejected, Unclear
from digest.send.states import DeliveryState
from digest.store.feedback import SqlFeedback
from digest.store.notices import SqlNotices, forget_notices, put_notices
from digest.store.persons import SqlPersons
from digest.store.tables import notices
from digest.store.transactions import writing
from tests.contracts.desk import MORNING, Desk
from tests.fakes import NOON

LATER = NOON + timedelta(minutes=5)
MUCH_LATER = NOON + timedelta(days=3)
SECRET = b"a secret of sixteen"
CONFIRM = Confirm(confirm_url="https://digest.example.org/c/secret", valid_until=NOON + timedelta(days=2))
LATEST = LatestIssue(number=1, date=NOON.date(), headlines=("Снег",), web_url="https://digest.example.org/i/x-1")
WELCOME = Welcome(preferences_url="https://d.example/r/t", unsubscribe_url="https://d.example/u/t", latest=LATEST)


def a_notice(event: str = "one", message: Message = CONFIRM, **changes: Any) -> Notice:
    """Return a notice that lives for two days."""
    notice = Notice(
        id=notice_id(event, secret=SECRET),
        newsletter=NewsletterId("morning-brief"),
        message=message,
        to_address="Aliya@example.org",
        to_name="Aliya",
        locale="ru",
        time_zone="Asia/Almaty",
        expires_at=NOON + timedelta(days=2),
    )
    return replace(notice, **changes)


@pytest.fixture
def book(desk: Desk) -> SqlNotices:
    return SqlNotices(desk.engine)


def _claim(book: SqlNotices, *, limit: int = 9, worker: str = "w", after: timedelta = timedelta()) -> Sequence[Notice]:
    return book.claim(worker=worker, limit=limit, lease_seconds=60, at=NOON + after)


def _states(book: SqlNotices) -> list[tuple[DeliveryState, str | None]]:
    return [(row.state, row.reason) for row in book.rows()]


def _kept(desk: Desk) -> list[str]:
    """Return everything that is kept of notices, as text."""
    with desk.engine.connect() as connection:
        return [str(tuple(row)) for row in connection.execute(select(notices))]


HOLDER = Holder(worker="w", since=NOON)


def test_a_notice_comes_out_of_the_queue_as_it_went_in(book: SqlNotices) -> None:
    wanted = [a_notice(), a_notice("two", WELCOME, subscription=None, to_name="")]
    assert book.put(wanted[:1], at=NOON) == 1
    assert _claim(book) == wanted[:1]
    assert wanted[0].kind is NoticeKind.CONFIRM


def test_what_happened_once_is_told_once(book: SqlNotices) -> None:
    assert book.put([a_notice(), a_notice()], at=NOON) == 1
    assert book.put([a_notice(to_address="other@example.org")], at=LATER) == 0
    (claimed,) = _claim(book)
    book.record([Accepted(delivery=claimed.id, receipt="r")], holder=HOLDER, at=LATER)
    assert book.put([a_notice()], at=LATER) == 0
    assert _claim(book, after=timedelta(hours=1)) == []
    assert book.counts() == {DeliveryState.ACCEPTED: 1}


def test_the_oldest_is_claimed_first_and_nothing_twice(book: SqlNotices) -> None:
    for place, event in enumerate("abc"):
        book.put([a_notice(event)], at=NOON + timedelta(seconds=place))
    first, second = _claim(book, limit=2)
    assert (first.id, second.id) == (a_notice("a").id, a_notice("b").id)
    assert [one.id for one in _claim(book, worker="v")] == [a_notice("c").id]
    assert _claim(book) == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Accepted, DeliveryState.ACCEPTED), (Rejected, DeliveryState.REFUSED)],
)
def test_what_has_left_or_never_will_is_forgotten(
    desk: Desk, book: SqlNotices, answer: type[Any], state: DeliveryState
) -> None:
    book.put([a_notice()], at=NOON)
    (claimed,) = _claim(book)
    said = {"receipt": "r"} if answer is Accepted else {"why": "550 no such mailbox"}
    book.record([answer(delivery=claimed.id, **said)], holder=HOLDER, at=LATER)
    assert [row.state for row in book.rows(state=state)] == [state]
    (kept,) = _kept(desk)
    assert "aliya" not in kept.casefold()
    assert "secret" not in kept


def test_an_answer_to_somebody_else_s_claim_changes_nothing(book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    (claimed,) = _claim(book)
    for holder in (Holder(worker="v", since=NOON), Holder(worker="w", since=LATER)):
        book.record([Accepted(delivery=claimed.id, receipt="r")], holder=holder, at=LATER)
        book.release([claimed.id], holder=holder)
    assert _states(book) == [(DeliveryState.CLAIMED, None)]
    book.release([claimed.id], holder=HOLDER)
    assert _states(book) == [(DeliveryState.PLANNED, None)]
    book.release([], holder=HOLDER)


def test_who_was_put_off_is_claimed_again_when_the_time_has_come(book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    (claimed,) = _claim(book)
    book.record([Postponed(delivery=claimed.id, after=90, why="450 later")], holder=HOLDER, at=NOON)
    assert _states(book) == [(DeliveryState.PLANNED, "450 later")]
    assert _claim(book, after=timedelta(seconds=89)) == []
    assert len(_claim(book, after=timedelta(seconds=90))) == 1


def test_what_expired_while_it_waited_is_dropped_and_says_so(desk: Desk, book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    assert _claim(book, after=timedelta(days=2)) == []
    assert _states(book) == [(DeliveryState.EXCLUDED, NoNotice.EXPIRED)]
    assert "aliya" not in _kept(desk)[0].casefold()


@pytest.mark.parametrize("reason", SuppressionReason)
def test_nobody_is_asked_who_must_not_be_mailed(desk: Desk, book: SqlNotices, reason: SuppressionReason) -> None:
    book.put([a_notice()], at=NOON)
    desk.audience.suppress("aliya@EXAMPLE.org", reason, at=NOON)
    claimed = _claim(book)
    if reason is SuppressionReason.UNSUBSCRIBED:  # they have just asked for it
        assert len(claimed) == 1
    else:
        assert claimed == []
        assert _states(book) == [(DeliveryState.EXCLUDED, NoNotice.SUPPRESSED)]


def test_a_welcome_needs_a_subscription_that_may_be_mailed(desk: Desk, book: SqlNotices) -> None:
    stays, leaves, worn_out = desk.subscribe(3)
    book.put(
        [
            a_notice(who.token, WELCOME, subscription=who.token, to_address=who.subscriber.address)
            for who in (stays, leaves, worn_out)
        ],
        at=NOON,
    )
    book.put([a_notice("erased", WELCOME, subscription="gone")], at=NOON)
    desk.audience.leave(MORNING, leaves.subscriber.address, at=NOON)
    desk.audience.suppress(worn_out.subscriber.address, SuppressionReason.UNSUBSCRIBED, at=NOON)
    assert [one.subscription for one in _claim(book)] == [stays.token]
    reasons = sorted(row.reason or "" for row in book.rows(state=DeliveryState.EXCLUDED))
    assert reasons == [NoNotice.ERASED, NoNotice.SUPPRESSED, NoNotice.UNSUBSCRIBED]


def test_those_that_must_not_go_do_not_use_up_what_may_be_claimed(desk: Desk, book: SqlNotices) -> None:
    desk.audience.suppress("gone@example.org", SuppressionReason.BOUNCED, at=NOON)
    gone = [a_notice(f"gone{place}", to_address="gone@example.org") for place in range(5)]
    book.put([*gone, a_notice()], at=NOON)
    assert [one.id for one in _claim(book, limit=1)] == [a_notice().id]


def test_a_worker_that_is_gone_leaves_a_doubt_and_a_late_yes_ends_it(book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    (claimed,) = _claim(book)
    assert book.give_up(is_gone=lambda worker: worker == "v", at=NOON) == 0
    assert book.give_up(is_gone=lambda worker: worker == "w", at=LATER) == 1
    (doubts,) = book.doubts().values()
    assert [(one.delivery, one.worker, one.asked_at, one.since) for one in doubts] == [(claimed.id, "w", NOON, LATER)]
    book.record([Accepted(delivery=claimed.id, receipt="r")], holder=HOLDER, at=LATER)
    assert _states(book) == [(DeliveryState.ACCEPTED, None)]
    assert book.doubts() == {}


def test_a_lease_that_is_over_leaves_a_doubt(book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    _claim(book)
    assert book.give_up(is_gone=lambda _: False, at=NOON + timedelta(seconds=59)) == 0
    assert book.give_up(is_gone=lambda _: False, at=NOON + timedelta(seconds=60)) == 1


@pytest.mark.parametrize("by_policy", [False, True])
def test_a_doubt_ends_as_it_is_told_and_policy_ends_it_once(book: SqlNotices, by_policy: bool) -> None:
    book.put([a_notice()], at=NOON)
    (claimed,) = _claim(book)
    book.record([Unclear(delivery=claimed.id, why="no answer")], holder=HOLDER, at=LATER)
    assert book.end_doubts([claimed.id], Verdict.PLANNED, why="as declared", at=LATER, by_policy=by_policy) == 1
    assert book.end_doubts([claimed.id], Verdict.PLANNED, why="as declared", at=LATER) == 0
    again = book.claim(worker="w", limit=1, lease_seconds=60, at=LATER)
    assert [one.to_address for one in again] == ["Aliya@example.org"]
    book.record([Unclear(delivery=claimed.id, why="no answer")], holder=Holder(worker="w", since=LATER), at=LATER)
    ((doubt,),) = book.doubts().values()
    assert doubt.planned_before is by_policy
    assert book.end_doubts([claimed.id], Verdict.ACCEPTED, why="told by sendgrid", at=LATER) == 1
    assert _states(book) == [(DeliveryState.ACCEPTED, "told by sendgrid")]


def test_a_doubt_that_has_expired_stays_one_and_is_forgotten(desk: Desk, book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    (claimed,) = _claim(book)
    book.record([Unclear(delivery=claimed.id, why="no answer")], holder=HOLDER, at=LATER)
    book.give_up(is_gone=lambda _: False, at=MUCH_LATER)
    assert _states(book) == [(DeliveryState.UNCERTAIN, "no answer")]
    assert book.doubts() == {}
    assert book.end_doubts([claimed.id], Verdict.PLANNED, why="too late", at=MUCH_LATER) == 0
    assert "aliya" not in _kept(desk)[0].casefold()


@pytest.mark.parametrize("state", ["planned", "claimed", "uncertain"])
def test_whoever_is_erased_gets_none_any_more_and_is_forgotten(desk: Desk, book: SqlNotices, state: str) -> None:
    book.put([a_notice()], at=NOON)
    if state != "planned":
        (claimed,) = _claim(book)
    if state == "uncertain":
        book.record([Unclear(delivery=claimed.id, why="no answer")], holder=HOLDER, at=NOON)
    with writing(desk.engine) as connection:
        assert forget_notices(connection, "aliya@example.org", at=NOON) == (state == "planned")
    if state == "claimed":
        book.release([claimed.id], holder=HOLDER)
    assert _claim(book, after=timedelta(minutes=1)) == []
    assert "aliya" not in _kept(desk)[0].casefold()


def test_whoever_was_erased_before_gets_none(desk: Desk, book: SqlNotices) -> None:
    (reader,) = desk.subscribe(1)
    address = reader.subscriber.address
    book.put([a_notice("before", to_address=address)], at=NOON)
    assert SqlPersons(desk.engine).erase(reader.token, at=NOON)
    book.put([a_notice("after", to_address=address.upper())], at=LATER)
    assert _claim(book, after=timedelta(hours=1)) == []
    assert sorted(row.reason or "" for row in book.rows()) == [NoNotice.ERASED, NoNotice.SUPPRESSED]


def test_what_is_told_of_a_notice_names_one_of_our_mails(desk: Desk, book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    heard = SqlFeedback(desk.engine)
    bounced = Feedback(
        kind=FeedbackKind.BOUNCED,
        source="sendgrid",
        said="bounce",
        at=NOON,
        delivery=a_notice().id,
        address="Aliya@example.org",
        why="550",
    )
    taken = heard.take_in([bounced], at=LATER)
    assert (taken.new, taken.unmatched, taken.suppressed) == (1, 0, 1)
    assert heard.heard(unmatched=True) == []
    assert _claim(book) == []  # the address is suppressed from now on
    assert heard.evidence([a_notice().id]) == {a_notice().id: Evidence.ACCEPTED}


def test_a_notice_is_queued_with_what_caused_it_or_not_at_all(desk: Desk, book: SqlNotices) -> None:
    def cause() -> None:
        with writing(desk.engine) as connection:
            assert put_notices(connection, [a_notice()], at=NOON) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()
    assert book.rows() == []


def test_nobody_s_address_is_in_the_list(book: SqlNotices) -> None:
    book.put([a_notice()], at=NOON)
    assert "aliya" not in str([row.as_json() for row in book.rows(most=5)]).casefold()


def test_an_id_says_nothing_and_cannot_be_guessed() -> None:
    one = notice_id("confirm|1", secret=SECRET)
    assert one == DeliveryId(notice_id("confirm|1", secret=SECRET))
    assert len({one, notice_id("confirm|2", secret=SECRET), notice_id("confirm|1", secret=b"")}) == 3
    assert len(one) == 22
