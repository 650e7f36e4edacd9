"""Reading the own pages of new articles; a page that cannot be read is a warning, and the article stands as listed."""

from collections.abc import Mapping
from typing import Final

from digest.collect.article import FoundArticle
from digest.collect.follow import completed, is_same_site, to_follow
from digest.collect.freshness import too_early
from digest.collect.journalist import SourceKind
from digest.collect.page import Assume
from digest.collect.parsing import Parse
from digest.collect.sources import READERS
from digest.collect.text.names import means
from digest.collect.web import Web
from digest.errors import CollectError, NothingFound

_ENOUGH: Final = 3  # failures in a row: the site does not want this, or is down


async def follow(
    fresh: Mapping[str, FoundArticle],
    *,
    kind: SourceKind,
    read_from: str,
    spellings: tuple[str, ...],
    web: Web,
    parse: Parse,
    assume: Assume,
) -> tuple[dict[str, FoundArticle], list[str]]:
    """Return those of the ``fresh`` articles that were completed by their own pages, and what a person should know.

    ``read_from`` is where the source was finally found, ``spellings`` the journalist's name and aliases.
    """
    followed: dict[str, FoundArticle] = {}
    failures: list[CollectError] = []
    strangers = in_a_row = 0
    for key, url in to_follow(fresh, kind=kind, read_from=read_from).items():
        try:
            own = await _own_page(url, read_from, web, parse, assume)
        except CollectError as error:
            failures.append(error)
            in_a_row += 1
            if in_a_row == _ENOUGH:
                break
            continue
        in_a_row = 0
        strangers += bool(own.writers) and not any(means(name, spellings) for name in own.writers)
        if not too_early(own, assume.now):
            followed[key] = completed(fresh[key], own, spellings)
    return followed, [*_trouble(failures), *_doubt(strangers, len(followed), spellings)]


async def _own_page(url: str, read_from: str, web: Web, parse: Parse, assume: Assume) -> FoundArticle:
    response = await web.fetch(READERS[SourceKind.ARTICLE].first(url))
    page = await parse(SourceKind.ARTICLE, response, assume)
    if not page.articles or not is_same_site(response.url, read_from):
        raise NothingFound(url)
    return page.articles[0]


def _trouble(failures: list[CollectError]) -> list[str]:
    return [f"Article pages that could not be read: {len(failures)}. {failures[0]}"] if failures else []


def _doubt(strangers: int, followed: int, spellings: tuple[str, ...]) -> list[str]:
    return (
        [f"{strangers} of {followed} article pages name only somebody else than {spellings[0]}."] if strangers else []
    )
