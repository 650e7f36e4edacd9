"""How far back a source is read: to where it was last read, and no further. Pure.

**The rule.** A page of older articles is asked for until one of these is true:

* the page's last dated article came out before the source's last good reading (two days earlier, to be safe): what is
  older was seen then, however long ago that was. So an ordinary day takes one page, and the first run after an outage
  as many as it takes, up to ``MOST_BEHIND``; if that is not enough, a warning says so;
* everything by the journalist on the page is known to the shelf, or was on an earlier page: some sites answer an
  unknown page with the first one;
* the source was never read before: then the last month is enough, in at most three pages. A new reader starts at "now",
  and an issue takes nothing older than its newsletter's age limit;
* the articles have no dates: then at most three pages, since nothing tells where the last reading ended;
* there is no older page: the source names none, or one that was asked already, or the site refuses it (4xx, robots.txt)
  or answers with something else. On a first reading any failure ends it. Later, a site that is down fails the whole
  source, so that the next run begins again; after three such runs what there is, is taken.

A page of another host is never asked for (``sources/next_page.py``).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from digest.collect.checkup import SourceHealth
from digest.collect.identity import key_of
from digest.collect.page import Page
from digest.collect.web import Request
from digest.errors import BadAnswer, CollectError, ParseError, PrivateAddress, RobotsForbid, TooLarge

#: Pages of one source in the first run after an outage: two hundred articles of most feeds, a thousand of some.
MOST_BEHIND: Final = 20
_FIRST_REACH: Final = timedelta(days=31)
_SLACK: Final = timedelta(days=2)
_MOST_LOOKUPS: Final = 2  # pages without articles: WordPress is asked for a slug's number first
_PATIENCE: Final = 3  # runs
_ASK_LATER: Final = frozenset((408, 425, 429))
_SERVER_ERRORS: Final = 500
_LASTING: Final = (ParseError, RobotsForbid, PrivateAddress, TooLarge)


@dataclass(slots=True, kw_only=True)
class Trail:
    """The pages of one source in one run. ``back_to`` is how far back they have to go (UTC)."""

    back_to: datetime
    most_pages: int
    most_undated: int
    is_patient: bool
    asked: set[str]
    pages: int = 0
    is_cut_short: bool = False
    _shown: set[str] = field(default_factory=set)
    _lookups: int = 0

    def after(self, page: Page, *, is_all_known: bool) -> Request | None:
        """Return the request for the page to be read after this one, or ``None`` at the end of the trail.

        ``is_all_known``: the page shows articles by the journalist, and the shelf has them all.
        """
        keys = {key_of(article) for article in page.articles}
        is_again = bool(keys) and keys <= self._shown
        self._shown |= keys
        self.pages += bool(keys)
        self._lookups += not keys
        if page.next is None or page.next.ref in self.asked or is_again or is_all_known:
            return None
        if self._lookups > _MOST_LOOKUPS or self._reaches(page):
            return None
        self.asked.add(page.next.ref)
        return page.next

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the trail: it was left before its end."""
        if not self.is_cut_short:
            return ()
        since = f"{self.back_to + _SLACK:%Y-%m-%d %H:%M} UTC"
        return (
            f"More came out since the last good reading ({since}) than {self.pages} pages hold; some may be missing.",
        )

    def ends_with(self, error: CollectError) -> bool:
        """Tell whether an older page that could not be had is the end of the trail, and no failure of the source."""
        if self.pages == 0:
            return False
        return not self.is_patient or isinstance(error, _LASTING) or _is_refused(error)

    def _reaches(self, page: Page) -> bool:
        dates = [article.published.best for article in page.articles if article.published.best is not None]
        if dates and dates[-1] < self.back_to:
            return True
        if not dates:
            return self.pages >= self.most_undated
        self.is_cut_short = self.pages >= self.most_pages and self.most_pages > self.most_undated
        return self.pages >= self.most_pages


def _is_refused(error: CollectError) -> bool:
    return isinstance(error, BadAnswer) and error.status < _SERVER_ERRORS and error.status not in _ASK_LATER


def trail_of(had: SourceHealth | None, first: Request, *, now: datetime, most_pages: int) -> Trail:
    """Return the trail to follow at ``now`` from the ``first`` request on.

    ``had`` is how the source has been doing, ``most_pages`` how many pages a first run reads at most.
    """
    last = had.last_good_at if had is not None else None
    if had is None or last is None:
        return Trail(
            back_to=now - _FIRST_REACH,
            most_pages=most_pages,
            most_undated=most_pages,
            is_patient=False,
            asked={first.ref},
        )
    return Trail(
        back_to=last - _SLACK,
        most_pages=max(MOST_BEHIND, most_pages),
        most_undated=most_pages,
        is_patient=had.consecutive_failures < _PATIENCE,
        asked={first.ref},
    )
