"""Which words of ours there are, and where they are said: read out of templates and code by Babel.

There are two kinds of catalogues. What is in the mails' is part of every mail's seal; the pages have their own.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.extract import extract_from_dir, extract_from_file

from digest.collect.banks import TITLES
from digest.collect.rates.rate_words import OWN_NAMES, OWN_SHORT_NAMES
from digest.resources import templates_dir

ROOT: Final = Path(__file__).resolve().parents[2]
#: A message: its English text, or for what is counted the text for one and for many.
Message = str | tuple[str, ...]
#: Where a message is said: files with their lines, below the project's folder.
Places = Mapping[Message, tuple[str, ...]]

_MAIL_WORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "translate": None}
_PAGE_WORDS: Final = {"say": None, "gettext": None, "ngettext": (1, 2)}
_OPTIONS: Final = {"**.j2": {"trimmed": "true", "silent": "false"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One kind of catalogues: ``folder`` holds ``LANGUAGE/messages.po``.

    ``whole`` are the languages in which every message must be there (``None``: all); in others some may wait for a
    translator.
    """

    name: str
    folder: Path
    whole: frozenset[str] | None

    def languages(self) -> list[str]:
        """Return the languages that have a catalogue."""
        return sorted(path.parent.name for path in self.folder.glob("*/messages.po"))

    def path(self, language: str) -> Path:
        """Return where a language's catalogue is."""
        return self.folder / language / "messages.po"


MAILS: Final = Domain(
    name="mails",
    folder=templates_dir() / "locale",
    whole=None,
)
PAGES: Final = Domain(name="pages", folder=templates_dir() / "web" / "locale", whole=frozenset({"ru"}))
DOMAINS: Final = (MAILS, PAGES)


@cache
def said(domain: Domain) -> Places:
    """Return every message that templates and code say in a domain, in the order of its places."""
    found: dict[Message, list[str]] = defaultdict(list)
    for place, message in _in_templates(domain):
        found[message].append(place)
    for place, message in _in_code(domain):
        found[message].append(place)
    if domain is MAILS:
        for name in (*OWN_NAMES.values(), *OWN_SHORT_NAMES.values()):
            found[name].append("digest/collect/rates/rate_words.py")
        for title in TITLES.values():
            found[title].append("digest/collect/banks")
    return {message: tuple(places) for message, places in found.items()}


def _in_templates(domain: Domain) -> Iterator[tuple[str, Message]]:
    is_mails = domain is MAILS
    folder = templates_dir() if is_mails else templates_dir() / "web"
    methods = [("web/**", "ignore"), ("**.j2", "jinja2")] if is_mails else [("**.j2", "jinja2")]
    keywords = _MAIL_WORDS if is_mails else _PAGE_WORDS
    for name, line, message, *_ in extract_from_dir(folder, methods, _OPTIONS, keywords=keywords):
        yield f"{(folder / name).relative_to(ROOT)}:{line}", _key(message)


def _in_code(domain: Domain) -> Iterator[tuple[str, Message]]:
    is_mails = domain is MAILS
    pages = ROOT / "digest" / "web"
    keywords = _MAIL_WORDS if is_mails else _PAGE_WORDS
    for path in sorted((ROOT / "digest").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.is_relative_to(pages) is is_mails or not any(f"{word}(" in text for word in keywords if word != "_"):
            continue
        for line, message, *_ in extract_from_file("python", path, keywords=keywords):
            if message:
                yield f"{path.relative_to(ROOT)}:{line}", _key(message)


def _key(message: object) -> Message:
    return message if isinstance(message, str) else tuple(message)  # type: ignore[arg-type]
