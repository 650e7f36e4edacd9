"""Collecting onto a real shelf: what sources show, however they show it, is one row per article and can be stored."""

import json
from dataclasses import replace

from digest.clock import StoppedClock
from digest.collect.journalist import Source, SourceKind
from digest.collect.steps import collect_journalist
from digest.ids import GROUND
from tests.contracts.desk import DANA, Desk
from tests.fakes import NOON, FakeWeb

FEED, FILE = "https://herald.example/dana/feed", "dana.txt"
TEXT = "Water reached the canal on Monday, three weeks before anybody in the district had expected it to come."
CAPTURE = f"19 December 2025\n\nDana Serikova's Avatar\n\nArticles\n\nRivers rise early\n\n{TEXT}...\n\n2 days ago\n"


def feed(url: str, **more: str) -> bytes:
    item = {"id": "7", "url": url, "title": "Rivers rise early", "content_text": f"{TEXT}\n\nMore.", **more}
    item.setdefault("date_published", "2025-12-17T10:00:00Z")
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()


async def collect(desk: Desk, pages: dict[str, bytes], *kinds: SourceKind) -> None:
    refs = {SourceKind.FEED: FEED, SourceKind.CAPTURE: FILE}
    sources = tuple(Source(kind=kind, ref=refs[kind]) for kind in kinds)
    who = replace(desk.roster.journalist(DANA), sources=sources)
    await collect_journalist(who, web=FakeWeb(pages=dict(pages)), shelf=desk.shelf, clock=StoppedClock(NOON))


async def test_an_article_that_is_shown_in_every_way_has_one_place(desk: Desk) -> None:
    await collect(desk, {FILE: CAPTURE.encode()}, SourceKind.CAPTURE)
    for url, more in (
        ("https://herald.example/rivers", {}),
        ("http://www.herald.example/rivers/amp/?utm_source=x", {}),
        ("https://herald.example/rivers-rise-early", {"title": "Rivers rise earlier"}),
        ("https://herald.example/rivers-rise-early", {"id": "8", "title": "Rivers have risen"}),
    ):
        await collect(desk, {FEED: feed(url, **more), FILE: CAPTURE.encode()}, SourceKind.FEED, SourceKind.CAPTURE)
    (article,) = desk.shelf.articles([DANA], above=GROUND, until=desk.shelf.height())
    assert desk.shelf.height() == 1
    assert article.url == "https://herald.example/rivers-rise-early"
    assert article.title == "Rivers have risen"
    assert article.text == f"{TEXT}\n\nMore."


async def test_what_no_database_takes_never_gets_there(desk: Desk) -> None:
    for number, bad in enumerate(("\x00", "\ud800", "\x0b")):
        words = {"title": f"A{bad}{number}", "content_text": f"C{bad}D", "id": f"{bad}{number}", "language": f"e{bad}n"}
        await collect(desk, {FEED: feed(f"https://herald.example/{bad}{ord(bad)}", **words)}, SourceKind.FEED)
    assert desk.shelf.height() == 3
