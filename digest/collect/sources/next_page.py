"""Older articles: where a source says that it has more pages."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from digest.collect.text.words import one_line, printable
from digest.collect.web import Request, Response

_SAID: Final = "link[rel~=next], a[rel~=next], a.next[href]"
_CALLED: Final = (
    ".next a[href], [class*=item--next] a[href], .nav-previous a[href], .pager-next a[href], .pagination-next a[href], "
    "a[class*=next][href]"
)
_OLDER: Final = re.compile(
    r"[«‹←<\s]*(?:older(?: (?:posts|articles|entries|stories|news))?|next(?: page)?|(?:load|show|view|see) more"
    r"(?: (?:posts|articles|stories|news))?|more (?:posts|articles|stories)|следующая(?: страница)?|далее|вперёд|"
    r"вперед|"
    r"(?:показать|загрузить) ещё|(?:показать|загрузить) еще|ещё|еще|старые записи|предыдущие записи|keyingi(?:si)?|"
    r"келесі|"
    r"sonraki|التالي|الصفحة التالية|بعدی|›|»|→|>)[\s…›»→>]*",
    re.IGNORECASE,
)
#: How pages of a list are numbered: ``/page/2/``, ``/posts/2``, ``?page=2``, ``?paged=2``, ``?PAGEN_1=2``.
_NUMBER: Final = re.compile(r"/(?:page|posts|p)[/-](\d{1,5})/?$|[?&](?:paged?|PAGEN_\d+)=(\d{1,5})\b")
_DIGITS: Final = re.compile(r"\d{1,5}")
#: What the addresses of such pages have, in the bytes of a page; most pages have none of it.
_HINTS: Final = (b"page", b"/posts/", b"/p/", b"PAGEN_")
_MOST: Final = 3_000
_SECOND: Final = 2


def next_page(links: Iterable[str], response: Response, *, accept: str) -> Request | None:
    """Return the request for the first of the links that leads to another page of the same site, if any."""
    for link in links:
        try:
            here, there = urlsplit(response.url), urlsplit(urljoin(response.url, printable(link).strip()))
            same_site = here.netloc == there.netloc and here.scheme == there.scheme
        except ValueError:
            continue
        if same_site and there.scheme in ("http", "https") and there._replace(fragment="").geturl() != response.url:
            return Request(ref=there.geturl(), accept=accept)
    return None


def older_links(tree: LexborHTMLParser, url: str) -> Iterator[str]:
    """Yield the addresses on an HTML page at ``url`` that may be its next one, the surest first.

    That is what the page itself calls its next (``rel``, a class), then links that read so ("Older posts") and links
    that are the next number. The last two must lead to the same list: "Next" may as well be the next article.
    """
    for node in tree.css(_SAID):
        yield node.attributes.get("href") or ""
    page = tree.raw_html
    if not any(hint in page for hint in _HINTS):
        return
    links = [(node, node.attributes.get("href") or "") for node in tree.css("a[href]")[:_MOST]]
    here = _number(url)
    near = [(one_line(node.text()), href) for node, href in links if _number(href) not in (None, here)]
    called = {node.attributes.get("href") for node in tree.css(_CALLED)} if near else set()
    yield from (href for _, href in near if href in called)
    yield from (href for name, href in near if _OLDER.fullmatch(name))
    yield from (href for name, href in near if _DIGITS.fullmatch(name) and _follows(here, int(name), _number(href)))


def _number(url: str) -> int | None:
    """Return which page of a list an address means, as it counts; the first one mostly has no number."""
    found = _NUMBER.search(url)
    return int(found[1] or found[2]) if found else None


def _follows(here: int | None, shown: int, there: int | None) -> bool:
    """Tell whether a link that shows a number leads to the page after this one; some count from zero."""
    return there == here + 1 if here is not None else shown == _SECOND and there in (1, _SECOND)
