"""Bylines: from what an outlet prints to names, and whether a name means a given journalist."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from digest.collect.text.words import title

_LEAD: Final = re.compile(
    r"^(?:(?:written|story|text|words|reporting)\s+)?(?:by|von|par|автор[ы]?|текст|muallif)(?:\s*[:\s]\s*|$)",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_MAIL: Final = re.compile(r"\S+@\S+")
_BETWEEN: Final = re.compile(r"\s*[,;|•]\s*|\s+(?:and|&|with|und|et|и|va|ve|және|мен)\s+", re.IGNORECASE)
_SLASH: Final = re.compile(r"\s*/\s*")
_SUFFIX: Final = re.compile(r"^(?:jr|sr|ph\.?\s?d|m\.?d|i{2,3}|iv)\.?$", re.IGNORECASE)
_MAIL_AND_NAME: Final = re.compile(r"^\S+@\S+\s*\((?P<name>[^()]+)\)$")
_MOST_NAMES: Final = 100  # in one byline; what has more is no byline
_APOSTROPHES: Final = re.compile(r"['’‘ʻʼ`´]")
_NOT_WORD: Final = re.compile(r"[\W_]+")

_CYRILLIC: Final = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэіәғқңөұүһҳӣӯў", "abvgdeziyklmnoprstufyeiagknouuhhiuo", strict=True))
    | {"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ҷ": "j"}
    | {"ъ": "", "ь": "", "є": "ye", "ї": "yi", "ґ": "g"}
)
#: Letters that are spelled in several ways → one of them, word by word.
_SPELLINGS: Final = (
    (re.compile("dzh|dj"), "j"),
    (re.compile("kh"), "h"),
    (re.compile("iy(?=[aeou])"), "i"),
    (re.compile("(?<![^aeiou])ye"), "e"),
    (re.compile("(?:iy|yi|ii|ij|y)$"), "i"),
    (re.compile("(?<=[aeou])y(?![aeiou])"), "i"),
)


def split_byline(byline: str, *, signs_together: bool = False) -> tuple[str, ...]:
    """Return the names in a byline: ``By A. One and B Two, C Three (ct)`` gives ``A. One``, ``B Two``, ``C Three``.

    "By", e-mail addresses (RSS 2.0 asks for them: ``a@b.c (A One)``) and whatever stands in brackets go; a "Jr."
    stays with its name. Each name comes once, in the printed order. ``signs_together`` keeps the signs of a desk and of
    one of its people in one piece, as printed: ``srf/hosb``.
    """
    text = title(byline)
    mailed = _MAIL_AND_NAME.match(text)
    if mailed:
        text = mailed["name"]
    text = _MAIL.sub("", _BRACKETS.sub("", _LEAD.sub("", text)))
    names: list[str] = []
    for part in _parts(text, signs_together=signs_together)[:_MOST_NAMES]:
        name = part.strip(" :–—-")
        if names and _SUFFIX.match(name):
            names[-1] = f"{names[-1]}, {name}"
        elif name and name not in names:
            names.append(name)
    return tuple(names)


def _parts(text: str, *, signs_together: bool) -> list[str]:
    parts: list[str] = []
    for part in _BETWEEN.split(text):
        parts += [part] if signs_together and " " not in part else _SLASH.split(part)
    return parts


def unite(*bylines: Iterable[str]) -> tuple[str, ...]:
    """Return all names of several bylines, in order; two spellings that mean the same person come once, the first."""
    names: list[str] = []
    for byline in bylines:
        for name in byline:
            if len(names) < _MOST_NAMES and not means(name, names):
                names.append(name)
    return tuple(names)


def means(name: str, spellings: Iterable[str]) -> bool:
    """Tell whether a printed name means the person with these spellings (the name and its aliases).

    Case, diacritics, apostrophes, punctuation, spaces and the order of the words do not matter, so a slug
    (``dana-serikova``) and ``Serikova Dana`` mean Dana Serikova. An initial stands for a given name, with the same
    last word: ``D. Serikova``. Nor does it matter how Cyrillic letters were written in Latin ones, as far as the usual
    ways agree (Mirziyoyev, Mirziyoev, Мирзиёев); what goes further is for the aliases to say.
    """
    known = tuple(spellings)
    return is_spelled(name, known) or any(_same_in_latin(_in_latin(name), _in_latin(spelling)) for spelling in known)


def is_spelled(name: str, spellings: Iterable[str]) -> bool:
    """Tell whether a name is one of these spellings, letter by letter but for what never matters (see ``means``)."""
    words = _words(name)
    return bool(words) and any(_same(words, _words(spelling)) for spelling in spellings)


@lru_cache(maxsize=4096)  # the same few names are compared with each article of a feed
def _words(name: str) -> tuple[str, ...]:
    bare = _APOSTROPHES.sub("", unicodedata.normalize("NFKD", name))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return tuple(_NOT_WORD.sub(" ", letters.casefold()).split())


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if sorted(one) == sorted(other):
        return True
    if len(one) != len(other) or len(one) < 2 or one[-1] != other[-1]:  # noqa: PLR2004 - a given name and a surname
        return False
    return all(_initial_of(a, b) or _initial_of(b, a) or a == b for a, b in zip(one[:-1], other[:-1], strict=True))


@lru_cache(maxsize=4096)
def _in_latin(name: str) -> tuple[str, ...]:
    """Return the words of a name in Latin letters, spelled in one of the usual ways."""
    words = _words(unicodedata.normalize("NFC", name).casefold().translate(_CYRILLIC))
    return tuple(sorted(map(_plainly_spelled, words)))


def _plainly_spelled(word: str) -> str:
    for usual, plain in _SPELLINGS:
        word = usual.sub(plain, word)
    return word


def _same_in_latin(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return len(one) > 1 and one == other


def _initial_of(short: str, long: str) -> bool:
    return len(short) == 1 and long.startswith(short)
