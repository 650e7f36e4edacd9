"""Enrolment: from what discovery found to a journalist on the roster, without doubling anybody. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from digest.audience.tags import is_slug
from digest.collect.adding.discovery import Proposal, Standing
from digest.collect.fetching.addresses import literal_address
from digest.collect.journalist import Journalist, Outlet, Source, SourceKind
from digest.collect.page import FoundJournalist
from digest.collect.text.names import means
from digest.collect.text.slugs import slug_of
from digest.errors import NoWayToFollow, WrongUse
from digest.ids import JournalistId

_BETWEEN: Final = re.compile(r"\s+[|»«–—·:-]\s+|\s*[|»«]\s*|,\s+(?:author|автор) at\s+", re.IGNORECASE)
_GENERIC: Final = re.compile(
    r"(?:rss|atom|json)?\s*feed|rss|authors?|articles?|posts?|archives?|home|our people|people|about|profile",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"^the\s+(?=\S)", re.IGNORECASE)
_UNKNOWN: Final = "Unknown outlet"
_EVERYBODY: Final = "all"  # what a reader's file says for every journalist


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was found at an address: a journalist, the outlet, and the ways to follow them, best first.

    ``aliases`` are other spellings seen in bylines; ``slug`` is a proposal, empty where the name gives none.
    """

    ref: str
    journalist: FoundJournalist
    name: str
    aliases: tuple[str, ...]
    slug: str
    outlet: Outlet
    proposals: tuple[Proposal, ...]

    @property
    def chosen(self) -> Proposal | None:
        """The best proposal that works, if any."""
        return next((one for one in self.proposals if one.standing is Standing.GOOD), None)

    def best(self, kind: SourceKind | None = None) -> Proposal:
        """Return the best proposal, or the best of a ``kind``, which may then be a suspect one.

        :raises NoWayToFollow: there is none; it names what was tried.
        """
        fitting = self.chosen
        if kind is not None:
            answering = (one for one in self.proposals if one.standing is not Standing.DISMISSED)
            fitting = next((one for one in answering if one.kind is kind), None)
        if fitting is None:
            tried = [f"{one.kind} {one.ref}: {one.why}" for one in self.proposals if kind in (None, one.kind)]
            raise NoWayToFollow(self.ref, self.name, tried, kind=kind.value if kind is not None else None)
        return fitting

    @property
    def has_outlet(self) -> bool:
        """Whether anything told the outlet; a text in a file mostly does not."""
        return self.outlet.name != _UNKNOWN

    def at_outlet(self, name: str) -> "Discovery":
        """Return the same discovery at an outlet that an editor names."""
        slug = _outlet_slug(name) or self.outlet.slug
        return replace(self, outlet=replace(self.outlet, name=name, slug=slug))

    def as_json(self) -> dict[str, Any]:
        """Return the discovery as plain values."""
        found, outlet = self.journalist, self.outlet
        return {
            "ref": self.ref,
            "journalist": {
                "slug": self.slug,
                "name": self.name,
                "role": found.role,
                "bio": found.bio,
                "avatar_url": found.avatar_url,
                "aliases": list(self.aliases),
            },
            "outlet": {"slug": outlet.slug, "name": outlet.name, "url": outlet.url, "language": outlet.language},
            "proposals": [proposal.as_json() for proposal in self.proposals],
        }


def outlet_at(url: str, *, named: str | None, labels: Iterable[tuple[str, bool]], name: str, language: str) -> Outlet:
    """Return the outlet of a page: by what it says (``named``), by titles, else by its host.

    ``labels`` are titles with whether each is a feed's: a feed's title is the outlet's name, a page's only when it has
    the journalist's name beside it. A file has no host: its outlet is unknown unless it says so.
    """
    parts = urlsplit(url)
    is_web = parts.scheme in ("http", "https")
    host = (parts.hostname or "").removeprefix("www.") if is_web else ""
    titled = (_outlet_in(label, name, is_feed=is_feed) for label, is_feed in labels)
    called = named or next((title for title in titled if title), None) or host or _UNKNOWN
    return Outlet(
        slug=_outlet_slug(called) or slug_of(host) or "outlet",
        name=called,
        url=urlunsplit((parts.scheme, parts.netloc, "/", "", "")) if is_web else "",
        language=language or "en",
    )


