from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from digest.audience.appearance import AppearanceChange
from digest.clock import StoppedClock
from digest.collect.freshness import Add, Credit
from digest.compose.grouping import count_shares, share_among, share_out
from digest.compose.issue import Former, Frozen, IssueSkipped, Missed, NothingToSend, Owed
from digest.compose.newsletter import Newsletter, Selection, WhenEmpty
from digest.compose.snapshot import digest_of, from_json, to_json
from digest.compose.steps import compose
from digest.errors import NotInThisState, UnknownNewsletter
from digest.ids import GROUND, DeliveryId, JournalistId, ListName, NewsletterId, Position, Sha256
from digest.render.rendition import Sealed
from digest.send.ledger import Holder, Planned
from digest.send.mail import Rejected
from digest.store.audience import SqlAudience
from digest.store.issues import SqlIssues
from digest.store.ledger import SqlLedger
from digest.store.newsletters import SqlNewsletters
from digest.store.rates import SqlRates
from digest.store.roster import SqlRoster
from digest.store.shelf import SqlShelf
from tests.builders import a_bank_sheet, a_declaration, a_found_article, a_joining, a_newsletter
from tests.fakes import NOON

BRIEF = NewsletterId("morning-brief")
MORNING = ListName("morning")
DANA, TIMUR = JournalistId("dana"), JournalistId("timur")


@dataclass
class Newsroom:
    """A store with one newsletter of two journalists, and what one does with it."""

    engine: Engine

    def apply(self, newsletter: Newsletter) -> None:
        SqlNewsletters(self.engine).apply(a_declaration(newsletter), at=NOON)

    def write(self, journalist: JournalistId, *titles: str, at: datetime | None = NOON) -> None:
        adds = [Add(title, a_found_article(title, url=None, at=at)) for title in titles]
        SqlShelf(self.engine).apply(journalist, adds, at=NOON)

    def credit(self, journalist: JournalistId, title: str) -> None:
        SqlShelf(self.engine).apply(journalist, [Credit(title)], at=NOON)

    def join(self, address: str, *follows: str, since: int = GROUND) -> None:
        row = a_joining(address, name=address, follows=follows or ("*",))
        SqlAudience(self.engine).join(MORNING, [row], since=Position(since), at=NOON)

    def compose(self, at: datetime = NOON) -> Frozen | IssueSkipped:
        audience, shelf, issues = SqlAudience(self.engine), SqlShelf(self.engine), SqlIssues(self.engine)
        return compose(
            BRIEF,
            newsletters=SqlNewsletters(self.engine),
            shelf=shelf,
            roster=SqlRoster(self.engine),
            readership=audience,
            book=SqlRates(self.engine),
            numbers=issues,
            clock=StoppedClock(at),
        )

    def frozen(self, at: datetime = NOON) -> Frozen:
        frozen = self.compose(at)
        assert isinstance(frozen, Frozen)
        return frozen

    def put(self, frozen: Frozen, *, approved: bool) -> None:
        snapshot = to_json(frozen)
        hash_ = digest_of(snapshot)
        sealed = Sealed(frozen=frozen, snapshot=snapshot, template_revision=Sha256("r"), renditions=(), hash=hash_)
        archive = SqlIssues(self.engine)
        archive.put(sealed)
        if approved:
            archive.approve(frozen.id, hash_, by="editor", at=NOON)

    def send(self, frozen: Frozen) -> None:
        """Give the approved issue to nobody: its ledger is empty, so it is finished at once."""
        SqlLedger(self.engine).plan(frozen.id, (), (), height=frozen.height, at=NOON)
        assert SqlIssues(self.engine).finish(frozen.id, at=NOON)


@pytest.fixture
def newsroom(engine: Engine) -> Newsroom:
    newsroom = Newsroom(engine)
    newsroom.apply(a_newsletter(journalists=("timur", "dana")))
    return newsroom


def titles(frozen: Frozen) -> list[str]:
    return [article.title for article in frozen.articles]


