"""Whom an article's page names: people and agencies are authors, the page's own brand is not. Pure.

**The rule** follows what parsers written by hand for each publisher keep (flairNLP/fundus): a name stays as printed,
also an agency's ("dpa", "Associated Press"), beside people or alone, since the outlet credits it. Left out are the
outlet's own name, also with a word for its staff ("WELT", "n-tv NACHRICHTEN", "Guardian staff reporter"), jobs and
desks that stand beside a name ("Political Editor", "ARD Berlin"), and what is no name: addresses, handles, dates,
companies, "Redaktion". Where nobody else is credited, the outlet's own name is the byline ("ORF.at", "BBC Sport"), and
whoever reads it says so.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from digest.collect.text.date_words import month_of
from digest.collect.text.names import means, split_byline, unite
from digest.collect.text.words import title

_LONGEST_NAME: Final = 80
_MOST_WORDS: Final = 8  # "Museum für Naturkunde Berlin" is an author, a sentence is not
_MOST_AUTHORS: Final = 30
_MOST_BRANDS: Final = 50
_MOST_BYLINES: Final = 100
_SHORTEST_STEM: Final = 2

_LEAD: Final = re.compile(
    r"^(?:(?:a|an|ein|eine|une?|un|una|exclusive|exklusiv)\s+)?"
    r"(?:analysis|opinion|comment(?:ary)?|interview|review|essay|photos?|words|story|report|reporting|written|posted|"
    r"mit (?:agentur)?material|mit informationen|"
    r"published|gastbeitrag|gastkommentar|kommentar|analyse|kolumne|reportage|protokoll|rezension|bericht|glosse|"
    r"propos recueillis|recueilli|publi[ée]|escrito|scritto|aufgezeichnet|aufgeschrieben|notiert|photographs|pictures|"
    r"fotos|edited|compiled)?\s*"
    r"(?:by|von|vom|par|por|door|przez|от|tarafından)\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"^(?:authors?|autor(?:in|en|es|as|a)?|auteure?s?|autore|autori|writers?|redaktion|redacteur|reporter|penulis|editor|"
    r"editors|interview|protokoll|entrevista|intervista|"
    r"fotos|photos|текст|автор(?:ы)?|tekst|text|texte?|texto|testo|foto|photo)\s*:\s*",
    re.IGNORECASE,
)
_JOB_BEFORE: Final = re.compile(
    r"^(?:[\w-]*(?:redakteur|autor|reporter|korrespondent|volont[äa]r|kolumnist)(?:in)?)\s+(?=[^\W\d_]+\s)",
    re.IGNORECASE,
)
_JOB: Final = re.compile(
    r"(?:.*[\s-])?(?:editor|reporter|correspondent|writer|columnist|journalist|producer|contributor|analyst|presenter|"
    r"author|redakteur(?:in)?|autor(?:in)?|reporterin|korrespondent(?:in)?|volont[äa]r(?:in)?|kolumnist(?:in)?|"
    r"journaliste|r[ée]dacteur|r[ée]dactrice|redactora?|periodista|corresponsal|giornalista|inviat[oa]|"
    r"корреспондент|редактор|журналист|обозреватель|agencies|agenturen|agences|agencias|agenzie)"
    r"(?:[-\s](?:in[-\s]chief|at large))?",
    re.IGNORECASE,
)
#: A broadcaster's desk beside a name: "Ann One, ARD Berlin". An agency's letters stand alone.
_DESK: Final = re.compile(r"[A-ZÄÖÜ]{3,5}[\s-]\S*[a-zäöü]")
_FOR: Final = re.compile(r"\s+(?:for|für|pour|para|per|[-–—])\s+", re.IGNORECASE)
#: An agency that helped, the last word: "Ann One mit dpa".
_WITH: Final = re.compile(r"\s+(?:mit|avec|con|met)\s+(?=\S+\Z)")
#: "By" in languages in which it is also a name's beginning.
_SHORT_LEAD: Final = re.compile(r"^(?:di|av|af|Av|Af)\s+(?=[^\W\d_a-z]\S*\s+[^\W\d_a-z])")
_HANDLE: Final = re.compile(r"\s+@\w+\Z")
_NOT_A_NAME: Final = re.compile(
    r"www\.|^@|^\d|\d{2}|[{}<>=]|^(?:updated?|published|posted|last|by|min(?:utes?)? read|read|share|follow|"
    r"in|on|at|and|und|from|via|"
    r"undefined|null|none|n/a|admin(?:istrator)?|unknown|anonymous|aktualisiert|stand|uhr|no author|red|redaktion|"
    r"redakce|editorial|staff|web ?master)$|^(?:in|on|at|im|am|à|en) \S|"
    r"^(?:about|über|à propos)(?: |$)|^(?:editing|produced|translat(?:ed|ion)) by |"
    r"^(?:is|was|has|writes|covers|joined|ist|schreibt|arbeitet) \S",
    re.IGNORECASE,
)
#: What a line says of a person, and where they were: "Ann One writes about money", "Ann One in Kyiv".
_OF_A_PERSON: Final = re.compile(
    r"^([A-ZÀ-Þ]\S*(?:\s+\S+){0,2}\s+[A-ZÀ-Þ]\S*)\s+"
    r"(?:(?:is|was|has|writes|covers|reports|joined|ist|schreibt|arbeitet)\s+[^\W\d_A-ZÀ-Þ]|in\s+[A-ZÀ-Þ]).*\Z"
)
#: A label within a line: "Text: Ann One Fotos: Bo Two".
_NEXT_LABEL: Final = re.compile(
    r"(?<=\S)\s+(?=(?:fotos?|photos?|bilde?r?|images?|videos?|illustration(?:en|s)?|grafik(?:en)?|text|protokoll)\s*:\s)",
    re.IGNORECASE,
)
#: Where a date behind a name begins; all that follows goes with it.
_DATE: Final = re.compile(
    r"(?<=\S)(?=(?:[\s,|·•–—-]{1,3}(?:last\s+)?"
    r"(?:updated?|published|posted|aktualisiert|veröffentlicht|publié|publicado)(?:\s+on)?)?"
    r"[:\s,|·•–—-]{1,3}(?:(?:on|am|vom|le|el|il|op)\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:\d{1,2}\s+\S{3,8}\s+ago|(?P<month>[^\W\d_]{3,12})\.?\s+\d{1,2}(?:,?\s+(?P<year>(?:19|20)\d\d)|(?!\d))|"
    r"\d{1,2}(?:st|nd|rd|th|\.|º)?\s+(?:de\s+)?(?P<month_behind>[^\W\d_]{3,12})\.?"
    r"(?:,?\s+(?:de\s+)?(?P<year_behind>(?:19|20)\d\d))?|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d-\d\d-\d\d)(?![^\W_]))",
    re.IGNORECASE,
)
#: "and" that was printed on a line of its own.
_FURTHER: Final = re.compile(r"^(?:und|and|et|y|e|og|och|en|i|и|&)\s+(?=\S+\s)", re.IGNORECASE)
_COMPANY: Final = re.compile(r"\b(?:gmbh|ltd|llc|inc|s\.?p\.?a|s\.?r\.?l|co\. kg)\b", re.IGNORECASE)
#: What stands behind a name without a space, in Chinese characters and in Korean: reporter.
_TITLE_BEHIND: Final = re.compile(r"(?<=\S)\s*(?:記者|记者|특파원|기자)$")
#: Some pages part the name from the place by an invisible space.
_INVISIBLE: Final = re.compile(r"\s*\u200b\s*(?=\S).*\Z", re.DOTALL)
#: Words that also stand inside a name (Ortega y Gasset): they part two names of two words and more.
_AND: Final = re.compile(r"(?<=\S)\s+(?:y|e|og|och|en|oraz|i|ja)\s+(?=\S)")
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)")
_SLUG: Final = re.compile(r"[a-z]+(?:[-_.][a-z]+)+")
_STAFF: Final = re.compile(
    r"(?:the|der|die|das|de|la|le|el|il|online|digital|web|news|nachrichten|staff|editors?|editorial|board|newsroom|desk|"
    r"team|reporters?|writers?|redaktion|redakteure|redaction|r[ée]daction|redaccion|redacci[óo]n|redazione|redaktsiya|"
    r"редакция|redactie|redakcja|redakce|toimitus|service|agency|agencies|agenturen|agences|agencias|agenzie|red|"
    r"correspondents?|contributors?|com|de|co|uk|"
    r"org|net|und|and|with|mit|avec|con|tv|media|group|gmbh|inc|ltd|llc|archiv|archive|"
    r"report|sport|sports|politik|wirtschaft|bureau)"
)
_NOT_LETTER: Final = re.compile(r"[\W_]+")
_SECOND_LEVEL: Final = frozenset(("co", "com", "org", "net", "ac", "gov", "gob"))


def brand_names(names: Iterable[str], url: str) -> tuple[str, ...]:
    """Return the ways in which a page's own brand is written: as it names itself, and by its host."""
    try:
        labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")
    except ValueError:
        labels = []
    domains = labels[:-1]
    if len(domains) > 1 and domains[-1] in _SECOND_LEVEL:
        domains = domains[:-1]
    host = (".".join(labels), domains[-1]) if domains else ()
    given = [title(name) for name in itertools.islice(names, _MOST_BRANDS)]
    given += [_BRACKETS.sub("", name) for name in given if "(" in name]
    keys = {_key(name): name for name in [*host, *given] if len(_key(name)) >= _SHORTEST_STEM}
    return tuple(keys.values())[:_MOST_BRANDS]


