"""When an article came out, as its page says; never the day it was changed."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.article import Precision, Published
from digest.collect.sources.dating import Dating
from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_list, a_text
from digest.collect.sources.jsonld import Node
from digest.collect.sources.surroundings import is_beside
from digest.collect.text.date_words import month_of, without_lead
from digest.collect.text.dates import read_absolute
from digest.collect.text.words import one_line, text_of

_META: Final = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "published_time",
    "publication_date", "publish-date", "publishdate", "pubdate", "published-date", "date.published",
    "article_date_original",
    "citation_publication_date", "dc.date.issued", "dcterms.date", "dc.date.published", "dcterms.created",
    "dc.date.created", "dc.date", "date", "og:pubdate", "iso-8601-publish-date", "vr:published_time",
)  # fmt: skip
#: Names of an outlet's own making: ``article:published:time``, ``date.available``, ``displaydate``.
_OWN_META: Final = re.compile(
    r"(?!.*(?:modif|updat|expir|valid|revis|image|video|event))(?:.{1,40}[:._ -])?"
    r"(?:publish(?:ed|ing)?|publication|pub|release[d]?|issue[d]?|created?|display|original|first)"
    r"[:._ -]?(?:date|time|at|on|timestamp)(?:[:._ -]?time)?|date[:._ -]?(?:available|created|posted)|"
    r"(?:.{1,40}[:._ -])?(?:rbpubdate|pagedate|(?:article)?first[:._ -]?published?)"
)
#: What a page's own program calls it, in a script that is no JSON-LD.
_IN_SCRIPTS: Final = re.compile(
    r"[\"'](?:datePublished|publishedAt|published_at|publishDate|publishedDate|publish_date|publicationDate|pubDate|"
    r"firstPublishedAt|firstPublished|published_time|deployDt)[\"']\s*:\s*[\"']([0-9][0-9T:.,+Z /-]{7,34})[\"']"
)
_MOST_SCRIPTS: Final = 60
_LONGEST_SCRIPT: Final = 1_000_000
_SHOWN: Final = (
    "[itemprop~=datePublished]",
    "time[pubdate], time.published, time.entry-date, .dt-published, time[class*=publish], [class*=publish] time",
    "time[datetime]",
    (
        "time, [class*=publish], [class*=pubdate], [class*=date], [class*=Date], .byline, [class*=datum], "
        "[class*=Datum], [class*=fecha], [class*=tarih], [class*=timestamp], [class*=Timestamp]"
    ),
    "[class*=meta], [class*=Meta], [class*=byline], [class*=author], [class*=lineinfo], [class*=source], [class*=info]",
)
_LINES: Final = "p, li, span, div, small, em, strong, td, dd, h5, h6"
_MOST_LINES: Final = 1_000
_LONGEST_LINE: Final = 40
_LONGEST_LINES: Final = 120
_MOST_OF_A_LINE: Final = 1_000  # of what is longer only the beginning is looked at, spaces included
_SIGN: Final = re.compile(r"\s[|·•]\s")  # "By Ann One | December 16, 2016"
_YEAR: Final = re.compile(
    r"\d(?:st|nd|rd|th)?[.,/ -]\s*(?:(?:de\s+)?[^\W\d]{3,12}\.?,?\s*(?:del?\s+)?)?(?:\d{1,2}[./ -])?(?:19|20)\d\d|"
    r"(?:19|20)\d\d(?:\.\s|\s?[-./年년]\s?)\d{1,2}(?:\.\s|\s?[-./月월]\s?)\d"
)
_CHANGED: Final = re.compile(
    r"(?:last\W+)?(?:modif|up?pdat|op+dat|aktuali[sz]|actualiz|actualis[ée]|atualiz|aggiorn|changed|edited|"
    r"mise?[- ][àa][- ]jour|bijgewerkt|"
    r"обновлен|оновлен|изменен|güncel|更新|修改|수정)",
    re.IGNORECASE,
)
_LATER: Final = ("datePublished", "dateCreated")
_FEW: Final = 20
_LONGEST: Final = 80
_SAME_DAY: Final = timedelta(hours=38)  # a day may be told in any zone
#: Months in languages that only article pages come in; the others are in ``date_words``.
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        """
        gennaio janeiro januari stycznia ledna tammikuuta janúar ianuarie gen січня ιανουαρίου يناير
        febbraio fevereiro februari lutego února helmikuuta febrúar februarie fev лютого φεβρουαρίου فبراير
        março maart marca března maaliskuuta ožujka martie mrt березня μαρτίου مارس
        aprile abril kwietnia dubna huhtikuuta apríl travnja aprilie квітня απριλίου أبريل
        maggio maio mei maj maja května toukokuuta maí svibnja mag травня μαΐου مايو
        giugno junho czerwca června kesäkuuta júní lipnja iunie giu червня ιουνίου يونيو
        luglio julho lipca července heinäkuuta júlí srpnja iulie lug липня ιουλίου يوليو
        agosto augustus augusti sierpnia elokuuta ágúst kolovoza ago серпня αυγούστου أغسطس
        settembre setembro września září syyskuuta septembrie set вересня σεπτεμβρίου سبتمبر
        ottobre outubro października října lokakuuta októbre octombrie out ott жовтня οκτωβρίου أكتوبر
        novembro listopada listopadu marraskuuta nóvember noiembrie листопада νοεμβρίου نوفمبر
        dicembre dezembro desember grudnia prosince joulukuuta decembrie грудня δεκεμβρίου ديسمبر
        """.strip().splitlines(),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_WRITTEN: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:\.|er|º|ª)?\s*(?:de\s+|d['’])?(?P<month>[^\W\d]{3,14})\.?,?\s+(?:de\s+|del\s+)?"
    r"(?P<year>(?:19|20)\d\d)(?!\d)(?P<clock>\D{0,12}?(?<!\d)\d{1,2}[:.h]\d{2}(?!\d))?",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(
    r"(?<!\d)(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<year>(?:19|20)\d\d)(?!\d)(?P<clock>\D{0,8}?(?<!\d)\d{1,2}:\d{2})?"
)
_SHORT: Final = re.compile(
    r"(?<![\d.])(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<year>\d\d)(?![\d.])(?P<clock>\D{0,8}?(?<!\d)\d{1,2}:\d{2})?"
)
_EAST: Final = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?(?:\s*(\d{1,2}:\d{2}))?")
_CLOCK: Final = re.compile(r"(\d{1,2})[:.h](\d{2})\Z")
#: Also as Koreans print it, with the half of the day before the hour: ``2025.12.19. 오후 3:00``.
_SLASHES: Final = re.compile(
    r"((?:19|20)\d\d)[/.]\s?(\d{1,2})[/.]\s?(\d{1,2})(?!\d)\.?(?:\s*(오전|오후|上午|下午)\s*(\d{1,2}:\d{2}))?"
)
_AFTER_NOON: Final = frozenset(("오후", "下午"))
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?")
_ZONE_NAME: Final = re.compile(r"\[[\w/+-]+\]\Z|\s*\((?:[^()]{1,40})\)\Z")
_IN_PATH: Final = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|\Z)")
_MONTHS_OF_A_YEAR: Final = 12
#: A word before a date that begins with the year: ``입력 2025.12.19.``
_BEFORE_YEAR: Final = re.compile(r"\A[^\d|]{1,15}(?=(?:19|20)\d\d(?:\s?[-/.年년]))")
#: Day first or month first: nobody knows.
_AMBIGUOUS: Final = re.compile(r"\s*(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/((?:19|20)\d\d)(?!\d)(.*)", re.DOTALL)


def read_published(
    tree: LexborHTMLParser,
    head: Head,
    nodes: Sequence[Node],
    pages: Sequence[Node],
    *,
    url: str,
    title: str,
    dating: Dating,
) -> Published:
    """Return when the article that ``nodes`` describe came out; ``pages`` are the nodes of the page itself.

    Structured data goes first, then the head, then the dates that the page shows, then what its scripts say, its
    address (``/2025/12/19/``) and its short lines. Where the first of these tells only a day, or a time without a zone,
    one that tells the instant and is about the same day completes it. Of ``11/01/2023`` the day is first, unless the
    page tells the other day elsewhere. Doubts are kept by ``dating``.
    """
    best: _Date | None = None
    days: set[date] = set()
    said = (
        _structured(nodes, "datePublished"),
        head.all(*_META),
        _structured([*nodes, *pages], *_LATER),
        head.called(_OWN_META),
    )
    for printed in itertools.chain(*said, _shown(tree), _in_scripts(tree), _in_path(url), _in_lines(tree)):
        found = _read(printed, dating)
        if found is not None and (best is None or _completes(found, best)):
            best = found
        if found is not None and found.at is not None and not _AMBIGUOUS.match(printed):
            days.add(found.at.date())
        if best is not None and best.is_exact:
            break
    return dating.read(_borne_out(best, days) if best is not None else "", title)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Date:
    """A date that was understood. ``at`` is ``None`` for a relative one; exact is an instant in a known zone."""

    printed: str
    at: datetime | None
    has_clock: bool
    is_exact: bool


def _borne_out(best: _Date, days: set[date]) -> str:
    """Return a date as printed, or month first where only this is one of the other days that the page tells."""
    shape = _AMBIGUOUS.match(best.printed)
    if shape is None or best.at is None or best.at.date() in days:
        return best.printed
    other = f"{shape[3]}-{int(shape[1]):02}-{int(shape[2]):02}"
    return f"{other}{shape[4]}" if date.fromisoformat(other) in days else best.printed


def _read(printed: str, dating: Dating) -> _Date | None:
    for text in dict.fromkeys((printed, without_lead(printed.strip()), as_printed(printed))):
        found = read_absolute(text, UTC)
        if found is not None:
            has_clock = found.published.precision is Precision.INSTANT
            is_exact = has_clock and not found.assumed_zone
            return _Date(printed=text, at=found.published.earliest, has_clock=has_clock, is_exact=is_exact)
    return _Date(printed=printed, at=None, has_clock=False, is_exact=False) if dating.is_date(printed) else None


def _completes(found: _Date, best: _Date) -> bool:
    if found.at is None or best.at is None:
        return best.at is None and found.at is not None
    return (found.is_exact, found.has_clock) > (best.is_exact, best.has_clock) and abs(found.at - best.at) < _SAME_DAY


def _structured(nodes: Sequence[Node], *keys: str) -> Iterator[str]:
    for key in keys:
        for node in nodes:
            yield from filter(None, map(a_text, a_list(node.get(key))))


def _shown(tree: LexborHTMLParser) -> Iterator[str]:
    for places in _SHOWN:
        for node in tree.css(places)[:_FEW]:
            if is_beside(node) or _is_about_changes(node):
                continue
            text = one_line(text_of(node))
            first = _before_changes(text)
            if first or not text:
                yield from (node.attributes.get(name) or "" for name in ("content", "datetime"))
            yield first[:_LONGEST]


def _in_lines(tree: LexborHTMLParser) -> Iterator[str]:
    """Return the short lines that have a number: one of them may be a date, though no markup says so."""
    for node in tree.css(_LINES)[:_MOST_LINES]:
        own = _before_changes(one_line(node.text(deep=False)[:_MOST_OF_A_LINE]))
        if len(own) <= _LONGEST_LINES and _YEAR.search(own) and not is_beside(node) and not _is_about_changes(node):
            yield from (part for part in _SIGN.split(own) if len(part) <= _LONGEST_LINE and _YEAR.search(part))


def _before_changes(text: str) -> str:
    """Return what stands before the words on the last change: ``Published 19 December, updated 20 December``."""
    return _CHANGED.split(text, maxsplit=1)[0].rstrip(" ,|(·•-")


def _is_about_changes(node: LexborNode) -> bool:
    about = [item for one in (node, node.parent) if one is not None for item in one.attributes.values() if item]
    before = one_line(node.parent.text(deep=False)) if node.parent is not None else ""
    return any(map(_CHANGED.search, about)) or bool(_CHANGED.match(before))


def _in_scripts(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("script:not([src])")[:_MOST_SCRIPTS]:
        script = node.text()
        if len(script) <= _LONGEST_SCRIPT:
            yield from (found[1] for found in itertools.islice(_IN_SCRIPTS.finditer(script), 1))


def _in_path(url: str) -> Iterator[str]:
    yield from ("-".join(found.groups()) for found in _IN_PATH.finditer(urlsplit(url).path))


def as_printed(text: str) -> str:
    """Return a date in another language's words or order as the common reader takes it, else the text as it is.

    Only the day and its time of day are taken over; whatever stands around them goes.
    """
    bare = _BEFORE_YEAR.sub("", _ZONE_NAME.sub("", one_line(text)))[:_LONGEST]
    first = _year_first(bare)
    if first:
        return first
    written = _WRITTEN.search(bare)
    month = (month_of(written["month"]) or _MONTHS.get(written["month"].casefold(), 0)) if written else 0
    if written and month:
        return _iso(written["year"], month, int(written["day"]), written["clock"])
    numbers = _NUMBERS.search(bare) or _SHORT.search(bare)
    if numbers:
        one, two = int(numbers["a"]), int(numbers["b"])
        day, month = (two, one) if two > _MONTHS_OF_A_YEAR else (one, two)
        return _iso(f"20{numbers['year']}"[-4:], month, day, numbers["clock"])
    return bare


def _year_first(bare: str) -> str:
    """Return a date whose year stands first, or nothing."""
    compact = _COMPACT.fullmatch(bare)
    if compact:
        year, month, day, hour, minute, second, zone = compact.groups()
        return f"{year}-{month}-{day}" + (f" {hour}:{minute}:{second or '00'}{zone or ''}" if hour else "")
    east = _EAST.search(bare)
    if east:
        return _iso(east[1], int(east[2]), int(east[3]), east[4])
    slashes = _SLASHES.match(bare)
    if slashes and slashes[4]:
        half = " PM" if slashes[4] in _AFTER_NOON else " AM"
        return f"{slashes[1]}-{slashes[2]}-{slashes[3]} {slashes[5]}{half}"
    return _SLASHES.sub(r"\1-\2-\3", bare, count=1) if slashes else ""


def _iso(year: str, month: int, day: int, clock: str | None) -> str:
    time = _CLOCK.search(clock) if clock else None
    return f"{year}-{month:02}-{day:02}" + (f" {int(time[1]):02}:{time[2]}" if time else "")
