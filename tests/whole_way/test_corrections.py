"""A correction from beginning to end, on both databases: who gets it, what is in it, and what it leaves alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from digest import newsroom
from digest.audience.joining import Joining
from digest.audience.reader import SuppressionReason
from digest.collect.freshness import Add, Revise
from digest.compose.issue import IssueState
from digest.errors import NotFit
from digest.ids import DeliveryId, IssueId, JournalistId, ListName, NewsletterId
from digest.newsroom import Composed
from digest.newsroom_correcting import Corrected, correct_issue, unfinished_corrections
from digest.send.mail import Accepted, Answer, Evidence, Mail, Rejected, Unclear
from digest.send.proof import prove
from digest.send.steps import approve
from digest.store.tables import deliveries, subscribers, subscriptions
from digest.wiring import Runtime
from tests.builders import (
    a_bank_sheet,
    a_declaration,
    a_found_article,
    a_joining,
    a_newsletter,
    a_note,
)
from tests.contracts.desk import Desk
from tests.fakes import NOON
from tests.whole_way.road import open_at, send, settings_in

BRIEF, MORNING = NewsletterId("morning-brief"), ListName("morning")
DANA, TIMUR = JournalistId("dana-serikova"), JournalistId("timur-aliyev")
FIRST = IssueId("morning-brief-1")
NEXT_DAY = NOON + timedelta(days=1)


def yes(mail: Mail) -> Answer:
    return Accepted(delivery=mail.delivery, receipt="r")


@dataclass
class Post:
    """A mailer that answers by address and remembers nothing but what it took."""

    answers: Mapping[str, Callable[[Mail], Answer]] = field(default_factory=dict)
    batch_size: int = 3
    taken: list[Mail] = field(default_factory=list)

    def submit(self, mails: Sequence[Mail]) -> Sequence[Answer]:
        answers = [self.answers.get(mail.to_address.partition("@")[0], yes)(mail) for mail in mails]
        self.taken += [mail for mail, answer in zip(mails, answers, strict=True) if isinstance(answer, Accepted)]
        return answers

    def look_up(self, deliveries: Sequence[DeliveryId]) -> Mapping[DeliveryId, Evidence]:
        return dict.fromkeys(deliveries, Evidence.UNKNOWN)

    @property
    def readers(self) -> list[str]:
        return sorted(mail.to_address.partition("@")[0] for mail in self.taken)


@dataclass
class Newsroom:
    """A newsroom of two journalists, opened anew for every step."""

    folder: Path
    database_url: str
    desk: Desk

    @contextmanager
    def open(self, post: Post | None = None, at: datetime = NOON) -> Iterator[Runtime]:
        with open_at(settings_in(self.folder, database_url=self.database_url), at) as runtime:
            yield replace(runtime, mailer=post or Post())

    def join(self, *names: str, follows: Sequence[str] = ("*",)) -> None:
        rows: list[Joining] = [a_joining(f"{name}@example.org", name=name, follows=follows) for name in names]
        self.desk.audience.join(MORNING, rows, since=self.desk.audience.height(), at=NOON)

    def compose(self, at: datetime = NOON) -> Composed:
        with self.open(at=at) as runtime:
            composed = newsroom.compose_issue(runtime, BRIEF)
        assert isinstance(composed, Composed)
        return composed

    def correct(self, issue: IssueId = FIRST, *, without: Sequence[str] = (), rates_anew: bool = False) -> Corrected:
        with self.open(at=NEXT_DAY) as runtime:
            corrected = correct_issue(runtime, issue, note=a_note(), without=without, rates_anew=rates_anew)
        assert isinstance(corrected, Corrected)
        return corrected

    def send(self, issue: IssueId, post: Post | None = None) -> Post:
        post = post or Post()
        with self.open(post, at=NEXT_DAY) as runtime:
            approve(issue, by="editor", archive=runtime.issues, clock=runtime.clock)
            send(runtime, issue)
            assert prove(runtime.ledger.tally(issue)).is_balanced
        return post

    def cursors(self) -> list[tuple[str, int]]:
        query = select(subscribers.c.address, subscriptions.c.cursor).join_from(subscriptions, subscribers)
        with self.desk.engine.connect() as connection:
            return sorted(connection.execute(query).tuples())


@pytest.fixture
def house(desk: Desk, database_url: str, tmp_path: Path) -> Newsroom:
    """Three readers, two articles on the shelf, and the day's rate."""
    house = Newsroom(tmp_path, database_url, desk)
    desk.newsletters.apply(a_declaration(a_newsletter(journalists=(DANA, TIMUR))), at=NOON)
    with house.open() as runtime:
        runtime.rate_book.enter([a_bank_sheet(values={"USD": "512.34"})], at=NOON)
    house.join("ann", "ben", "cid")
    desk.shelve("one", by=DANA)
    desk.shelve("two", by=TIMUR)
    return house


