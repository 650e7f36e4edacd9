"""One body with everything in it, of which each contents shows a part. Pure, and no template is run.

For a provider that leaves parts of a body out, reader by reader. ``superset`` is a rendition whose blocks stand between
signs and whose counts and quotes are signs, too; it is assembled like any other. ``choice`` says for certain contents
which blocks are shown and what stands in the places of the other signs; ``shown`` does what the provider will do.

All contents of an issue have their blocks in one order: the newsletter's order of journalists, and newest first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from typing import Final

from digest.compose.issue import Contents, Frozen, Section
from digest.compose.selection import newest_first
from digest.ids import JournalistId, Sha256
from digest.render.assembly import VIEW, Draft, quoted_first, separator, variant, with_view
from digest.render.marks import Pieces, slot
from digest.render.rendition import Part, Rendition

#: The places of the quoted headlines and of the subject.
_QUOTES, SUBJECT = "quotes", "subject"
_NONE_QUOTED, _NOTHING_NEW = "top/none", "nothing_new"
#: What the names of cards begin with.
_CARD: Final = "card/"


class Kind(Enum):
    """What a piece of a superset is."""

    TEXT = auto()
    SLOT = auto()  # a reader's own
    VALUE = auto()  # of these contents
    IF = auto()  # what follows is shown if these contents have it
    END = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: its text, or a name."""

    kind: Kind
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What certain contents show of a superset: the names of blocks, and the values by their names, part by part."""

    blocks: tuple[str, ...]
    subject: str
    html: Mapping[str, str]
    text: Mapping[str, str]


def superset(rendition: Rendition, frozen: Frozen) -> Rendition:
    """Return the rendition with signs around and instead of what differs from contents to contents."""
    mark = rendition.mark
    html, text = dict(rendition.html.segments), dict(rendition.text.segments)
    html |= {
        _NONE_QUOTED: "",
        "masthead": _sign(mark, Kind.VALUE, _QUOTES)
        + _block(mark, _NONE_QUOTED, html.get(_NONE_QUOTED, ""))
        + html.get("masthead", ""),
        "rates": html.get("rates", "") + _block(mark, _NOTHING_NEW, html.get(_NOTHING_NEW, "")),
    }
    text |= {"head": text.get("head", "") + _block(mark, _NOTHING_NEW, text.get(_NOTHING_NEW, ""))}
    for segments in (html, text):
        _sign_variants(segments, mark, "foot", "zone", "zone", "zone")
        _sign_variants(segments, mark, "foot", "closing", "closing", "closing")
        for card in [name for name in segments if name.startswith(_CARD)]:
            place = card.removeprefix(_CARD)
            _sign_variants(segments, mark, card, "when", f"when/{place}", "zone")
            _sign_variants(segments, mark, f"late/{place}", "missed", "missed", f"late/{place}")
    for journalist in _journalists(rendition, frozen):
        cards = [f"card/{journalist}/{article.position}" for article in sorted(frozen.articles, key=newest_first)]
        for segments in (html, text):
            _sign_section(segments, mark, journalist, [card for card in cards if card in segments])
    for segments in (html, text):
        _sign_others(segments, mark, _journalists(rendition, frozen))
    return replace(
        rendition,
        subject=Part(segments={"subject": _sign(mark, Kind.VALUE, SUBJECT)}),
        html=Part(segments=html),
        text=Part(segments=text),
    )


def everything(rendition: Rendition, frozen: Frozen) -> Contents:
    """Return the contents for which a superset of the rendition assembles whole."""
    sections = [
        Section(journalist=journalist, positions=(), left_out=1 if _has_more(rendition, journalist) else 0)
        for journalist in _journalists(rendition, frozen)
    ]
    return Contents(
        key=Sha256(f"everything in {rendition.locale}, {rendition.look}"),
        issue=frozen.id,
        locale=rendition.locale,
        look=rendition.look,
        sections=tuple(sections),
    )


def signed_view(everything: Draft, mark: str) -> Draft:
    """Return a superset's draft with a sign instead of what the address of each contents in a browser ends in."""
    return with_view(everything, _sign(mark, Kind.VALUE, VIEW))


def choice(rendition: Rendition, contents: Contents, *, view: str = "") -> Choice:
    """Return what these contents show of the ``superset`` of the rendition.

    ``view`` is what their address in a browser ends in.
    """
    first = quoted_first(contents)
    missed = {position: one.on for one in contents.missed for position in one.positions}
    segments = rendition.html.segments
    subjects = rendition.subject.segments
    quoted = [separator(is_first=not place) + segments.get(f"top/{one}", "") for place, one in enumerate(first)]
    blocks = [_shown_by("zone", contents.zone), _shown_by("closing", contents.since)]
    if not contents.sections:
        blocks += [_NONE_QUOTED, _NOTHING_NEW]
    for section in contents.sections:
        if not section.positions and "others" in segments:
            blocks += ["others", f"other/{section.journalist}"]
            continue
        blocks.append(f"section/{section.journalist}")
        for position in section.positions:
            place = f"{section.journalist}/{position}"
            blocks.append(f"{_CARD}{place}")
            if position in missed:
                blocks += [f"late/{place}", _shown_by(f"late/{place}", missed[position])]
        if section.left_out:
            blocks.append(f"more/{section.journalist}")
    return Choice(
        blocks=tuple(blocks),
        subject=subjects.get(f"subject/{first[0]}" if first else "subject", ""),
        html={_QUOTES: "".join(quoted), VIEW: view} | dict(_counts(rendition.html, contents)),
        text={VIEW: view} | dict(_counts(rendition.text, contents)),
    )


