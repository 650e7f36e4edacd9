"""Journalists, their outlets and the sources in which their articles are read."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from digest.ids import JournalistId


class SourceKind(StrEnum):
    """The kinds of source; each has one file in ``sources/``.

    ``ARTICLE`` is a single article's page: it can be read, but nobody can be followed there.
    """

    FEED = "feed"
    WORDPRESS = "wordpress"
    PAGE = "page"
    CAPTURE = "capture"
    ARTICLE = "article"


#: The kinds that show a journalist's next article too; only these are kept as somebody's sources.
FOLLOWED_KINDS: Final = tuple(kind for kind in SourceKind if kind is not SourceKind.ARTICLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher. ``language`` is BCP 47, ``time_zone`` IANA: what to assume where a source says nothing."""

    slug: str
    name: str
    url: str = ""
    language: str = "en"
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """Where an HTML page has its articles, in CSS selectors, for pages whose structure says too little by itself.

    ``card`` finds each article; the others are looked for inside a card and are optional: without ``title`` it is the
    card's first heading, without ``link`` the title's, without ``time`` and ``teaser`` what is found by structure.
    """

    card: str
    title: str | None = None
    link: str | None = None
    time: str | None = None
    teaser: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a journalist's articles are read. ``ref`` is a URL or a file's path.

    ``byline`` keeps only articles that carry this name, for feeds of a whole site. ``selectors`` are for pages.
    """

    kind: SourceKind
    ref: str
    byline: str | None = None
    selectors: Selectors | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journalist:
    """A followed byline. ``aliases`` are other spellings of the name that mean the same person."""

    id: JournalistId
    name: str
    outlet: Outlet
    role: str = ""
    bio: str = ""
    avatar_url: str | None = None
    aliases: tuple[str, ...] = ()
    sources: tuple[Source, ...] = field(default=())
