"""Captures: the text of an author's page, as a person or a browser saved it.

What stands in one, top to bottom: the ticker, the page's date, a breadcrumb ("Our People > NAME"), "NAME's Avatar", the
name again, a role, a bio, "Articles", and then title, text and relative date of each article. Everything but the
articles may be missing, and so may any part of an article but its title.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from digest.collect.article import UNDATED, FoundArticle, Precision, Published
from digest.collect.dates import base_of, clamped, read_date, read_day
from digest.collect.journalist import SourceKind
from digest.collect.language import language_of
from digest.collect.page import Assume, FoundJournalist, Page
from digest.collect.sources.charset import decode
from digest.collect.sources.ticker import is_ticker, read_pairs
from digest.collect.web import Request, Response
from digest.collect.words import is_cut, one_line
from digest.errors import ParseError

_AVATAR: Final = re.compile(r"(?P<name>.{1,100}?)['’`]s?\s+(?:avatar|photo|portrait)", re.IGNORECASE)
_CRUMBS: Final = re.compile(r"\s[>›»/]\s")
_PEOPLE: Final = frozenset(("our people", "people", "author", "authors", "team", "our team", "staff", "journalists"))
_HEADING: Final = re.compile(
    r"(?:articles|latest articles|recent articles|posts|stories|статьи|maqolalar)\s*:?", re.IGNORECASE
)
_RESULTS: Final = re.compile(r"viewing results\s+\d.*", re.IGNORECASE)
_LEFT_OVER: Final = re.compile(r"\s*\bdivider\b\s*")  # a word of the outlet's template, left in its bios
_LINE_END: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\u0085\u2028\u2029]")
_SENTENCE_END: Final = (".", "!", "…", "?", "”", '"', "»")
_LONGEST_ROLE: Final = 80
_LONGEST_TITLE: Final = 200
_SHORTEST_TEXT: Final = 80
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MOST_CONTROL: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What the lines of a capture are: the page's date, the journalist, and the lines of the articles."""

    page_date: date | None
    journalist: FoundJournalist | None
    lines: list[str]


class CaptureReader:
    """Reads text captures. Nothing in them has an address, so no article gets one."""

    kind: SourceKind = SourceKind.CAPTURE

    def first(self, ref: str) -> Request:
        """Return the request for the capture at ``ref``, mostly a file's path."""
        return Request(ref=ref, accept="text/plain, */*;q=0.1")

    def read(self, response: Response, assume: Assume) -> Page:
        """Read a capture.

        The page's date is a whole day in UTC, and the base of the relative dates; without one the base is
        ``assume.now``, with a warning. A page of a journalist without any article is a page with a warning.

        :raises ParseError: empty, no text, or neither a journalist nor an article in it.
        """
        lines = _lines(response)
        rates, warnings = read_pairs(lines)
        layout = _layout([line for line in lines if not is_ticker(line)])
        articles, remarks = _articles(layout, assume)
        notes = [*warnings, *remarks]
        if layout.journalist is None:
            if not articles:
                raise ParseError(
                    response.ref,
                    "no journalist and no article could be found in this text",
                    advice="A capture is the visible text of an author's page.",
                )
            notes.append("This is no author's page: it names no journalist.")
        elif not articles:
            notes.append("The page names a journalist, but shows no article.")
        return Page(
            kind=self.kind,
            journalist=layout.journalist,
            page_date=layout.page_date,
            articles=tuple(articles),
            rates=rates,
            warnings=tuple(notes),
        )


def _lines(response: Response) -> list[str]:
    text = decode(response)
    if not text.strip():
        raise ParseError(response.ref, "it is empty", advice="Save the page's text again.")
    if len(_CONTROL.findall(text)) > len(text) * _MOST_CONTROL:
        raise ParseError(
            response.ref, "these bytes are no text", advice="Save the page's text, not its source or a picture of it."
        )
    return [line for line in map(one_line, _LINE_END.split(text)) if line]


