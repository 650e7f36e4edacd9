"""Which articles is this reader owed? Pure: the first law and the newsletter's caps.

An article and its copies at other outlets are one story, and a reader gets one of them, once. It is owed if a byline
stands above the reader's cursor of a journalist whom they follow, since before that byline stood there, and none of the
story's pieces was in a mail that was accepted for them or may have been. Positions alone cannot tell the latter: whom a
reader followed when a byline was passed, nobody remembers. Bylines above the height at which the issue was frozen do
not count yet; they would be owed again next time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from digest.audience.reader import Reader
from digest.collect.article import Article
from digest.compose.due import age_limit
from digest.compose.issue import Frozen, Section
from digest.compose.newsletter import Newsletter, Selection
from digest.ids import EVERY_JOURNALIST, JournalistId, Position

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that an issue can print, with those bylines that count: of its journalists, in its order.

    ``story`` is the position of its story's first piece, ``days_old`` how many days a limit must allow for it.
    """

    position: Position
    story: Position
    days_old: int
    bylines: tuple[tuple[JournalistId, Position], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """All that an issue can print, and each journalist's places in it: worked out once for all readers."""

    newest_first: tuple[Candidate, ...]
    places: Mapping[JournalistId, tuple[int, ...]]


def newest_first(article: Article) -> tuple[float, int]:
    """Return the sort key that puts the newest article first; an undated one stands where it was first seen."""
    return (-instant_of(article).timestamp(), -article.position)


def is_too_old(article: Article, limit: int, *, at: datetime) -> bool:
    """Tell whether an article is older at ``at`` than a limit of so many days allows."""
    return days_old(article, at=at) > limit


def days_old(article: Article, *, at: datetime) -> int:
    """Return of how many days the shortest age limit is that allows for the article ``at`` that instant."""
    return max(0, -((instant_of(article) - at) // _DAY))


def instant_of(article: Article) -> datetime:
    """Return when an article was published as far as is known, else when it was first seen."""
    return article.published.best or article.first_seen_at


def story_of(article: Article) -> Position:
    """Return the position of the first piece of an article's story: of the article itself, if it is no copy."""
    return article.copy_of or article.position


def doubtful(frozen: Frozen, cursors: Iterable[Position]) -> tuple[Position, ...]:
    """Return the stories of which readers with these cursors may have had a piece, and may be owed one.

    They have bylines at or below a cursor, and above it. Only of these it must be looked up who had them.
    """
    lowest: dict[Position, Position] = {}
    highest: dict[Position, Position] = {}
    for article in frozen.articles:
        story = story_of(article)
        lowest.setdefault(story, story)  # the first piece may be no part of this issue
        top = max(byline.position for byline in article.bylines)
        highest[story] = max(top, highest.get(story, top))
        lowest[story] = min(lowest[story], *(byline.position for byline in article.bylines))
    steps = sorted(set(cursors))
    return tuple(story for story in sorted(lowest) if _is_between(steps, lowest[story], highest[story]))


def _is_between(steps: Sequence[Position], lowest: Position, highest: Position) -> bool:
    at = bisect_left(steps, lowest)
    return at < len(steps) and steps[at] < highest


def candidates(frozen: Frozen) -> Candidates:
    """Return the articles that this issue can print at all. A correction prints what was young enough once.

    What is too old for most may be young enough for a reader who was waiting for their day (``due.age_limit``).
    """
    rank = {journalist: at for at, journalist in enumerate(frozen.newsletter.journalists)}
    found: list[Candidate] = []
    places: dict[JournalistId, list[int]] = {}
    for article in sorted(frozen.articles, key=newest_first):
        counting = [
            (byline.journalist, byline.position)
            for byline in article.bylines
            if byline.journalist in rank and byline.position <= frozen.height
        ]
        counting.sort(key=lambda byline: rank[byline[0]])
        for journalist, _ in counting:
            places.setdefault(journalist, []).append(len(found))
        age = 0 if frozen.corrects is not None else days_old(article, at=frozen.composed_at)
        found.append(
            Candidate(position=article.position, story=story_of(article), days_old=age, bylines=tuple(counting))
        )
    return Candidates(
        newest_first=tuple(found), places={journalist: tuple(theirs) for journalist, theirs in places.items()}
    )


def owed_to(reader: Reader, frozen: Frozen, had: Collection[Position] = ()) -> tuple[Section, ...]:
    """Return what ``reader`` is owed of an issue: sections in the newsletter's order of journalists, newest first.

    ``had`` are the stories of which they had a piece.
    """
    return owed_from(candidates(frozen), reader, frozen.newsletter, had)


def owed_from(
    found: Candidates, reader: Reader, newsletter: Newsletter, had: Collection[Position] = ()
) -> tuple[Section, ...]:
    """Do the work of ``owed_to`` from an issue's candidates.

    A story of several followed journalists appears once, with the one who comes first in the newsletter.
    """
    since = _since(reader, newsletter)
    limit = age_limit(reader.rhythm, newsletter.selection)
    rank = {journalist: at for at, journalist in enumerate(newsletter.journalists)}
    chosen: dict[Position, tuple[int, int]] = {}  # by story: the journalist's rank, and the place
    for place in sorted({place for journalist in since for place in found.places.get(journalist, ())}):
        candidate = found.newest_first[place]
        if candidate.story in had or candidate.days_old > limit:
            continue
        for journalist, position in candidate.bylines:
            if journalist in since and position > max(since[journalist], reader.cursor):
                this = (rank[journalist], place)
                chosen[candidate.story] = min(this, chosen.get(candidate.story, this))
                break
    owed: dict[JournalistId, list[Position]] = defaultdict(list)
    for at, place in sorted(chosen.values()):
        owed[newsletter.journalists[at]].append(found.newest_first[place].position)
    sections = [Section(journalist=journalist, positions=tuple(theirs)) for journalist, theirs in owed.items()]
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
        section
        if len(section.positions) == size
        else replace(section, positions=section.positions[:size], left_out=len(section.positions) - size)
        for section, size in zip(sections, sizes, strict=True)
    )
