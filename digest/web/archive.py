"""``/i`` and ``/n``: the issues that were sent, for everybody: one by one, as lists, and as feeds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from digest.audience.links import LinkFault, LinkRefused
from digest.collect.journalist import Journalist
from digest.compose.issue import Contents
from digest.compose.newsletter import Newsletter
from digest.config import Archive
from digest.errors import UnknownIssue
from digest.ids import IssueId, JournalistId
from digest.render.note import correction_called, with_notice_of_correction
from digest.render.words import words_for
from digest.resources import templates_dir
from digest.send.ledger import IssueRow
from digest.send.open_letter import OPEN_STATES, headlines, open_body, open_letter, served_locale
from digest.send.view_link import open_view
from digest.web.atom import Entry, Feed, atom, json_feed
from digest.web.door import READ, Door
from digest.web.guard import log
from digest.web.own_pages import in_its_order
from digest.web.pages import wished

#: How many issues the list of all newsletters shows of each, and how many a newsletter's own list and feed do.
FEW: Final = 5
MANY: Final = 50
#: How many issues of a newsletter are looked through for those with a journalist.
LOOKED_THROUGH: Final = 200
#: The shape of an issue's name: a newsletter's slug, a hyphen and a number.
_ISSUE: Final = re.compile(r"[a-z0-9-]{1,80}-[0-9]{1,9}")
#: How many headlines stand for an issue in a list.
QUOTED: Final = 3

#: An issue's styles stand in its own bytes. Its pictures are other people's: they would tell them who reads.
ISSUE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: What some readers were sent is kept by nobody, and no search engine is to find it.
FOR_NOBODY_ELSE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
#: What is the same for everybody may be kept by whoever stands between.
FOR_EVERYBODY: Final = {"Cache-Control": "public, max-age=300"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What lists and feeds say of a sent issue. ``day`` is in the newsletter's zone, ``composed_at`` UTC.

    ``corrects`` is the issue of which it is a correction, ``corrected_by`` the newest correction of it.
    """

    id: IssueId
    number: int
    day: date
    composed_at: datetime
    locales: tuple[str, ...]
    headlines: tuple[str, ...]
    writers: frozenset[JournalistId]
    corrects: IssueId | None = None
    corrected_by: IssueId | None = None


class SentIssues:
    """The sent issues. What was sent does not change any more, so it is worked out once."""

    def __init__(self, door: Door) -> None:
        """Show what the door's store has."""
        self._runtime = door.runtime
        self.head = lru_cache(maxsize=1_000)(self._head)
        self.page = lru_cache(maxsize=64)(self._page)
        self.view = lru_cache(maxsize=64)(self._view)

    def row(self, name: str) -> IssueRow:
        """Return the row of an issue that everybody may read.

        :raises HTTPException: there is none, or nobody may (404): the two look the same.
        """
        try:
            row = self._runtime.issues.row(IssueId(name)) if _ISSUE.fullmatch(name) else None
        except UnknownIssue:
            row = None
        if row is None or row.state not in OPEN_STATES:
            raise HTTPException(404)
        return row

    def newest(self, newsletter: Newsletter, most: int) -> list[Head]:
        """Return the newest sent issues of a newsletter."""
        rows = [row for row in self._runtime.issues.rows(newsletter.id) if row.state in OPEN_STATES]
        corrected = _corrected(rows)
        return [replace(self.head(row.id), corrected_by=corrected.get(row.id)) for row in islice(rows, most)]

    def newest_of(self, newsletter: Newsletter, journalist: JournalistId, most: int) -> list[Head]:
        """Return those of the newest sent issues of a newsletter that hold an article of a journalist."""
        return [head for head in self.newest(newsletter, LOOKED_THROUGH) if journalist in head.writers][:most]

    def correction_of(self, row: IssueRow) -> IssueId | None:
        """Return the newest sent correction of an issue, if there is one."""
        rows = self._runtime.issues.rows(row.newsletter)
        return _corrected([one for one in rows if one.state in OPEN_STATES]).get(row.id)

    def _head(self, issue: IssueId) -> Head:
        sealed = self._runtime.issues.sealed(issue)
        frozen = sealed.frozen
        return Head(
            id=issue,
            number=frozen.number,
            day=frozen.issue_date,
            composed_at=frozen.composed_at,
            locales=tuple(dict.fromkeys(rendition.locale for rendition in sealed.renditions)),
            headlines=headlines(frozen),
            writers=frozenset(byline.journalist for article in frozen.articles for byline in article.bylines),
            corrects=frozen.corrects,
        )

    def _page(self, issue: IssueId, locale: str, correction: IssueId | None) -> str:
        sealed, public_url = self._runtime.issues.sealed(issue), self._runtime.settings.public_url
        return self._corrected(open_letter(sealed, locale, public_url=public_url).html, locale, correction)

    def _view(self, issue: IssueId, contents: Contents, correction: IssueId | None) -> str:
        sealed, public_url = self._runtime.issues.sealed(issue), self._runtime.settings.public_url
        return self._corrected(open_body(sealed, contents, public_url=public_url).html, contents.locale, correction)

    def _corrected(self, html: str, locale: str, correction: IssueId | None) -> str:
        if correction is None:
            return html
        words = words_for(locale, templates_dir())
        return with_notice_of_correction(html, f"{self._runtime.settings.public_url}/i/{correction}", words)