def _layout(lines: list[str]) -> _Layout:
    crumbs = _first(lines, lambda line: len(_CRUMBS.split(line)) > 1 and len(line) <= _LONGEST_TITLE)
    avatar = _first(lines, lambda line: _AVATAR.fullmatch(line) is not None)
    heading = _first(lines, lambda line: _HEADING.fullmatch(line) is not None)
    results = _first(lines, lambda line: _RESULTS.fullmatch(line) is not None)
    landmarks = [index for index in (crumbs, avatar, heading, results) if index is not None]
    dated = _first(lines[: min(landmarks, default=1)], lambda line: read_day(line) is not None)
    name = _name(lines, crumbs, avatar)
    journalist = None
    above = max((index for index in (crumbs, avatar, dated) if index is not None), default=-1)
    if name is not None:
        above = heading if heading is not None else above
        about = lines[(avatar if avatar is not None else crumbs or 0) + 1 : above + 1]
        role, bio = _role_and_bio([line for line in about if line != name and not _HEADING.fullmatch(line)])
        journalist = FoundJournalist(name=name, role=role, bio=bio)
    body = [line for line in lines[above + 1 :] if not _RESULTS.fullmatch(line) and line != name]
    return _Layout(page_date=read_day(lines[dated]) if dated is not None else None, journalist=journalist, lines=body)


def _first(lines: list[str], wanted: Callable[[str], bool]) -> int | None:
    return next((index for index, line in enumerate(lines) if wanted(line)), None)


def _name(lines: list[str], crumbs: int | None, avatar: int | None) -> str | None:
    found = _AVATAR.fullmatch(lines[avatar]) if avatar is not None else None
    if found:
        return found["name"].strip()
    trail = [crumb.strip() for crumb in _CRUMBS.split(lines[crumbs])] if crumbs is not None else []
    return trail[-1] if trail[-1:] != [""] and _PEOPLE.intersection(map(str.casefold, trail[:-1])) else None


def _role_and_bio(about: list[str]) -> tuple[str | None, str | None]:
    lines = [line for line in (_LEFT_OVER.sub(" ", line).strip() for line in about) if line]
    role = lines[0] if lines and len(lines[0]) <= _LONGEST_ROLE and not lines[0].endswith(_SENTENCE_END) else None
    return role, "\n\n".join(lines[1:] if role else lines) or None


def _articles(layout: _Layout, assume: Assume) -> tuple[list[FoundArticle], list[str]]:
    base, zone = base_of(layout.page_date, assume.now), ZoneInfo(assume.time_zone)
    authors = (layout.journalist.name,) if layout.journalist and layout.journalist.name else ()
    articles: list[FoundArticle] = []
    warnings: list[str] = []
    block: list[str] = []
    for line in layout.lines:
        reading = read_date(line, base=base, zone=zone)
        if reading is None:
            block.append(line)
            continue
        pieces = _pieces(block, listing=layout.journalist is None and not articles)
        articles += [_article(piece, UNDATED, authors, assume) for piece in pieces[:-1]]
        articles += [_article(piece, reading.published, authors, assume) for piece in pieces[-1:]]
        if not pieces:
            warnings.append(f"A date without an article was passed over: {line!r}.")
        block = []
    # After the last date: an article whose date is missing, or the foot of the page.
    rest = [piece for piece in _pieces(block, listing=False) if len(piece) > 1 and len(piece[1]) >= _SHORTEST_TEXT]
    articles += [_article(piece, UNDATED, authors, assume) for piece in rest if articles or layout.journalist]
    warnings += [f"No date is given for {article.title!r}." for article in articles if article.published == UNDATED]
    if layout.page_date is None and any(article.published.precision is Precision.RELATIVE for article in articles):
        warnings.append("The page has no date of its own: its relative dates were counted from when it was read.")
    return articles, warnings


def _pieces(block: list[str], *, listing: bool) -> list[list[str]]:
    """Cut the lines above a date into articles: a title and its text, and before it such as have no date.

    A text is one paragraph, so a short line between two long ones is the next title. A listing's first block begins
    with the listing's own headings.
    """
    while listing and len(block) > 2 and len(block[1]) <= _LONGEST_TITLE and _is_text(block[2], block[1]):  # noqa: PLR2004
        block = block[1:]
    pieces: list[list[str]] = []
    for index, line in enumerate(block):
        after = block[index + 1] if index + 1 < len(block) else ""
        begins = not pieces or (
            len(pieces[-1]) > 1
            and len(line) <= _LONGEST_TITLE
            and not line.endswith(_SENTENCE_END)
            and _is_text(block[index - 1], line)
            and _is_text(after, line)
        )
        if begins:
            pieces.append([])
        pieces[-1].append(line)
    return pieces


def _is_text(line: str, title: str) -> bool:
    return len(line) >= _SHORTEST_TEXT and len(line) > len(title)


def _article(piece: list[str], published: Published, authors: tuple[str, ...], assume: Assume) -> FoundArticle:
    text = "\n\n".join(piece[1:])
    return FoundArticle(
        title=piece[0],
        text=text,
        authors=authors,
        published=clamped(published, assume.now),
        truncated=is_cut(text),
        language=language_of(f"{piece[0]} {text}", assume.language),
    )
