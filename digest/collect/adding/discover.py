"""Discovering a journalist: the page is read, a few addresses are asked, politely, and what they gave is judged."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from digest.collect.adding.candidates import Candidate, Scope, candidates
from digest.collect.adding.clues import Clues, clues_of_address, clues_of_feed, clues_of_page, first_page
from digest.collect.adding.discovery import (
    Answer,
    found_journalist,
    main_language,
    only_author,
    proposals,
    spellings,
)
from digest.collect.adding.enrolment import Discovery, enrolled, outlet_at
from digest.collect.journalist import Journalist, Selectors, SourceKind
from digest.collect.page import Assume, Page
from digest.collect.ports import Roster, RosterDesk
from digest.collect.sources import READERS, guess_kind
from digest.collect.text.slugs import slug_of
from digest.collect.web import Request, Response, Web
from digest.errors import BadAnswer, CollectError, NoJournalist
from digest.ids import NewsletterId

#: Requests beside the one for the page itself: a visit, not a scan.
MOST_REQUESTS: Final = 6
_WORDPRESS_COST: Final = 2  # the user's number, then the posts
_ACCEPT: Final = "text/html, application/xhtml+xml, application/rss+xml, application/json;q=0.9, */*;q=0.5"
_GIVEN: Final = "it is the address that was given"


async def discover(ref: str, *, web: Web, name: str | None = None, selectors: Selectors | None = None) -> Discovery:
    """Look at ``ref`` (a page's URL, a feed's, an API's, or a capture's path): find the ways to follow a journalist.

    ``name`` says whose articles are wanted where the page does not, as for the feed of a whole site; ``selectors`` say
    where an HTML page has them. At most ``MOST_REQUESTS`` addresses are asked beside ``ref``, in turn, by GET.

    :raises FetchError: the page cannot be had, and neither can a feed that its address promises.
    :raises ParseError: it is no page, no feed, no API and no capture.
    :raises NoJournalist: nothing there says whose page it is.
    """
    url = first_page(ref)
    try:
        response = await web.fetch(Request(ref=url, accept=_ACCEPT))
    except BadAnswer as error:
        clues = clues_of_address(url)
        if clues.slug is None:
            raise
        answers = await _ask(candidates(clues, name), web=web)
        if all(answer.page is None or answer.candidate.scope is Scope.SITE for answer in answers):
            raise
        barred = Candidate(kind=SourceKind.PAGE, ref=url, scope=Scope.OWN, told_by=_GIVEN)
        return _discovery(ref, clues, [Answer(candidate=barred, error=error), *answers], name)
    kind = guess_kind(response)
    if kind in (SourceKind.PAGE, SourceKind.ARTICLE):
        is_one = kind is SourceKind.ARTICLE and selectors is None
        return await _from_page(ref, response, web=web, name=name, is_one_article=is_one, selectors=selectors)
    return await _from_source(ref, kind, response, web=web, name=name)


def enrol(
    discovery: Discovery,
    *,
    roster: Roster,
    desk: RosterDesk,
    kind: SourceKind | None = None,
    slug: str | None = None,
    newsletter: NewsletterId | None = None,
) -> tuple[Journalist, Sequence[str]]:
    """Put the journalist on the roster, and into a ``newsletter``; return them and what changed, in sentences.

    :raises NoWayToFollow: no proposal works (or none of that ``kind``).
    :raises UnknownNewsletter: it has not been applied.
    :raises WrongUse: the slug cannot be used.
    """
    journalist = enrolled(discovery, discovery.best(kind), roster.journalists(), slug=slug)
    return journalist, desk.add(journalist, newsletter=newsletter)


async def _from_page(
    ref: str,
    response: Response,
    *,
    web: Web,
    name: str | None,
    is_one_article: bool,
    selectors: Selectors | None,
) -> Discovery:
    """Look beside an HTML page; the page of one article never shows the next one, so it is no proposal itself."""
    clues = clues_of_page(response)
    page = READERS[SourceKind.PAGE].read(response, Assume(now=response.fetched_at, byline=name, selectors=selectors))
    who = name or (page.journalist.name if page.journalist else None)
    if who is None and clues.slug is None:
        raise NoJournalist(ref)
    scope = Scope.OWN if page.journalist is not None or clues.slug is not None else Scope.SITE
    itself = Candidate(kind=SourceKind.PAGE, ref=clues.url, scope=scope, told_by=_GIVEN)
    answers = await _ask(candidates(clues, who), web=web)
    if not is_one_article or page.journalist is not None:  # somebody who wrote one article has a page all the same
        answers.insert(0, Answer(candidate=itself, page=page, url=response.url, selectors=selectors))
    return _discovery(ref, clues, answers, who)


async def _from_source(ref: str, kind: SourceKind, response: Response, *, web: Web, name: str | None) -> Discovery:
    """Take what was given for the source that it is: an editor who names a feed wants that feed."""
    clues = clues_of_feed(response) if kind is SourceKind.FEED else clues_of_address(response.url)
    own = kind is not SourceKind.FEED or name is None or clues.slug is not None
    given = Candidate(kind=kind, ref=first_page(ref), scope=Scope.OWN if own else Scope.SITE, told_by=_GIVEN)
    if kind is SourceKind.WORDPRESS:
        answer, _ = await _probe(given, web=web)
        if answer.error is not None:
            raise answer.error
    else:
        page = READERS[kind].read(response, Assume(now=response.fetched_at))
        answer = Answer(candidate=given, page=page, url=response.url, label=clues.label)
    return _discovery(ref, clues, [answer], name or _sole_author(answer.page))


def _sole_author(page: Page | None) -> str | None:
    """Return whose feed it is: who it says, else the one name that is alone on every article."""
    if page is None or (page.journalist is not None and page.journalist.name):
        return page.journalist.name if page is not None and page.journalist is not None else None
    authors = {article.authors for article in page.articles}
    alone = next(iter(authors)) if len(authors) == 1 else ()
    return alone[0] if len(alone) == 1 and " " in alone[0] else None


def _discovery(ref: str, clues: Clues, answers: Sequence[Answer], name: str | None) -> Discovery:
    """Put together what was found.

    :raises NoJournalist: nothing says whose page it is.
    """
    own = [answer.page.journalist for answer in answers if answer.page and answer.candidate.scope is Scope.OWN]
    who = name or next((one.name for one in own if one and one.name), None) or only_author(answers, clues.slug)
    if who is None:
        raise NoJournalist(ref)
    names = spellings(answers, who, clues.slug)
    found = found_journalist(answers, names)
    labels = [(answer.label, True) for answer in reversed(answers) if answer.label]
    return Discovery(
        ref=ref,
        journalist=found,
        name=who,
        aliases=names[1:],
        slug=slug_of(who) or slug_of(clues.slug or ""),
        outlet=outlet_at(
            clues.url,
            named=found.outlet,
            labels=[*labels, (clues.label, False)],
            name=who,
            language=clues.language or main_language(answers) or "",
        ),
        proposals=proposals(answers, names),
    )


async def _ask(asked: Sequence[Candidate], *, web: Web) -> list[Answer]:
    answers, left = [], MOST_REQUESTS
    for candidate in asked:
        if _cost(candidate) > left:
            answers.append(Answer(candidate=candidate))
            continue
        answer, spent = await _probe(candidate, web=web)
        answers.append(answer)
        left -= spent
    return answers


def _cost(candidate: Candidate) -> int:
    return _WORDPRESS_COST if candidate.kind is SourceKind.WORDPRESS else 1


async def _probe(candidate: Candidate, *, web: Web) -> tuple[Answer, int]:
    """Ask one candidate, and return its answer and how many requests that took."""
    reader = READERS[candidate.kind]
    request: Request | None = reader.first(candidate.ref)
    page: Page | None = None
    label, url, spent = "", "", 0
    while request is not None and spent < _cost(candidate) and not (page and page.articles):
        spent += 1
        try:
            response = await web.fetch(request)
            read = reader.read(response, Assume(now=response.fetched_at))
        except CollectError as error:
            return Answer(candidate=candidate, error=error), spent
        page = replace(read, journalist=(page.journalist if page else None) or read.journalist)
        url, request = response.url, read.next
        if candidate.kind is SourceKind.FEED:
            label = clues_of_feed(response).label
    return Answer(candidate=candidate, page=page, url=url, label=label), spent