def _corrected(newest_first: Sequence[IssueRow]) -> dict[IssueId, IssueId]:
    """Return, for each issue that was corrected, the newest of its corrections."""
    return {row.corrects: row.id for row in reversed(newest_first) if row.corrects is not None}


def archive(door: Door, sent: SentIssues) -> APIRouter:
    """Return the routes of the archive."""
    router = APIRouter()

    @router.api_route("/i/{issue}", methods=READ)
    def show(issue: str, request: Request, lang: str = "") -> Response:
        row = sent.row(issue)
        locale = served_locale([lang, *wished(request)] if lang else wished(request), sent.head(row.id).locales)
        correction = sent.correction_of(row)
        etag = f'"{row.hash[:16]}-{locale}{f"-{correction}" if correction else ""}"'
        headers = {
            **FOR_EVERYBODY,
            **robots(door),
            "Content-Security-Policy": ISSUE_POLICY,
            "Content-Language": locale,
            "ETag": etag,
            "Vary": "Accept-Language",
        }
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(sent.page(row.id, locale, correction), headers=headers)

    @router.api_route("/i/{issue}/{view}", methods=READ)
    def show_a_body(issue: str, view: str) -> Response:
        row = sent.row(issue)
        contents = _viewed(door, row.id, view)
        if contents is None:
            return RedirectResponse(f"../{row.id}", status_code=302, headers=FOR_NOBODY_ELSE)
        headers = {
            **FOR_NOBODY_ELSE,
            "Content-Security-Policy": ISSUE_POLICY,
            "Content-Language": contents.locale,
        }
        return HTMLResponse(sent.view(row.id, contents, sent.correction_of(row)), headers=headers)

    if door.is_listed:
        _add_lists(router, door, sent)
    return router


def _viewed(door: Door, issue: IssueId, view: str) -> Contents | None:
    """Return the contents that an address shows; why it shows none is noted, without the address."""
    runtime = door.runtime
    beginning = open_view(view, issue, keys=runtime.link_keys, now=runtime.clock.now())
    if isinstance(beginning, LinkRefused):
        if beginning.fault is not LinkFault.MISSING:  # no key is set, and no mail has such an address
            log.info("link refused: %s: %s", beginning.fault, beginning.evidence)
        return None
    return runtime.shown_contents.shown(issue, beginning)


