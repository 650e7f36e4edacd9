"""What stands beside an article on its page: menus, comments, other articles' teasers."""

import re
from typing import Final

from selectolax.lexbor import LexborNode

_TAGS: Final = frozenset(("nav", "footer", "aside", "figure", "figcaption", "template", "noscript", "blockquote"))
_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|comments?|commentlist|respond|sidebar|footer|navigation|nav|menu|teasers?|promo|most-?read|"
    r"popular|trending|newsletter|widget|share|social|more-from|read-?more|outbrain|taboola|breadcrumbs?|cookie\w*|caption|"
    r"credits?|gallery|recirc\w*|latest|image|photo|picture|quote|copyright)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DEEPEST: Final = 60


def is_beside(node: LexborNode) -> bool:
    """Tell whether a node stands in a part of the page that is not the article: by elements, classes and ids.

    A class counts only where there is no main heading inside: layouts are called ``content-sidebar-wrap``.
    """
    above: LexborNode | None = node
    for _ in range(_DEEPEST):
        if above is None or above.tag in ("body", "html", "main"):
            return False
        if above.tag in _TAGS:
            return True
        attributes = above.attributes
        called = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if _NAMES.search(called) and above.css_first("h1") is None:
            return True
        above = above.parent
    return False
