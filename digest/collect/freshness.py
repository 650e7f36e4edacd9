"""Is this article new? Pure: what the shelf should do about what a source just showed.

What is known is for ``identity.py`` to say. What was seen first stays, except: new words replace old ones, but a
shorter excerpt never replaces a fuller text of which it is the beginning, nor one long paragraph the same words in
several; a date changes only when it becomes more exact, so nothing jumps a day when it is read again; names are only
added; an address is added, and follows an article that moved. A later change, another section or picture and a new
mark are news too, and what a source does not say of these takes nothing away (``particulars.py``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from digest.collect.article import Article, FoundArticle, Precision, Published
from digest.collect.identity import key_of
from digest.collect.particulars import with_known
from digest.collect.text.canonical import same_page
from digest.collect.text.names import unite
from digest.ids import JournalistId

_EARLY: Final = timedelta(hours=24)
_EXACTNESS: Final = (Precision.UNKNOWN, Precision.RELATIVE, Precision.DAY, Precision.INSTANT)
_MARK: Final = re.compile(r"[\s\[(]*(?:…|\.\.\.)[\s\])]*\Z")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Add:
    """A new article: give it the next position. ``key`` is its identity."""

    key: str
    found: FoundArticle


@dataclass(frozen=True, slots=True)
class Revise:
    """A known article of which something changed (words, date, section, marks): same position."""

    key: str
    found: FoundArticle


@dataclass(frozen=True, slots=True)
class Credit:
    """A known article that this journalist turns out to have written too: give the byline the next position."""

    key: str


Intent = Add | Revise | Credit


def decide(known: Mapping[str, Article], found: Iterable[FoundArticle], journalist: JournalistId) -> tuple[Intent, ...]:
    """Say what the shelf should do about what ``journalist``'s source just showed, oldest article first.

    ``known`` holds at least the articles that stand on the shelf under the keys of ``found``, and those that were
    recognised under another key. An article that is shown twice counts once, as it was shown first. Both a revision and
    a credit may be due for the same article; they name it by its own key.
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
            intents.append(Revise(old.key, revised))
        if all(byline.journalist != journalist for byline in old.bylines):
            intents.append(Credit(old.key))
    return tuple(intents)


def in_the_words_of(old: Article, found: FoundArticle) -> FoundArticle:
    """Return what another source adds to an article of which the first one has the say.

    That is a date, names, marks and a later change; an address, a section and a picture where there was none.
    """
    return replace(
        found,
        title=old.title,
        text=old.text,
        truncated=old.truncated,
        url=old.url or found.url,
        section=old.section or found.section,
        image_url=old.image_url or found.image_url,
    )


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
    keeps_text = begins(new.text, old.text) or _is_respaced(new.text, old.text)
    text, truncated = (old.text, old.truncated) if keeps_text else (new.text, new.truncated)
    merged = replace(
        new,
        url=_address(old.url, new.url),
        text=text,
        truncated=truncated,
        authors=unite(old.authors, new.authors),
        published=_more_exact(old.published, new.published),
    )
    merged = with_known(merged, old)
    return merged if _shown(merged) != _shown(old) else None


def _shown(article: FoundArticle | Article) -> tuple[object, ...]:
    words = (article.title, article.url, article.text, article.truncated, article.authors, article.published)
    return (*words, article.modified_at, article.section, article.image_url, article.marks)


def _address(old: str | None, new: str | None) -> str | None:
    """Return where the article is: of two ways to write one address the first seen, of two addresses the newer."""
    if old is None or new is None:
        return old or new
    return old if same_page(old) == same_page(new) else new


def begins(excerpt: str, text: str) -> bool:
    """Tell whether one text is only a shorter beginning of the other (or nothing at all)."""
    start = " ".join(_MARK.sub("", excerpt).split())
    whole = " ".join(text.split())
    return len(start) < len(whole) and whole.startswith(start)


def _is_respaced(new: str, old: str) -> bool:
    """Tell whether a text is the other with other spaces, and no more paragraphs: captures run them together."""
    return new.split() == old.split() and new.count("\n\n") <= old.count("\n\n")


def _more_exact(old: Published, new: Published) -> Published:
    return new if is_more_exact(new, old) else old


def is_more_exact(one: Published, other: Published) -> bool:
    """Tell whether one source says more exactly than the other when an article came out."""
    return _EXACTNESS.index(one.precision) > _EXACTNESS.index(other.precision)
