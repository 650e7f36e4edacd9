"""Lists that a page draws by a script, out of JSON that it carries: ``__NEXT_DATA__`` and its like.

There is no standard for these; what is taken for articles are the objects of one array that all have a title and an
address, most of them with a date. Of several arrays the longest counts, except those that are called after what stands
beside a list ("related", "popular").
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from digest.collect.sources.card_parts import Card
from digest.collect.sources.json_values import a_dict, a_list, a_text
from digest.collect.text.canonical import canonical, same_page
from digest.collect.text.names import split_byline, unite
from digest.collect.text.words import plain, title

_SCRIPTS: Final = 'script[type="application/json"], script:not([type])'
_STATE: Final = re.compile(r"\A\s*(?:window|self|globalThis)\.\w{1,60}\s*=\s*(?=[{\[])")
_TITLES: Final = ("title", "headline", "name")
_PLACES: Final = ("url", "link", "href", "permalink", "uri", "path", "canonicalUrl", "canonical_url")
_DATES: Final = (
    "datePublished", "publishedAt", "published_at", "publishDate", "publish_date", "pubDate", "published", "date",
    "createdAt", "created_at", "date_gmt",
)  # fmt: skip
_TEASERS: Final = ("excerpt", "description", "summary", "lead", "teaser", "subtitle", "dek", "anons")
_AUTHORS: Final = ("authors", "author", "byline")
_BESIDE: Final = re.compile(
    r"related|popular|trending|most|recommend|menu|nav|breadcrumb|latest|tags|categor|footer", re.IGNORECASE
)
_MOST_VALUES: Final = 50_000
_LONGEST: Final = 3_000_000  # characters of one script


def embedded_cards(tree: LexborHTMLParser, *, base: str) -> list[Card]:
    """Return the articles of the longest list in a page's data."""
    lists = [
        cards
        for node in tree.css(_SCRIPTS)
        for items in _arrays(_value(node.text()))
        if (cards := _cards(items, base)) and 2 * sum(bool(card.printed_date) for card in cards) > len(cards)
    ]
    return max(lists, key=len, default=[])


def _value(script: str) -> Any:
    if len(script) > _LONGEST:
        return None
    assigned = _STATE.match(script)
    try:
        return json.JSONDecoder(strict=False).raw_decode(script, assigned.end() if assigned else 0)[0]
    except (ValueError, RecursionError):
        return None  # a program, not data


def _arrays(value: Any) -> Iterator[list[Any]]:
    stack = [value]
    for _ in range(_MOST_VALUES):
        if not stack:
            return
        item = stack.pop()
        if isinstance(item, dict):
            stack += [inner for name, inner in item.items() if not _BESIDE.search(name)]
        elif isinstance(item, list):
            yield item
            stack += item


def _cards(items: list[Any], base: str) -> list[Card]:
    cards: dict[str, Card] = {}
    for item in items:
        told = a_dict(item)
        node = a_dict(told.get("node")) or a_dict(told.get("attributes")) or told
        name, url = title(_text(node, _TITLES)), canonical(_text(node, _PLACES) or "", base=base)
        if not name or not _text(node, _PLACES) or url is None:
            return []
        card = Card(
            title=name,
            url=url,
            teaser=plain(_text(node, _TEASERS)),
            printed_date=_text(node, _DATES),
            authors=_authors(node),
        )
        cards.setdefault(same_page(url), card)
    return list(cards.values())


def _text(node: dict[str, Any], keys: tuple[str, ...]) -> str:
    said = (node.get(key) for key in keys)
    return next(filter(None, (a_text(value) or a_text(a_dict(value).get("rendered")) for value in said)), "")


def _authors(node: dict[str, Any]) -> tuple[str, ...]:
    said = [item for key in _AUTHORS for item in a_list(node.get(key))]
    names = (item if isinstance(item, str) else a_text(a_dict(item).get("name")) for item in said)
    return unite(*map(split_byline, filter(None, names)))
