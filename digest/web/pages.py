"""Turning what a page has to say into HTML, in the visitor's language. No script, nothing from elsewhere."""

import hashlib
import html
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from digest.audience.tags import locale_tag
from digest.render.web_templates import web_templates
from digest.render.words import Words, words_for

#: Where the pages' templates, styles and catalogues are, below the folder of all templates.
FOLDER: Final = "web"
#: The gallery's look, and what only these pages need.
_STYLES: Final = ("_look.css", "_door.css")
#: How many wishes of a browser are listened to.
_MOST_WISHES: Final = 10


class Pages:
    """The pages, as templates in a folder. Links begin with the path of ``public_url``."""

    def __init__(self, templates: Path, *, public_url: str) -> None:
        """Take the templates below ``templates``."""
        self._folder = templates / FOLDER
        self._base = urlsplit(public_url).path.rstrip("/")
        self.style = "".join((self._folder / name).read_text(encoding="utf-8") for name in _STYLES)
        #: The stylesheet's name changes with its words, so that a browser may keep it for ever.
        self.style_name = f"look-{hashlib.sha256(self.style.encode()).hexdigest()[:12]}.css"

    def words(self, tag: str) -> Words:
        """Return the words for a visitor whose language is ``tag``, all of one language that we speak."""
        return words_for(words_for(tag, self._folder).spoken, self._folder)

    def words_of(self, request: Request) -> Words:
        """Return the words for a visitor of whom we only know what their browser asks for."""
        return self.words(next(iter(wished(request)), "en"))

    def answer(
        self, template: str, words: Words, *, status: int = 200, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> HTMLResponse:
        """Return the page of a template. Nobody keeps it, unless ``headers`` say otherwise."""
        page = _environment(self._folder, words).get_template(f"{template}.html.j2")
        rendered = page.render(words=words, base=self._base, style_name=self.style_name, **facts)
        return HTMLResponse(rendered, status, {"Cache-Control": "no-store"} | dict(headers or {}))

    def phrase(self, template: str, words: Words, **facts: Any) -> str:
        """Return the one sentence that a text template has."""
        return html.unescape(
            _environment(self._folder, words).get_template(f"{template}.txt.j2").render(**facts)
        ).strip()

    def version_of(self, template: str) -> str:
        """Return a name for the words of a text template as they are now: other words, another name."""
        source = (self._folder / f"{template}.txt.j2").read_bytes()
        return hashlib.sha256(source).hexdigest()[:12]

    def notice(
        self, kind: str, words: Words, *, status: int, headers: Mapping[str, str] | None = None, **facts: Any
    ) -> HTMLResponse:
        """Return a page that says one thing; ``notice.html.j2`` has the words of each ``kind``."""
        return self.answer("notice", words, status=status, headers=headers, kind=kind, **facts)


def wished(request: Request) -> list[str]:
    """Return the languages that a browser asks for (RFC 9110 §12.5.4), the dearest first; none that nobody knows."""
    wishes = []
    for place, item in enumerate(request.headers.get("accept-language", "").split(",")[:_MOST_WISHES]):
        tag, _, weight = item.partition(";")
        known = locale_tag(tag)
        if known is not None and (given := _weight(weight)) > 0:
            wishes.append((-given, place, known))
    return [tag for _, _, tag in sorted(wishes)]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if not name:
        return 1
    try:
        return float(value) if name.strip().lower() == "q" else 0
    except ValueError:
        return 0


@lru_cache(maxsize=64)
def _environment(folder: Path, words: Words) -> jinja2.Environment:
    environment = web_templates(folder)
    # "say" and not "_": these words have a catalogue of their own, so that they are no part of any mail's seal.
    environment.globals["say"] = lambda message, **facts: (
        words.gettext(message) % facts if facts else words.gettext(message)
    )
    return environment
