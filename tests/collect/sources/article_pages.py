"""Pages of one article, of the project's own making."""

import json
from datetime import UTC, datetime
from typing import Any

from digest.collect.article import FoundArticle
from digest.collect.page import Page
from digest.collect.sources.article import ArticleReader
from tests.collect.answers import ASSUME, answer

URL = "https://www.herald.example/news/rivers-rise"
TITLE = "Rivers rise in the north"
TEASER = "Water reached the canal on Monday, three weeks before anybody had expected it."
HEADING = f"<h1>{TITLE}</h1>"
TEN = datetime(2025, 12, 19, 5, tzinfo=UTC)


def person(name: Any) -> dict[str, Any]:
    return {"@type": "Person", "name": name}


def news(**more: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2025-12-19T10:00:00+05:00", **more}


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def ld(*nodes: Any) -> str:
    return script(json.dumps(nodes[0] if len(nodes) == 1 else list(nodes)))


def meta(**said: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{text}">' for name, text in said.items())


def page(head: str = "", body: str = HEADING, site: str = "The Herald") -> str:
    return f"<html lang='en'><head>{meta(og__site_name=site)}{head}</head><body>{body}</body></html>"


def read_page(html: str | bytes, url: str = URL) -> Page:
    return ArticleReader().read(answer(html, url), ASSUME)


def read(html: str | bytes, url: str = URL) -> FoundArticle:
    (article,) = read_page(html, url).articles
    return article
