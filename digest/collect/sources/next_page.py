"""Older articles: where a source says that it has more pages."""

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from digest.collect.web import Request, Response
from digest.collect.words import printable


def next_page(links: Iterable[str], response: Response, *, accept: str) -> Request | None:
    """Return the request for the first of the links that leads to another page of the same site, if any."""
    for link in links:
        try:
            here, there = urlsplit(response.url), urlsplit(urljoin(response.url, printable(link).strip()))
            same_site = here.netloc == there.netloc and here.scheme == there.scheme
        except ValueError:
            continue
        if same_site and there.scheme in ("http", "https") and there.geturl() != response.url:
            return Request(ref=there.geturl(), accept=accept)
    return None
