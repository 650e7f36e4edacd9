"""The step of the compose stage: freeze the next issue of a newsletter."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from digest.compose.grouping import reach, share_among
from digest.compose.issue import Former, Frozen, IssueSkipped, IssueState, Note, Owed
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

    ``note`` is what its editor says to all readers of it.

    The height is read before anything else: what is put on the shelf while this runs belongs to the next issue.

    :raises UnknownNewsletter: it has not been applied.
    :raises NotInThisState: its last issue was approved and is not finished; its readers' cursors are about to move.
    """
    newsletter = newsletters.newsletter(newsletter_id)
    _refuse_if_unfinished(newsletter_id, numbers)
    height = shelf.height()
    readers, floor, zones = _survey(readership.stream(newsletter.list_name), height)
    now = clock.now()
    issue_date = now.astimezone(ZoneInfo(newsletter.time_zone)).date()
    articles = shelf.articles(newsletter.journalists, above=floor, until=height)
    wanted = newsletter.rates
    rates = snapshot_for(wanted.currencies, wanted.base, book=book, on=issue_date, rules=wanted.rules)
    number = numbers.next_number(newsletter_id)
    printed = _to_print(articles, newsletter, at=now)
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
        floor=floor,
        rates_are_new=rates_fingerprint(rates) != numbers.last_rates(newsletter_id),
        note=note,
        former=_former(newsletter, numbers),
        zones=zones_to_render(printed, newsletter.time_zone, zones, at=now),
    )
    shared = share_among(frozen, readership.stream(newsletter.list_name), readership)
    if any(isinstance(one, Owed) for one in shared):
        return frozen
    reason = why_skipped(frozen, readership.stream(newsletter.list_name), articles)
    return IssueSkipped(newsletter=newsletter.id, reason=reason, readers=readers)


def _refuse_if_unfinished(newsletter: NewsletterId, numbers: IssueNumbers) -> None:
    last = numbers.last(newsletter)
    if last is not None and last[1] in (IssueState.APPROVED, IssueState.SENDING):
        issue, state = last
        advice = f"Finish it first: digest issue send {issue} (digest run {newsletter} does both)."
        raise NotInThisState(issue, state, advice)


def _former(newsletter: Newsletter, numbers: IssueNumbers) -> tuple[Former, ...]:
    zone = ZoneInfo(newsletter.time_zone)
    return tuple(
        Former(id=issue, height=height, on=composed_at.astimezone(zone).date())
        for issue, height, composed_at in numbers.former(newsletter.id, most=FORMER)
    )


def _survey(readers: Iterable[Reader], height: Position) -> tuple[int, Position, Mapping[str, int]]:
    """Count the readers; return too what the issue needs for all who may be mailed now.

    That is how far down the shelf it must reach, and how many of them there are in each time zone.
    """
    count, floor = 0, height
    zones: Counter[str] = Counter()
    for reader in readers:
        count += 1
        if reader.follows and may_mail(reader) is None:
            floor = min(floor, reach(reader))
            zones[reader.subscriber.time_zone] += 1
    return count, floor, zones


def _in_its_order(newsletter: Newsletter, journalists: Sequence[Journalist]) -> tuple[Journalist, ...]:
    by_id = {journalist.id: journalist for journalist in journalists}
    return tuple(by_id[journalist] for journalist in newsletter.journalists)


def _to_print(articles: Sequence[Article], newsletter: Newsletter, *, at: datetime) -> tuple[Article, ...]:
    """Return the articles that are young enough: by the newsletter's first journalist on each, then newest first."""
    rank = {journalist: place for place, journalist in enumerate(newsletter.journalists)}

    def place(article: Article) -> int:
        return min(rank[byline.journalist] for byline in article.bylines if byline.journalist in rank)

    young = (article for article in articles if not is_too_old(article, newsletter, at=at))
    return tuple(sorted(young, key=lambda article: (place(article), newest_first(article))))
