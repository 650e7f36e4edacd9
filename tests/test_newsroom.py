"""The steps of a run over an open runtime: what commands and flows both call."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from digest import newsroom
from digest.clock import StoppedClock
from digest.collect.freshness import Add
from digest.collect.journalist import SourceKind
from digest.collect.rates.bank_report import BankReport, BankState
from digest.collect.rates.rate import BankName
from digest.collect.report import Collected, SourceReport, SourceState
from digest.compose.issue import IssueSkipped, IssueState
from digest.compose.newsletter import RatesWanted
from digest.config import read_settings
from digest.errors import MailerError, NotInThisState, UnknownIssue, UnknownNewsletter
from digest.ids import EVERY_JOURNALIST, GROUND, IssueId, JournalistId, ListName, NewsletterId
from digest.newsroom import CollectReport, Composed
from digest.wiring import Runtime, open_runtime
from tests.builders import a_declaration, a_found_article, a_joining, a_newsletter
from tests.fakes import NOON, FakeWeb

BRIEF, MORNING, DANA = NewsletterId("morning-brief"), ListName("morning"), JournalistId("dana-serikova")
FEED = "https://steppe-herald.example.org/feed.xml"
RSS = b"""<rss version="2.0"><channel><title>The Steppe Herald</title><link>https://steppe-herald.example.org/</link>
<item><title>Snow closes the Medeu road</title><link>https://steppe-herald.example.org/snow</link>
<author>Dana Serikova</author><pubDate>Fri, 19 Dec 2025 06:00:00 +0000</pubDate>
<description>The road was closed at six, and nobody knows for how long.</description></item></channel></rss>"""


@pytest.fixture
def runtime(migrated_file: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime with one newsletter of one journalist and no rates; nobody reads it, nothing is on the shelf."""
    (tmp_path / "digest.db").write_bytes(migrated_file.read_bytes())
    settings = read_settings(database_url="sqlite:///digest.db", outbox_dir="outbox", secret_key="k" * 16)
    with open_runtime(settings, clock=StoppedClock(NOON)) as opened:
        opened.newsletters.apply(a_declaration(a_newsletter(rates=RatesWanted())), at=NOON)
        yield opened


def with_web(runtime: Runtime, web: FakeWeb) -> Runtime:
    @asynccontextmanager
    async def open_web(*, anew: bool = False) -> AsyncIterator[FakeWeb]:  # noqa: ARG001 - the port's signature
        yield web

    return replace(runtime, open_web=open_web)


def write(runtime: Runtime, *titles: str) -> None:
    adds = [Add(title, a_found_article(title, url=None)) for title in titles]
    runtime.shelf.apply(DANA, adds, at=NOON)


def join(runtime: Runtime, *addresses: str) -> None:
    rows = [a_joining(address, follows=(EVERY_JOURNALIST,)) for address in addresses]
    runtime.readers.join(MORNING, rows, since=GROUND, at=NOON)


def composed(runtime: Runtime) -> Composed:
    found = newsroom.compose_issue(runtime, BRIEF)
    assert isinstance(found, Composed)
    return found


def test_the_whole_way(runtime: Runtime) -> None:
    ticks: list[None] = []
    web = with_web(runtime, FakeWeb(pages={FEED: RSS}))
    join(runtime, "one@example.org", "two@example.org")
    collected = asyncio.run(newsroom.collect(web, BRIEF, tick=lambda: ticks.append(None)))
    assert (collected.has_failures, len(collected.journalists), len(ticks)) == (False, 1, 1)
    issue = composed(runtime)
    assert issue.is_fit, issue.findings
    name = issue.sealed.frozen.id
    newsroom.approve_issue(runtime, name, by="editor", hash_=issue.sealed.hash)
    assert newsroom.unfinished_issue(runtime, BRIEF) == name
    newsroom.open_ledger(runtime, name)
    newsroom.open_ledger(runtime, name)
    assert newsroom.unfinished_issue(runtime, BRIEF) == name
    told: list[int] = []
    report = newsroom.empty_ledger(runtime, name, progress=told.append)
    assert (report.accepted, report.is_finished, told) == (2, True, [2])
    assert newsroom.unfinished_issue(runtime, BRIEF) is None
    assert newsroom.show_outbox(runtime) == Path("outbox/index.html")
    assert isinstance(newsroom.compose_issue(runtime, BRIEF), IssueSkipped)


def test_a_source_that_fails_is_a_value_and_the_report_says_so(runtime: Runtime) -> None:
    report = asyncio.run(newsroom.collect(with_web(runtime, FakeWeb()), None))
    assert report.has_failures
    (who,) = report.as_json()["journalists"]
    assert (who["sources"][0]["state"], who["sources"][0]["error_name"]) == ("failed", "BadAnswer")


@pytest.mark.parametrize(
    ("source", "bank", "has_failures"),
    [
        (SourceState.NEW, BankState.NEW, False),
        (SourceState.UNCHANGED, BankState.UNCHANGED, False),
        (SourceState.SUSPECT, BankState.NEW, True),
        (SourceState.FAILED, BankState.NEW, True),
        (SourceState.NEW, BankState.FAILED, True),
    ],
)
def test_a_report_has_failures_if_any_source_or_bank_has(
    source: SourceState, bank: BankState, has_failures: bool
) -> None:
    sources = (SourceReport(kind=SourceKind.FEED, ref=FEED, state=source),)
    report = CollectReport(
        journalists=(Collected(journalist=DANA, sources=sources),),
        banks=(BankReport(bank=BankName.NBK, state=bank),),
    )
    assert report.has_failures is has_failures
    assert set(report.as_json()) >= {"journalists", "banks"}


