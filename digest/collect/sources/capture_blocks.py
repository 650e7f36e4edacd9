"""The articles of a text capture: repeated title, text and date, any of which but the title may be missing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.article import UNDATED, FoundArticle, Precision, Published
from digest.collect.page import Assume
from digest.collect.sources.capture_head import LONGEST_TITLE, SENTENCE_END, SHORTEST_TEXT, Head, avatar_of, is_title
from digest.collect.sources.capture_lines import without_bullet
from digest.collect.sources.dating import counted_from
from digest.collect.text.dates import Reading, clamped, read_date
from digest.collect.text.language import language_of
from digest.collect.text.names import means, split_byline, unite
from digest.collect.text.relative_dates import base_of
from digest.collect.text.words import is_cut

_BY: Final = re.compile(r"by\s+(?=\S)", re.IGNORECASE)
_BESIDE: Final = re.compile(r"\s*[|·•]\s*")
_READ_TIME: Final = re.compile(r"\d{1,3}\s*min(?:ute)?s?(?:\s+read)?", re.IGNORECASE)
_LONGEST_BYLINE: Final = 100
_MOST_AUTHORS: Final = 20
#: What begins a part of the page that is not the journalist's.
_ASIDE: Final = re.compile(
    r"(?:suggested|related|recommended|popular|trending|most (?:read|popular)|latest|other|more)\s+"
    r"(?:articles|stories|posts|news)|you (?:may|might) also like|trending|related|newsletter|comments|load more",
    re.IGNORECASE,
)
_FOOT: Final = re.compile(
    r"©|\b(?:cookies?|privacy|copyright|all rights reserved|subscribe|sign up|newsletter|contact us|about us|follow us|"
    r"terms (?:of|and))\b",
    re.IGNORECASE,
)
_PAGER: Final = re.compile(
    r"[«‹<]?\s*(?:previous|prev|next|older|newer)(?:\s+page)?\s*[»›>]?|\d{1,3}|…|\.\.\.", re.IGNORECASE
)
_SECTION: Final = re.compile(r"(?:category|tag|topic|section|archives?|search|results)\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class _Block:
    """The lines above one date. ``published`` is ``None`` for what follows the last date."""

    lines: list[str] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    published: Published | None = None


def read_articles(head: Head, assume: Assume) -> tuple[list[FoundArticle], list[str]]:
    """Return the articles below a capture's head, in the order of the page, and warnings."""
    name = (head.journalist.name if head.journalist is not None else None) or ""
    zone = ZoneInfo(assume.time_zone)
    base = base_of(head.page_date, assume.now, zone)
    blocks, warnings = _blocks(
        head.body, lambda line: _date_in(line, name, lambda text: read_date(text, base=base, zone=zone))
    )
    has_paragraphs = any(len(block.lines) > 2 and len(_cut_up(block.lines)) == 1 for block in blocks)  # noqa: PLR2004
    articles: list[FoundArticle] = []
    for number, block in enumerate(blocks):
        pieces = _pieces(block.lines, has_paragraphs=has_paragraphs)
        if not name and number == 0:
            pieces = _without_headings(pieces)
        if block.published is None:
            pieces = [piece for piece in pieces if articles or name][: _foot(pieces)]
        for piece in pieces:
            published = block.published if piece is pieces[-1] and block.published else UNDATED
            articles.append(_article(piece, published, block.authors or ((name,) if name else ()), assume))
    return articles, [*warnings, *_doubts(articles, head, assume.now)]


def _doubts(articles: Sequence[FoundArticle], head: Head, now: datetime) -> list[str]:
    doubts = [f"No date is given for {article.title!r}." for article in articles if article.published == UNDATED]
    if head.page_date is None and any(article.published.precision is Precision.RELATIVE for article in articles):
        doubts.append(counted_from(now))
    return doubts


def _blocks(lines: Sequence[str], date_in: Callable[[str], Reading | None]) -> tuple[list[_Block], list[str]]:
    """Cut the lines at their dates. A date where a title must stand is a title ("Ten Years Ago")."""
    blocks: list[_Block] = []
    warnings: list[str] = []
    block = _Block()
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else ""
        reading = date_in(line)
        if not block.lines and blocks and _ASIDE.fullmatch(line):
            break
        if reading is not None and not block.lines and not _is_text(after, line):
            warnings.append(f"A date without an article was passed over: {line!r}.")
        elif reading is not None and block.lines and len(after) <= LONGEST_TITLE:
            block.published = reading.published
            blocks.append(block)
            block = _Block()
        elif named := _named(line, block):
            block.authors = unite(block.authors, named)
        elif block.lines or not _PAGER.fullmatch(line):
            block.lines.append(line)
    return [*blocks, block], warnings


