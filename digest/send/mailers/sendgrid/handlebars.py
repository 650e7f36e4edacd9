"""A superset as a dynamic template, in the part of Handlebars that SendGrid's page "Using Handlebars" has. Pure.

Only ``{{#if name}}…{{/if}}`` and ``{{{name}}}`` are used: values are escaped by us, as everywhere. What is text of ours
or of an article is never read as Handlebars: braces and backslashes that could be, are values. Every block begins and
ends with an empty value, since a line that holds nothing but a block's sign would be taken out whole.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Final

from digest.render.assembly import GUARD, TOKEN, Draft
from digest.render.marks import Pieces
from digest.render.superset import SUBJECT, Choice, Kind, Piece, pieces_of, shown
from digest.render.tidy import in_html, one_line

#: The values that stand in every template: of nothing, of a subject, of a reader's name in HTML and in text, of their
#: token, of the guards of both parts.
NOTHING, HEADLINE, HTML_NAME, TEXT_NAME, OWN_TOKEN, HTML_GUARD, TEXT_GUARD = "z", "s", "n", "m", "k", "u", "w"
_SIGNS: Final = {"{": "o", "}": "c", "\\": "e"}
#: What would be read as Handlebars, or would change how the sign beside it is read.
_DOUBTFUL: Final = re.compile(r"\A\}+|\\+(?=\{|\Z)|\{(?=\{|\Z|\\+(?:\{|\Z))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A dynamic template for all contents of one rendition: what it is made of, and how its pieces are named in it."""

    subject: str
    html: str
    text: str
    html_pieces: Sequence[Piece]
    text_pieces: Sequence[Piece]
    names: Mapping[tuple[str, str], str]


def template_of(everything: Draft, mark: str) -> Template:
    """Return the template for a superset's draft ``everything`` that is signed with ``mark``."""
    html, text = list(pieces_of(everything.html, mark)), list(pieces_of(everything.text, mark))
    names: dict[tuple[str, str], str] = {}
    for part, pieces in (("html", html), ("text", text)):
        for piece in pieces:
            if piece.kind is Kind.IF:
                names.setdefault(("", piece.said), f"b{len(names)}")
            elif piece.kind is Kind.VALUE:
                names.setdefault((part, piece.said), f"v{len(names)}")
    html, text = _renamed(html, "html", names), _renamed(text, "text", names)
    return Template(
        subject=_value(HEADLINE),
        html="".join(_written(html, everything.to_html, HTML_NAME, HTML_GUARD)),
        text="".join(_written(text, everything.to_text, TEXT_NAME, TEXT_GUARD)),
        html_pieces=html,
        text_pieces=text,
        names=names,
    )


def data_of(template: Template, choice: Choice) -> bytes:
    """Return what the template is told of certain contents, but for their subject: JSON, without its braces."""
    names = template.names
    said = [f'"{names["", block]}":true' for block in dict.fromkeys(choice.blocks) if ("", block) in names]
    for part, values in (("html", choice.html), ("text", choice.text)):
        for name, value in values.items():
            if (part, name) in names:
                said.append(f'"{names[part, name]}":{encode_basestring(value)}')
    return ",".join(said).encode("utf-8", "replace")


def data_for(template: Template, data: bytes, draft: Draft) -> str | None:
    """Return all that the template is told of ``draft``'s contents; ``None`` if it would not show exactly that draft.

    ``data`` is what ``data_of`` returned for them. It is JSON without its braces.
    """
    told = json.loads(b"{%b}" % data)
    blocks = frozenset(name for name, value in told.items() if value is True)
    values = {name: value for name, value in told.items() if value is not True}
    subject = one_line(draft.subject)
    in_html_part = template.names.get(("html", SUBJECT))
    if in_html_part is not None:
        values[in_html_part] = told[in_html_part] = in_html(draft.subject)
    if shown(template.html_pieces, blocks, values) != draft.html:
        return None
    if shown(template.text_pieces, blocks, values) != draft.text:
        return None
    fixed = {NOTHING: "", **{name: sign for sign, name in _SIGNS.items()}, HEADLINE: subject}
    return ",".join(f'"{name}":{_json(value)}' for name, value in {**fixed, **told}.items())


def literal(text: str) -> str:
    """Return text so that Handlebars gives it back as it is, whatever stands in it and beside it."""
    return _DOUBTFUL.sub(lambda found: "".join(_value(_SIGNS[sign]) for sign in found[0]), text)


def _written(pieces: Iterable[Piece], to: Pieces, name: str, guard: str) -> Iterable[str]:
    for piece in pieces:
        match piece.kind:
            case Kind.TEXT:
                yield literal(piece.said)
            case Kind.VALUE:
                yield _value(piece.said)
            case Kind.IF:
                yield f"{{{{#if {piece.said}}}}}{_value(NOTHING)}"
            case Kind.END:
                yield f"{_value(NOTHING)}{{{{/if}}}}"
            case _:  # a slot
                yield _slot(piece.said, to, name, guard)


def _slot(slot: str, to: Pieces, name: str, guard: str) -> str:
    if slot == TOKEN:
        return _value(OWN_TOKEN)
    if slot == GUARD:
        return _value(guard)
    greeting = "".join(_value(name) if place % 2 else literal(piece) for place, piece in enumerate(to))
    return f"{{{{#if {name}}}}}{_value(NOTHING)}{greeting}{_value(NOTHING)}{{{{/if}}}}"


def _renamed(pieces: Iterable[Piece], part: str, names: Mapping[tuple[str, str], str]) -> list[Piece]:
    where = {Kind.IF: "", Kind.END: "", Kind.VALUE: part}
    return [
        Piece(piece.kind, names[where[piece.kind], piece.said]) if piece.kind in where else piece for piece in pieces
    ]


def _value(name: str) -> str:
    return f"{{{{{{{name}}}}}}}"


def _json(value: object) -> str:
    return encode_basestring(value) if isinstance(value, str) else "true"
