"""Sending notices: whatever dies or answers in between, nobody gets one twice and none is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from digest.audience.notice import Notice
from digest.compose.sending import Sending, WhenUncertain
from digest.errors import Refused, RenderError, TryLater, Uncertain
from digest.ids import DeliveryId
from digest.render.rendition import Body
from digest.send.doubt import Doubt
from digest.send.mail import Accepted, Answer, Evidence, Mail, Mailer, Postponed, Rejected
from digest.send.mailers.outbox import OutboxMailer
from digest.send.notice_letter import notice_mail
from digest.send.notice_steps import NoticePost, Write
from digest.send.notices import NoticeBook, NoticeReport
from digest.send.states import DeliveryState
from digest.store.notices import SqlNotices
from tests.builders import a_newsletter
from tests.contracts.desk import Desk
from tests.contracts.test_notices_contract import a_notice
from tests.fakes import NOON, FakeMailer
from tests.send.office import TickingClock

BODY = Body(subject="Confirm", html="<p>Да</p>", text="Да\n")


class Killed(BaseException):
    """The process ended here."""


def _write(notice: Notice, at: datetime) -> Mail:
    return notice_mail(notice, BODY, a_newsletter(), at=at)


@dataclass
class Told:
    """A witness that was told of some."""

    of: frozenset[DeliveryId] = frozenset()

    def evidence(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        return {one: Evidence.ACCEPTED if one in self.of else Evidence.UNKNOWN for one in deliveries}


@dataclass
class Forgetful(FakeMailer):
    """A mailer without any records, such as SendGrid."""

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        return dict.fromkeys(deliveries, Evidence.UNKNOWN)


@dataclass
class WithJournal(Forgetful):
    """A mailer that knows more by whose claim a doubt is, such as SMTP."""

    asked: list[Doubt] = field(default_factory=list)

    def recall(self, doubts: Sequence[Doubt]) -> Mapping[DeliveryId, Evidence]:
        self.asked += doubts
        return {doubt.delivery: Evidence.ABSENT for doubt in doubts}


@pytest.fixture
def book(desk: Desk) -> SqlNotices:
    return SqlNotices(desk.engine)


def _send(
    book: NoticeBook,
    mailer: Mailer,
    *,
    at: datetime = NOON,
    write: Write = _write,
    sending: Sending = Sending(),  # noqa: B008 - a frozen value
    witness: Told | None = None,
    worker: str = "w",
) -> NoticeReport:
    return NoticePost(
        book=book,
        mailer=mailer,
        write=write,
        sending=lambda _newsletter: sending,
        clock=TickingClock(at),
        worker=worker,
        witness=witness,
        is_gone=lambda name: name == "dead",
    ).run()


def _queue(book: NoticeBook, number: int = 1) -> list[DeliveryId]:
    notices = [a_notice(str(place), to_address=f"reader{place}@example.org") for place in range(number)]
    for place, notice in enumerate(notices):
        book.put([notice], at=NOON + timedelta(microseconds=place))
    return [notice.id for notice in notices]


def test_all_that_waits_is_sent_once_in_the_order_in_which_it_was_queued(book: SqlNotices) -> None:
    ids = _queue(book, 32)
    mailer = FakeMailer()
    report = _send(book, mailer)
    assert [mail.delivery for mail in mailer.taken] == ids
    assert (report.accepted, report.waiting, report.error) == (32, 0, None)
    assert report.has_changed
    again = _send(book, mailer)
    assert not again.has_changed
    assert len(mailer.taken) == 32


def test_one_that_is_refused_holds_up_nobody(book: SqlNotices) -> None:
    first, second = _queue(book, 2)

    def script(mail: Mail) -> Answer:
        if mail.delivery == first:
            return Rejected(delivery=first, why="550 no such mailbox")
        return Accepted(delivery=mail.delivery, receipt="r")

    report = _send(book, FakeMailer(script=script))
    assert (report.accepted, report.refused) == (1, 1)
    assert {row.id: row.reason for row in book.rows()} == {first: "550 no such mailbox", second: None}
    told = [row.as_json() for row in book.rows()]
    assert {one["state"] for one in told} == {"accepted", "refused"}
    assert "reader0@" not in str(told)


def test_one_that_cannot_be_written_holds_up_nobody_and_is_tried_again(book: SqlNotices) -> None:
    broken, sound = _queue(book, 2)

    def write(notice: Notice, at: datetime) -> Mail:
        if notice.id == broken:
            raise RenderError("email/confirm/body.txt.j2, line 2: unexpected end.", advice="Mend the template.")
        return _write(notice, at)

    mailer = FakeMailer()
    report = _send(book, mailer, write=write)
    assert [mail.delivery for mail in mailer.taken] == [sound]
    assert (report.postponed, report.waiting) == (1, 1)
    (waits,) = book.rows(state=DeliveryState.PLANNED)
    assert "line 2" in (waits.reason or "")
    assert _send(book, mailer, at=NOON + timedelta(minutes=20)).accepted == 1


@pytest.mark.parametrize("error", [TryLater("The server is down.", after=60), Refused("The key is not accepted.")])
def test_a_mailer_that_cannot_go_on_ends_it_and_everything_waits(book: SqlNotices, error: TryLater | Refused) -> None:
    _queue(book, 3)

    class Down(FakeMailer):
        def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:  # noqa: ARG002 - the port's signature
            raise error

    report = _send(book, Down())
    assert (report.error, report.put_back, report.waiting) == (error, 3, 3)
    assert report.as_json()["trouble"] == str(error)
    assert _send(book, FakeMailer()).accepted == 3


def test_what_was_answered_before_the_trouble_counts(book: SqlNotices) -> None:
    first, second, third = _queue(book, 3)

    class Breaks(FakeMailer):
        def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:  # noqa: ARG002 - the port's signature
            raise Uncertain("The line broke.", [second], answers=[Accepted(delivery=first, receipt="r")])

    report = _send(book, Breaks())
    assert (report.accepted, report.unclear, report.put_back, report.in_doubt) == (1, 1, 1, 1)
    assert {row.id: row.state for row in book.rows()} == {
        first: DeliveryState.ACCEPTED,
        second: DeliveryState.UNCERTAIN,
        third: DeliveryState.PLANNED,
    }


def test_a_mailer_that_puts_everybody_off_for_no_time_is_not_asked_for_ever(book: SqlNotices) -> None:
    _queue(book, 2)
    tired = FakeMailer(script=lambda mail: Postponed(delivery=mail.delivery, after=0, why="no time left"))
    assert _send(book, tired).postponed == 2


def test_a_doubt_is_ended_by_what_the_provider_told(book: SqlNotices) -> None:
    (one,) = _queue(book)
    book.claim(worker="dead", limit=1, lease_seconds=60, at=NOON)
    mailer = Forgetful()
    assert _send(book, mailer).in_doubt == 1
    report = _send(book, mailer, witness=Told(frozenset({one})))
    assert (report.settled, report.in_doubt, mailer.taken) == (1, 0, [])


def test_a_doubt_is_ended_by_the_mailer_s_own_journal(book: SqlNotices) -> None:
    _queue(book)
    book.claim(worker="dead", limit=1, lease_seconds=60, at=NOON)
    mailer = WithJournal()
    report = _send(book, mailer, witness=Told())
    assert (report.given_up, report.settled, report.accepted) == (1, 1, 1)
    assert [doubt.worker for doubt in mailer.asked] == ["dead"]


def test_a_doubt_stays_one_where_a_miss_is_preferred(book: SqlNotices) -> None:
    _queue(book)
    book.claim(worker="dead", limit=1, lease_seconds=60, at=NOON)
    mailer = Forgetful()
    for hours in (0, 25, 30):
        assert _send(book, mailer, at=NOON + timedelta(hours=hours)).in_doubt == 1
    assert mailer.taken == []


def test_a_doubt_ends_in_one_more_mail_where_that_is_preferred(book: SqlNotices) -> None:
    _queue(book)
    rules = Sending(when_uncertain=WhenUncertain.PREFER_DUPLICATE, uncertain_hours=2)
    book.claim(worker="dead", limit=1, lease_seconds=60, at=NOON)
    mailer = Forgetful()
    assert _send(book, mailer, sending=rules).planned_again == 0
    report = _send(book, mailer, sending=rules, at=NOON + timedelta(hours=3))
    assert (report.planned_again, report.accepted) == (1, 1)


def test_with_a_clock_that_slept_nobody_is_asked_after_the_lease(book: SqlNotices) -> None:
    _queue(book)

    def slow(notice: Notice, at: datetime) -> Mail:
        clock.at += timedelta(minutes=6)
        return _write(notice, at)

    clock, mailer = TickingClock(), FakeMailer()
    NoticePost(book=book, mailer=mailer, write=slow, sending=lambda _: Sending(), clock=clock, worker="w").run()
    assert mailer.taken == []


class Dying:
    """A queue in whose way the process ends: before or after its n-th change."""

    def __init__(self, book: SqlNotices, dies_at: int) -> None:
        self._book = book
        self._left = dies_at

    def __getattr__(self, name: str) -> object:
        call = getattr(self._book, name)

        def dying(*given: object, **named: object) -> object:
            self._step()
            result = call(*given, **named)
            self._step()
            return result

        return dying

    def _step(self) -> None:
        if self._left == 0:
            raise Killed
        self._left -= 1


class DyingMailer(OutboxMailer):
    """An outbox in which the process ends after it has the mails and before it says so."""

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        super().submit(mails)
        raise Killed


def test_dying_between_any_two_statements_sends_each_notice_once(book: SqlNotices, tmp_path: Path) -> None:
    """The outbox keeps one file per notice: what is counted is how often it was handed over."""
    for dies_at in count():
        ids = [a_notice(f"{dies_at}-{place}", to_address=f"r{place}@example.org") for place in range(3)]
        book.put(ids, at=NOON)
        outbox = OutboxMailer(tmp_path / str(dies_at), batch_size=2)
        try:
            _send(Dying(book, dies_at), outbox, worker="dead")  # type: ignore[arg-type]
            died = False
        except Killed:
            died = True
        handed = _handed_over(outbox, tmp_path / str(dies_at))
        report = _send(book, outbox)
        assert report.waiting == report.in_doubt == 0, dies_at
        assert len(list((tmp_path / str(dies_at)).glob("*.eml"))) == 3, dies_at
        assert len(handed) == len(set(handed)) == 3, dies_at
        if not died:
            break


def _handed_over(outbox: OutboxMailer, folder: Path) -> list[DeliveryId]:
    """Return a list that grows by whom the outbox is asked for from now on, and has whom it took before."""
    handed = [DeliveryId(path.stem) for path in folder.glob("*.eml")]
    submit = outbox.submit

    def noting(mails: Sequence[Mail]) -> Sequence[Answer]:
        handed.extend(mail.delivery for mail in mails)
        return submit(mails)

    outbox.submit = noting  # type: ignore[method-assign]
    return handed


def test_dying_in_the_mailer_s_hands_is_told_by_its_records(book: SqlNotices, tmp_path: Path) -> None:
    _queue(book, 3)
    with pytest.raises(Killed):
        _send(book, DyingMailer(tmp_path), worker="dead")
    outbox = OutboxMailer(tmp_path)
    handed = _handed_over(outbox, tmp_path)
    report = _send(book, outbox)
    assert (report.given_up, report.settled, report.accepted) == (3, 3, 0)
    assert len(handed) == 3
