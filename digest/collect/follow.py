"""Which articles' own pages are worth reading, and what they add to what a list showed. Pure.

**Which.** Those that are new to the shelf, on the site that the source itself was read from, newest first, within a
budget. An author's page seldom has exact dates and never tells co-authors, so all of its new articles count; of feeds
and APIs, articles without a date, a text or an author.

**What.** The list keeps the say: its title, address and words stay, since the same list is read again tomorrow and
nothing may flicker. The page adds a more exact date, further authors, the text where the list has none or only its
beginning, the language, and of section, picture, marks and the last change what the list does not say.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from digest.collect.article import FoundArticle, Precision
from digest.collect.freshness import begins, is_more_exact
from digest.collect.journalist import SourceKind
from digest.collect.particulars import with_known
from digest.collect.text.canonical import canonical, same_page
from digest.collect.text.names import means, unite

MOST_FOLLOWED: Final = 10  # article pages of one source in one run

_NEWEST: Final = datetime.max.replace(tzinfo=UTC)


def to_follow(
    fresh: Mapping[str, FoundArticle], *, kind: SourceKind, read_from: str, most: int = MOST_FOLLOWED
) -> dict[str, str]:
    """Return the addresses to read, by the articles' keys, newest first; an article without a date counts as new."""
    wanted = [
        (key, article.url, article.published.best or _NEWEST)
        for key, article in fresh.items()
        if article.url is not None and is_same_site(article.url, read_from) and _lacks_something(article, kind)
    ]
    newest = sorted(wanted, key=lambda entry: entry[2], reverse=True)
    return {key: url for key, url, _ in newest[:most]}


def is_same_site(url: str, read_from: str) -> bool:
    """Tell whether an address is on the host that a source was read from (``www.`` does not matter, a port does)."""
    here, there = canonical(read_from), canonical(url)
    return here is not None and there is not None and _host(here) == _host(there)


def completed(listed: FoundArticle, own: FoundArticle, spellings: tuple[str, ...]) -> FoundArticle:
    """Return an article as a list showed it with what its ``own`` page adds.

    ``spellings`` are the followed journalist's; where the list names them already, the page's spelling adds nobody.
    """
    is_named = any(means(name, spellings) for name in listed.authors)
    others = [name for name in own.writers if not (is_named and means(name, spellings))]
    is_fuller = begins(listed.text, own.text)
    merged = replace(
        listed,
        authors=unite(listed.authors, others),
        published=own.published if is_more_exact(own.published, listed.published) else listed.published,
        text=own.text if is_fuller else listed.text,
        truncated=own.truncated if is_fuller else listed.truncated,
        language=own.language or listed.language,
    )
    return with_known(merged, own)


def _lacks_something(article: FoundArticle, kind: SourceKind) -> bool:
    if kind is SourceKind.PAGE:
        return True
    return not article.text or not article.authors or article.published.precision is Precision.UNKNOWN


def _host(url: str) -> str:
    return same_page(url).partition("/")[0]
