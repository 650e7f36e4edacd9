"""What an editor must know of an issue's articles before their words are looked at in mails. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from digest.collect.article import Article
from digest.compose.issue import Frozen
from digest.compose.selection import story_of
from digest.ids import Position
from digest.render.preflight.findings import Finding, a_warning
from digest.render.tidy import one_line

#: Clocks of outlets differ a little; what is dated later than that is a mistake, or announced.
_AHEAD: Final = timedelta(hours=1)


def of_articles(frozen: Frozen) -> Iterator[Finding]:
    """Say which headlines are there twice, which articles are of the future, and which have nobody's name."""
    yield from _of_headlines(frozen)
    known = {journalist.id for journalist in frozen.journalists if one_line(journalist.name)}
    for article in frozen.articles:
        where = f"article {article.position}, {one_line(article.title)[:60]}"
        best = article.published.best
        if best is not None and best > frozen.composed_at + _AHEAD:
            yield a_warning("future-date", where, f"It is dated {best:%Y-%m-%d %H:%M} UTC: look at the outlet's page.")
        if not any(byline.journalist in known for byline in article.bylines):
            yield a_warning("missing-byline", where, "Nobody of this issue stands over it: look at its journalists.")
        if not one_line(article.title):
            yield a_warning("empty-headline", where, "It has no headline: look at the outlet's page, or take it out.")


def _of_headlines(frozen: Frozen) -> Iterator[Finding]:
    same: dict[str, dict[Position, Article]] = defaultdict(dict)
    for article in frozen.articles:
        same[" ".join(article.title.split()).casefold()].setdefault(story_of(article), article)
    for stories in same.values():
        if len(stories) > 1:
            places = " and ".join(str(article.position) for article in stories.values())
            title = one_line(next(iter(stories.values())).title)[:60]
            advice = "Two articles have one headline: look whether they are one story, or whether one is a mistake."
            yield a_warning("duplicate-headline", f"articles {places}, {title}", advice)
