"""The head of a text capture: the page's date, whose page it is, and where its articles begin."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from digest.collect.article import Precision
from digest.collect.page import FoundJournalist
from digest.collect.sources.capture_lines import without_bullet
from digest.collect.text.dates import read_date, read_day
from digest.collect.text.relative_dates import base_of

#: A line that is shorter than this is no text of an article; one that is longer than the other is no title.
SHORTEST_TEXT: Final = 80
LONGEST_TITLE: Final = 200
#: How a sentence ends, and how no title and no role does.
SENTENCE_END: Final = (".", "!", "…", "?", "”", '"', "»", ":", ";", ",")

_AVATAR: Final = re.compile(r"(?P<name>.{1,100}?)['’`]s?\s+(?:avatar|photo|portrait)", re.IGNORECASE)
_CRUMBS: Final = re.compile(r"\s[>›»/]\s")
_PEOPLE: Final = frozenset(("our people", "people", "author", "authors", "team", "our team", "staff", "journalists"))
_ROOTS: Final = _PEOPLE | frozenset(
    ("home", "news", "category", "categories", "tag", "tags", "topics", "sections", "archive", "главная", "новости")
)
_HEADING: Final = re.compile(
    r"(?:(?:all|latest|more|recent)\s+)?(?:articles|posts|stories)(?:\s+(?:by|from)\s+[^.!?]{1,60})?\s*:?|"
    r"статьи\s*:?|maqolalar\s*:?",
    re.IGNORECASE,
)
_RESULTS: Final = re.compile(r"viewing results\s+\d.*", re.IGNORECASE)
_PAGE: Final = re.compile(r"page\s+\d{1,5}(?:\s+(?:of|/)\s+\d{1,5})?", re.IGNORECASE)
_LEFT_OVER: Final = re.compile(r"\s*\bdivider\b\s*")  # a word of the outlet's template, left in its bios
#: Links to an author's other places, as text.
_PLACES: Final = frozenset(
    ("twitter", "x", "linkedin", "facebook", "instagram", "telegram", "email", "e-mail", "website")
)
_LONGEST_ROLE: Final = 80
_ANY_DAY: Final = base_of(None, datetime(2025, 12, 19, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above the articles; ``body`` are the lines below it, without what is no article's."""

    page_date: date | None
    journalist: FoundJournalist | None
    body: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Landmarks:
    """Where the lines stand by which a capture is understood; ``None`` for one that is missing."""

    avatar: int | None
    crumbs: int | None
    heading: int | None
    results: int | None
    first_text: int
    first_date: int


def read_head(lines: Sequence[str]) -> Head:
    """Tell head and body of a capture apart. ``lines`` are without the ticker's.

    A page of nobody's, such as a list of results or of people, has no journalist: none is invented.
    """
    kept = [line for line in lines if _LEFT_OVER.sub("", line)]
    marks = _landmarks(kept)
    dated = _dated(kept, marks)
    name = _name(kept, marks)
    journalist = None
    if name is None:
        below = [marks.crumbs, dated, marks.heading, marks.results if _leads(marks) else None]
        start = max((index + 1 for index in below if index is not None), default=0)
    else:
        top = max(index + 1 for index in (marks.avatar, marks.crumbs, -1) if index is not None)
        start = marks.heading + 1 if marks.heading is not None else _first_article(kept, top, name)
        role, bio = _role_and_bio(
            [line for line in kept[top : marks.heading or start] if not _is_furniture(line, name)], name
        )
        journalist = FoundJournalist(name=name, role=role, bio=bio)
    return Head(
        page_date=read_day(kept[dated]) if dated is not None else None,
        journalist=journalist,
        body=[line for line in kept[start:] if not _is_furniture(line, name)],
    )


def avatar_of(line: str) -> str | None:
    """Return whose picture a line stands for ("Dana Serikova's Avatar"), or ``None``."""
    found = _AVATAR.fullmatch(line)
    return found["name"].strip() if found else None


def is_title(line: str) -> bool:
    """Tell whether a line has the looks of a title: short, and no sentence."""
    return len(line) <= LONGEST_TITLE and not line.endswith(SENTENCE_END)


def _landmarks(lines: Sequence[str]) -> _Landmarks:
    avatars = [index for index, line in enumerate(lines) if avatar_of(line) is not None]
    dates = [index for index, line in enumerate(lines) if _is_relative(line)]
    heading = _heading(lines, dates)
    results = _first(lines, lambda line: _RESULTS.fullmatch(line) is not None)
    avatar = avatars[0] if avatars and _is_own(avatars, lines, heading, results) else None
    known = [index for index in (avatar, heading) if index is not None]
    crumbs = _first(lines[: min(known, default=len(lines))], lambda line: _is_trail(line, loose=avatar is not None))
    texts = (index for index, line in enumerate(lines) if len(line) >= SHORTEST_TEXT)
    return _Landmarks(
        avatar=avatar,
        crumbs=crumbs,
        heading=heading,
        results=results,
        first_text=next(texts, len(lines)),
        first_date=dates[0] if dates else len(lines),
    )