def _date_in(line: str, name: str, read: Callable[[str], Reading | None]) -> Reading | None:
    """Read a line that is a date, alone or beside a byline or how long the article takes to read."""
    if len(line) > LONGEST_TITLE:
        return None
    bare = without_bullet(line)
    if name and name in bare:
        bare = re.sub(rf"(?:\bby\s+)?{re.escape(name)}", "|", bare, count=1, flags=re.IGNORECASE)
    parts = [part for part in _BESIDE.split(bare) if part and not _READ_TIME.fullmatch(part) and not _BY.match(part)]
    return read(bare) or (read(parts[0]) if len(parts) == 1 else None)


def _named(line: str, block: _Block) -> tuple[str, ...]:
    """Return the authors whom a line of an article names: a picture's caption, the name below it, or a byline."""
    pictured = avatar_of(line)
    if pictured is not None and len(block.authors) < _MOST_AUTHORS:
        return (pictured,)
    if len(line) > _LONGEST_BYLINE or len(block.authors) >= _MOST_AUTHORS:
        return ()
    if means(line, block.authors[-1:]):
        return block.authors
    is_byline = block.lines and _BY.match(line) and not line.endswith(SENTENCE_END)
    return split_byline(line) if is_byline else ()


def _foot(pieces: Sequence[Sequence[str]]) -> int:
    """Return how many pieces below the last date are articles without a date, and not the foot of the page."""
    for number, piece in enumerate(pieces):
        if len(piece) == 1 or len(piece[1]) < SHORTEST_TEXT or _FOOT.search(piece[0]) or _ASIDE.fullmatch(piece[0]):
            return number
    return len(pieces)


def _without_headings(pieces: list[list[str]]) -> list[list[str]]:
    """Take a listing's own headings and description from above its first article."""
    while len(pieces) > 1 and _SECTION.match(pieces[0][0]):
        pieces = pieces[1:]
    first = pieces[0] if pieces else []
    while len(first) > 2 and len(first[1]) <= LONGEST_TITLE and _is_text(first[2], first[1]):  # noqa: PLR2004
        first = first[1:]
    return [first, *pieces[1:]] if first else []


def _pieces(lines: Sequence[str], *, has_paragraphs: bool) -> list[list[str]]:
    """Cut the lines above a date into articles: the last is the date's, those before it have none.

    A short line between two long ones is a heading within a text, or the title of the next article. It is a title
    below a text that breaks off, and where every text is one paragraph.
    """
    pieces = _cut_up(lines)
    are_flat = not has_paragraphs and all(len(piece) == 2 for piece in pieces)  # noqa: PLR2004 - a title and its text
    if len(pieces) == 1 or are_flat:
        return pieces
    joined = pieces[:1]
    for piece in pieces[1:]:
        if is_cut(joined[-1][-1]):
            joined.append(piece)
        else:
            joined[-1] = [*joined[-1], *piece]
    return joined


def _cut_up(lines: Sequence[str]) -> list[list[str]]:
    pieces: list[list[str]] = []
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else ""
        follows_text = bool(pieces) and len(pieces[-1]) > 1 and _is_text(lines[index - 1], line)
        if not pieces or (follows_text and is_title(line) and " " in line and _is_text(after, line)):
            pieces.append([])
        pieces[-1].append(line)
    return pieces


def _is_text(line: str, title: str) -> bool:
    return len(line) >= SHORTEST_TEXT and len(line) > len(title)


def _article(piece: Sequence[str], published: Published, authors: tuple[str, ...], assume: Assume) -> FoundArticle:
    title, text = without_bullet(piece[0]), "\n\n".join(piece[1:])
    return FoundArticle(
        title=title,
        text=text,
        authors=authors,
        published=clamped(published, assume.now),
        truncated=is_cut(text),
        language=language_of(f"{title} {text}", assume.language),
    )
