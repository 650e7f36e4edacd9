"""What stands beside an article on its page, or beside a list of articles: menus, comments, other articles' teasers."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from selectolax.lexbor import LexborNode

from digest.collect.sources.people import person_slug

_TAGS: Final = frozenset(("nav", "footer", "aside", "figure", "figcaption", "template", "noscript", "blockquote"))
_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|comments?|commentlist|respond|sidebar|footer|navigation|nav|menu|most-?read|"
    r"popular|trending|newsletter|widget|share|social|more-from|read-?more|outbrain|taboola|breadcrumbs?|cookie\w*|"
    r"caption|legend|licen[cs]e|"
    r"credits?|gallery|recirc\w*|latest|image|photo|picture|quote|copyright)(?:$|[\s_-])",
    re.IGNORECASE,
)
#: Another article's card, or just a box, or the lead: "teaser" in German.
_CARDS: Final = re.compile(r"(?:^|[\s_-])(?:teasers?|promo|cards?|tiles?)(?:$|[\s_-])", re.IGNORECASE)
_NO_PLACE: Final = re.compile(r"\s*(?:#|javascript:|mailto:|tel:|whatsapp:)", re.IGNORECASE)
_MOST_LINKS: Final = 30
#: What an article's own byline may be called: it has a picture beside it, or buttons, and stands aside or at the end.
_OWN: Final = re.compile(
    r"(?:^|[\s_-])(?:by-?line\w*|(?:article|post|entry|story)[_-]+(?:author|meta|by-?line|footer|info)\w*|"
    r"authors?[_-]+(?:info|name|line|block|box|bio|meta)|author)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"related|recommend|comment|teaser|promo|popular|trending|latest|card|sidebar", re.IGNORECASE
)
_DEEPEST: Final = 60


def is_beside(node: LexborNode) -> bool:
    """Tell whether a node stands in a part of the page that is not the article: by elements, classes and ids.

    A class counts only where there is no main heading inside: layouts are called ``content-sidebar-wrap``. An element
    that is called the article's byline is no neighbour, whatever else it is called. What is called a card or a teaser
    is one only where it leads to another page, other than a person's.
    """
    above: LexborNode | None = node
    for _ in range(_DEEPEST):
        if above is None or above.tag in ("body", "html", "main"):
            return False
        attributes = above.attributes
        called = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if _OWN.search(called) and not _OTHERS.search(called):
            above = above.parent
            continue
        if above.tag in _TAGS:
            return True
        is_called = _NAMES.search(called) or (_CARDS.search(called) and _leads_elsewhere(above))
        if is_called and above.css_first("h1") is None:
            return True
        above = above.parent
    return False


def _leads_elsewhere(node: LexborNode) -> bool:
    links = node.css("a[href]")[:_MOST_LINKS]
    around: LexborNode | None = node
    while around is not None and around.tag not in ("body", "html"):
        links += [around] if around.tag == "a" else []
        around = around.parent
    places = (link.attributes.get("href") or "" for link in links)
    return any(place and not _NO_PLACE.match(place) and person_slug(place) is None for place in places)


#: Elements beside a list of articles, also by their ARIA roles.
_LIST_TAGS: Final = frozenset(("nav", "footer", "aside", "template", "noscript", "dialog"))
_ROLES: Final = frozenset(("navigation", "complementary", "banner", "contentinfo", "search", "dialog"))
_CARD_TAGS: Final = frozenset(("article", "li", "tr"))
_TOP: Final = frozenset(("body", "html", "main"))
_SIDE_CLASS: Final = re.compile(
    r"(?:[\w-]*[-_])?(?:side-?bar|right-?col(?:umn)?|related|recommend\w*|most-?(?:read|popular|viewed|commented)|"
    r"popular|"
    r"trending|read-?(?:also|next)|see-?also|also-?(?:like|read)|breadcrumbs?|comments?|outbrain|"
    r"taboola|widget-?area|site-?(?:header|footer)|footer|mega-?menu|menu|navbar|newsletter|cookie\w*|modal)"
    r"(?:[-_][\w-]*)?",
    re.IGNORECASE,
)
_FEED_CLASS: Final = re.compile(
    r"(?:[\w-]*[-_])?(?:latest-?news|recent-?(?:posts|news)|news-?(?:feed|line|ticker)|"
    r"lenta)(?:[-_]\w*)?",
    re.IGNORECASE,
)
#: Classes of layouts, and those that WordPress gives to a post for its categories and tags.
_NO_SIDE: Final = re.compile(r"(?:has|with|without|no|tag|category|type|format)[-_].*", re.IGNORECASE)
_LAYOUT: Final = "h1, main, aside, #content, #primary, #main"
_SIDE_TITLE: Final = re.compile(
    r"(?:the )?most (?:read|popular|viewed|commented)|popular(?: now| news| articles| posts| stories)?|"
    r"trending(?: now)?|"
    r"related(?: (?:news|articles|posts|stories))?|recommended(?: for you)?|you (?:may|might) also (?:like|"
    r"be interested in)|"
    r"read (?:also|next)|see also|editors?['’]?s? (?:picks?|choice)|don['’]t miss|top (?:news|stories|reads)|"
    r"(?:самое )?(?:популярное|читаемое|обсуждаемое)|читайте также|похожие (?:новости|статьи|материалы)|"
    r"рекомендуем|по теме|выбор редакции|главное|топ(?: новостей)?|ko['‘’ʻ]p o['‘’ʻ]qilgan\w*|tavsiya etamiz|"
    r"mavzuga oid|ең көп оқылған\w*|тағы оқыңыз|çok okunanlar|الأكثر قراءة|اقرأ أيضا|الأكثر مشاهدة|"
    r"پربازدیدترین.{0,10}",
    re.IGNORECASE,
)
_FEED_TITLE: Final = re.compile(
    r"(?:the )?latest(?: news| stories| articles| posts| headlines)?|recent (?:news|posts|articles|stories)|"
    r"more (?:news|stories|articles|from .{1,40})|news(?: feed)?|последние (?:новости|материалы|статьи)|"
    r"лента(?: новостей)?|"
    r"новости|свежее|so['‘’ʻ]nggi (?:yangiliklar|xabarlar)|соңғы жаңалықтар|son haberler|آخر الأخبار|أحدث الأخبار|"
    r"آخرین اخبار",
    re.IGNORECASE,
)


class Place(IntEnum):
    """Where a heading stands, as far as the list of articles goes."""

    LIST = 0
    FEED = 1  # of the site's latest articles perhaps: believed only where there is no other list
    SIDE = 2


class Surroundings:
    """Tells what stands beside the list of articles on one page; each element is judged once."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._judged: dict[int, Place] = {}

    def place(self, above: Sequence[LexborNode]) -> Place:
        """Return where something stands whose ancestors are ``above``, the nearest first."""
        tags = [node.tag for node in above]
        if "header" in tags and not _CARD_TAGS.intersection(tags):
            return Place.SIDE
        return max(map(self._of, above), default=Place.LIST)

    def _of(self, node: LexborNode) -> Place:
        name = node.mem_id
        if name not in self._judged:
            self._judged[name] = _judge(node)
        return self._judged[name]


def _judge(node: LexborNode) -> Place:
    if node.tag in _LIST_TAGS:
        return Place.SIDE
    attributes = node.attributes
    if (attributes.get("role") or "") in _ROLES:
        return Place.SIDE
    called = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".split()
    if not called or node.tag in _CARD_TAGS:
        return Place.LIST
    told = [word for word in called if not _NO_SIDE.fullmatch(word)]
    is_side = any(map(_SIDE_CLASS.fullmatch, told))
    is_feed = not is_side and any(map(_FEED_CLASS.fullmatch, told))
    if not (is_side or is_feed) or node.css_first(_LAYOUT) is not None:
        return Place.LIST
    return Place.SIDE if is_side else Place.FEED


def place_of_section(heading: str) -> Place:
    """Return what a section with this heading is: "Most read" stands beside the list of articles."""
    bare = heading.strip(" :.…»›→")
    if _SIDE_TITLE.fullmatch(bare):
        return Place.SIDE
    return Place.FEED if _FEED_TITLE.fullmatch(bare) else Place.LIST
