"""The contract of ``PaceBook``, and of the bounds that a claim keeps to over all workers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update

from digest.ids import DeliveryId, IssueId, Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted, Answer, Rejected, Unclear
from digest.send.pacing import Answers, Seen, Today, midnight_of
from digest.send.pacing_bounds import Bounds
from digest.send.stopping import THE_CANARY
from digest.store.pace import SqlPaceBook
from digest.store.stops import SqlStops
from digest.store.tables import deliveries
from tests.builders import a_declaration, a_newsletter
from tests.contracts.desk import ISSUE, MORNING, Desk
from tests.fakes import NOON

HEIGHT = Position(1)
DOMAIN = "news.example.org"
MINUTE = timedelta(minutes=1)
MIDNIGHT = midnight_of(NOON)


def _planned(desk: Desk, count: int = 6) -> list[DeliveryId]:
    desk.open_newsroom()
    readers = desk.subscribe(count)
    desk.approve_issue()
    return desk.plan(readers)


def _claim(
    desk: Desk, limit: int = 99, *, issue: IssueId = ISSUE, bounds: Bounds | None = None, at: datetime = NOON
) -> list[DeliveryId]:
    claims = desk.ledger.claim(issue, worker="w", limit=limit, lease_seconds=60, at=at, bounds=bounds)
    return [one.id for one in claims]


def _answer(desk: Desk, *answers: Answer, at: datetime, issue: IssueId = ISSUE) -> None:
    desk.ledger.record(issue, answers, holder=Holder(worker="w", since=NOON), height=HEIGHT, at=at)


def _accept(desk: Desk, ids: list[DeliveryId], *, at: datetime, issue: IssueId = ISSUE) -> None:
    _answer(desk, *(Accepted(delivery=one, receipt="r") for one in ids), at=at, issue=issue)


def _bounce(desk: Desk, *ids: DeliveryId) -> None:
    with desk.engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(bounced_at=NOON))


def _seen(desk: Desk, *, wave: int = 0, domain: str | None = None, at: datetime = NOON) -> Seen:
    book = SqlPaceBook(desk.engine)
    return book.seen(ISSUE, due=book.due(ISSUE), wave=wave, domain=domain, at=at)


def test_it_sees_how_an_issue_gets_on(desk: Desk) -> None:
    planned = _planned(desk)
    assert _seen(desk) == Seen(due=6, planned=6, planned_at=NOON)
    one, two, three, four = _claim(desk, 4)
    assert [one, two, three, four] == planned[:4]
    _answer(
        desk,
        Accepted(delivery=one, receipt="r"),
        Rejected(delivery=two, why="no such box"),
        Unclear(delivery=three, why="no answer"),
        at=NOON + MINUTE,
    )
    answers = Answers(count=3, failed=1)
    seen = Seen(due=6, planned=2, claimed=1, answers=answers, judged=answers, planned_at=NOON)
    assert _seen(desk) == seen
    assert _seen(desk, wave=3) == replace(seen, last_answer=NOON + MINUTE)
    _bounce(desk, one, two)  # who was refused has failed once, whatever comes back besides
    failed = Answers(count=3, failed=2)
    assert _seen(desk) == replace(seen, answers=failed, judged=failed)


def test_readers_who_leave_are_due_for_ever(desk: Desk) -> None:
    _planned(desk, 3)
    desk.audience.leave(MORNING, "reader1@example.org", at=NOON)
    assert len(_claim(desk)) == 2
    assert (_seen(desk).due, _seen(desk).planned, _seen(desk).claimed) == (3, 0, 2)


def test_what_was_answered_before_somebody_resumed_the_issue_is_not_judged(desk: Desk) -> None:
    _planned(desk)
    one, two, three = _claim(desk, 3)
    _answer(desk, Rejected(delivery=one, why="no"), at=NOON + MINUTE)
    stops = SqlStops(desk.engine)
    held = stops.stop(ISSUE, by=THE_CANARY, why="too many", at=NOON + MINUTE)
    assert _seen(desk).stops == (held,)
    assert not _seen(desk).wave_overruled
    stops.resume(ISSUE, by="Olga", at=NOON + 2 * MINUTE)
    _answer(desk, Rejected(delivery=two, why="no"), Accepted(delivery=three, receipt="r"), at=NOON + 3 * MINUTE)
    seen = _seen(desk)
    assert (seen.answers, seen.judged) == (Answers(count=3, failed=2), Answers(count=2, failed=1))
    assert (seen.stops, seen.wave_overruled) == ((), True)


def test_only_the_canary_s_own_stop_overrules_it(desk: Desk) -> None:
    _planned(desk)
    SqlStops(desk.engine).stop(ISSUE, by="Olga", why="a typo", at=NOON)
    SqlStops(desk.engine).resume(ISSUE, by="Olga", at=NOON)
    assert not _seen(desk).wave_overruled


def test_no_more_are_begun_than_the_bound_says(desk: Desk) -> None:
    planned = _planned(desk)
    wave = Bounds(begun=4)
    assert _claim(desk, 3, bounds=wave) == planned[:3]
    _accept(desk, planned[:2], at=NOON)
    assert _claim(desk, 3, bounds=wave) == planned[3:4]
    assert _claim(desk, 3, bounds=wave) == []
    assert _claim(desk, 3) == planned[4:]


def test_workers_who_claim_at_once_share_one_bound(desk: Desk) -> None:
    _planned(desk, 40)
    bounds = Bounds(begun=10, domain=DOMAIN, midnight=MIDNIGHT, today=8)
    with ThreadPoolExecutor(4) as workers:
        claimed = list(workers.map(lambda _: _claim(desk, 5, bounds=bounds), range(8)))
    assert sum(len(ids) for ids in claimed) == 8


def test_a_sending_domain_s_day_counts_all_of_its_newsletters(desk: Desk) -> None:
    planned = _planned(desk)
    other = a_newsletter("evening-brief", name="The Evening Brief", list_name="evening")
    desk.newsletters.apply(a_declaration(other), at=NOON)
    ids = _claim(desk, 3)
    _accept(desk, ids[:1], at=NOON)
    _answer(desk, Unclear(delivery=ids[1], why="?"), at=NOON)
    today = _seen(desk, domain=DOMAIN).today
    assert today == Today(domain=DOMAIN, count=3, since=NOON)
    assert _claim(desk, 9, bounds=Bounds(domain=DOMAIN, midnight=MIDNIGHT, today=4)) == planned[3:4]
    assert _seen(desk, domain="elsewhere.example").today == Today(domain="elsewhere.example", count=0, since=None)


def test_yesterday_does_not_count_and_is_the_first_day(desk: Desk) -> None:
    _planned(desk)
    ids = _claim(desk, 3)
    _accept(desk, ids[:2], at=NOON)
    tomorrow = NOON + timedelta(days=1)
    assert _seen(desk, domain=DOMAIN, at=tomorrow).today == Today(domain=DOMAIN, count=1, since=NOON)
    bounds = Bounds(domain=DOMAIN, midnight=midnight_of(tomorrow), today=2)
    assert len(_claim(desk, bounds=bounds, at=tomorrow)) == 1


def test_finished_issues_count_on_their_last_day_only(desk: Desk) -> None:
    _planned(desk, 2)
    _accept(desk, _claim(desk), at=NOON)
    assert desk.issues.finish(ISSUE, at=NOON)
    assert _seen(desk, domain=DOMAIN).today == Today(domain=DOMAIN, count=2, since=NOON)
    assert _seen(desk, domain=DOMAIN, at=NOON + timedelta(days=1)).today == Today(domain=DOMAIN, count=0, since=NOON)
