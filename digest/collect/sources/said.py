"""What a source says of an article beyond its words, as printed, and what of it is believed.

* **Last change**: the first instant that is exact, with a zone; a day or a time of unknown zone is none. One before the
  article came out, or still to come, is dropped (``particulars.last_change``; a clock that is ahead would make it
  another instant with every reading).
* **Section**: the first rubric that is a name: no address, no number, not what WordPress calls what was never filed.
* **Image**: the first absolute ``https`` address that is no portrait, logo or blank.
* **Marks**: what structured data says of the piece as such, and whole rubrics, categories, labels and folders of its
  address (``mark_words``); never a word in a title.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from digest.collect.article import FoundArticle, Mark, Precision
from digest.collect.particulars import last_change
from digest.collect.sources.article_dates import as_printed
from digest.collect.sources.mark_words import is_paid_label, marks_of_place, marks_of_words
from digest.collect.text.canonical import canonical
from digest.collect.text.dates import read_absolute
from digest.collect.text.words import title

_LONGEST_SECTION: Final = 60
_LONGEST_ADDRESS: Final = 2_000
_MOST: Final = 20
_SEVERAL: Final = re.compile(r",(?=\S)|;")
_UNFILED: Final = frozenset(
    (
        "uncategorized", "uncategorised", "без рубрики", "без категории", "санатсыз", "айдарсыз", "рубрикасыз",
        "turkumlanmagan", "genel", "kategorisiz", "allgemein", "unkategorisiert", "non classé", "sin categoría",
        "sem categoria", "senza categoria", "bez kategorii", "без категорії", "home", "homepage", "home page",
        "front page", "featured", "главная", "none", "null", "undefined", "n/a",
    )
)  # fmt: skip
_LETTER: Final = re.compile(r"[^\W\d_]")
_PORTRAITS: Final = re.compile(r"(?:^|\.)gravatar\.com$")
_NO_PICTURE: Final = re.compile(
    r"(?:^|[/._-])(?:logos?|placeholder|spacer|pixel|blank|no-?image|avatars?|favicon)(?=[/._-]|\d*x?\d*\.\w+$|$)|\.svg$",
    re.IGNORECASE,
)
_OPINIONS: Final = frozenset(("OpinionNewsArticle",))
_PAID: Final = frozenset(("AdvertiserContentArticle",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of one article, in the source's own spelling, the best first.

    ``changed`` are instants, ``sections`` rubrics, ``categories`` other categories and tags, ``images`` addresses,
    ``kinds`` schema.org types without their prefix, ``labels`` what is printed over the headline. ``is_free`` is
    ``None`` where nothing is said of it.
    """

    changed: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    is_free: bool | None = None
    is_opinion: bool = False
    is_paid_for: bool = False


def with_said(article: FoundArticle, said: Said, *, base: str, now: datetime) -> FoundArticle:
    """Return the article with what is believed of ``said``.

    Addresses are resolved against ``base``; ``now`` (UTC) is when the source was read.
    """
    change = _first_instant(said.changed)
    return replace(
        article,
        modified_at=last_change(article.published, change) if change is not None and change <= now else None,
        section=_section(said.sections),
        image_url=_image(said.images, base),
        marks=_marks(said, article.url),
    )


def _first_instant(printed: Iterable[str]) -> datetime | None:
    for text in list(printed)[:_MOST]:
        for spelling in dict.fromkeys((text, as_printed(text))):
            found = read_absolute(spelling, UTC)
            if found and found.published.precision is Precision.INSTANT and not found.assumed_zone:
                return found.published.at
    return None


def _section(names: Iterable[str]) -> str | None:
    for raw in list(names)[:_MOST]:
        name = _SEVERAL.split(title(raw))[0].strip(" ,")
        is_name = len(name) <= _LONGEST_SECTION and _LETTER.search(name) and "://" not in name
        if is_name and name.casefold() not in _UNFILED:
            return name
    return None


def _image(addresses: Iterable[str], base: str) -> str | None:
    for raw in list(addresses)[:_MOST]:
        url = canonical(raw, base=base) if raw and len(raw) <= _LONGEST_ADDRESS else None
        if url is None or not url.startswith("https://"):
            continue
        parts = urlsplit(url)
        if not _PORTRAITS.search(parts.hostname or "") and not _NO_PICTURE.search(parts.path):
            return url
    return None


def _marks(said: Said, url: str | None) -> tuple[Mark, ...]:
    found = set(marks_of_words(map(title, said.sections[:_MOST]), map(title, said.categories[: _MOST * 5])))
    found |= marks_of_place(url)
    if said.is_free is False:
        found.add(Mark.PAYWALL)
    if said.is_opinion or _OPINIONS.intersection(said.kinds):
        found.add(Mark.OPINION)
    if said.is_paid_for or _PAID.intersection(said.kinds) or any(map(is_paid_label, said.labels)):
        found.add(Mark.SPONSORED)
    return tuple(mark for mark in Mark if mark in found)
