"""What the fetcher remembers of addresses and sites between runs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy import Table as SqlTable

from digest.collect.ports import KeptPage, RobotsFile, SiteWishes, Validators
from digest.store.tables import fetch_sites, fetches
from digest.store.transactions import insert_into, reading, writing

T = TypeVar("T")

#: How much is kept back before it is written: so many answers, or so many bytes of them.
MOST_ANSWERS: Final = 200
MOST_BYTES: Final = 8_000_000
#: How many addresses one statement asks for: pages are large.
_ADDRESSES: Final = 500
_PAGES: Final = 20


@dataclass(frozen=True, slots=True)
class _Unwritten:
    """An answer that is not in the database yet; without ``page`` only what is said of it is new."""

    validators: Validators
    page: KeptPage | None

    def with_digest(self) -> Validators:
        """Return what was said with the page's digest; it is only worked out now, when somebody needs it."""
        if self.page is None:
            return self.validators
        return replace(self.validators, digest=self.page.digest())


class SqlFetches:
    """``FetchMemory`` on SQL: one row per URL, the last good answer; one per site, what it asks of us.

    For one event loop. All SQL runs in threads, one reading and one writing; many questions become one statement, many
    answers one transaction.
    """

    def __init__(self, engine: Engine) -> None:
        """Work on the database of ``engine``."""
        self._engine = engine
        self._recalls = _Questions(self._select_validators, most=_ADDRESSES)
        self._pages = _Questions(self._select_pages, most=_PAGES)
        self._sites = _Questions(self._select_wishes, most=_ADDRESSES)
        self._answers: dict[str, _Unwritten] = {}
        self._wishes: dict[str, SiteWishes] = {}
        self._bytes = 0
        #: What a thread is writing right now: still to be found here until it is there.
        self._on_the_way: dict[str, _Unwritten] = {}
        self._writing = asyncio.Lock()

    async def recall(self, url: str) -> Validators | None:
        """Return what is remembered of ``url``."""
        unwritten = self._answers.get(url) or self._on_the_way.get(url)
        return unwritten.with_digest() if unwritten is not None else await self._recalls.ask(url)

    async def page(self, url: str) -> KeptPage | None:
        """Return the last good answer itself."""
        for unwritten in (self._answers.get(url), self._on_the_way.get(url)):
            if unwritten is not None and unwritten.page is not None:
                return unwritten.page
        return await self._pages.ask(url)

    async def remember(self, url: str, validators: Validators, page: KeptPage) -> None:
        """Keep a good answer in place of the last one."""
        self._answers[url] = _Unwritten(validators, page)
        self._bytes += len(page.body)
        await self._flush_if_full()

    async def confirm(self, url: str, validators: Validators) -> None:
        """Keep what was said anew of the last good answer. Where nothing was, nothing is written."""
        unwritten = self._answers.get(url)
        self._answers[url] = _Unwritten(validators, unwritten.page if unwritten is not None else None)
        await self._flush_if_full()

    async def wishes(self, site: str) -> SiteWishes | None:
        """Return what ``site`` asked of us."""
        return self._wishes.get(site) or await self._sites.ask(site)

    async def heed(self, site: str, wishes: SiteWishes) -> None:
        """Keep what ``site`` asks of us in place of what it asked before."""
        self._wishes[site] = wishes

    async def flush(self) -> None:
        """Write everything that was kept back, in one transaction."""
        async with self._writing:
            self._on_the_way, self._answers, self._bytes = self._answers, {}, 0
            wishes, self._wishes = self._wishes, {}
            try:
                if self._on_the_way or wishes:
                    await asyncio.to_thread(self._write, self._on_the_way, wishes)
            finally:
                self._on_the_way = {}

    async def _flush_if_full(self) -> None:
        if len(self._answers) >= MOST_ANSWERS or self._bytes >= MOST_BYTES:
            await self.flush()

    def _select_validators(self, urls: Sequence[str]) -> Mapping[str, Validators]:
        columns = [fetches.c[name] for name in ("url", "etag", "last_modified", "digest", "fetched_at", "fresh_until")]
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).where(fetches.c.url.in_(urls))).all()
        return {
            row.url: Validators(
                etag=row.etag,
                last_modified=row.last_modified,
                digest=row.digest,
                at=row.fetched_at,
                fresh_until=row.fresh_until,
            )
            for row in rows
        }

    def _select_pages(self, urls: Sequence[str]) -> Mapping[str, KeptPage]:
        columns = (fetches.c.url, fetches.c.headers, fetches.c.body)
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).where(fetches.c.url.in_(urls))).all()
        return {row.url: KeptPage(headers=row.headers, body=row.body) for row in rows}

    def _select_wishes(self, sites: Sequence[str]) -> Mapping[str, SiteWishes]:
        with reading(self._engine) as connection:
            rows = connection.execute(select(fetch_sites).where(fetch_sites.c.site.in_(sites))).all()
        return {
            row.site: SiteWishes(
                robots=None
                if row.robots_at is None
                else RobotsFile(status=row.robots_status, body=row.robots_body, at=row.robots_at),
                not_before=row.not_before,
            )
            for row in rows
        }

    def _write(self, answers: Mapping[str, _Unwritten], wishes: Mapping[str, SiteWishes]) -> None:
        # In the order of their keys: two that write the same rows at once wait for each other, and never both.
        new, confirmed = [], []
        for url, one in sorted(answers.items()):
            said = _said(one.with_digest())
            if one.page is not None:
                new.append({"url": url, **said, "headers": dict(one.page.headers), "body": one.page.body})
            else:
                confirmed.append({"the_url": url, **said})
        asked = [{"site": site, **_asked(one)} for site, one in sorted(wishes.items())]
        with writing(self._engine, waits_for_disk=False) as connection:
            _put(connection, fetches, new)
            if confirmed:
                connection.execute(update(fetches).where(fetches.c.url == bindparam("the_url")), confirmed)
            _put(connection, fetch_sites, asked)


class _Questions(Generic[T]):
    """Looks keys up in a thread, many at a time: who asks while one look-up is under way shares the next."""

    def __init__(self, look_up: Callable[[Sequence[str]], Mapping[str, T]], *, most: int) -> None:
        self._look_up = look_up
        self._most = most
        self._waiting: list[tuple[str, asyncio.Future[T | None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def ask(self, key: str) -> T | None:
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._work is None:
            self._work = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        while self._waiting:
            now, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                found = await asyncio.to_thread(self._look_up, list({key for key, _ in now}))
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
                for _, answer in now:
                    if not answer.done():
                        answer.set_exception(error)
            else:
                for key, answer in now:
                    if not answer.done():
                        answer.set_result(found.get(key))
        self._work = None


def _said(validators: Validators) -> dict[str, Any]:
    return {
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "digest": validators.digest,
        "fetched_at": validators.at,
        "fresh_until": validators.fresh_until,
    }


def _asked(wishes: SiteWishes) -> dict[str, Any]:
    robots = wishes.robots
    return {
        "robots_status": robots.status if robots is not None else None,
        "robots_body": robots.body if robots is not None else None,
        "robots_at": robots.at if robots is not None else None,
        "not_before": wishes.not_before,
    }


def _put(connection: Connection, table: SqlTable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or put them in the place of those with the same key, the table's first column."""
    if not rows:
        return
    insert = insert_into(connection, table)
    key = next(iter(table.primary_key.columns))
    values = {column.name: insert.excluded[column.name] for column in table.columns if column is not key}
    connection.execute(insert.on_conflict_do_update(index_elements=[key], set_=values), rows)