def test_an_issue_freezes_what_readers_are_owed(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one", "two")
    newsroom.write(TIMUR, "three")
    newsroom.join("ann@example.org")
    frozen = newsroom.frozen()
    assert (frozen.id, frozen.number, frozen.height, frozen.floor) == ("morning-brief-1", 1, 3, 0)
    assert titles(frozen) == ["three", "two", "one"]
    assert [journalist.id for journalist in frozen.journalists] == ["timur", "dana"]
    assert frozen.composed_at == NOON
    assert from_json(to_json(frozen)) == frozen


def test_composing_the_same_twice_gives_the_same_bytes(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one", "two")
    newsroom.credit(TIMUR, "one")
    newsroom.join("ann@example.org")
    assert to_json(newsroom.frozen()) == to_json(newsroom.frozen())


def test_the_issue_s_day_is_the_newsletter_s_own(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    newsroom.join("ann@example.org")
    late_in_utc = datetime(2025, 12, 19, 20, 30, tzinfo=UTC)  # half past one in Almaty
    assert newsroom.frozen(late_in_utc).issue_date == date(2025, 12, 20)


def test_nothing_below_everybody_s_cursor_is_frozen(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one", "two")
    newsroom.write(TIMUR, "three")
    newsroom.join("ann@example.org", since=2)
    frozen = newsroom.frozen()
    assert titles(frozen) == ["three"]
    assert frozen.floor == 2


def test_who_may_not_be_mailed_or_follows_nobody_does_not_pull_the_floor_down(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one", "two")
    newsroom.join("ann@example.org", since=1)
    newsroom.join("gone@example.org")
    SqlAudience(newsroom.engine).leave(MORNING, "gone@example.org", at=NOON)
    nobody = replace(a_joining("none@example.org"), follows=())
    SqlAudience(newsroom.engine).join(MORNING, [nobody], since=GROUND, at=NOON)
    assert titles(newsroom.frozen()) == ["two"]


def test_who_joins_from_the_start_after_composing_loses_nothing(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one", "two")
    newsroom.join("ann@example.org", since=1)
    frozen = newsroom.frozen()
    newsroom.join("late@example.org")
    shared = list(share_out(frozen, SqlAudience(newsroom.engine).readers(MORNING)))
    assert count_shares(shared).excluded == {NothingToSend.NEXT_ISSUE: 1}
    assert titles(newsroom.frozen()) == ["two", "one"]


def test_old_articles_are_not_frozen(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "old", at=NOON - timedelta(days=20))
    newsroom.write(DANA, "young", at=NOON - timedelta(days=2))
    newsroom.write(DANA, "undated", at=None)
    newsroom.join("ann@example.org")
    assert titles(newsroom.frozen()) == ["undated", "young"]
    assert isinstance(newsroom.compose(NOON + timedelta(days=15)), IssueSkipped)


def test_a_co_authored_article_stands_with_the_first_of_its_journalists(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "dana's", "both")
    newsroom.write(TIMUR, "timur's")
    newsroom.credit(TIMUR, "both")
    newsroom.join("ann@example.org")
    assert titles(newsroom.frozen()) == ["timur's", "both", "dana's"]


def test_a_journalist_who_left_the_newsletter_is_not_printed(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "dana's", "both")
    newsroom.write(TIMUR, "timur's")
    newsroom.credit(TIMUR, "both")
    newsroom.apply(a_newsletter(journalists=("timur",)))
    newsroom.join("ann@example.org")
    frozen = newsroom.frozen()
    assert titles(frozen) == ["timur's", "both"]
    assert [journalist.id for journalist in frozen.journalists] == ["timur"]


def test_the_rates_of_the_day_are_frozen_too(newsroom: Newsroom) -> None:
    SqlRates(newsroom.engine).enter([a_bank_sheet(values={"USD": "512.34"})], at=NOON)
    newsroom.write(DANA, "one")
    newsroom.join("ann@example.org")
    frozen = newsroom.frozen()
    assert [(rate.currency, str(rate.value)) for rate in frozen.rates.rates] == [("KZT", "512.34")]
    assert frozen.rates_are_new


def test_a_list_without_readers_gives_no_issue(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    assert newsroom.compose() == IssueSkipped(newsletter=BRIEF, reason="the list has no reader", readers=0)


def test_a_list_of_which_nobody_may_be_mailed_gives_no_issue(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    newsroom.join("ann@example.org")
    SqlAudience(newsroom.engine).leave(MORNING, "ann@example.org", at=NOON)
    assert newsroom.compose() == IssueSkipped(newsletter=BRIEF, reason="nobody on the list may be mailed", readers=1)


def test_nothing_new_for_anybody_gives_no_issue(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    newsroom.join("ann@example.org", since=1)
    newsroom.join("bob@example.org", "timur")
    assert newsroom.compose() == IssueSkipped(newsletter=BRIEF, reason="nothing new for any reader", readers=2)


def test_rates_alone_make_an_issue_once_where_the_newsletter_says_so(newsroom: Newsroom) -> None:
    only = Selection(when_empty=WhenEmpty.RATES_ONLY)
    newsroom.apply(a_newsletter(journalists=("timur", "dana"), selection=only))
    newsroom.join("ann@example.org")
    assert isinstance(newsroom.compose(), IssueSkipped)
    SqlRates(newsroom.engine).enter([a_bank_sheet(values={"USD": "512.34"})], at=NOON)
    frozen = newsroom.frozen()
    assert frozen.articles == ()
    newsroom.put(frozen, approved=True)
    newsroom.send(frozen)
    nothing = "nothing new for any reader: no article has been read yet"
    assert newsroom.compose() == IssueSkipped(newsletter=BRIEF, reason=nothing, readers=1)
    SqlRates(newsroom.engine).enter([a_bank_sheet(values={"USD": "513.00"})], at=NOON + timedelta(hours=1))
    assert newsroom.frozen().rates_are_new


def test_an_approved_issue_must_be_finished_first(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    newsroom.join("ann@example.org")
    newsroom.put(newsroom.frozen(), approved=True)
    with pytest.raises(NotInThisState, match=r"morning-brief-1 is approved.*digest issue send morning-brief-1"):
        newsroom.compose()


def test_an_issue_that_nobody_approved_may_be_composed_again(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    newsroom.join("ann@example.org")
    newsroom.put(newsroom.frozen(), approved=False)
    newsroom.write(DANA, "two")
    again = newsroom.frozen()
    assert again.number == 2
    assert titles(again) == ["two", "one"]


def test_an_unknown_newsletter_is_refused(engine: Engine) -> None:
    with pytest.raises(UnknownNewsletter, match="morning-brief"):
        Newsroom(engine).compose()


def test_an_issue_names_those_before_it_and_marks_what_they_failed_to_bring(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    newsroom.join("ann@example.org")
    first = newsroom.frozen()
    assert first.former == ()
    newsroom.put(first, approved=True)
    readership, ledger = SqlAudience(newsroom.engine), SqlLedger(newsroom.engine)
    (owed,) = share_among(first, readership.stream(MORNING), readership)
    assert isinstance(owed, Owed)
    delivery = DeliveryId("d1")
    ledger.plan(first.id, [Planned(id=delivery, owed=owed)], [], height=first.height, at=NOON)
    ledger.claim(first.id, worker="w", limit=1, lease_seconds=60, at=NOON)
    no = [Rejected(delivery=delivery, why="full")]
    ledger.record(first.id, no, holder=Holder(worker="w", since=NOON), height=first.height, at=NOON)
    assert SqlIssues(newsroom.engine).finish(first.id, at=NOON)

    newsroom.write(DANA, "two")
    newsroom.join("ben@example.org", since=1)
    second = newsroom.frozen(NOON + timedelta(hours=12))
    assert second.former == (Former(id=first.id, on=NOON.date(), height=first.height),)
    ann, ben = (
        one.contents for one in share_among(second, readership.stream(MORNING), readership) if isinstance(one, Owed)
    )
    assert ann.positions == (2, 1)
    assert (ann.missed, ann.since) == ((Missed(on=NOON.date(), positions=(Position(1),)),), None)
    assert (ben.positions, ben.missed, ben.since) == ((2,), (), NOON.date())


def test_an_issue_has_the_zones_of_those_who_may_be_mailed(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    audience = SqlAudience(newsroom.engine)
    zones = ("Asia/Tashkent", "Europe/Paris", "Europe/Berlin", "Asia/Tokyo", "UTC")
    rows = [a_joining(f"r{n}@example.org", time_zone=zone) for n, zone in enumerate(zones)]
    audience.join(MORNING, rows, since=GROUND, at=NOON)
    audience.leave(MORNING, "r3@example.org", at=NOON)
    frozen = newsroom.frozen()
    assert frozen.zones == ("Europe/Berlin",)

    shared = share_among(frozen, audience.stream(MORNING), audience)
    assert [one.contents.zone for one in shared if isinstance(one, Owed)] == ["", "Europe/Berlin", "Europe/Berlin", ""]


def test_an_issue_has_the_looks_of_those_who_may_be_mailed(newsroom: Newsroom) -> None:
    newsroom.write(DANA, "one")
    audience = SqlAudience(newsroom.engine)
    brief = AppearanceChange(look="brief", text_only=True)
    audience.join(MORNING, [a_joining("r1@example.org", appearance=brief)], since=GROUND, at=NOON)
    audience.leave(MORNING, "r1@example.org", at=NOON)
    audience.join(MORNING, [a_joining("r2@example.org")], since=GROUND, at=NOON)
    assert newsroom.frozen().looks == ()
    audience.join(MORNING, [a_joining("r3@example.org", appearance=brief)], since=GROUND, at=NOON)
    frozen = newsroom.frozen()
    assert frozen.looks == ("brief",)
    shared = share_among(frozen, audience.stream(MORNING), audience)
    found = [(one.contents.look, one.contents.text_only) for one in shared if isinstance(one, Owed)]
    assert found == [("classic", False), ("brief", True)]