def test_exactly_those_whose_mail_was_accepted_get_it_once(house: Newsroom) -> None:
    house.join("doubt", "refused", "left", "complained", "bounced", "choosy", follows=("*",))
    house.join("nobody", follows=())
    house.desk.shelve("three")
    issue = house.compose().sealed.frozen.id
    answers: dict[str, Callable[[Mail], Answer]] = {
        "doubt": lambda mail: Unclear(delivery=mail.delivery, why="the line went dead"),
        "refused": lambda mail: Rejected(delivery=mail.delivery, why="550 no such mailbox"),
    }
    house.send(issue, Post(answers))
    with house.desk.engine.begin() as connection:
        bounced = select(subscribers.c.id).where(subscribers.c.address == "bounced@example.org").scalar_subquery()
        connection.execute(update(deliveries).where(deliveries.c.subscriber == bounced).values(bounced_at=NOON))
    house.desk.audience.leave(MORNING, "left@example.org", at=NOON)
    house.desk.audience.suppress("complained@example.org", SuppressionReason.COMPLAINED, at=NOON)
    house.join("choosy", follows=())  # follows nobody any more
    house.join("late")

    corrected = house.correct()

    assert corrected.open == 1
    assert dict(corrected.composed.shares.excluded) == {"did-not-get-it": 5, "suppressed": 1, "unsubscribed": 1}
    post = house.send(corrected.composed.sealed.frozen.id)
    assert post.readers == ["ann", "ben", "choosy", "cid"]
    with house.open(post) as runtime:
        send(runtime, corrected.composed.sealed.frozen.id)
        assert runtime.ledger.tally(corrected.composed.sealed.frozen.id).audience == 11
    assert len(post.taken) == 4


def test_it_holds_the_very_articles_of_each_mail_as_they_stand_now(house: Newsroom) -> None:
    house.join("fan", follows=(TIMUR,))
    house.desk.shelve("three", by=TIMUR)
    house.desk.shelve("four", by=DANA)
    house.send(house.compose().sealed.frozen.id)
    house.desk.shelve("five", by=TIMUR)
    found = a_found_article("Put right", url="https://steppe-herald.example.org/right")
    house.desk.shelf.apply(DANA, [Revise("one", found)], at=NOON)

    corrected = house.correct(without=["2"])

    post = house.send(corrected.composed.sealed.frozen.id)
    by_reader = {mail.to_address.partition("@")[0]: mail for mail in post.taken}
    ann, fan = by_reader["ann"].text, by_reader["fan"].text
    assert all(words in ann for words in ("Put right", "/right", "On three", "On four", "— Olga Kim, editor"))
    assert not any(words in ann for words in ("On one", "On two", "On five"))
    assert "On three" in fan
    assert not any(words in fan for words in ("Put right", "On two", "On four", "On five"))
    assert all(mail.subject.startswith("Correction: ") for mail in post.taken)


