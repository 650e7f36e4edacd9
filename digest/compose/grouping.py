"""Who gets what: every reader of the list is owed contents or is excluded with a reason. Pure.

Readers with equal contents share one body, which is what makes a large list cheap.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from digest.audience.may_mail import may_mail
from digest.audience.ports import Readership
from digest.audience.reader import Reader
from digest.compose import canonical_json
from digest.compose.due import Coming, age_limit, coming, due
from digest.compose.issue import Contents, Excluded, Frozen, Missed, NotDue, NothingToSend, Owed, Section
from digest.compose.looks import look_of
from digest.compose.missed import behind, day_up_to, missed_in
from digest.compose.newsletter import WhenEmpty
from digest.compose.schedule import Schedule
from digest.compose.selection import candidates, doubtful, owed_from
from digest.compose.snapshot import digest_of
from digest.compose.zones import OWN, ZoneChoice
from digest.ids import IssueId, Position, Sha256, SubscriberId

#: For how many readers at once it is looked up what they had.
PAGE: Final = 1_000
NOTHING: Final[Mapping[Position, IssueId]] = MappingProxyType({})
#: How many different contents are kept at hand while an issue is shared out.
KEPT_CONTENTS: Final = 20_000


def share_out(
    frozen: Frozen,
    readers: Iterable[Reader],
    had: Mapping[SubscriberId, Collection[Position]] = MappingProxyType({}),
    missing: Mapping[SubscriberId, Mapping[Position, IssueId]] = MappingProxyType({}),
    *,
    issue: Coming | None = None,
) -> Iterator[Owed | Excluded]:
    """Say for every reader, in their order, what they are owed of a frozen issue, or why they get nothing.

    ``had`` has the stories, of those that are ``doubtful``, of which each reader had a piece; ``missing`` the articles
    that a former issue should have brought them, and which one. ``issue`` says when it comes out; without it that is
    when it was composed, and asked about at once.
    """
    share = Sharing(frozen, issue)
    for reader in readers:
        who = reader.subscriber.id
        yield share.of(reader, had.get(who, ()), missing.get(who, NOTHING))


class Sharing:
    """Says of one frozen issue what each reader is owed. Equal readers, equal contents: worked out once."""

    def __init__(self, frozen: Frozen, issue: Coming | None = None) -> None:
        """Share out ``frozen``, which comes out as ``issue`` says."""
        self._frozen = frozen
        self._issue = issue or at_once(frozen)
        self._selection = frozen.newsletter.selection
        self._found = candidates(frozen)
        self._rates_alone = _may_print_rates_alone(frozen)
        self._zones = ZoneChoice(frozen)
        self._locales: dict[str, str] = {}
        self._known: dict[tuple[object, ...], Contents | None] = {}

    def of(
        self, reader: Reader, had: Collection[Position] = (), missing: Mapping[Position, IssueId] = NOTHING
    ) -> Owed | Excluded:
        """Say what ``reader`` is owed, or why nothing.

        ``had`` are doubtful stories of which they had a piece, ``missing`` says what former issues failed to bring.
        """
        reason = may_mail(reader) or (None if reader.follows else NothingToSend.FOLLOWS_NOBODY)
        if reason is not None:
            return Excluded(reader=reader, reason=reason)
        when = due(reader, self._issue)
        if isinstance(when, NotDue):
            return Excluded(reader=reader, reason=when)
        if reach(reader) < self._frozen.floor:
            return Excluded(reader=reader, reason=NothingToSend.NEXT_ISSUE)
        contents = self._contents(reader, frozenset(had), missing)
        if contents is None:
            return Excluded(reader=reader, reason=NothingToSend.NOTHING_NEW)
        return Owed(reader=reader, contents=contents, due=when if when > self._issue.now else None)

    def _contents(
        self, reader: Reader, had: frozenset[Position], missing: Mapping[Position, IssueId]
    ) -> Contents | None:
        locale = self._locale(reader.subscriber.locale)
        zone = self._zones.of(reader.subscriber.time_zone)
        limit = age_limit(reader.rhythm, self._selection)
        look, text_only = look_of(reader.appearance, self._frozen), reader.appearance.text_only
        alike = (reader.follows, reader.cursor, locale, zone, look, text_only, had, frozenset(missing.items()), limit)
        if alike not in self._known:
            if len(self._known) == KEPT_CONTENTS:
                self._known.clear()  # readers who are all different: memory stays flat, and little was found again
            sections = owed_from(self._found, reader, self._frozen.newsletter, had)
            is_owed = sections or self._rates_alone
            printed = [position for section in sections for position in section.positions]
            self._known[alike] = (
                contents_of(
                    self._frozen,
                    locale,
                    sections,
                    look=look,
                    text_only=text_only,
                    zone=zone if self._zones.matters(printed) else OWN,
                    since=day_up_to(self._frozen, reader.cursor),
                    missed=missed_in(sections, self._frozen, missing),
                )
                if is_owed
                else None
            )
        return self._known[alike]

    def _locale(self, wanted: str) -> str:
        if wanted not in self._locales:
            self._locales[wanted] = best_locale(wanted, self._frozen.newsletter.locales)
        return self._locales[wanted]


def at_once(frozen: Frozen) -> Coming:
    """Return how an issue comes out that is planned as soon as it is composed, without a schedule."""
    own = frozen.newsletter.time_zone
    return coming(Schedule(), own_zone=own, composed_at=frozen.composed_at, now=frozen.composed_at)


def share_among(
    frozen: Frozen, readers: Iterable[Reader], readership: Readership, *, issue: Coming | None = None
) -> Iterator[Owed | Excluded]:
    """Do ``share_out`` with what each reader had before, as far as it must be looked up: page by page.

    ``readers`` are of the newsletter's list, mostly ``readership.stream()``; no more than a page of them is held.
    """
    list_name = frozen.newsletter.list_name
    stories = doubtful(frozen, readership.cursors(list_name))
    share = Sharing(frozen, issue)
    for page in _pages(readers):
        whom = [reader.subscriber.id for reader in page]
        had = readership.had(list_name, stories, whom=whom) if stories else {}
        missing = _missing(frozen, page, readership)
        for reader in page:
            who = reader.subscriber.id
            yield share.of(reader, had.get(who, ()), missing.get(who, NOTHING))


def _missing(
    frozen: Frozen, page: Sequence[Reader], readership: Readership
) -> Mapping[SubscriberId, Mapping[Position, IssueId]]:
    late = behind(page, frozen)
    if not late:
        return {}
    lowest = min(reader.cursor for reader in late)
    former = [one.id for one in frozen.former if one.height > lowest]
    return readership.missing(former, whom=[reader.subscriber.id for reader in late])


def _pages(readers: Iterable[Reader]) -> Iterator[list[Reader]]:
    rest = iter(readers)
    while page := list(islice(rest, PAGE)):
        yield page


def reach(reader: Reader) -> Position:
    """Return the position above which this reader, who follows somebody, can be owed articles."""
    return max(reader.cursor, min(follow.since for follow in reader.follows))


def _may_print_rates_alone(frozen: Frozen) -> bool:
    wanted = frozen.newsletter.selection.when_empty is WhenEmpty.RATES_ONLY
    return wanted and frozen.rates_are_new and bool(frozen.rates.rates)


def contents_of(
    frozen: Frozen,
    locale: str,
    sections: Sequence[Section],
    *,
    look: str | None = None,
    text_only: bool = False,
    zone: str = OWN,
    since: date | None = None,
    missed: Sequence[Missed] = (),
) -> Contents:
    """Return the contents that hold these sections, in the newsletter's own look unless another one is named.

    The key is the SHA-256 of all the rest.
    """
    contents = Contents(
        key=Sha256(""),
        issue=frozen.id,
        locale=locale,
        look=look or frozen.newsletter.look,
        sections=tuple(sections),
        zone=zone,
        since=since,
        missed=tuple(missed),
        text_only=text_only,
    )
    return replace(contents, key=digest_of(canonical_json.write(contents)))


def best_locale(wanted: str, offered: Sequence[str]) -> str:
    """Return the offered locale that serves a reader best; the first one if none does.

    The wanted tag loses its last part until an offered one equals it (RFC 4647 §3.4, lookup); then any offered one of
    the same language will do: ``pt`` is served by ``pt-BR``.
    """
    parts = wanted.casefold().replace("_", "-").split("-")
    by_tag = {tag.casefold(): tag for tag in reversed(offered)}
    for length in range(len(parts), 0, -1):
        found = by_tag.get("-".join(parts[:length]))
        if found is not None:
            return found
    return next((tag for tag in offered if tag.casefold().split("-")[0] == parts[0]), offered[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How an issue is shared out: readers who get something and who do not, and the distinct bodies.

    ``groups`` has every distinct contents with its number of readers, the largest group first.
    """

    readers: int
    owed: int
    bodies: int
    excluded: Mapping[str, int]
    groups: tuple[tuple[Contents, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "readers": self.readers,
            "owed": self.owed,
            "bodies": self.bodies,
            "excluded": {str(reason): count for reason, count in self.excluded.items()},
        }


def count_shares(shared: Iterable[Owed | Excluded]) -> Shares:
    """Add up what ``share_out`` said."""
    excluded: Counter[str] = Counter()
    sizes: Counter[Sha256] = Counter()
    contents: dict[Sha256, Contents] = {}
    for one in shared:
        if isinstance(one, Excluded):
            excluded[one.reason] += 1
        else:
            sizes[one.contents.key] += 1
            contents[one.contents.key] = one.contents
    owed = sizes.total()
    return Shares(
        readers=owed + excluded.total(),
        owed=owed,
        bodies=len(sizes),
        excluded=dict(sorted(excluded.items())),
        groups=tuple((contents[key], size) for key, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0]))),
    )
