"""The lines of a newsletter's file that declare a journalist, for an editor to paste. Pure.

What ``newsletter_file.py`` reads; a test holds that it reads these lines as exactly this journalist.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict

from digest.collect.journalist import Journalist, Outlet, Selectors, Source


def outlet_lines(outlet: Outlet) -> tuple[str, ...]:
    """Return the ``[[outlets]]`` table of an outlet."""
    return _table(
        "outlets",
        [
            ("slug", outlet.slug),
            ("name", outlet.name),
            ("url", outlet.url),
            ("language", outlet.language),
            ("time_zone", outlet.time_zone),
        ],
    )


def journalist_lines(journalist: Journalist) -> tuple[str, ...]:
    """Return the ``[[journalists]]`` table of a journalist with all sources."""
    lines = _table(
        "journalists",
        [
            ("slug", journalist.id),
            ("name", journalist.name),
            ("outlet", journalist.outlet.slug),
            ("role", journalist.role),
            ("bio", journalist.bio),
            ("avatar_url", journalist.avatar_url or ""),
        ],
    )
    aliases = [f"aliases = [{', '.join(map(_quoted, journalist.aliases))}]"] if journalist.aliases else []
    sources = f"sources = [{', '.join(map(_source, journalist.sources))}]"
    return (*lines, *aliases, sources)


def _table(name: str, pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return (f"[[{name}]]", *(f"{key} = {_quoted(value)}" for key, value in pairs if value))


def _source(source: Source) -> str:
    byline = f", byline = {_quoted(source.byline)}" if source.byline is not None else ""
    selectors = f", selectors = {_selectors(source.selectors)}" if source.selectors is not None else ""
    return f"{{ kind = {_quoted(source.kind)}, ref = {_quoted(source.ref)}{byline}{selectors} }}"


def _selectors(selectors: Selectors) -> str:
    given = [f"{name} = {_quoted(css)}" for name, css in asdict(selectors).items() if css is not None]
    return f"{{ {', '.join(given)} }}"


def _quoted(text: str) -> str:
    """Write a TOML basic string: JSON's, but for U+007F, which TOML wants escaped."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