def is_brand(name: str, brands: Iterable[str]) -> bool:
    """Tell whether a name is one of the page's own brands, alone or with words for its staff."""
    words = _words(name)
    key = "".join(words)
    for brand in brands:
        stem = _key(brand)
        if stem in (key, key.removeprefix("the")):
            return True
        own = _words(brand)
        rest = [word for word in words if word not in own and word != stem]
        if len(rest) < len(words) and all(_STAFF.fullmatch(word) for word in rest) and _holds(words, own, stem):
            return True
    return False


def is_slug(name: str) -> bool:
    """Tell whether a name is a login or the end of an address (``chuck-ross``), not what readers see."""
    return bool(_SLUG.fullmatch(name))


def authors_of(bylines: Iterable[str], brands: Iterable[str]) -> tuple[str, ...]:
    """Return the people and agencies in a page's bylines, each once, in the printed order, by the rule above."""
    own = tuple(brands)
    names: list[str] = []
    for byline in itertools.islice(bylines, _MOST_BYLINES):
        if "://" in byline or _COMPANY.search(byline):  # Facebook's article:author is a profile's address
            continue
        line = _NEXT_LABEL.sub(", ", _undated(title(_INVISIBLE.sub("", byline))))
        bare = _LABEL.sub("", line).strip()
        bare = _JOB_BEFORE.sub("", _LEAD.sub("", bare))
        split = [name for part in split_byline(bare, signs_together=True) for name in _parted(part)]
        parts = list(map(_bare, split))
        names += _without_brands(parts, own)
    people = [name for name in names if not (_JOB.fullmatch(name) or _DESK.match(name) or _is_office(name, own))]
    return unite(people or names)[:_MOST_AUTHORS]


