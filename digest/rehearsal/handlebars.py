"""The part of Handlebars that we use, read and filled in as handlebars.js does, more strictly. Pure.

``{{name}}`` is escaped for HTML, ``{{{name}}}`` is not, ``{{#if name}}…{{/if}}`` is shown if the value is there and
neither false nor empty. Anything else between double braces is refused, and so is a value that was not given. A line
that holds nothing but a block's sign is taken out whole, as handlebars.js takes it out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_SIGN: Final = re.compile(
    r"\{\{\{(?P<raw>[A-Za-z_]\w*)\}\}\}(?!\})|\{\{(?P<value>[A-Za-z_]\w*)\}\}(?!\})"
    r"|\{\{#if (?P<if>[A-Za-z_]\w*)\}\}(?!\})|\{\{(?P<end>/if)\}\}(?!\})"
)
#: What becomes of signs in ``{{name}}`` (handlebars.js, "HTML-escaping").
_ESCAPED: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)


@dataclass(slots=True)
class _Text:
    original: str
    shown: str


@dataclass(slots=True)
class _Value:
    name: str
    is_raw: bool


@dataclass(slots=True)
class _If:
    name: str
    body: "list[_Node]" = field(default_factory=list)


_Node = _Text | _Value | _If


@dataclass(frozen=True, slots=True)
class Handlebars:
    """A template that was read."""

    body: Sequence[_Node]

    def filled(self, values: Mapping[str, Any]) -> str:
        """Return it with these values.

        :raises ValueError: one that is asked for was not given, or is no text.
        """
        return "".join(_filled(self.body, values))


def read(template: str) -> Handlebars:
    """Read a template.

    :raises ValueError: it has something else between braces, or a block that does not end.
    """
    root: list[_Node] = []
    open_: list[_If] = []
    for node in _nodes(template):
        body = open_[-1].body if open_ else root
        if node is None:
            if not open_:
                raise ValueError("a block ends that was not opened")
            open_.pop()
            continue
        body.append(node)
        if isinstance(node, _If):
            open_.append(node)
    if open_:
        raise ValueError(f"the block {open_[-1].name} does not end")
    _take_out_lines(root, is_root=True)
    return Handlebars(root)


def _nodes(template: str) -> Iterator[_Node | None]:
    start = 0
    while (at := template.find("{{", start)) >= 0:
        found = _SIGN.match(template, at)
        if found is None or template[at - 1 : at] == "\\":  # a backslash would make text of what follows
            raise ValueError(f"what is this: {template[max(0, at - 1) : at + 12]!r}")
        if at > start:
            yield _Text(template[start:at], template[start:at])
        if found["if"]:
            yield _If(found["if"])
        elif found["end"]:
            yield None
        else:
            yield _Value(found["raw"] or found["value"], is_raw=bool(found["raw"]))
        start = found.end()
    if start < len(template):
        yield _Text(template[start:], template[start:])


def _filled(body: Sequence[_Node], values: Mapping[str, Any]) -> Iterator[str]:
    for node in body:
        if isinstance(node, _Text):
            yield node.shown
        elif isinstance(node, _If):
            if values.get(node.name):
                yield from _filled(node.body, values)
        else:
            value = values.get(node.name)
            if not isinstance(value, str):
                raise ValueError(  # noqa: TRY004 - as everything else that is wrong
                    f"the template's value {node.name} was not given, or is no text"
                )
            yield value if node.is_raw else value.translate(_ESCAPED)


def _take_out_lines(body: list[_Node], *, is_root: bool) -> None:
    """Do what handlebars.js does where the sign of a block stands alone on its line (its ``WhitespaceControl``)."""
    for place, node in enumerate(body):
        if not isinstance(node, _If):
            continue
        _take_out_lines(node.body, is_root=False)
        inner = node.body
        opens = _begins_a_line(inner, 0, is_root=False) and _ends_a_line(body, place - 1, is_root=is_root)
        closes = _begins_a_line(body, place + 1, is_root=is_root) and _ends_a_line(inner, len(inner) - 1, is_root=False)
        if opens:
            _cut_right(inner, 0)
            _cut_left(body, place - 1)
        if closes:
            _cut_right(body, place + 1)
            _cut_left(inner, len(inner) - 1)


def _begins_a_line(body: Sequence[_Node], at: int, *, is_root: bool) -> bool:
    if at >= len(body):
        return is_root
    node = body[at]
    is_last = is_root and at == len(body) - 1
    return (
        isinstance(node, _Text) and re.match(r"\s*?(\r?\n|\Z)" if is_last else r"\s*?\r?\n", node.original) is not None
    )


def _ends_a_line(body: Sequence[_Node], at: int, *, is_root: bool) -> bool:
    if at < 0:
        return is_root
    node = body[at]
    is_first = is_root and at == 0
    pattern = r"(\A|\r?\n)\s*?\Z" if is_first else r"\r?\n\s*?\Z"
    return isinstance(node, _Text) and re.search(pattern, node.original) is not None


def _cut_right(body: Sequence[_Node], at: int) -> None:
    if at < len(body) and isinstance(node := body[at], _Text):
        node.shown = re.sub(r"\A[ \t]*\r?\n?", "", node.shown)


def _cut_left(body: Sequence[_Node], at: int) -> None:
    if at >= 0 and isinstance(node := body[at], _Text):
        node.shown = re.sub(r"[ \t]+\Z", "", node.shown)
