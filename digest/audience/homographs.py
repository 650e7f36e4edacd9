"""Domains that pass for others: letters of several alphabets in one name, or one alphabet's letters as another's. Pure.

After UTS 39 (Unicode security mechanisms), "moderately restrictive", and after what browsers do: a name of several
alphabets is refused, and so is one that is written in Cyrillic letters only of which each looks like a Latin one.
"""

import unicodedata
from typing import Final

import idna

#: Alphabets that are written together as one.
_TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
#: Cyrillic letters that look like Latin ones.
_LOOKALIKES: Final = frozenset("асԁеһіјӏорԛѕԝхуьү")


def passes_for_another(domain: str) -> bool:
    """Tell whether a domain (ASCII, with its IDN labels as ``xn--``) could be taken for another one by its looks."""
    labels = domain.split(".")
    return any(_is_mixed(label) or _is_disguised(label, labels[-1]) for label in map(_shown, labels))


def _shown(label: str) -> str:
    try:
        return idna.decode(label) if label.startswith("xn--") else label
    except idna.IDNAError:
        return label  # stays as it is: nothing that looks like anything


def _is_mixed(label: str) -> bool:
    alphabets = {_alphabet(letter) for letter in label if letter.isalpha()}
    return len(alphabets) > 1 and not any(alphabets <= together for together in _TOGETHER)


def _is_disguised(label: str, top: str) -> bool:
    letters = [letter for letter in label if letter.isalpha()]
    is_cyrillic = bool(letters) and {_alphabet(letter) for letter in letters} == {"CYRILLIC"}
    return is_cyrillic and not top.startswith("xn--") and set(letters) <= _LOOKALIKES


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ", maxsplit=1)[0].partition("-")[0]
