"""Joining segments into one body: first by contents, then by reader. Pure, and no template is run.

``assemble`` gives all that readers with equal contents share; ``fill`` puts one reader's late slots into it. For many
readers ``with_links`` fills in what their links have in common, too, so that their name and token alone are left.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Final

from digest.compose.issue import Contents, Section
from digest.errors import RenderError
from digest.ids import Position, Sha256
from digest.render.marks import Pieces, fill_in, fill_some, open_up, slot
from digest.render.rendition import Body, Part, Rendition, Slots
from digest.render.tidy import in_attribute, in_html, one_line, web_address

#: How many headlines the first visible line quotes.
QUOTED_FIRST: Final = 3
_BEYOND_LATIN_1: Final = re.compile("[^\x00-\xff]")


#: What settles a part's charset for a sender that chooses it from the characters, at the end of the part.
_HTML_GUARD: Final = "<!-- ’ -->\n"
_TEXT_GUARD: Final = "\u200c\n"
#: The slot at the end of a draft's parts that holds the guard, or nothing.
GUARD: Final = "guard"
#: The slot that is left open in a reader's own links by ``with_links``: URL-safe, so the same wherever it stands.
TOKEN: Final = "token"  # noqa: S105 - the name of a slot, not a password
#: The slot that what all readers of a body have in common as the end of an address may be left open in: URL-safe, too.
VIEW: Final = "view"
#: The slots that hold addresses.
_LINKS: Final = ("unsubscribe_url", "preferences_url", "browser_url", "web_url")


class Reach(IntEnum):
    """How far beyond ASCII the characters of a text go."""

    ASCII = 0
    LATIN_1 = 1
    BEYOND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One contents, assembled: only the reader's own slots are open. ``to_html`` and ``to_text`` begin "For NAME.".

    ``key`` is that of the contents: drafts of one sealed issue with equal keys are equal. The reaches are those of the
    literal pieces. ``html`` is empty for text alone.
    """

    key: Sha256
    subject: str
    html: Pieces
    text: Pieces
    to_html: Pieces
    to_text: Pieces
    html_reach: Reach
    text_reach: Reach

    @property
    def is_text_only(self) -> bool:
        """Whether there is no HTML part."""
        return not self.html


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What stands in a draft's open slots for one reader, by the slot's name, escaped for where it stands."""

    html: Mapping[str, str]
    text: Mapping[str, str]


def assemble(rendition: Rendition, contents: Contents) -> Draft:
    """Join the segments that these contents need.

    :raises RenderError: the contents ask for a block that this rendition does not have.
    """
    mark = rendition.mark
    first = quoted_first(contents)
    subject = _segment(rendition.subject, f"subject/{first[0]}" if first else "subject")
    html: Pieces = ()
    if not contents.text_only:
        said = open_up("".join(_html_segments(rendition.html, contents, first, mark)), mark)
        html = (*fill_some(said, {"subject": in_html(subject)}), GUARD, "")
    text = (*open_up("".join(_blocks(rendition.text, contents, mark)), mark), GUARD, "")
    return Draft(
        key=contents.key,
        subject=subject,
        html=html,
        text=text,
        to_html=open_up(rendition.html.segments["to"], mark) if html else ("",),
        to_text=open_up(rendition.text.segments["to"], mark),
        html_reach=_reach_of(html),
        text_reach=_reach_of(text),
    )


def filling(draft: Draft, slots: Slots) -> Filling:
    """Return what one reader's slots make of the draft's open places, each escaped for where it stands."""
    urls = _addresses(slots)
    return _filling(draft, slots.name, {slot: in_attribute(url) for slot, url in urls.items()}, urls)


def with_links(draft: Draft, links: Slots, mark: str) -> Draft:
    """Fill in the ``links`` but for the reader's token, which they have as the slot ``token`` of ``mark``.

    What is open then, is filled by ``own_filling``.
    """
    urls = _addresses(links)
    html = _open_again(fill_some(draft.html, {slot: in_attribute(url) for slot, url in urls.items()}), mark)
    text = _open_again(fill_some(draft.text, urls), mark)
    return replace(draft, html=html, text=text, html_reach=_reach_of(html), text_reach=_reach_of(text))


def with_view(draft: Draft, view: str) -> Draft:
    """Fill in what the address of a draft's body in a browser ends in."""
    told = {VIEW: view}
    return replace(draft, html=fill_some(draft.html, told), text=fill_some(draft.text, told))


def own_filling(draft: Draft, name: str, token: str) -> Filling:
    """Return what stands in a draft ``with_links`` for the reader of that name and URL-safe token."""
    return _filling(draft, name, {TOKEN: token}, {TOKEN: token})


def _filling(draft: Draft, name: str, html: dict[str, str], text: dict[str, str]) -> Filling:
    line = one_line(name)
    html["to"] = fill_in(draft.to_html, {"name": in_html(line)}) if line else ""
    text["to"] = fill_in(draft.to_text, {"name": line}) if line else ""
    html[GUARD] = _HTML_GUARD if _is_latin_1(draft.html_reach, html) else ""
    text[GUARD] = _TEXT_GUARD if _is_latin_1(draft.text_reach, text) else ""
    return Filling(html=html, text=text)


def _addresses(slots: Slots) -> dict[str, str]:
    return {slot: web_address(getattr(slots, slot)) or "" for slot in _LINKS}


def _open_again(pieces: Pieces, mark: str) -> Pieces:
    opened = list(open_up(pieces[0], mark)) if pieces else []
    for name, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        opened += [name, *open_up(literal, mark)]
    return tuple(opened)


