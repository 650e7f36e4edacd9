"""Who gets what: every reader of the list is owed contents or is excluded with a reason. Pure.

Readers with equal contents share one body, which is what makes a large list cheap.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from digest.audience.may_mail import may_mail
from digest.audience.ports import Readership
from digest.audience.reader import Reader
from digest.compose import canonical_json
from digest.compose.issue import Contents, Excluded, Frozen, NothingToSend, Owed, Section
from digest.compose.newsletter import WhenEmpty
from digest.compose.selection import candidates, doubtful, owed_from
from digest.compose.snapshot import digest_of
from digest.ids import Position, Sha256, SubscriberId


def share_out(
    frozen: Frozen,
    readers: Iterable[Reader],
    had: Mapping[SubscriberId, Collection[Position]] = MappingProxyType({}),
) -> Iterator[Owed | Excluded]:
    """Say for every reader, in their order, what they are owed of a frozen issue, or why they get nothing.

    ``had`` has the stories, of those that are ``doubtful``, of which each reader had a piece.
    """
    found = candidates(frozen)
    rates_alone = _may_print_rates_alone(frozen)
    known: dict[tuple[object, ...], Contents | None] = {}
    for reader in readers:
        reason = may_mail(reader) or _nothing_for(reader, frozen)
        if reason is not None:
            yield Excluded(reader=reader, reason=reason)
            continue
        locale = best_locale(reader.subscriber.locale, frozen.newsletter.locales)
        theirs = frozenset(had.get(reader.subscriber.id, ()))
        alike = (reader.follows, reader.cursor, locale, theirs)  # equal readers, equal contents: worked out once
        if alike not in known:
            sections = owed_from(found, reader, frozen.newsletter, theirs)
            known[alike] = contents_of(frozen, locale, sections) if sections or rates_alone else None
        contents = known[alike]
        if contents is None:
            yield Excluded(reader=reader, reason=NothingToSend.NOTHING_NEW)
        else:
            yield Owed(reader=reader, contents=contents)


def share_among(frozen: Frozen, readers: Sequence[Reader], readership: Readership) -> Iterator[Owed | Excluded]:
    """Do ``share_out`` with what each reader had before, as far as it must be looked up."""
    stories = doubtful(frozen, (reader.cursor for reader in readers))
    return share_out(frozen, readers, readership.had(frozen.newsletter.list_name, stories) if stories else {})


def _nothing_for(reader: Reader, frozen: Frozen) -> NothingToSend | None:
    if not reader.follows:
        return NothingToSend.FOLLOWS_NOBODY
    return NothingToSend.NEXT_ISSUE if reach(reader) < frozen.floor else None


def reach(reader: Reader) -> Position:
    """Return the position above which this reader, who follows somebody, can be owed articles."""
    return max(reader.cursor, min(follow.since for follow in reader.follows))


def _may_print_rates_alone(frozen: Frozen) -> bool:
    wanted = frozen.newsletter.selection.when_empty is WhenEmpty.RATES_ONLY
    return wanted and frozen.rates_are_new and bool(frozen.rates.rates)


def contents_of(frozen: Frozen, locale: str, sections: Sequence[Section]) -> Contents:
    """Return the contents that hold these sections; the key is the SHA-256 of all the rest."""
    unkeyed = Contents(
        key=Sha256(""),
        issue=frozen.id,
        locale=locale,
        look=frozen.newsletter.look,
        sections=tuple(sections),
    )
    return replace(unkeyed, key=digest_of(canonical_json.write(unkeyed)))


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
