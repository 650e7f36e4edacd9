"""A correction: an issue once more, put right, for exactly those who got it. Pure.

Each reader gets the very articles that their accepted mail held, as these stand on the shelf now, but for those that
the editor takes out. It is that day's issue, not today's: its date stays, and so do its rates, because a reader who is
told that something was wrong expects everything else to be as it was. Only where a rate was what was wrong, the editor
has the rates of that day read anew from the rate book.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from digest.audience.may_mail import may_mail
from digest.audience.reader import Reader
from digest.collect.article import Article, Byline
from digest.collect.journalist import Journalist
from digest.collect.rates.rate import RateSnapshot
from digest.collect.text.canonical import canonical, same_page
from digest.compose.grouping import contents_of
from digest.compose.issue import Contents, Excluded, Frozen, Note, NothingToSend, Owed, Section
from digest.compose.missed import still_there
from digest.compose.newsletter import Sender
from digest.errors import WrongUse
from digest.ids import IssueId, JournalistId, Position, Sha256, SubscriberId

#: For how many readers at once it is looked up what they got.
PAGE: Final = 1_000
#: How many different contents are kept at hand while a correction is shared out.
KEPT_CONTENTS: Final = 10_000

#: Says which of these readers got the issue that is corrected, and with which contents.
Held = Callable[[Collection[SubscriberId]], Mapping[SubscriberId, Contents]]


def correction_of(
    corrected: Frozen,
    *,
    number: int,
    note: Note,
    articles: Sequence[Article],
    journalists: Sequence[Journalist],
    sender: Sender,
    rates: RateSnapshot | None,
    without: Collection[Position],
    at: datetime,
) -> Frozen:
    """Freeze the correction of an issue.

    ``articles``, ``journalists`` and ``sender`` are as they are now, ``rates`` those of the corrected issue's day if
    they were read anew. Who left the roster since, and what is not on the shelf any more, stays as it was printed.
    """
    now = {article.position: article for article in articles}
    names = {journalist.id: journalist for journalist in journalists}
    return replace(
        corrected,
        id=IssueId(f"{corrected.newsletter.id}-{number}"),
        number=number,
        newsletter=replace(corrected.newsletter, sender=sender),
        composed_at=at,
        journalists=tuple(names.get(one.id, one) for one in corrected.journalists),
        articles=tuple(
            _as_now(one, now.get(one.position, one)) for one in corrected.articles if one.position not in without
        ),
        rates=corrected.rates if rates is None else rates,
        note=note,
        corrects=corrected.id,
    )


def _as_now(printed: Article, now: Article) -> Article:
    """Return an article in its words of now, under everybody under whom it was printed: a merge takes nobody away."""
    bylines = {byline.journalist: byline for byline in (*now.bylines, *printed.bylines)}
    return replace(now, bylines=tuple(sorted(bylines.values(), key=_place)))


def _place(byline: Byline) -> tuple[Position, JournalistId]:
    return byline.position, byline.journalist


def taken_out(corrected: Frozen, now: Iterable[Article], refs: Iterable[str]) -> frozenset[Position]:
    """Return the positions of the articles that ``refs`` name: each a position on the shelf, or an address.

    An address is that which was printed, or that of ``now``.

    :raises WrongUse: the issue has no such article.
    """
    printed = {article.position for article in corrected.articles}
    by_ref = {str(position): position for position in printed}
    for article in (*now, *corrected.articles):
        if article.url is not None and article.position in printed:
            by_ref[_page(article.url)] = article.position
    found = set()
    for ref in refs:
        position = by_ref.get(_page(ref.strip()))
        if position is None:
            raise WrongUse(
                f"{corrected.id} has no article {ref}.",
                advice="Name it by its address as it was printed, or by its place on the shelf.",
            )
        found.add(position)
    return frozenset(found)


def _page(ref: str) -> str:
    address = canonical(ref)
    return ref if address is None else same_page(address)


def share_again(correction: Frozen, readers: Iterable[Reader], held: Held) -> Iterator[Owed | Excluded]:
    """Say for every reader, in their order, what they get of a correction, or why nothing.

    ``held`` says who got the issue that it corrects, and what; no more than a page of readers is in memory.
    """
    corrected = _Corrected(correction)
    rest = iter(readers)
    while page := list(islice(rest, PAGE)):
        got = held([reader.subscriber.id for reader in page])
        for reader in page:
            reason = may_mail(reader)
            if reason is not None:
                yield Excluded(reader=reader, reason=reason)
            elif reader.subscriber.id in got:
                yield Owed(reader=reader, contents=corrected.contents(got[reader.subscriber.id]))
            else:
                yield Excluded(reader=reader, reason=NothingToSend.DID_NOT_GET_IT)


class _Corrected:
    """What contents of the corrected issue become in its correction: worked out once for equal ones."""

    def __init__(self, correction: Frozen) -> None:
        self._correction = correction
        self._positions: dict[JournalistId, set[Position]] = {one.id: set() for one in correction.journalists}
        for article in correction.articles:
            for byline in article.bylines:
                self._positions.setdefault(byline.journalist, set()).add(article.position)
        self._known: dict[Sha256, Contents] = {}

    def contents(self, printed: Contents) -> Contents:
        if printed.key not in self._known:
            if len(self._known) == KEPT_CONTENTS:
                self._known.clear()
            sections = (self._section(section) for section in printed.sections)
            left = [section for section in sections if section.positions or section.left_out]
            self._known[printed.key] = contents_of(
                self._correction,
                printed.locale,
                left,
                look=printed.look,
                text_only=printed.text_only,
                zone=printed.zone,
                missed=still_there(printed.missed, left),
            )
        return self._known[printed.key]

    def _section(self, printed: Section) -> Section:
        """Leave out what was taken out. What a cap left out is counted again, as far as it is still there."""
        there = self._positions[printed.journalist]
        positions = tuple(position for position in printed.positions if position in there)
        return replace(printed, positions=positions, left_out=min(printed.left_out, len(there) - len(positions)))
