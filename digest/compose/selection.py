"""Which articles is this reader owed? Pure: the first law and the newsletter's caps.

An article is owed if the reader follows at least one of its journalists since before that byline stood there, and none
of those bylines stands at or below the reader's cursor: then it was in an earlier issue already. Bylines above the
height at which the issue was frozen do not count yet; they would be owed again next time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.audience.reader import Reader
from digest.collect.article import Article
from digest.compose.issue import Frozen, Section
from digest.compose.newsletter import Newsletter, Selection
from digest.ids import EVERY_JOURNALIST, JournalistId, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that an issue can print, with those bylines that count: of its journalists, in its order."""

    position: Position
    bylines: tuple[tuple[JournalistId, Position], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """All that an issue can print, and each journalist's places in it: worked out once for all readers."""

    newest_first: tuple[Candidate, ...]
    places: Mapping[JournalistId, tuple[int, ...]]


def newest_first(article: Article) -> tuple[float, int]:
    """Return the sort key that puts the newest article first; an undated one stands where it was first seen."""
    return (-instant_of(article).timestamp(), -article.position)


def is_too_old(article: Article, newsletter: Newsletter, *, at: datetime) -> bool:
    """Tell whether an article is older at ``at`` than the newsletter's age limit allows."""
    return instant_of(article) < at - timedelta(days=newsletter.selection.max_age_days)


def instant_of(article: Article) -> datetime:
    """Return when an article was published as far as is known, else when it was first seen."""
    return article.published.best or article.first_seen_at


def candidates(frozen: Frozen) -> Candidates:
    """Return the articles that this issue can print at all."""
    rank = {journalist: at for at, journalist in enumerate(frozen.newsletter.journalists)}
    found: list[Candidate] = []
    places: dict[JournalistId, list[int]] = {}
    for article in sorted(frozen.articles, key=newest_first):
        if is_too_old(article, frozen.newsletter, at=frozen.composed_at):
            continue
        counting = [
            (byline.journalist, byline.position)
            for byline in article.bylines
            if byline.journalist in rank and byline.position <= frozen.height
        ]
        counting.sort(key=lambda byline: rank[byline[0]])
        for journalist, _ in counting:
            places.setdefault(journalist, []).append(len(found))
        found.append(Candidate(position=article.position, bylines=tuple(counting)))
    return Candidates(
        newest_first=tuple(found), places={journalist: tuple(theirs) for journalist, theirs in places.items()}
    )


def owed_to(reader: Reader, frozen: Frozen) -> tuple[Section, ...]:
    """Return what ``reader`` is owed of an issue: sections in the newsletter's order of journalists, newest first."""
    return owed_from(candidates(frozen), reader, frozen.newsletter)


def owed_from(found: Candidates, reader: Reader, newsletter: Newsletter) -> tuple[Section, ...]:
    """Do the work of ``owed_to`` from an issue's candidates.

    An article of several followed journalists appears once, with the one who comes first in the newsletter.
    """
    since = _since(reader, newsletter)
    owed: dict[JournalistId, list[Position]] = {}
    for place in sorted({place for journalist in since for place in found.places.get(journalist, ())}):
        candidate = found.newest_first[place]
        followed = [byline for byline in candidate.bylines if byline[0] in since and since[byline[0]] < byline[1]]
        if followed and min(position for _, position in followed) > reader.cursor:
            owed.setdefault(followed[0][0], []).append(candidate.position)
    sections = [
        Section(journalist=journalist, positions=tuple(owed[journalist]))
        for journalist in newsletter.journalists
        if journalist in owed
    ]
    return capped(sections, newsletter.selection)


def _since(reader: Reader, newsletter: Newsletter) -> dict[JournalistId, Position]:
    """Return since when the reader follows each journalist: the oldest of several follows."""
    since: dict[JournalistId, Position] = {}
    for follow in reader.follows:
        everybody = follow.journalist == EVERY_JOURNALIST
        for journalist in newsletter.journalists if everybody else (follow.journalist,):
            since[journalist] = min(follow.since, since.get(journalist, follow.since))
    return since


def capped(sections: Sequence[Section], selection: Selection) -> tuple[Section, ...]:
    """Hold both caps and count what they leave out.

    First every journalist keeps at most ``per_journalist``, the newest. Then, as long as the issue holds more than
    ``total``, the journalist with the most articles gives up the oldest; of several with equally many the last in the
    newsletter's order. So everybody keeps something as long as there is room for everybody, and whoever has no room
    keeps a section with the count alone.
    """
    sizes = [min(len(section.positions), selection.per_journalist) for section in sections]
    for _ in range(sum(sizes) - selection.total):
        largest = max(range(len(sizes)), key=lambda at: (sizes[at], at))
        sizes[largest] -= 1
    return tuple(
        replace(section, positions=section.positions[:size], left_out=len(section.positions) - size)
        for section, size in zip(sections, sizes, strict=True)
    )
