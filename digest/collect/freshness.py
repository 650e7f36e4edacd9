"""Is this article new? Pure: what the shelf should do about what a source just showed.

**Identity.** An article's key is its canonical address without what feeds, APIs and pages of one outlet disagree on
(``canonical.same_page``). Where a source gives no address (a text capture), it is the SHA-256 of the title and the
first words of the text, letters and digits only: neither the outlet nor the date is in it, since a syndicated piece is
the same piece, and "2 days ago" is another date tomorrow. The first words tell apart the numbers of a column that
always has the same title; a text that is edited further down stays the same article.

**Revision.** What was seen first stays, except: new words replace old ones, but a shorter excerpt never replaces a
fuller text of which it is the beginning; a date changes only when it becomes more exact, so nothing jumps a day when it
is read again; names are only added.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from digest.collect.article import Article, FoundArticle, Precision, Published
from digest.collect.canonical import same_page
from digest.collect.names import unite
from digest.ids import JournalistId

_FIRST_WORDS: Final = 12
_LONGEST_KEY: Final = 500  # characters: an index entry has its limits
_EARLY: Final = timedelta(hours=24)
_EXACTNESS: Final = (Precision.UNKNOWN, Precision.RELATIVE, Precision.DAY, Precision.INSTANT)
_NOT_WORD: Final = re.compile(r"[\W_]+")
_MARK: Final = re.compile(r"[\s\[(]*(?:…|\.\.\.)[\s\])]*\Z")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Add:
    """A new article: give it the next position. ``key`` is its identity."""

    key: str
    found: FoundArticle


@dataclass(frozen=True, slots=True)
class Revise:
    """A known article whose words or date changed: same position, new text."""

    key: str
    found: FoundArticle


@dataclass(frozen=True, slots=True)
class Credit:
    """A known article that this journalist turns out to have written too: give the byline the next position."""

    key: str


Intent = Add | Revise | Credit


def key_of(found: FoundArticle) -> str:
    """Return the identity of an article, by the rule above: at most 500 characters."""
    if found.url is None:
        words = _words(found.title) + _words(found.text)[:_FIRST_WORDS]
        return "words:" + hashlib.sha256(" ".join(words).encode()).hexdigest()
    page = same_page(found.url)
    return page if len(page) <= _LONGEST_KEY else "page:" + hashlib.sha256(page.encode()).hexdigest()


def decide(known: Mapping[str, Article], found: Iterable[FoundArticle], journalist: JournalistId) -> tuple[Intent, ...]:
    """Say what the shelf should do about what ``journalist``'s source just showed, oldest article first.

    ``known`` holds at least the articles that stand on the shelf under the keys of ``found``. An article that is shown
    twice counts once, as it was shown first. Both a revision and a credit may be due for the same article.
    """
    seen: dict[str, FoundArticle] = {}
    for article in found:
        seen.setdefault(key_of(article), article)
    intents: list[Intent] = []
    for key, article in _oldest_first(seen):
        old = known.get(key)
        if old is None:
            intents.append(Add(key, article))
            continue
        revised = _revised(old, article)
        if revised is not None:
            intents.append(Revise(key, revised))
        if all(byline.journalist != journalist for byline in old.bylines):
            intents.append(Credit(key))
    return tuple(intents)


def too_early(found: FoundArticle, now: datetime) -> bool:
    """Tell whether an article claims to come out more than a day after ``now``: held back until then.

    Less than that is a local time labelled GMT, and the article is out.
    """
    latest = found.published.latest
    return latest is not None and latest > now + _EARLY


def _oldest_first(seen: Mapping[str, FoundArticle]) -> list[tuple[str, FoundArticle]]:
    # Sources show the newest first. An undated article stays beside the older neighbour that it was shown with.
    dated: list[tuple[datetime, str, FoundArticle]] = []
    last = _LONG_AGO
    for key, article in reversed(list(seen.items())):
        last = article.published.best or last
        dated.append((last, key, article))
    return [(key, article) for _, key, article in sorted(dated, key=lambda entry: entry[0])]


def _revised(old: Article, new: FoundArticle) -> FoundArticle | None:
    text, truncated = (old.text, old.truncated) if _begins(new.text, old.text) else (new.text, new.truncated)
    merged = replace(
        new,
        url=old.url or new.url,
        text=text,
        truncated=truncated,
        authors=unite(old.authors, new.authors),
        published=_more_exact(old.published, new.published),
    )
    before = (old.title, old.text, old.truncated, old.authors, old.published)
    after = (merged.title, merged.text, merged.truncated, merged.authors, merged.published)
    return merged if after != before else None


def _begins(excerpt: str, text: str) -> bool:
    """Tell whether one text is only a shorter beginning of the other (or nothing at all)."""
    start = " ".join(_MARK.sub("", excerpt).split())
    whole = " ".join(text.split())
    return len(start) < len(whole) and whole.startswith(start)


def _more_exact(old: Published, new: Published) -> Published:
    return new if _EXACTNESS.index(new.precision) > _EXACTNESS.index(old.precision) else old


def _words(text: str) -> list[str]:
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split()