def fuller(found: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the authors that were found, or the first of other readings that names all of them and more."""
    for other in others:
        if len(other) > len(found) and all(means(name, other) for name in found):
            return other
    return found


def _without_brands(parts: list[str], brands: tuple[str, ...]) -> list[str]:
    """Return the names among the parts of a byline; a city after a brand ("BBC News, Kyiv") goes with it."""
    names: list[str] = []
    after_brand = False
    for part in parts:
        head, *tail = _FOR.split(part, maxsplit=1)
        name = head if tail and is_brand(tail[0], brands) else part
        is_own = is_brand(name, brands) or (bool(brands) and all(map(_STAFF.fullmatch, _words(name))))
        is_place = after_brand and bool(names) and len(name.split()) == 1
        if _is_name(name) and not is_own and not is_place:
            names.append(name)
        after_brand = is_own
    return names


def _undated(byline: str) -> str:
    """Return a byline without the date behind it. A word before or behind a number is a month, or a year follows."""
    for found in _DATE.finditer(byline):
        month = found["month"] or found["month_behind"]
        if not month or found["year"] or found["year_behind"] or month_of(month):
            return byline[: found.start()]
    return byline


def _bare(name: str) -> str:
    """Return a name without what stands around it: "und", "By", "Foto:", a job, a handle."""
    for around in (_FURTHER, _LABEL, _LEAD, _SHORT_LEAD, _JOB_BEFORE, _TITLE_BEHIND, _HANDLE):
        name = around.sub("", name)
    return _OF_A_PERSON.sub(r"\1", name)


def _is_office(name: str, brands: Iterable[str]) -> bool:
    """Tell whether a name is one of the outlet's offices: ``MDR THÜRINGEN`` beside ``MDR.DE``."""
    words = _words(name)
    stems = [[word for word in _words(brand) if not _STAFF.fullmatch(word)] for brand in brands]
    return "/" not in name and any(stem and words[: len(stem)] == stem for stem in stems)


def _parted(name: str) -> list[str]:
    helped = _WITH.split(name, maxsplit=1)
    if len(helped) > 1:
        return [*_parted(helped[0]), helped[1]]
    parts = _AND.split(name)
    return parts if all(len(part.split()) > 1 for part in parts) else [name]


def _holds(words: list[str], own: list[str], stem: str) -> bool:
    """Tell whether the words hold the whole brand, and not just its article or an everyday word of it."""
    return stem in words or all(word in words for word in own if not _STAFF.fullmatch(word))


def _is_name(text: str) -> bool:
    has_letters = any(letter.isalpha() for letter in text)
    return (
        has_letters
        and 1 < len(text) <= _LONGEST_NAME
        and len(text.split()) <= _MOST_WORDS
        and not _NOT_A_NAME.search(text)
    )


def _words(name: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return _NOT_LETTER.sub(" ", bare.casefold()).split()


def _key(name: str) -> str:
    return "".join(_words(name))
