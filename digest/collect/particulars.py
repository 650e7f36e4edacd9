"""What a source says of an article beyond its words, joined with what is known of it. Pure.

Sources differ in what they say: a feed may know the rubric, the article's page the paywall. What one does not say never
erases what another said. So a mark stays, once it was seen; a section and a picture change only for others; and the
last change only moves forward. A picture at the same place with another query is the same picture: image servers sign
and size their addresses anew with every answer.
"""

from dataclasses import replace
from datetime import datetime

from digest.collect.article import Article, FoundArticle, Mark, Published


def with_known(said: FoundArticle, known: FoundArticle | Article) -> FoundArticle:
    """Return ``said`` with what it does not say taken from ``known``; words, dates, names and addresses stay."""
    is_same_picture = _place(said.image_url) == _place(known.image_url)
    return replace(
        said,
        modified_at=last_change(said.published, said.modified_at, known.modified_at),
        section=said.section or known.section,
        image_url=known.image_url if is_same_picture else said.image_url or known.image_url,
        marks=tuple(mark for mark in Mark if mark in said.marks or mark in known.marks),
    )


def last_change(published: Published, *changes: datetime | None) -> datetime | None:
    """Return the latest of these instants (UTC) at which the article was out already, or ``None``.

    An instant before the article came out is the last touch of one that was scheduled, or a wrong clock (13 of 204 real
    pages have one): it tells of no change that a reader could have missed.
    """
    start = published.earliest
    return max((at for at in changes if at is not None and (start is None or at >= start)), default=None)


def _place(url: str | None) -> str:
    return (url or "").partition("?")[0]
