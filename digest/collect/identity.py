"""Is this the same article? Pure: what an article is known by, and when two that were shown differently are one.

**Key.** An article's key is its canonical address without what feeds, APIs and pages of one outlet disagree on
(``canonical.same_page``). Where a source gives no address (a text capture), it is the SHA-256 of the title and the
first words of the text, letters and digits only: neither the outlet nor the date is in it, since a syndicated piece is
the same piece, and "2 days ago" is another date tomorrow. The first words tell apart the numbers of a column that
always has the same title; a text that is edited further down stays the same article.

**Traits.** One article can be shown with other keys: a capture knows no address, a slug moves, a feed changes its ids.
So an article is also known by its traits (title, first words, the feed's id), and an unknown key is looked up by them.
A trait alone proves nothing; ``same_piece`` says what it takes.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Final

from digest.collect.article import Article, FoundArticle, Precision, Published
from digest.collect.text.canonical import same_page
from digest.collect.text.names import means
from digest.ids import JournalistId

_FIRST_WORDS: Final = 12
_LONGEST_KEY: Final = 500  # characters: an index entry has its limits
_NOT_WORD: Final = re.compile(r"[\W_]+")
#: How far apart two dates of one article may lie: time zones that are named wrongly, pages that were read later.
_SLACK: Final = timedelta(hours=14)
#: A title of fewer words is often used again.
TELLING: Final = 4
_COMPARED: Final = 60  # words at the beginning of two texts
_FEWEST_COMPARED: Final = 5
#: The share of words that two texts on one matter have in common, and two texts that are one.
_ALIKE, _VERY_MUCH_ALIKE = 0.5, 0.7


def key_of(found: FoundArticle) -> str:
    """Return the identity of an article, by the rule above: at most 500 characters."""
    if found.url is None:
        return _of_words(found)
    page = same_page(found.url)
    return page if len(page) <= _LONGEST_KEY else "page:" + _digest(page)


@lru_cache(maxsize=512)  # asked of each article of a page several times on its way to the shelf
def traits_of(found: FoundArticle) -> tuple[str, ...]:
    """Return what an article is also known by: its key, its title, its first words, the feed's id at its host."""
    traits = [f"key:{key_of(found)}", title_trait(found)]
    if len(words_of(found.text)) >= _FEWEST_COMPARED:
        traits.append(_of_words(found))
    if found.guid:
        traits.append("guid:" + _digest(f"{host_of(found.url)} {found.guid}"))
    return tuple(traits)


def recognise(
    found: Collection[FoundArticle],
    bearers: Mapping[str, Sequence[Article]],
    journalist: JournalistId,
    *,
    taken: Iterable[int] = (),
) -> dict[str, Article]:
    """Return, by the key of each of these articles of ``journalist``, the known article that it is.

    ``bearers`` are the known articles by trait, ``taken`` the positions of those that the same page shows under their
    own keys. What is not recognised is left out, and so is a second one that could be the same known article, since one
    page does not show an article twice.
    """
    shown = Counter(map(title_trait, found))
    recognised: dict[str, Article] = {}
    taken = set(taken)
    for article in found:
        traits = {trait: bearers[trait] for trait in traits_of(article) if trait in bearers}
        titled = title_trait(article)
        is_recurring = shown[titled] > 1 or len(traits.get(titled, ())) > 1
        candidates = {old.position: old for olds in traits.values() for old in olds if old.position not in taken}
        for position, old in candidates.items():
            shared = {trait.partition(":")[0] for trait, olds in traits.items() if old in olds}
            if same_piece(old, article, shared, journalist, is_recurring=is_recurring):
                recognised[key_of(article)] = old
                taken.add(position)
                break
    return recognised


def same_piece(
    old: Article, new: FoundArticle, shared: Collection[str], journalist: JournalistId, *, is_recurring: bool
) -> bool:
    """Tell whether a known article and one that ``journalist``'s source shows are one.

    ``shared`` are the kinds of trait that both have: ``key``, ``title``, ``words``, ``guid``.

    * The same key: yes.
    * The same id of a feed: yes, if the title, the instant or the text is the same too, and the dates do not
      contradict; some feeds number their items by rank, and each number means another article in an hour.
    * Two addresses of one host: yes, if title and instant are the same, to the second.
    * The same title and first words, and one of them has no address: yes, if the dates do not contradict.
    * The same title, and one of them has no address: yes, if it is by the same journalist, the dates agree, and the
      texts are alike: very much so if the title is short or is used again and again (``is_recurring``).
    """
    if "key" in shared:
        return True
    has_title = "title" in shared
    is_dated = overlap(old.published, new.published)
    may_be = is_dated or Precision.UNKNOWN in (old.published.precision, new.published.precision)
    if "guid" in shared and (
        (has_title and may_be)
        or _same_instant(old.published, new.published)
        or (is_dated and _alike(old.text, new.text, is_telling=False))
    ):
        return True
    if old.url is not None and new.url is not None:
        return has_title and host_of(old.url) == host_of(new.url) and _same_instant(old.published, new.published)
    if "words" in shared and may_be:
        return True
    is_theirs = any(byline.journalist == journalist for byline in old.bylines) or any(
        means(name, old.authors) for name in new.authors
    )
    is_telling = not is_recurring and len(words_of(new.title)) >= TELLING
    return has_title and is_theirs and is_dated and _alike(old.text, new.text, is_telling=is_telling)


def title_trait(found: FoundArticle | Article) -> str:
    """Return the trait that two articles of one title share, however it is spaced, cased and punctuated."""
    return "title:" + _digest(" ".join(words_of(found.title)))


def _of_words(found: FoundArticle) -> str:
    return "words:" + _digest(" ".join(words_of(found.title) + words_of(found.text)[:_FIRST_WORDS]))


def overlap(one: Published, other: Published, slack: timedelta = _SLACK) -> bool:
    """Tell whether two brackets are no further apart than ``slack``; what is undated overlaps with nothing."""
    if one.earliest is None or one.latest is None or other.earliest is None or other.latest is None:
        return False
    return one.earliest <= other.latest + slack and other.earliest <= one.latest + slack


def _same_instant(one: Published, other: Published) -> bool:
    return one.precision is other.precision is Precision.INSTANT and one.at == other.at


def _alike(one: str, other: str, *, is_telling: bool) -> bool:
    """Tell whether most words of the shorter text are in the other one; without a text a telling title has to do."""
    shorter, longer = sorted((words_of(one), words_of(other)), key=len)
    if len(shorter) < _FEWEST_COMPARED:
        return is_telling
    words = set(shorter[:_COMPARED])
    return len(words.intersection(longer)) >= len(words) * (_ALIKE if is_telling else _VERY_MUCH_ALIKE)


def host_of(url: str | None) -> str:
    """Return the host of an address without ``www.`` and the like; nothing where there is no address."""
    return same_page(url).partition("/")[0] if url else ""


def words_of(text: str) -> list[str]:
    """Return the words of a text, letters and digits only, folded."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