def fill(draft: Draft, slots: Slots) -> Body:
    """Fill in one reader's slots, each escaped for where it stands."""
    values = filling(draft, slots)
    return Body(subject=draft.subject, html=fill_in(draft.html, values.html), text=fill_in(draft.text, values.text))


def quoted_first(contents: Contents) -> tuple[Position, ...]:
    """Return the articles that the first visible line quotes: the first of each journalist, then whoever follows."""
    heads = [section.positions[0] for section in contents.sections if section.positions]
    return tuple(dict.fromkeys([*heads, *contents.positions]))[:QUOTED_FIRST]


def separator(*, is_first: bool) -> str:
    """Return what stands before a headline in the first visible line."""
    return ": " if is_first else "; "


def guard_html(html: str) -> str:
    """Return ``html`` so that no sender takes it for Latin-1, which Gmail would clip.

    SendGrid chooses a part's charset from its characters; one beyond U+00FF, in a comment at the end, settles it.
    """
    return f"{html}{_HTML_GUARD}" if looks_latin_1(html) else html


def guard_text(text: str) -> str:
    """Return ``text`` so that no sender takes it for Latin-1: with a zero-width character at the end where needed."""
    return f"{text}{_TEXT_GUARD}" if looks_latin_1(text) else text


def looks_latin_1(part: str) -> bool:
    """Tell whether a part has accents but nothing beyond Latin-1."""
    return reach(part) is Reach.LATIN_1


def reach(text: str) -> Reach:
    """Tell how far beyond ASCII the characters of ``text`` go."""
    if text.isascii():
        return Reach.ASCII
    return Reach.LATIN_1 if _BEYOND_LATIN_1.search(text) is None else Reach.BEYOND


def _reach_of(pieces: Pieces) -> Reach:
    """Return how far beyond ASCII the literal pieces of a part go."""
    return max(map(reach, pieces[::2]), default=Reach.ASCII)


def _is_latin_1(literals: Reach, values: Mapping[str, str]) -> bool:
    if literals is Reach.BEYOND:
        return False
    return max(literals, reach("".join(values.values()))) is Reach.LATIN_1


def _html_segments(part: Part, contents: Contents, first: Sequence[Position], mark: str) -> list[str]:
    quoted = [separator(is_first=not place) + _segment(part, f"top/{position}") for place, position in enumerate(first)]
    instead = "" if contents.sections else part.segments.get("top/none", "")
    head, *rest = _blocks(part, contents, mark)
    return [head, *quoted, instead, _segment(part, "masthead"), _segment(part, "rates"), *rest]


def _blocks(part: Part, contents: Contents, mark: str) -> list[str]:
    """Return the segments that HTML and text have in common: head, sections with their cards, foot."""
    missed = {position: one.on for one in contents.missed for position in one.positions}
    found = [_segment(part, "head")]
    if not contents.sections:
        found.append(_segment(part, "nothing_new"))
    for section in contents.sections:
        if not section.positions and "others" in part.segments:
            continue
        counts = {
            "new": part.segments.get(f"new/{len(section.positions) + section.left_out}", ""),
            "more": _more(part, section),
        }
        found.append(_counted(part, f"section/{section.journalist}", mark, counts))
        for position in section.positions:
            place = f"{section.journalist}/{position}"
            found.append(_told(part, f"card/{place}", mark, {"when": variant(f"when/{place}", contents.zone)}))
            if position in missed:
                found.append(_told(part, f"late/{place}", mark, {"missed": variant("missed", missed[position])}))
        if section.left_out:
            found.append(_counted(part, f"more/{section.journalist}", mark, counts))
        found.append(part.segments.get(f"close/{section.journalist}", ""))  # plain text closes nothing
    found += _others(part, contents, mark)
    told = {"zone": variant("zone", contents.zone), "closing": variant("closing", contents.since)}
    return [*found, _told(part, "foot", mark, told)]


def _others(part: Part, contents: Contents, mark: str) -> list[str]:
    """Return what tells of journalists of whom a cap left nothing but the count.

    In issues that were sealed before there was such a part they are sections like the others.
    """
    sections = [section for section in contents.sections if not section.positions]
    if not sections or "others" not in part.segments:
        return []
    lines = [
        _counted(part, f"other/{section.journalist}", mark, {"more": _more(part, section)}) for section in sections
    ]
    return [_segment(part, "others"), *lines, _segment(part, "others/close")]


def _more(part: Part, section: Section) -> str:
    return part.segments.get(f"more/{section.journalist}/{section.left_out}", "")


def variant(name: str, of: str | date | None) -> str:
    """Return what the variant of the block ``name`` is called that is for this zone, or this day."""
    return f"{name}/{of}" if of else name


def _told(part: Part, name: str, mark: str, told: Mapping[str, str]) -> str:
    """Return a block with some of its slots filled by other blocks.

    Issues that were sealed before there were such variants have no slot for them.
    """
    block = _segment(part, name)
    for open_slot, other in told.items():
        there = slot(mark, open_slot)
        if there in block:
            block = block.replace(there, _segment(part, other))
    return block


def _counted(part: Part, name: str, mark: str, counts: Mapping[str, str]) -> str:
    pieces = fill_some(open_up(_segment(part, name), mark), counts)
    return "".join(slot(mark, piece) if place % 2 else piece for place, piece in enumerate(pieces))


def _segment(part: Part, name: str) -> str:
    try:
        return part.segments[name]
    except KeyError:
        raise RenderError(
            f"The rendition has no block {name!r}, which a reader's contents ask for.",
            advice="Compose the issue again.",
        ) from None
