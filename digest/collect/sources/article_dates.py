"""When an article came out, as its page says; never the day it was changed."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.article import Precision, Published
from digest.collect.dates import read_absolute
from digest.collect.sources.dating import Dating
from digest.collect.sources.head import Head
from digest.collect.sources.json_values import a_list, a_text
from digest.collect.sources.jsonld import Node
from digest.collect.sources.surroundings import is_beside
from digest.collect.words import one_line, text_of

_META: Final = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "published_time",
    "publication_date", "publish-date", "publishdate", "pubdate", "published-date", "date.published",
    "article_date_original",
    "citation_publication_date", "dc.date.issued", "dcterms.date", "dc.date.published", "dcterms.created",
    "dc.date.created", "dc.date", "date", "og:pubdate", "iso-8601-publish-date", "vr:published_time",
)  # fmt: skip
_SHOWN: Final = (
    "[itemprop~=datePublished]",
    "time[pubdate], time.published, time.entry-date, .dt-published, time[class*=publish], [class*=publish] time",
    "time[datetime]",
    "time, [class*=publish], [class*=pubdate], [class*=date], [class*=Date], .byline",
)
_CHANGED: Final = re.compile(r"modif|updat|aktualis|changed|edited|actualiz|mise-a-jour", re.IGNORECASE)
_LATER: Final = ("datePublished", "dateCreated")
_FEW: Final = 20
_LONGEST: Final = 80
_SAME_DAY: Final = timedelta(hours=38)  # a day may be told in any zone
_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        """
        januar jänner janvier enero janeiro gennaio januari ocak stycznia ledna tammikuuta janúar jan janv ene gen
        februar feber février febrero fevereiro febbraio februari şubat lutego února helmikuuta febrúar feb févr fev
        märz maerz mars marzo março marco maart mart marca března maaliskuuta ožujka martie mrz mär mar
        april avril abril aprile nisan kwietnia dubna huhtikuuta apríl travnja aprilie apr avr abr
        mai mayo maio maggio mei maj mayıs maja května toukokuuta maí svibnja may mag
        juni juin junio junho giugno haziran czerwca června kesäkuuta júní lipnja iunie jun giu
        juli juillet julio julho luglio temmuz lipca července heinäkuuta júlí srpnja iulie jul juil lug
        august août aout agosto augustus augusti ağustos sierpnia elokuuta ágúst kolovoza aug ago
        september septembre septiembre setembro settembre eylül września září syyskuuta septembrie sept sep set
        oktober octobre octubre outubro ottobre ekim października října lokakuuta október octombrie okt oct out ott
        november novembre noviembre novembro kasım marraskuuta nóvember studenoga noiembrie nov
        dezember décembre diciembre dezembro dicembre december desember aralık grudnia prosince dez déc dic dec
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
_EAST: Final = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?(?:\s*(\d{1,2}:\d{2}))?")
_CLOCK: Final = re.compile(r"(\d{1,2})[:.h](\d{2})\Z")
_SLASHES: Final = re.compile(r"((?:19|20)\d\d)[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?")
_ZONE_NAME: Final = re.compile(r"\[[\w/+-]+\]\Z|\s*\((?:[^()]{1,40})\)\Z")
_IN_PATH: Final = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|\Z)")
_MONTHS_OF_A_YEAR: Final = 12


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

    Structured data goes first, then the head, then the dates that the page shows, then its address
    (``/2025/12/19/``). Where the first of these tells only a day, or a time without a zone, one that tells the instant
    and is about the same day completes it. Doubts are kept by ``dating``.
    """
    best: _Date | None = None
    structured = (_structured(nodes, "datePublished"), head.all(*_META), _structured([*nodes, *pages], *_LATER))
    for printed in itertools.chain(*structured, _shown(tree), _in_path(url)):
        date = _read(printed, dating)
        if date is not None and (best is None or _completes(date, best)):
            best = date
        if best is not None and best.is_exact:
            break
    return dating.read(best.printed if best is not None else "", title)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Date:
    """A date that was understood. ``at`` is ``None`` for a relative one; exact is an instant in a known zone."""

    printed: str
    at: datetime | None
    has_clock: bool
    is_exact: bool


def _read(printed: str, dating: Dating) -> _Date | None:
    for text in dict.fromkeys((printed, as_printed(printed))):
        found = read_absolute(text, UTC)
        if found is not None:
            has_clock = found.published.precision is Precision.INSTANT
            is_exact = has_clock and not found.assumed_zone
            return _Date(printed=text, at=found.published.earliest, has_clock=has_clock, is_exact=is_exact)
    return _Date(printed=printed, at=None, has_clock=False, is_exact=False) if dating.is_date(printed) else None


def _completes(date: _Date, best: _Date) -> bool:
    if date.at is None or best.at is None:
        return best.at is None and date.at is not None
    return (date.is_exact, date.has_clock) > (best.is_exact, best.has_clock) and abs(date.at - best.at) < _SAME_DAY


def _structured(nodes: Sequence[Node], *keys: str) -> Iterator[str]:
    for key in keys:
        for node in nodes:
            yield from filter(None, map(a_text, a_list(node.get(key))))


def _shown(tree: LexborHTMLParser) -> Iterator[str]:
    for places in _SHOWN:
        for node in tree.css(places)[:_FEW]:
            if not is_beside(node) and not _is_about_changes(node):
                attributes = node.attributes
                yield from (attributes.get(name) or "" for name in ("content", "datetime"))
                yield one_line(text_of(node))[:_LONGEST]


def _is_about_changes(node: LexborNode) -> bool:
    about = (item for one in (node, node.parent) if one is not None for item in one.attributes.values())
    return any(_CHANGED.search(item) for item in about if item) or bool(
        _CHANGED.search(one_line(node.text())[:_LONGEST])
    )


def _in_path(url: str) -> Iterator[str]:
    yield from ("-".join(found.groups()) for found in _IN_PATH.finditer(urlsplit(url).path))


def as_printed(text: str) -> str:
    """Return a date in another language's words or order as the common reader takes it, else the text as it is.

    Only the day and its time of day are taken over; whatever stands around them goes.
    """
    bare = _ZONE_NAME.sub("", one_line(text))[:_LONGEST]
    compact = _COMPACT.fullmatch(bare)
    if compact:
        year, month, day, hour, minute, second, zone = compact.groups()
        return f"{year}-{month}-{day}" + (f" {hour}:{minute}:{second or '00'}{zone or ''}" if hour else "")
    east = _EAST.search(bare)
    if east:
        return _iso(east[1], int(east[2]), int(east[3]), east[4])
    slashes = _SLASHES.match(bare)
    if slashes:
        return _SLASHES.sub(r"\1-\2-\3", bare)
    written = _WRITTEN.search(bare)
    if written and written["month"].casefold() in _MONTHS:
        return _iso(written["year"], _MONTHS[written["month"].casefold()], int(written["day"]), written["clock"])
    numbers = _NUMBERS.search(bare)
    if numbers:
        first, second = int(numbers["a"]), int(numbers["b"])
        day, month = (second, first) if second > _MONTHS_OF_A_YEAR else (first, second)
        return _iso(numbers["year"], month, day, numbers["clock"])
    return bare


def _iso(year: str, month: int, day: int, clock: str | None) -> str:
    time = _CLOCK.search(clock) if clock else None
    return f"{year}-{month:02}-{day:02}" + (f" {int(time[1]):02}:{time[2]}" if time else "")
