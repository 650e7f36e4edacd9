"""What no page has and a parser of HTML pays dearly for. Pure, and in linear time.

The parser takes quadratic time or memory for markup that nobody writes: elements nested thousands deep, an element with
thousands of attributes, text between tags that mean nothing where they stand (each time the whole text so far is
copied: four megabytes of ``text</b x>`` fill the memory of a large machine), formatting that is never closed (it is
opened anew in every block that follows). What a page would cost is counted here before it is parsed, by the tokenizer's
own rules (HTML Living Standard §13.2.5): a quote or a comment hides nothing.
"""

import re
from collections import Counter
from typing import Final

_DEEPEST: Final = 5_000
_MOST_ATTRIBUTES: Final = 1_000
_MOST_OPTIONS: Final = 20_000
_MOST_COPIED: Final = 200_000_000  # characters of text
_MOST_REOPENED: Final = 3_000_000  # elements
_LONG: Final = 10_000  # characters; in a shorter tag there is no room for too many attributes

_ATTRIBUTE: Final = (
    r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    r"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|(?![\"'])[^\t\n\f\r >]*+))?+"
)
_ONE_ATTRIBUTE: Final = re.compile(_ATTRIBUTE)
_TOKEN: Final = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/(?![a-z]))[^>]*+(?:>|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-z][^\t\n\f\r />]*+)"
    rf"(?P<attributes>(?:[\t\n\f\r /]++|{_ATTRIBUTE})*+)(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT_END: Final = re.compile(r"</script(?=[\t\n\f\r />])", re.IGNORECASE)
_FOREIGN: Final = frozenset(("svg", "math"))
#: Closed by what follows, or never: nesting says nothing.
_UNCLOSED: Final = frozenset((
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "param", "source", "td", "th", "tr", "track", "wbr",
))  # fmt: skip
#: Those of them that a drawing or a formula ends with.
_NO_DRAWING: Final = frozenset((
    "br", "dd", "dt", "embed", "hr", "img", "li", "meta", "p",
))  # fmt: skip
#: Start tags that may put nothing where they stand.
_NOTHING: Final = frozenset((
    "body", "caption", "col", "colgroup", "form", "frame", "frameset", "head", "html", "input", "script", "style",
    "tbody", "td", "template", "tfoot", "th", "thead", "tr",
))  # fmt: skip
_CELLS: Final = frozenset(("td", "th", "caption"))
_TABLE_PARTS: Final = _CELLS | {"table", "tbody", "thead", "tfoot", "tr"}
_LISTS: Final = frozenset(("ul", "ol", "dl"))
_FORMATTING: Final = frozenset(("b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"))


def is_monstrous(markup: str) -> bool:
    """Tell whether a parser of HTML would take quadratic time or memory for this markup."""
    pieces = markup.split("<")
    # Nearly every page is told by counting alone; only of the others each tag is looked at.
    if len(pieces) <= _DEEPEST and len(pieces) * len(markup) <= _MOST_COPIED and max(map(len, pieces)) <= _LONG:
        return False
    cost = _Cost()
    at = 0
    while (token := _TOKEN.search(markup, at)) is not None:
        name = token["name"]
        cost.text(markup[at : token.start()])
        if token[0].startswith("<![CDATA["):  # in a drawing it is text
            cost.text(token[0])
        at = token.end()
        if name is not None:
            cost.tag(name.lower(), token["attributes"], is_end=bool(token["end"]))
            if name.lower() == "script" and not token["end"] and not cost.is_foreign:
                end = _SCRIPT_END.search(markup, at)
                at = end.start() if end else len(markup)
        if cost.is_too_much:
            return True
    return False


class _Cost:
    """What the markup so far would cost."""

    def __init__(self) -> None:
        self.is_too_much = False
        self._open: Counter[str] = Counter()
        self._in_drawing: Counter[str] = Counter()
        self._lists: Counter[str] = Counter()  # elements that need no end; of options, how many there have been
        self._depth = self._formatting = 0
        self._copied = self._reopened = 0
        self._around: list[tuple[str, int, int]] = []  # each open list, and how many items were open before it
        self._tables: list[bool] = []  # of each open table, whether we are in a cell
        self._run = self._run_beside_cells = 0  # characters in the text that further text would be added to

    @property
    def is_foreign(self) -> bool:
        """Whether we are in a drawing or a formula, where a script is an element as any other."""
        return bool(self._in_drawing)

    def text(self, text: str) -> None:
        """Count a text, which is added to one that nothing divides it from."""
        if not text:
            return
        if self._tables and not self._tables[-1] and not text.isspace():  # it will stand before the table
            self._run_beside_cells += len(text)
            self._copied += self._run_beside_cells
        else:
            self._run += len(text)
            self._copied += self._run
        self.is_too_much = self.is_too_much or self._copied > _MOST_COPIED

    def tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        """Count a tag."""
        if is_end:
            self._close(name)
            return
        if len(attributes) > _LONG and sum(1 for _ in _ONE_ATTRIBUTE.finditer(attributes)) > _MOST_ATTRIBUTES:
            self.is_too_much = True
        if name not in _NOTHING or (name in _CELLS and self._tables):
            self._run = 0
        if name not in _NOTHING:
            self._run_beside_cells = 0
            self._reopened += self._formatting
        if name in _TABLE_PARTS:
            self._row(name)
        self._nest(name, is_closed=attributes.endswith("/"))
        too_many = self._depth + self._staggered > _DEEPEST or self._lists["option"] > _MOST_OPTIONS
        self.is_too_much = self.is_too_much or too_many or self._reopened > _MOST_REOPENED

    @property
    def _staggered(self) -> int:
        """How deep ``<li>`` and ``<dd>`` without an end can be in each other; each ends only one of its own kind."""
        return min(self._lists["li"], self._lists["dd"])

    def _row(self, name: str) -> None:
        if name == "table":
            self._tables.append(False)
        elif self._tables:
            self._tables[-1] = name in _CELLS
            self._run = 0

    def _nest(self, name: str, *, is_closed: bool) -> None:
        if name in _FOREIGN or (self.is_foreign and name not in _NO_DRAWING):
            if not is_closed:
                self._in_drawing[name] += 1
                self._depth += 1
        elif name in _UNCLOSED:
            self._lists["dd" if name == "dt" else name] += 1
        else:
            if name in _LISTS:
                self._around.append((name, self._lists["li"], self._lists["dd"]))
            self._open[name] += 1
            self._depth += 1
            self._formatting += name in _FORMATTING

    def _close(self, name: str) -> None:
        if name in _TABLE_PARTS and self._tables:
            if name == "table":
                self._tables.pop()
            else:
                self._tables[-1] = False
        if self._in_drawing.get(name):
            self._in_drawing[name] -= 1
            self._depth -= 1
            if not any(self._in_drawing.get(outermost) for outermost in _FOREIGN):
                self._depth -= self._in_drawing.total()
                self._in_drawing.clear()
        elif self._lists.get("dd" if name == "dt" else name) and name != "option":
            self._lists["dd" if name == "dt" else name] -= 1
        elif self._open.get(name):
            if name in _LISTS:
                self._end_list(name)
            self._open[name] -= 1
            self._depth -= 1
            self._formatting -= name in _FORMATTING

    def _end_list(self, name: str) -> None:
        """Forget the items of the innermost open list of that name."""
        while self._around:
            its_name, self._lists["li"], self._lists["dd"] = self._around.pop()
            if its_name == name:
                break