def _outlet_slug(name: str) -> str:
    return slug_of(_ARTICLE.sub("", name))


def _outlet_in(label: str, name: str, *, is_feed: bool) -> str | None:
    if not is_feed and name.casefold() not in label.casefold():
        return None
    parts = [part.strip() for part in _BETWEEN.split(label)]
    fitting = [
        part for part in parts if part and name.casefold() not in part.casefold() and not _GENERIC.fullmatch(part)
    ]
    return fitting[-1] if fitting else None


def enrolled(discovery: Discovery, proposal: Proposal, roster: Sequence[Journalist], *, slug: str | None) -> Journalist:
    """Return the journalist as they shall stand on the roster: a new one, or one who is there with one source more.

    Somebody of the same name at the same outlet is the same person, and keeps what editors have written about them. An
    outlet that is known already keeps its own words, too.

    :raises WrongUse: the slug is none, or belongs to somebody else; a namesake at another outlet is for the editor to
        tell apart.
    """
    outlet = _known_outlet(discovery.outlet, roster)
    wanted = JournalistId(slug if slug is not None else discovery.slug)
    there = next((one for one in roster if one.id == wanted), None) or (
        None if slug is not None else next((one for one in roster if _is_same(one, discovery, outlet)), None)
    )
    if there is not None:
        _must_be_same(there, discovery, outlet, is_meant=slug is not None)
        return replace(there, sources=_with(there.sources, proposal.source))
    if not is_slug(wanted) or wanted == _EVERYBODY:
        raise WrongUse(
            f"{wanted!r} can be nobody's slug.",
            advice="Give one with --slug: lower-case letters a-z, digits and single hyphens.",
        )
    found = discovery.journalist
    return Journalist(
        id=wanted,
        name=discovery.name,
        outlet=outlet,
        role=found.role or "",
        bio=found.bio or "",
        avatar_url=found.avatar_url,
        aliases=discovery.aliases,
        sources=(proposal.source,),
    )


def _with(sources: tuple[Source, ...], source: Source) -> tuple[Source, ...]:
    """Return the sources with one more, unless its place is known; selectors that are new are taken over."""
    if all(one.ref != source.ref for one in sources):
        return (*sources, source)
    if source.selectors is None:
        return sources
    return tuple(
        replace(one, selectors=source.selectors) if (one.kind, one.ref) == (source.kind, source.ref) else one
        for one in sources
    )


def _known_outlet(outlet: Outlet, roster: Sequence[Journalist]) -> Outlet:
    """Return the outlet as the roster has it: by slug, by name, or by host, where hosts have names of their own."""
    known = {one.outlet.slug: one.outlet for one in roster}
    same_name = (one for one in known.values() if one.name.casefold() == outlet.name.casefold())
    host = _host(outlet.url)
    same_host = (one for one in known.values() if host and _host(one.url) == host)
    return known.get(outlet.slug) or next(same_name, None) or next(same_host, outlet)


def _host(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return "" if literal_address(host) is not None else host


def _is_same(one: Journalist, discovery: Discovery, outlet: Outlet) -> bool:
    return one.outlet.slug == outlet.slug and means(discovery.name, (one.name, *one.aliases))


def _must_be_same(there: Journalist, discovery: Discovery, outlet: Outlet, *, is_meant: bool) -> None:
    if not means(discovery.name, (there.name, *there.aliases)):
        raise WrongUse(
            f"The slug {there.id!r} belongs to {there.name}, {there.outlet.name}.",
            advice="Give another one with --slug.",
        )
    if there.outlet.slug != outlet.slug and not is_meant:
        raise WrongUse(
            f"{there.name} of {there.outlet.name} is on the roster already; this page is of {outlet.name}.",
            advice=f"If it is the same person, say --slug {there.id}; if not, give another --slug.",
        )
