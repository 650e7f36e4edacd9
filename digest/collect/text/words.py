"""Words as outlets mark them up become plain text, in the outlet's own words: never shortened, never corrected."""

import html
import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from digest.collect.text.monstrous import is_monstrous
from digest.collect.text.syndication import without_syndication

_MOST_DECODINGS: Final = 2  # feeds double-encode titles; a third pass would eat what an article says about entities
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_HIDDEN: Final = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
# Known elements only: "if x<y and z>0" is a sentence, not a tag.
_TAG: Final = re.compile(
    r"<!--.*?-->|</?(?:a|abbr|b|big|blockquote|br|cite|code|del|div|em|font|h[1-6]|hr|i|iframe|img|ins|li|mark|ol|p|"
    r"q|s|script|small|span|strong|style|sub|sup|svg|u|ul|wbr)(?=[\s/>])[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_BARE_TAG: Final = re.compile(r"<[^<>]*>")
_LONGEST_TITLE: Final = 4_000  # characters of markup; what is longer is no headline, and costs time to look at
_FORMATTING: Final = re.compile(
    r"<(b|em|i|mark|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL
)
# Not storable (NUL), not encodable (surrogates) or invisible and only good for trouble.
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# At the end of a teaser, by itself or after a mark of truncation: not the outlet's text, but the sign that it goes on.
_INVITATION: Final = re.compile(
    r"(?:(?P<mark>…|\.\.\.|[\])])\s*|\n\n|\s+(?=[^\n]{1,24}\Z))"
    r"(?:Continue reading|Keep reading|Read more|Read the full (?:article|story)|Читать далее|Подробнее|Batafsil|"
    r"Davomini o.qish|Толығырақ|Devamını oku)\b(?!\s*:)(?:[^\n.]{0,200}|\s*\.{1,3})[\s»→>…]*\Z"
)
_CUT: Final = re.compile(r"(?:…|\.\.\.|[\[(]\s*(?:…|\.{3})\s*[\])])\Z")
_BLOCKS: Final = frozenset(
    (
        "address", "article", "aside", "blockquote", "br", "center", "dd", "dl", "dt", "details", "div", "fieldset",
        "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "header", "li", "main", "nav", "ol", "p", "pre",
        "section", "td", "th", "tr", "table", "ul",
    )
)  # fmt: skip
_UNREAD: Final = frozenset(
    ("script", "style", "noscript", "template", "iframe", "object", "svg", "figcaption", "button", "form")
)


def printable(text: str) -> str:
    """Drop what can neither be stored nor seen: control characters, lone surrogates, zero-width spaces."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Return printable text on one line, with single spaces (no-break spaces become plain ones)."""
    return " ".join(printable(text).split())


def title(raw: str) -> str:
    """Return a headline as plain text on one line.

    Tags go out, scripts with what they enclose. Entities are decoded until nothing changes, at most twice, since some
    feeds encode twice (``&amp;#8217;``). A ``<script>`` that was written as an entity is a word of a headline about
    scripts and stays, but paired formatting that was encoded by mistake goes. What is left is text, to be escaped
    wherever it is shown.
    """
    text = _TAG.sub("", _HIDDEN.sub(" ", raw[:_LONGEST_TITLE]))
    for _ in range(_MOST_DECODINGS):
        if not _ENTITY.search(text):
            break
        text = _FORMATTING.sub(r"\2", html.unescape(text))
    return one_line(text)


def tree(markup: str) -> LexborHTMLParser:
    """Parse HTML. Markup that would take quadratic time or memory (``monstrous.py``) loses its tags first."""
    return LexborHTMLParser(_BARE_TAG.sub(" ", markup) if is_monstrous(markup) else markup)


def plain(fragment: str) -> str:
    """Return an HTML fragment (or text) as plain text: blocks apart by an empty line, spaces collapsed.

    The syndication line that WordPress appends ("The post … appeared first on …") is not the outlet's text and goes; an
    invitation to read on at the end ("Continue reading →") becomes the mark of truncation that it stands for.
    """
    if "<" not in fragment and "&" not in fragment:
        return without_invitation(without_syndication(one_line(fragment)))
    body = tree(f"<body>{printable(fragment)}</body>").body
    return without_invitation(without_syndication(text_of(body))) if body is not None else ""


def text_of(root: LexborNode, *, apart: str = "") -> str:
    """Return all visible text under an element, blocks (and elements called ``apart``) apart by an empty line."""
    return "\n\n".join(lines_of(root, apart=apart))


def lines_of(root: LexborNode, *, apart: str = "") -> Iterator[str]:
    """Yield the visible lines under an element as they come, for who needs only the first ones."""
    pieces: list[str] = []
    for piece in _pieces(root, apart):
        if piece is not None:
            pieces.append(piece)
        elif pieces and (line := one_line("".join(pieces))):
            yield line
            pieces.clear()
        else:
            pieces.clear()


def _pieces(root: LexborNode, apart: str) -> Iterator[str | None]:
    """Yield the texts under an element, and ``None`` where a line ends.

    Markup is nested as deep as anybody likes, so this walks without recursion. ``open_nodes`` are where it goes back
    to; a node that is only text is never one of them.
    """
    open_nodes: list[tuple[LexborNode, bool]] = []
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag
        if tag == "-text":
            yield node.text_content or ""
            inside = None
        else:
            is_line = tag == apart or tag in _BLOCKS
            if is_line:
                yield None
            inside = node.child if tag not in _UNREAD else None
            if inside is not None:
                open_nodes.append((node, is_line))
        if inside is not None:
            node = inside
            continue
        beside = node.next if open_nodes else None
        while beside is None and open_nodes:
            above, ends_line = open_nodes.pop()
            if ends_line:
                yield None
            beside = above.next if open_nodes else None
        node = beside
    yield None


def paragraphs(pieces: list[str]) -> str:
    """Join pieces of text to paragraphs, each on one line, apart by an empty line; empty ones are left out."""
    return "\n\n".join(piece for piece in map(one_line, pieces) if piece)


def without_invitation(text: str) -> str:
    """Return the text with an invitation to read on, at its end, as an ellipsis."""
    invitation = _INVITATION.search(text, max(0, len(text) - 300))
    if invitation is None:
        return text
    kept = text[: invitation.start()] + (invitation["mark"] or "")
    return kept if is_cut(kept) or not kept else f"{kept.rstrip()} …"


def is_cut(text: str) -> bool:
    """Tell whether the text ends with a mark of truncation: ``…``, ``...``, ``[…]`` or ``[...]``."""
    return bool(_CUT.search(text.rstrip()))
