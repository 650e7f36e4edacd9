"""One card of a listing, taken apart: title, date, authors and teaser.

Where the outlet says what is what, by microformats (``dt-published``, ``p-summary``, ``p-author``), by their classic
names (``published``, ``entry-summary``, ``vcard``) or by microdata, that is believed; else the card is read as a person
reads it, line by line.
"""

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from digest.collect.sources.dating import Dating
from digest.collect.sources.people import person_slug
from digest.collect.text.names import means, split_byline, unite
from digest.collect.text.words import one_line, text_of

# The surest first.
_BYLINES: Final = (
    "[rel~=author]",
    ".p-author .p-name, .vcard .fn",
    ".p-author, [itemprop=author]",
    ".byline, .author",
)
_DATES: Final = (".dt-published, [itemprop=datePublished], time.published, abbr.published", "time")
_CHANGED: Final = ".updated:not(.published), .dt-updated, [itemprop=dateModified], .modified"
_TEASERS: Final = ".p-summary, .entry-summary, [itemprop=description]"
_NO_TEASER: Final = "time, h1, h2, h3, h4, h5, h6, " + ", ".join(_BYLINES)
_CAPTIONS: Final = "figure, blockquote, [class*=caption], [class*=credit], [class*=copyright]"
_LONGEST_NAME: Final = 100
_MOST_WORDS: Final = 5  # of a person's name
_NOBODY: Final = re.compile(
    r"admin(?:istrator)?|editor|webmaster|редактор|админ(?:истратор)?|muharrir|.*\d.*", re.IGNORECASE
)
_SHORTEST_TEASER: Final = 40
_BESIDE: Final = re.compile(r"\s*[|·•]\s*|\s+[—–-]\s+|,\s+(?=\D|\d{1,2}[\s.])")
_MORE: Final = re.compile(
    r"(?:read more|continue reading|keep reading|read|more|details|читать далее|читать|далее|подробнее|ещё|davomi|"
    r"batafsil|"
    r"толығырақ|devamı|اقرأ المزيد|المزيد|ادامه مطلب)\b.{0,40}",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\d[\d.,]*\s*k?\s*(?:min(?:ute)?s?(?:\s*read)?|views?|comments?|shares?|likes?|просмотр\w*|комментари\w*|"
    r"мин\w*)\.?|"
    r"(?:no|leave a) comments?|(?:comments?|просмотр\w*|комментари\w*|views?)\s*:?\s*\d[\d.,]*",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?…»”\"')\]؟۔]\Z")
_CLOCK: Final = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_INLINE: Final = "span, small, em, i, b, strong, td, div"
_MOST_INLINE: Final = 50
_DEEPEST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One article as a listing shows it. ``printed_date`` is as printed, empty where none is.

    ``url`` is ``None`` on a saved page whose own address is not known.
    """

    title: str
    url: str | None
    teaser: str
    printed_date: str
    authors: tuple[str, ...]


def read_card(
    block: LexborNode, heading: LexborNode, name: str, url: str | None, dating: Dating, day: str = ""
) -> Card:
    """Read a card. ``heading`` is the element that bears its title ``name``, ``day`` the date of its section."""
    authors = authors_in(block, name, dating)
    lines = [line for line in text_of(block, apart="time").split("\n\n") if line != name]
    lines = [_without(name, line, dating) for line in lines]
    printed = (
        _marked_date(block, dating) or _found_date(block, lines, dating) or _clock(block, lines, dating, day) or day
    )
    return Card(
        title=name,
        url=url,
        teaser=_teaser(block, heading, name, lines, authors, dating),
        printed_date=printed,
        authors=authors,
    )


def authors_in(block: LexborNode, title: str, dating: Dating) -> tuple[str, ...]:
    """Return whom a card names as its authors: where it says so, else by links to people's pages."""
    for places in _BYLINES:
        people = _people(unite(*(split_byline(node.text()) for node in block.css(places))), dating)
        if people:
            return people
    linked = [one_line(node.text()) for node in block.css("a[href]") if person_slug(node.attributes.get("href") or "")]
    short = (name for name in linked if name != title and len(name.split()) <= _MOST_WORDS)
    return _people(unite(*map(split_byline, short)), dating)


def _people(names: tuple[str, ...], dating: Dating) -> tuple[str, ...]:
    return tuple(
        name
        for name in names
        if len(name) <= _LONGEST_NAME and not _NOBODY.fullmatch(name) and not dating.is_date(name)
    )


def _without(name: str, line: str, dating: Dating) -> str:
    """Return a line that is only the title and a date beside it as the latter, others as they are."""
    for rest in (line.removeprefix(name).strip(), line.removesuffix(name).strip()):
        parts = (rest, *_BESIDE.split(rest))
        if rest != line and any(dating.is_date(part) or _CLOCK.fullmatch(part) for part in parts):
            return rest
    return line


def marked_date(node: LexborNode, dating: Dating) -> str:
    """Return the date that an element gives: for machines, else as printed."""
    for printed in (
        *(node.attributes.get(key) or "" for key in ("datetime", "title", "content")),
        one_line(node.text()),
    ):
        if dating.is_date(printed):
            return printed
    return ""


def _marked_date(block: LexborNode, dating: Dating) -> str:
    for places in _DATES:
        nodes = block.css(places)
        changed = {node.mem_id for node in block.css(_CHANGED)} if len(nodes) > 1 else set()
        for node in sorted(nodes, key=lambda node: node.mem_id in changed):
            if printed := marked_date(node, dating):
                return printed
    return ""


def _found_date(block: LexborNode, lines: list[str], dating: Dating) -> str:
    parts = [part for line in lines for part in (line, *_BESIDE.split(line))]
    found = next((part for part in parts if dating.is_date(part)), "")
    if found:
        return found
    inline = (one_line(node.text()) for node in block.css(_INLINE)[:_MOST_INLINE])
    return next((part for part in inline if dating.is_date(part)), "")


def _clock(block: LexborNode, lines: list[str], dating: Dating, day: str) -> str:
    """Return the time of a card that shows nothing else, with its section's day, else the page's: it is of today."""
    parts = [part for line in lines for part in (line, *_BESIDE.split(line))]
    parts += [one_line(node.text()) for node in block.css("time, span, small, td")[:_MOST_INLINE]]
    clock = next((part for part in parts if _CLOCK.fullmatch(part)), "")
    return f"{day or dating.today.isoformat()} {clock}" if clock else ""


def _teaser(
    block: LexborNode, heading: LexborNode, name: str, lines: list[str], authors: tuple[str, ...], dating: Dating
) -> str:
    marked = [line for node in block.css(_TEASERS)[:1] for line in text_of(node).split("\n\n") if line and line != name]
    beside = {line for node in block.css(_CAPTIONS)[:_MOST_INLINE] for line in text_of(node).split("\n\n")}
    shown = _paragraphs(block, heading) or [
        line for line in lines if len(line) >= _SHORTEST_TEASER and name not in line and line not in beside
    ]
    # What a theme calls the summary may be a bar of links: it must say something to go before what is shown.
    teasers = [_said(lines, authors, dating) for lines in (marked, shown)]
    return next((one for one in teasers if len(one) >= _SHORTEST_TEASER), max(teasers, key=len))


def _said(lines: list[str], authors: tuple[str, ...], dating: Dating) -> str:
    """Return the lines that say something; beside a long one, short ones that are no sentences are labels."""
    kept = [line for line in lines if not _is_furniture(line, authors, dating)]
    longest = max(map(len, kept), default=0)
    return "\n\n".join(
        line for line in kept if len(line) >= min(longest, _SHORTEST_TEASER) or _SENTENCE_END.search(line)
    )


def _paragraphs(block: LexborNode, heading: LexborNode) -> list[str]:
    above = {node.mem_id for node in ancestors(heading)}
    beside = {node.mem_id for node in block.css(f":is({_CAPTIONS}) p")}
    texts = [
        text_of(node)
        for node in block.css("p")
        if node.mem_id not in above and node.mem_id not in beside and not node.css(_NO_TEASER)
    ]
    return [text for text in texts if text]


def ancestors(node: LexborNode) -> list[LexborNode]:
    """Return the elements around a node up to the page's main part, the nearest first."""
    nodes: list[LexborNode] = []
    parent = node.parent
    while parent is not None and parent.tag not in ("body", "html", "main") and len(nodes) < _DEEPEST:
        nodes.append(parent)
        parent = parent.parent
    return nodes


def is_invitation(line: str) -> bool:
    """Tell whether a line is only an invitation to read on: ``Read more``."""
    return _MORE.fullmatch(line) is not None


def _is_furniture(line: str, authors: tuple[str, ...], dating: Dating) -> bool:
    """Tell whether a line is only a date, a byline, a count or an invitation to read on."""
    if is_invitation(line):
        return True
    parts = [part for part in _BESIDE.split(line) if part]
    return all(
        dating.is_date(part) or _CLOCK.fullmatch(part) or _COUNTED.fullmatch(part) or _is_byline(part, authors)
        for part in parts
    )


def _is_byline(part: str, authors: tuple[str, ...]) -> bool:
    return len(part) <= _LONGEST_NAME and all(means(name, authors) for name in split_byline(part))