def _add_lists(router: APIRouter, door: Door, sent: SentIssues) -> None:
    @router.api_route("/", methods=READ)
    @router.api_route("/i", methods=READ)
    def all_newsletters(request: Request) -> HTMLResponse:
        newsletters = door.runtime.newsletters.newsletters()
        return list_page(door, request, [(one, sent.newest(one, FEW)) for one in newsletters], of_one=False)

    @router.api_route("/n/{newsletter}", methods=READ)
    def one_newsletter(newsletter: str, request: Request) -> HTMLResponse:
        found = newsletter_of(door, newsletter)
        return list_page(door, request, [(found, sent.newest(found, MANY))], of_one=True)

    @router.api_route("/n/{newsletter}/atom.xml", methods=READ)
    def newsletters_feed(newsletter: str) -> Response:
        found = newsletter_of(door, newsletter)
        return as_atom(door, _feed_of(found), sent.newest(found, MANY))

    @router.api_route("/n/{newsletter}/feed.json", methods=READ)
    def newsletters_json_feed(newsletter: str) -> Response:
        found = newsletter_of(door, newsletter)
        return as_json(door, _feed_of(found), sent.newest(found, MANY))


def _feed_of(newsletter: Newsletter) -> Feed:
    path = f"/n/{newsletter.id}"
    return Feed(path=path, title=newsletter.name, tagline=newsletter.tagline, author=newsletter.sender.name)


def _title(head: Head) -> str:
    """Say what an issue is about; a correction says first that it is one, in the newsletter's first language."""
    about = ", ".join(head.headlines[:QUOTED]) or head.id
    if head.corrects is None:
        return about
    return f"{correction_called(words_for(head.locales[0], templates_dir()))}: {about}"


def newsletter_of(door: Door, name: str) -> Newsletter:
    """Return a newsletter.

    :raises HTTPException: there is none of that name (404).
    """
    for newsletter in door.runtime.newsletters.newsletters():
        if newsletter.id == name:
            return newsletter
    raise HTTPException(404)


def as_atom(door: Door, feed: Feed, heads: Sequence[Head]) -> Response:
    """Return a feed of these issues as Atom."""
    content = atom(feed, _entries(heads), public_url=door.runtime.settings.public_url)
    return Response(content, media_type="application/atom+xml", headers=FOR_EVERYBODY | robots(door))


def as_json(door: Door, feed: Feed, heads: Sequence[Head]) -> Response:
    """Return a feed of these issues as JSON Feed."""
    content = json_feed(feed, _entries(heads), public_url=door.runtime.settings.public_url)
    headers = FOR_EVERYBODY | robots(door)
    return JSONResponse(content, media_type="application/feed+json", headers=headers)


def _entries(heads: Sequence[Head]) -> list[Entry]:
    return [
        Entry(path=f"/i/{head.id}", title=_title(head), summary=" · ".join(head.headlines), at=head.composed_at)
        for head in heads
    ]


def list_page(
    door: Door,
    request: Request,
    shelves: Sequence[tuple[Newsletter, Sequence[Head]]],
    *,
    of_one: bool,
    journalist: Journalist | None = None,
) -> HTMLResponse:
    """Return a page that lists issues, by newsletter: of one, of all, or those with one journalist."""
    words = door.pages.words_of(request)
    headers = FOR_EVERYBODY | robots(door) | {"Vary": "Accept-Language"}
    today = door.runtime.clock.now().astimezone(ZoneInfo("UTC")).date()
    return door.pages.answer(
        "archive",
        words,
        headers=headers,
        shelves=shelves,
        of_one=of_one,
        journalist=journalist,
        writers=in_its_order(door, shelves[0][0]) if of_one else [],
        few=FEW,
        quoted=QUOTED,
        day=lambda day: words.day(day, beside=today),
    )


def robots(door: Door) -> dict[str, str]:
    """Return what tells search engines to stay away, unless they are invited."""
    return {} if door.runtime.settings.archive is Archive.INDEXED else {"X-Robots-Tag": "noindex"}
