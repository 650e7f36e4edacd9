"""The contract of ``FetchMemory``: the store's, and the one that the fetcher's tests use."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from digest.collect.ports import FetchMemory, KeptPage, RobotsFile, SiteWishes, Validators
from digest.store import fetches as adapter
from digest.store.fetches import SqlFetches
from digest.store.tables import fetches
from tests.collect.books import FetchesInMemory
from tests.fakes import NOON

HOUR = timedelta(hours=1)
URL = "https://a.example/"
SITE = "https://a.example"
PAGE = KeptPage(headers={"content-type": "text/html"}, body=b"\x00\xffone")
OTHER = KeptPage(headers={}, body=b"")
SAID = Validators(etag='W/"1"', last_modified=None, at=NOON, digest=PAGE.digest())
LATER = Validators(
    etag=None,
    last_modified="Fri, 19 Dec 2025 12:00:00 GMT",
    at=NOON + HOUR,
    fresh_until=NOON + 2 * HOUR,
    digest=PAGE.digest(),
)
OTHERS = replace(LATER, digest=OTHER.digest())
WISHES = SiteWishes(robots=RobotsFile(status=200, body=b"User-agent: *", at=NOON), not_before=NOON + HOUR)


@pytest.fixture(params=["fake", "sql"])
def open_memory(request: pytest.FixtureRequest, engine: Engine) -> Callable[[], FetchMemory]:
    """Opens the memory as the next run does; the fake has only one run."""
    fake = FetchesInMemory()
    return (lambda: fake) if request.param == "fake" else (lambda: SqlFetches(engine))


async def test_nothing_is_known_at_first(open_memory: Callable[[], FetchMemory]) -> None:
    memory = open_memory()
    assert [await memory.recall(URL), await memory.page(URL), await memory.wishes(SITE)] == [None, None, None]
    await memory.flush()


async def test_the_last_good_answer_is_remembered_before_and_after_it_is_written(
    open_memory: Callable[[], FetchMemory],
) -> None:
    memory = open_memory()
    await memory.remember(URL, SAID, PAGE)
    await memory.remember("https://b.example/", LATER, OTHER)
    assert (await memory.recall(URL), await memory.page(URL)) == (SAID, PAGE)
    await memory.flush()
    for known in (memory, open_memory()):
        assert (await known.recall(URL), await known.page(URL)) == (SAID, PAGE)
        assert (await known.recall("https://b.example/"), await known.page("https://b.example/")) == (OTHERS, OTHER)
        assert await known.recall("https://A.example/") is None
    await memory.remember(URL, LATER, OTHER)
    await memory.flush()
    assert (await open_memory().recall(URL), await open_memory().page(URL)) == (OTHERS, OTHER)


async def test_what_is_said_anew_leaves_the_answer_as_it_is(open_memory: Callable[[], FetchMemory]) -> None:
    memory = open_memory()
    await memory.remember(URL, SAID, PAGE)
    await memory.confirm(URL, LATER)
    assert (await memory.recall(URL), await memory.page(URL)) == (LATER, PAGE)
    await memory.flush()
    newest = replace(LATER, at=NOON + 2 * HOUR, fresh_until=None)
    await memory.confirm(URL, newest)
    assert (await memory.recall(URL), await memory.page(URL)) == (newest, PAGE)
    await memory.flush()
    assert (await open_memory().recall(URL), await open_memory().page(URL)) == (newest, PAGE)


async def test_nothing_can_be_said_anew_of_what_never_was(open_memory: Callable[[], FetchMemory]) -> None:
    memory = open_memory()
    await memory.confirm(URL, LATER)
    await memory.flush()
    assert (await open_memory().recall(URL), await open_memory().page(URL)) == (None, None)


async def test_what_a_site_asks_is_remembered(open_memory: Callable[[], FetchMemory]) -> None:
    memory = open_memory()
    await memory.heed(SITE, WISHES)
    await memory.heed("https://b.example", SiteWishes(not_before=NOON))
    assert await memory.wishes(SITE) == WISHES
    await memory.flush()
    assert await open_memory().wishes(SITE) == WISHES
    assert await open_memory().wishes("https://b.example") == SiteWishes(not_before=NOON)
    await memory.heed(SITE, SiteWishes(robots=WISHES.robots))
    await memory.flush()
    assert await open_memory().wishes(SITE) == SiteWishes(robots=WISHES.robots)


async def test_many_questions_at_once_have_each_its_answer(open_memory: Callable[[], FetchMemory]) -> None:
    memory = open_memory()
    urls = [f"https://a.example/{number}" for number in range(50)]
    for url in urls:
        await memory.remember(url, replace(SAID, etag=url), replace(PAGE, body=url.encode()))
    await memory.flush()
    asked = [*urls, "https://a.example/none", *urls]
    known = await asyncio.gather(*map(open_memory().recall, asked))
    assert [one and one.etag for one in known] == [*urls, None, *urls]
    pages = await asyncio.gather(*map(open_memory().page, asked))
    assert [page and page.body.decode() for page in pages] == [*urls, None, *urls]


# --- how the store's writes, which no other implementation does -------------------------------------------------------


def _written(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(fetches)) or 0


async def test_answers_are_written_by_the_hundred(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MOST_ANSWERS", 3)
    memory = SqlFetches(engine)
    for number, written in enumerate((0, 0, 3, 3)):
        await memory.remember(f"https://a.example/{number}", SAID, PAGE)
        assert _written(engine) == written
    await memory.flush()
    assert _written(engine) == 4


async def test_large_answers_are_written_sooner(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MOST_BYTES", 6)
    memory = SqlFetches(engine)
    for number, written in enumerate((0, 2)):
        await memory.remember(f"https://a.example/{number}", SAID, PAGE)
        assert _written(engine) == written


async def test_what_a_thread_is_writing_is_still_known(engine: Engine) -> None:
    memory = SqlFetches(engine)
    await memory.remember(URL, SAID, PAGE)
    writing = asyncio.create_task(memory.flush())
    await asyncio.sleep(0)
    assert (await memory.recall(URL), await memory.page(URL)) == (SAID, PAGE)
    await memory.confirm(URL, LATER)
    assert (await memory.recall(URL), await memory.page(URL)) == (LATER, PAGE)
    await writing
    await memory.flush()
    assert (await SqlFetches(engine).recall(URL), await SqlFetches(engine).page(URL)) == (LATER, PAGE)


async def test_a_memory_that_cannot_be_asked_says_so_to_everybody_who_asks(engine: Engine) -> None:
    memory = SqlFetches(engine)
    fetches.drop(engine)
    try:
        asked = await asyncio.gather(*(memory.recall(f"{URL}{n}") for n in range(3)), return_exceptions=True)
        assert [type(error).__name__ for error in asked] == [type(asked[0]).__name__] * 3
        assert all(isinstance(error, Exception) for error in asked)
    finally:
        fetches.create(engine)
