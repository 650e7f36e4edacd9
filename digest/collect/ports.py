"""What collecting needs from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from digest.collect.article import Article
from digest.collect.checkup import SourceHealth
from digest.collect.freshness import Intent
from digest.collect.journalist import Journalist
from digest.ids import JournalistId, NewsletterId, Position


class Roster(Protocol):
    """Whom we follow, and where they are read."""

    def journalists(self, newsletter: NewsletterId | None = None) -> Sequence[Journalist]:
        """Return all journalists, or those of one newsletter, in the order of their names."""
        ...

    def journalist(self, journalist: JournalistId) -> Journalist:
        """Return one journalist, also one who was removed meanwhile: they have no sources any more.

        ``KeyError`` for a slug that never was on the roster is a broken promise.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """A journalist as an editor sees them: in which newsletters, read by how many, last heard of when.

    ``followers`` counts active readers who follow them by name, or who follow everybody of a newsletter that they are
    in. ``last_article_at`` is the newest article's date as far as is known (UTC), ``newest`` the newest articles.
    """

    journalist: Journalist
    newsletters: tuple[NewsletterId, ...] = ()
    followers: int = 0
    last_article_at: datetime | None = None
    newest: tuple[Article, ...] = ()


class RosterDesk(Protocol):
    """Where editors look at the roster and change it by hand. Every call is one transaction.

    A change returns what it did, one sentence each; none means that all was so before. Every call that names a
    journalist raises ``UnknownJournalist`` for a slug that is not on the roster.
    """

    def entries(self) -> Sequence[RosterEntry]:
        """Return everybody on the roster, in the order of their names, without their articles."""
        ...

    def entry(self, journalist: JournalistId, *, newest: int = 10) -> RosterEntry:
        """Return one journalist with so many of the newest articles, the newest first."""
        ...

    def add(self, journalist: Journalist, *, newsletter: NewsletterId | None = None) -> Sequence[str]:
        """Add a journalist with outlet and sources, or make one of that slug so; return what changed, in sentences.

        With a ``newsletter`` the journalist becomes its last one, unless they are in it already.

        :raises UnknownNewsletter: it has not been applied.
        :raises WrongUse: somebody of that slug was merged into another journalist.
        """
        ...

    def rename(self, journalist: JournalistId, name: str) -> Sequence[str]:
        """Give a journalist another name; the slug stays and the old name becomes an alias."""
        ...

    def add_alias(self, journalist: JournalistId, alias: str) -> Sequence[str]:
        """Add another spelling of the name."""
        ...

    def remove_alias(self, journalist: JournalistId, alias: str) -> Sequence[str]:
        """Take a spelling of the name away.

        :raises WrongUse: there is no such alias.
        """
        ...

    def merge(self, away: JournalistId, into: JournalistId, *, at: datetime) -> Sequence[str]:
        """Make two journalists one: names, sources, follows, bylines and newsletters of ``away`` go to ``into``.

        Who follows both keeps the earlier beginning, an article of both the lower position: nobody is owed again what
        they had. From now on the slug ``away`` means ``into`` in newsletters' files and readers' files. Issues that
        await approval are superseded: they would miss readers.

        :raises WrongUse: both are the same.
        :raises NotInThisState: an issue of theirs is approved and not on its way yet.
        """
        ...

    def remove(self, journalist: JournalistId, *, at: datetime, even_the_last: bool = False) -> Sequence[str]:
        """Take a journalist off the roster and out of every newsletter, and end their follows.

        Their articles stay on the shelf. Issues that await approval are superseded.

        :raises WrongUse: a newsletter would be left without journalists, and not ``even_the_last``.
        :raises NotInThisState: an issue of theirs is approved and not on its way yet.
        """
        ...


class SourceLog(Protocol):
    """How every source has been doing. Every call is one transaction."""

    def health(self, journalist: JournalistId | None = None) -> Sequence[SourceHealth]:
        """Return what is known of all sources, or of one journalist's, in no order. One never read is not there."""
        ...

    def record(self, healths: Sequence[SourceHealth]) -> None:
        """Keep these instead of what was known; one whose source is gone meanwhile is left out."""
        ...


class Shelf(Protocol):
    """The ordered store of all articles ever seen. Every call is one transaction."""

    def bearers(self, traits: Sequence[str]) -> Mapping[str, Sequence[Article]]:
        """Return the articles that bear each of these traits (``identity.py``), by position; no key for an unborne one.

        An article bears the traits of how it was added and of every revision.
        """
        ...

    def apply(self, journalist: JournalistId, intents: Sequence[Intent], *, at: datetime) -> Position:
        """Carry out the intents, all or none, and return the new height.

        Positions become visible in order, whatever else writes at the same time: a reader's cursor may trust that
        nothing will ever appear below it.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What lets us ask "has it changed?", and says whether we need to ask yet.

    ``digest`` is that of the last good answer, filled in by whoever remembers it; ``at`` is when the site last had
    something new to say of it, and until ``fresh_until`` it promises that there is nothing newer.
    """

    etag: str | None
    last_modified: str | None
    at: datetime
    fresh_until: datetime | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """The last good answer itself; header names are lower case."""

    headers: Mapping[str, str]
    body: bytes

    def digest(self) -> str:
        """Return what tells it from another answer: the SHA-256 of its media type and its bytes, in hex."""
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return sha256(media_type.encode() + b"\0" + self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """A site's robots.txt as it was answered; ``body`` is empty unless the status is 200."""

    status: int
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWishes:
    """What a site (scheme, host and port) asks of us: its robots.txt, and an instant before which not to come back."""

    robots: RobotsFile | None = None
    not_before: datetime | None = None


class FetchMemory(Protocol):
    """What the fetcher remembers of addresses and sites between runs.

    Nothing here holds up the event loop. What is remembered may reach the disk late, at the latest with ``flush``: if
    it is lost, a request more is made, and nothing else happens.
    """

    async def recall(self, url: str) -> Validators | None:
        """Return what is remembered of ``url``."""
        ...

    async def page(self, url: str) -> KeptPage | None:
        """Return the last good answer itself."""
        ...

    async def remember(self, url: str, validators: Validators, page: KeptPage) -> None:
        """Keep a good answer, with its digest, in place of the last one."""
        ...

    async def confirm(self, url: str, validators: Validators) -> None:
        """Keep what was said anew of the last good answer, which stays as it is."""
        ...

    async def wishes(self, site: str) -> SiteWishes | None:
        """Return what ``site`` asked of us."""
        ...

    async def heed(self, site: str, wishes: SiteWishes) -> None:
        """Keep what ``site`` asks of us in place of what it asked before."""
        ...

    async def flush(self) -> None:
        """Return when everything is kept for good."""
        ...