def pieces_of(literals: Pieces, mark: str) -> Iterator[Piece]:
    """Yield the pieces of one part of a superset's draft, in their order; none is an empty text."""
    for place, said in enumerate(literals):
        if place % 2:
            yield Piece(Kind.SLOT, said)
            continue
        words = re.split(rf"{mark}!([A-Z]+) ([^!]*)!", said)
        for start in range(0, len(words), 3):
            if words[start]:
                yield Piece(Kind.TEXT, words[start])
            if start + 1 < len(words):
                yield Piece(Kind[words[start + 1]], words[start + 2])


def shown(pieces: Iterable[Piece], blocks: frozenset[str], values: Mapping[str, str]) -> Pieces:
    """Return what is shown of a part: the pieces of a draft, the readers' slots open."""
    found = [""]
    hidden = 0  # so many of the blocks that are open are not shown
    for piece in pieces:
        match piece.kind:
            case Kind.IF:
                hidden += piece.said not in blocks
            case Kind.END:
                hidden -= piece.said not in blocks
            case Kind.SLOT if not hidden:
                found += [piece.said, ""]
            case Kind.TEXT | Kind.VALUE if not hidden:
                found[-1] += piece.said if piece.kind is Kind.TEXT else values.get(piece.said, "")
    return tuple(found)


def _journalists(rendition: Rendition, frozen: Frozen) -> list[JournalistId]:
    return [one for one in frozen.newsletter.journalists if f"section/{one}" in rendition.html.segments]


def _has_more(rendition: Rendition, journalist: JournalistId) -> bool:
    return all(f"more/{journalist}" in part.segments for part in (rendition.html, rendition.text))


def _sign_section(segments: dict[str, str], mark: str, journalist: JournalistId, cards: Sequence[str]) -> None:
    """Put a section's signs into one part; its cards are taken in between its head and what is more."""
    section, more, close = (f"{what}/{journalist}" for what in ("section", "more", "close"))
    for name in (section, more):
        for count in ("new", "more"):
            sign = _sign(mark, Kind.VALUE, f"{count}/{journalist}")
            segments[name] = segments.get(name, "").replace(slot(mark, count), sign)
    own = _block(mark, section, segments[section])
    below = [f"late/{card.removeprefix(_CARD)}" for card in cards]
    found = [name for pair in zip(cards, below, strict=True) for name in pair if name in segments]
    segments[section] = own + "".join(_block(mark, name, segments[name]) for name in found)
    segments[more] = _block(mark, more, segments[more])
    if close in segments:
        segments[close] = _block(mark, section, segments[close])


def _sign_others(segments: dict[str, str], mark: str, journalists: Iterable[JournalistId]) -> None:
    """Put those of whom only a count is left before the foot, where they stand; every section is one of its own."""
    others, close = segments.pop("others", ""), segments.pop("others/close", "")
    lines = [
        _block(
            mark,
            f"other/{one}",
            segments.get(f"other/{one}", "").replace(slot(mark, "more"), _sign(mark, Kind.VALUE, f"more/{one}")),
        )
        for one in journalists
    ]
    found = [_block(mark, "others", others), *lines, _block(mark, "others", close)] if others else []
    segments["foot"] = "".join(found) + segments["foot"]


def _sign_variants(segments: dict[str, str], mark: str, name: str, open_slot: str, told: str, shown_by: str) -> None:
    """Put all variants of what is ``told`` into a block's open slot; each is shown by a name of its own."""
    there = slot(mark, open_slot)
    if there in segments.get(name, ""):
        variants = [one for one in segments if one == told or one.startswith(f"{told}/")]
        every = (_block(mark, f"{shown_by}={one[len(told) :]}", segments[one]) for one in variants)
        segments[name] = segments[name].replace(there, "".join(every))


def _shown_by(name: str, of: str | date | None) -> str:
    return f"{name}={variant('', of)}"


def _counts(part: Part, contents: Contents) -> Iterator[tuple[str, str]]:
    for section in contents.sections:
        who = section.journalist
        yield f"new/{who}", part.segments.get(f"new/{len(section.positions) + section.left_out}", "")
        if section.left_out:
            yield f"more/{who}", part.segments.get(f"more/{who}/{section.left_out}", "")


def _block(mark: str, name: str, text: str) -> str:
    return _sign(mark, Kind.IF, name) + text + _sign(mark, Kind.END, name) if text else ""


def _sign(mark: str, kind: Kind, name: str) -> str:
    return f"{mark}!{kind.name} {name}!"