def _first(lines: Sequence[str], wanted: Callable[[str], bool]) -> int | None:
    return next((index for index, line in enumerate(lines) if wanted(line)), None)


def _is_relative(line: str) -> bool:
    reading = read_date(line, base=_ANY_DAY, zone=UTC)
    return reading is not None and reading.published.precision is Precision.RELATIVE


def _heading(lines: Sequence[str], dates: Sequence[int]) -> int | None:
    """Return where "Articles" stands: the last before the first date, since a bio can have such a line too.

    Of two that follow each other the second is the first article's title.
    """
    found = [index for index, line in enumerate(lines) if _HEADING.fullmatch(without_bullet(line))]
    heading = found[0] if found else None
    for index in found[1:]:
        if heading is None or index == heading + 1 or any(heading < day < index for day in dates):
            break
        heading = index
    return heading


def _is_own(avatars: Sequence[int], lines: Sequence[str], heading: int | None, results: int | None) -> bool:
    """Tell whether the first picture is the page's own, and not one of many beside articles or in a list of people."""
    first = avatars[0]
    if results is not None and results < first:
        return False
    others = [index for index in avatars[1:] if avatar_of(lines[index]) != avatar_of(lines[first])]
    return not others or (heading is not None and first < heading < others[0])


def _is_trail(line: str, *, loose: bool) -> bool:
    trail = _trail(line)
    if len(trail) <= 1 or len(line) > LONGEST_TITLE:
        return False
    return trail[0].casefold() in _ROOTS or (loose and " / " not in line)


def _trail(line: str) -> list[str]:
    return [crumb.strip() for crumb in _CRUMBS.split(without_bullet(f"{line} ").lstrip())]


def _leads(marks: _Landmarks) -> bool:
    return marks.results is not None and marks.results < min(marks.first_date, marks.first_text)


def _dated(lines: Sequence[str], marks: _Landmarks) -> int | None:
    """Return where the page's own date stands: above the journalist, or above the first article of a listing."""
    sure = [index for index in (marks.avatar, marks.heading) if index is not None]
    crumbs = marks.crumbs if marks.crumbs is not None else len(lines)
    end = min(sure) if sure else min(marks.first_text, crumbs, marks.results if _leads(marks) else len(lines))  # type: ignore[type-var]
    dated = _first(lines[:end], lambda line: read_day(line) is not None)
    if dated is None or sure or dated == 0 or marks.first_date < len(lines):
        return dated
    return None


def _name(lines: Sequence[str], marks: _Landmarks) -> str | None:
    if marks.avatar is not None:
        return _LEFT_OVER.sub(" ", avatar_of(lines[marks.avatar]) or "").strip() or None
    trail = (
        [crumb for crumb in _trail(lines[marks.crumbs]) if not _PAGE.fullmatch(crumb)]
        if marks.crumbs is not None
        else []
    )
    return trail[-1] if trail[-1:] != [""] and _PEOPLE.intersection(map(str.casefold, trail[:-1])) else None


def _first_article(lines: Sequence[str], top: int, name: str) -> int:
    """Return where the first article begins when no heading tells: at the last title above the first date."""
    end = next((index for index in range(top, len(lines)) if _is_relative(lines[index]) and index > top), len(lines))
    for index in range(end - 2, top - 1, -1):
        line, text = lines[index], lines[index + 1]
        if is_title(line) and len(text) >= SHORTEST_TEXT and len(text) > len(line) and line != name:
            return index
    return top


def _is_furniture(line: str, name: str | None) -> bool:
    bare = without_bullet(line)
    is_name = name is not None and name in (_LEFT_OVER.sub(" ", bare).strip(), avatar_of(line))
    return is_name or _RESULTS.fullmatch(bare) is not None or _PAGE.fullmatch(bare) is not None


def _role_and_bio(about: Sequence[str], name: str) -> tuple[str | None, str | None]:
    bare = [_LEFT_OVER.sub(" ", line).strip() for line in about]
    lines = [line for line in bare if not _HEADING.fullmatch(line) and line.casefold() not in _PLACES]
    role = lines[0] if lines and _is_role(lines[0], name) else None
    return role, "\n\n".join(lines[1:] if role else lines) or None


def _is_role(line: str, name: str) -> bool:
    """Tell a role from a short bio: a bio is a sentence, or names the journalist."""
    words = {word.casefold() for word in re.findall(r"[\w’'-]+", line)}
    return len(line) <= _LONGEST_ROLE and not line.endswith(SENTENCE_END) and not words & set(name.casefold().split())
