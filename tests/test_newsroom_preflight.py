"""Looking at links, and what approving knows of it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest import newsroom
from digest.clock import StoppedClock
from digest.collect.web import LinkLook
from digest.compose.issue import Frozen
from digest.compose.sending import Sending
from digest.config import Settings
from digest.errors import NotFit
from digest.newsroom_preflight import LOOKED_AT_LATELY, LOOKS_LAST, findings_of, look_at_links, wants_looks
from digest.render.rendition import Sealed
from digest.render.steps import seal
from digest.resources import templates_dir
from digest.wiring import Runtime, open_runtime
from tests.builders import a_contents, a_declaration, a_frozen_issue, an_article
from tests.fakes import NOON

GOOD, GONE = "https://steppe-herald.example.org/1", "https://steppe-herald.example.org/2"


@dataclass
class FakeScout:
    """Finds one address gone; remembers what it was asked."""

    asked: list[str] = field(default_factory=list)

    async def look(self, url: str) -> LinkLook:
        self.asked.append(url)
        return LinkLook(url=url, at=NOON, status=404 if url == GONE else 200)


@pytest.fixture
def sealed() -> Sealed:
    return seal(a_frozen_issue(an_article(1, url=GOOD), an_article(2, url=GONE)), templates=templates_dir())


@pytest.fixture
def scout() -> FakeScout:
    return FakeScout()


@pytest.fixture
def runtime(tmp_path: Path, sealed: Sealed, scout: FakeScout) -> Iterator[Runtime]:
    @asynccontextmanager
    async def open_scout() -> AsyncIterator[FakeScout]:
        yield scout

    settings = Settings(database_url=f"sqlite:///{tmp_path / 'digest.db'}", outbox_dir=tmp_path)  # type: ignore[arg-type]
    with open_runtime(settings, clock=StoppedClock(NOON)) as opened:
        opened.newsletters.apply(a_declaration(), at=NOON)
        opened.issues.put(sealed)
        yield replace(opened, open_scout=open_scout)


def names(runtime: Runtime, sealed: Sealed) -> set[str]:
    return {finding.name for finding in newsroom.review(runtime, sealed).findings}


def later(runtime: Runtime, by: timedelta) -> Runtime:
    return replace(runtime, clock=StoppedClock(NOON + by))


async def test_links_are_looked_at_once_in_a_while(runtime: Runtime, sealed: Sealed, scout: FakeScout) -> None:
    assert await look_at_links(runtime, sealed.frozen) == 2
    assert await look_at_links(later(runtime, LOOKED_AT_LATELY), sealed.frozen) == 0
    assert scout.asked == [GOOD, GONE]
    assert await look_at_links(later(runtime, LOOKED_AT_LATELY + timedelta(seconds=1)), sealed.frozen) == 2


async def test_what_was_found_keeps_the_issue_from_being_approved_for_a_day(runtime: Runtime, sealed: Sealed) -> None:
    assert "broken-link" not in names(runtime, sealed)
    await look_at_links(runtime, sealed.frozen)
    with pytest.raises(NotFit, match="broken-link"):
        newsroom.approve_issue(runtime, sealed.frozen.id, by="Aida", hash_=sealed.hash)
    assert "broken-link" not in names(later(runtime, LOOKS_LAST + timedelta(seconds=1)), sealed)


async def test_an_issue_without_links_asks_nobody(runtime: Runtime, sealed: Sealed, scout: FakeScout) -> None:
    without = replace(sealed.frozen, articles=tuple(replace(one, url=None) for one in sealed.frozen.articles))
    assert await look_at_links(runtime, without) == 0
    assert scout.asked == []


def test_a_newsletter_may_say_that_its_links_are_not_to_be_looked_at(runtime: Runtime, sealed: Sealed) -> None:
    frozen: Frozen = sealed.frozen
    assert wants_looks(runtime, frozen)
    runtime.newsletters.apply(replace(a_declaration(), sending=Sending(check_links=False)), at=NOON)
    assert not wants_looks(runtime, frozen)


async def test_pictures_are_looked_at_with_the_links(runtime: Runtime, sealed: Sealed, scout: FakeScout) -> None:
    pictured = replace(sealed.frozen.journalists[0], avatar_url="https://steppe-herald.example.org/dana.jpg")
    await look_at_links(runtime, replace(sealed.frozen, journalists=(pictured,)))
    assert scout.asked == [GOOD, GONE, "https://steppe-herald.example.org/dana.jpg"]


def test_the_headers_of_a_mail_as_it_would_leave_are_looked_at(
    runtime: Runtime, sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> set[str]:
        return {finding.name for finding in findings_of(runtime, sealed, [a_contents()])}

    assert not {"no-unsubscribe-header", "no-list-id"} & found()
    monkeypatch.setattr("digest.send.letter.unsubscribe_headers", lambda *_: {})
    assert "no-unsubscribe-header" in found()
