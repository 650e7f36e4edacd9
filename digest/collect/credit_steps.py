"""Asking a site who wrote its new articles, where the list names only the user who typed them in."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from digest.collect.article import Article, FoundArticle
from digest.collect.sources.wordpress_authors import read_credits
from digest.collect.text.names import unite
from digest.collect.web import Request, Web
from digest.errors import CollectError

MOST_ASKED: Final = 20  # articles of one source in one run: one page of WordPress's posts
_NEWEST: Final = datetime.max.replace(tzinfo=UTC)


async def credit(
    shown: Mapping[str, FoundArticle], known: Mapping[str, Article], requests: Mapping[str, Request], *, web: Web
) -> tuple[dict[str, FoundArticle], list[str]]:
    """Return those of the articles ``shown`` whose authors are others than the list says, and what should be known.

    Each article is asked for once, when it is new, the newest first and at most ``MOST_ASKED``; of the others the
    list's name is taken, for good. Of a ``known`` one the list's name adds nobody. After the first refusal the list is
    believed: a site that does not tell does not tell.
    """
    credited = {key: replace(article, authors=()) for key, article in shown.items() if key in requests and key in known}
    fresh = [(key, article) for key, article in shown.items() if key in requests and key not in known]
    fresh.sort(key=lambda entry: entry[1].published.best or _NEWEST, reverse=True)
    for key, article in fresh[:MOST_ASKED]:
        try:
            authors = read_credits(await web.fetch(requests[key]))
        except CollectError as error:
            return credited, [f"Co-authors could not be asked for, so users' names were taken. {error}"]
        credited[key] = replace(article, authors=unite(authors))
    return credited, _left(len(fresh) - MOST_ASKED)


def _left(count: int) -> list[str]:
    if count <= 0:
        return []
    return [f"Of {count} more articles co-authors were not asked for: {MOST_ASKED} in one run are enough."]