def test_the_next_issue_owes_what_it_owed_before(house: Newsroom) -> None:
    answers: dict[str, Callable[[Mail], Answer]] = {
        "ben": lambda mail: Rejected(delivery=mail.delivery, why="550 no such mailbox")
    }
    house.send(house.compose().sealed.frozen.id, Post(answers))
    house.desk.shelve("three", by=DANA)
    waiting = house.compose(at=NEXT_DAY)
    cursors = house.cursors()

    corrected = house.correct()
    assert corrected.composed.superseded is None
    house.send(corrected.composed.sealed.frozen.id)

    assert house.cursors() == cursors
    next_issue = waiting.sealed.frozen.id
    with house.open(at=NEXT_DAY) as runtime:
        assert runtime.issues.row(next_issue).state is IssueState.AWAITING_APPROVAL
        assert newsroom.shares_of(runtime, waiting.sealed) == waiting.shares
        assert runtime.numbers.last(BRIEF) == (next_issue, IssueState.AWAITING_APPROVAL)
        assert newsroom.unfinished_issue(runtime, BRIEF) is None
    post = house.send(next_issue)
    owed = {mail.to_address.partition("@")[0]: "On one" in mail.text for mail in post.taken}
    assert owed == {"ann": False, "ben": True, "cid": False}
    assert all("On three" in mail.text for mail in post.taken)


def test_an_issue_composed_after_it_brings_nothing_twice(house: Newsroom) -> None:
    house.send(house.compose().sealed.frozen.id)
    house.send(house.correct(without=["1"]).composed.sealed.frozen.id)
    house.desk.shelve("three", by=DANA)
    house.desk.shelf.apply(TIMUR, [Add("one", a_found_article("On one", url=None))], at=NOON)  # credited late
    post = house.send(house.compose(at=NEXT_DAY).sealed.frozen.id)
    assert len(post.taken) == 3
    assert all("On three" in mail.text and "On two" not in mail.text for mail in post.taken)
    assert all("On one" not in mail.text for mail in post.taken), "they had it, though it was taken out since"


def test_its_rates_are_those_that_were_printed_unless_they_were_what_was_wrong(house: Newsroom) -> None:
    house.send(house.compose().sealed.frozen.id)
    with house.open() as runtime:
        runtime.rate_book.enter([a_bank_sheet(values={"USD": "513.43"})], at=NEXT_DAY)
    as_printed, anew = house.correct(), house.correct(rates_anew=True)
    assert [str(rate.value) for rate in as_printed.composed.sealed.frozen.rates.rates] == ["512.34"]
    assert [str(rate.value) for rate in anew.composed.sealed.frozen.rates.rates] == ["513.43"]
    assert anew.composed.superseded == as_printed.composed.sealed.frozen.id


def test_a_correction_is_finished_by_the_next_run_and_an_open_one_stops_nobody(house: Newsroom) -> None:
    house.send(house.compose().sealed.frozen.id)
    correction = house.correct().composed.sealed
    with house.open() as runtime:
        approve(correction.frozen.id, by="editor", archive=runtime.issues, clock=runtime.clock)
        assert unfinished_corrections(runtime, BRIEF) == [correction.frozen.id]
        assert newsroom.unfinished_issue(runtime, BRIEF) is None
    house.desk.shelve("three", by=DANA)
    assert house.compose(at=NEXT_DAY).sealed.frozen.number == 3


def test_a_stopped_correction_is_left_to_whoever_stopped_it(house: Newsroom) -> None:
    house.send(house.compose().sealed.frozen.id)
    correction = house.correct().composed.sealed.frozen.id
    with house.open() as runtime:
        approve(correction, by="editor", archive=runtime.issues, clock=runtime.clock)
        runtime.stops.stop(correction, by="Olga", why="not yet", at=NOON)
        assert unfinished_corrections(runtime, BRIEF) == []


def test_a_correction_that_is_not_fit_is_made_anew_and_not_composed(house: Newsroom) -> None:
    house.send(house.compose().sealed.frozen.id)
    house.desk.shelf.apply(DANA, [Revise("one", a_found_article("no end " * 20_000))], at=NOON)
    correction = house.correct().composed
    assert not correction.is_fit
    sealed = correction.sealed
    with house.open() as runtime, pytest.raises(NotFit, match="digest issue correct morning-brief-1"):
        newsroom.approve_issue(runtime, sealed.frozen.id, by="editor", hash_=sealed.hash)