def test_newsletters_are_one_or_all(runtime: Runtime) -> None:
    assert [one.id for one in newsroom.newsletters_of(runtime, None)] == [BRIEF]
    assert [one.id for one in newsroom.newsletters_of(runtime, BRIEF)] == [BRIEF]
    with pytest.raises(UnknownNewsletter):
        newsroom.newsletters_of(runtime, NewsletterId("evening"))


def test_why_there_is_no_issue_as_plain_values(runtime: Runtime) -> None:
    skipped = newsroom.compose_issue(runtime, BRIEF)
    assert isinstance(skipped, IssueSkipped)
    assert newsroom.skip_as_json(skipped) == {"issue": None, "skipped": "the list has no reader", "readers": 0}


def test_composing_again_names_the_issue_that_it_supersedes(runtime: Runtime) -> None:
    join(runtime, "one@example.org")
    write(runtime, "one")
    assert composed(runtime).superseded is None
    write(runtime, "two")
    again = composed(runtime)
    assert (again.superseded, again.sealed.frozen.id) == ("morning-brief-1", "morning-brief-2")
    assert runtime.issues.row(IssueId("morning-brief-1")).state is IssueState.SUPERSEDED
    assert again.as_json()["superseded"] == "morning-brief-1"


def test_an_approved_issue_is_superseded_by_nothing(runtime: Runtime) -> None:
    join(runtime, "one@example.org")
    write(runtime, "one")
    first = composed(runtime)
    newsroom.approve_issue(runtime, first.sealed.frozen.id, by="editor", hash_=first.sealed.hash)
    with pytest.raises(NotInThisState, match="morning-brief-1 is approved"):
        newsroom.compose_issue(runtime, BRIEF)


def test_an_issue_goes_by_its_own_name_or_by_its_newsletter_s(runtime: Runtime) -> None:
    join(runtime, "one@example.org")
    for title in ("one", "two"):
        write(runtime, title)
        composed(runtime)
    assert newsroom.find_issue(runtime, "morning-brief") == "morning-brief-2"
    assert newsroom.find_issue(runtime, "morning-brief-1") == "morning-brief-1"
    for unknown in ("morning", "morning-brief-3", ""):
        with pytest.raises(UnknownIssue):
            newsroom.find_issue(runtime, unknown)


def test_shares_are_reckoned_until_they_are_planned_and_stay_so_then(runtime: Runtime) -> None:
    join(runtime, "one@example.org")
    write(runtime, "one")
    sealed = composed(runtime).sealed
    issue = sealed.frozen.id
    join(runtime, "two@example.org")
    assert newsroom.shares_of(runtime, sealed).owed == 2
    newsroom.approve_issue(runtime, issue, by="editor", hash_=sealed.hash)
    newsroom.open_ledger(runtime, issue)
    join(runtime, "three@example.org")
    shares = newsroom.shares_of(runtime, sealed)
    assert (shares.readers, shares.owed, shares.bodies, len(shares.groups)) == (2, 2, 1, 1)


def test_a_preview_lies_beside_the_outbox_or_where_it_is_told_to(runtime: Runtime) -> None:
    join(runtime, "one@example.org")
    write(runtime, "one")
    sealed = composed(runtime).sealed
    assert newsroom.write_preview(runtime, sealed) == Path("preview/morning-brief-1/index.html")
    stray = Path("preview/morning-brief-1/stray.eml")
    stray.write_bytes(b"Subject: of an earlier preview\n\n")
    newsroom.write_preview(runtime, sealed)
    assert not stray.exists()
    assert newsroom.write_preview(runtime, sealed, Path("look")) == Path("look/morning-brief-1/index.html")
    assert not Path("outbox").exists()


def test_a_page_that_cannot_be_written_is_named(runtime: Runtime) -> None:
    Path("outbox").write_bytes(b"in the way")
    with pytest.raises(MailerError, match="The page that shows outbox cannot be written"):
        newsroom.show_outbox(runtime)


def test_without_a_secret_key_readers_are_mailed_all_the_same(migrated_file: Path, tmp_path: Path) -> None:
    (tmp_path / "digest.db").write_bytes(migrated_file.read_bytes())
    with open_runtime(read_settings(database_url="sqlite:///digest.db"), clock=StoppedClock(NOON)) as keyless:
        newsletter = a_newsletter(rates=RatesWanted())
        keyless.newsletters.apply(a_declaration(newsletter), at=NOON)
        join(keyless, "one@example.org")
        write(keyless, "one")
        issue = composed(keyless)
        newsroom.approve_issue(keyless, issue.sealed.frozen.id, by="editor", hash_=issue.sealed.hash)
        newsroom.open_ledger(keyless, issue.sealed.frozen.id)
        assert newsroom.empty_ledger(keyless, issue.sealed.frozen.id).accepted == 1
