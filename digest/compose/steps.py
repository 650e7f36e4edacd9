"""The step of the compose stage: freeze the next issue of a newsletter."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from digest.audience.may_mail import may_mail
from digest.audience.ports import Readership
from digest.audience.reader import Reader
from digest.clock import Clock
from digest.collect.article import Article
from digest.collect.journalist import Journalist
from digest.collect.ports import Roster
from digest.collect.rates.rate_book import RateBook
from digest.collect.rates.rate_steps import snapshot_for
from digest.compose.due import Coming, age_limit, coming, due
from digest.compose.grouping import reach, share_among
from digest.compose.issue import Former, Frozen, IssueSkipped, IssueState, NotDue, Note, Owed
from digest.compose.looks import looks_to_render
from digest.compose.newsletter import Newsletter
from digest.compose.ports import IssueNumbers, Newsletters, ShelfView
from digest.compose.selection import is_too_old, newest_first
from digest.compose.skipping import why_skipped
from digest.compose.snapshot import rates_fingerprint
from digest.compose.zones import zones_to_render
from digest.errors import NotInThisState
from digest.ids import IssueId, NewsletterId, Position

#: How many issues before it an issue can name: as many as a month has days.
FORMER: Final = 31


def compose(
    newsletter_id: NewsletterId,
    *,
    newsletters: Newsletters,
    shelf: ShelfView,
    roster: Roster,
    readership: Readership,
    book: RateBook,
    numbers: IssueNumbers,
    clock: Clock,
    note: Note | None = None,
) -> Frozen | IssueSkipped:
    """Freeze what the newsletter's next issue is made of, or say why there is none. Nothing is written.

    ``note`` is what its editor says to all readers of it. It holds whatever is owed to those whose turn it is now: to a
    weekly reader what came since their last one.

    The height is read before anything else: what is put on the shelf while this runs belongs to the next issue.

    :raises UnknownNewsletter: it has not been applied.
    :raises NotInThisState: its last issue was approved and is not finished, but for readers whose hour is still to
        come; its readers' cursors are about to move.
    """
    newsletter = newsletters.newsletter(newsletter_id)
    _refuse_if_unfinished(newsletter_id, numbers, clock.now())
    height = shelf.height()
    now = clock.now()
    schedule = newsletters.schedule(newsletter_id)
    issue = coming(schedule, own_zone=newsletter.time_zone, composed_at=now, now=now)
    found = _survey(readership.stream(newsletter.list_name), height, newsletter, issue)
    issue_date = now.astimezone(ZoneInfo(newsletter.time_zone)).date()
    articles = shelf.articles(newsletter.journalists, above=found.floor, until=height)
    wanted = newsletter.rates
    rates = snapshot_for(wanted.currencies, wanted.base, book=book, on=issue_date, rules=wanted.rules)
    number = numbers.next_number(newsletter_id)
    printed = _to_print(articles, newsletter, found.limit, at=now)
    frozen = Frozen(
        id=IssueId(f"{newsletter_id}-{number}"),
        number=number,
        newsletter=newsletter,
        issue_date=issue_date,
        composed_at=now,
        height=height,
        journalists=_in_its_order(newsletter, roster.journalists()),
        articles=printed,
        rates=rates,
        floor=found.floor,
        rates_are_new=rates_fingerprint(rates) != numbers.last_rates(newsletter_id),
        note=note,
        former=_former(newsletter, numbers),
        zones=zones_to_render(printed, newsletter.time_zone, found.zones, at=now),
        looks=looks_to_render(newsletter.look, found.looks),
    )
    shared = share_among(frozen, readership.stream(newsletter.list_name), readership, issue=issue)
    if any(isinstance(one, Owed) for one in shared):
        return frozen
    reason = why_skipped(frozen, readership.stream(newsletter.list_name), articles, issue)
    return IssueSkipped(newsletter=newsletter.id, reason=reason, readers=found.readers)


def _refuse_if_unfinished(newsletter: NewsletterId, numbers: IssueNumbers, now: datetime) -> None:
    last = numbers.last(newsletter)
    if last is None:
        return
    issue, state = last
    if state is IssueState.APPROVED or (state is IssueState.SENDING and numbers.is_behind(issue, at=now)):
        advice = f"Finish it first: digest issue send {issue} (digest run {newsletter} does both)."
        raise NotInThisState(issue, state, advice)


def _former(newsletter: Newsletter, numbers: IssueNumbers) -> tuple[Former, ...]:
    zone = ZoneInfo(newsletter.time_zone)
    return tuple(
        Former(id=issue, height=height, on=composed_at.astimezone(zone).date())
        for issue, height, composed_at in numbers.former(newsletter.id, most=FORMER)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """How many readers there are, and what an issue needs for those whose it is.

    That is how far down the shelf it must reach, how many days back, how many of them are in each time zone, and which
    looks they chose.
    """

    readers: int
    floor: Position
    limit: int
    zones: Mapping[str, int]
    looks: frozenset[str]


def _survey(readers: Iterable[Reader], height: Position, newsletter: Newsletter, issue: Coming) -> _Survey:
    """Look at all readers. Whoever is paused, or has their turn later, needs nothing of this issue.

    Else every issue would hold what was written in a week, for weekly readers who do not get it.
    """
    count, floor, limit = 0, height, newsletter.selection.max_age_days
    zones: Counter[str] = Counter()
    looks = set()
    for reader in readers:
        count += 1
        if reader.follows and may_mail(reader) is None and not isinstance(due(reader, issue), NotDue):
            floor = min(floor, reach(reader))
            limit = max(limit, age_limit(reader.rhythm, newsletter.selection))
            zones[reader.subscriber.time_zone] += 1
            looks.add(reader.appearance.look)
    return _Survey(readers=count, floor=floor, limit=limit, zones=zones, looks=frozenset(looks))


def _in_its_order(newsletter: Newsletter, journalists: Sequence[Journalist]) -> tuple[Journalist, ...]:
    by_id = {journalist.id: journalist for journalist in journalists}
    return tuple(by_id[journalist] for journalist in newsletter.journalists)


def _to_print(articles: Sequence[Article], newsletter: Newsletter, limit: int, *, at: datetime) -> tuple[Article, ...]:
    """Return the articles that are young enough: by the newsletter's first journalist on each, then newest first."""
    rank = {journalist: place for place, journalist in enumerate(newsletter.journalists)}

    def place(article: Article) -> int:
        return min(rank[byline.journalist] for byline in article.bylines if byline.journalist in rank)

    young = (article for article in articles if not is_too_old(article, limit, at=at))
    return tuple(sorted(young, key=lambda article: (place(article), newest_first(article))))
