"""In which language an article is written, as far as its letters tell."""

import re
from typing import Final

_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.IGNORECASE)
_IN_CYRILLIC: Final = frozenset(("ru", "kk", "ky", "tg", "uz", "uk", "be", "bg", "sr", "mk", "mn", "tt", "ba"))
# Letters that only these of the region's Cyrillic alphabets have, the most telling first.
_TELLING: Final = (("tg", "ҷӣӯ"), ("uz", "ўҳ"), ("kk", "әұһіқғ"), ("ky", "ңөү"))
_ENOUGH: Final = 0.01  # of all letters; below that it is a name or a quotation


def language_of(text: str, stated: str) -> str:
    """Return the BCP 47 tag of the language of ``text``: the stated one, unless its letters contradict.

    An English outlet's Russian article comes under ``en``; screen readers and hyphenation need to know better. Only
    Cyrillic is told from Latin; within Cyrillic, letters of one alphabet are looked for, and Russian is what remains.
    """
    tag = stated.strip().replace("_", "-")
    stated_tag = tag if _TAG.fullmatch(tag) else "und"
    letters = len(_LETTER.findall(text))
    if 2 * len(_CYRILLIC.findall(text)) <= letters or stated_tag.split("-")[0].lower() in _IN_CYRILLIC:
        return stated_tag
    lower = text.lower()
    for language, telling in _TELLING:
        if sum(lower.count(letter) for letter in telling) > letters * _ENOUGH:
            return language
    return "ru"
