"""The first sentences of an article, cut where a sentence ends. Pure; made for Latin and Cyrillic text."""

import re
import unicodedata
from typing import Final

from digest.render.tidy import one_line

#: A teaser's length in characters, about, and how many sentences it may have, at the most.
LIMIT: Final = 320
SENTENCES: Final = 3
#: A teaser of less than half its length takes one more sentence that is up to a quarter too long.
_THIN: Final = 0.5
_STRETCH: Final = 1.25
#: How many times its length of an article's text a teaser looks at: whole articles are long.
_LOOKED_AT: Final = 8
#: A cut-off last sentence is dropped when at least this much is left without it.
_ENOUGH: Final = 80
#: Words that a full stop belongs to without ending the sentence, lower case.
_ABBREVIATIONS: Final = frozenset(
    word
    for words in (
        "mr mrs ms dr prof st gen sen rep gov lt col capt sgt jr sr vs etc no inc ltd co corp dept est approx al fig",
        "jan feb mar apr jun jul aug sep sept oct nov dec",
        "гг вв им ул пр просп пл обл стр см ср др проф акад доц тыс млн млрд трлн руб коп долл рис тов гр",
    )
    for word in words.split()
)
_ENDING: Final = re.compile(r"[.!?…]+[»”’\"')\]]*(?=\s)|[。！？]+[」』]*")
_PARAGRAPHS: Final = re.compile(r"\n\s*\n")
_CUT_OFF: Final = re.compile(r"\s*(?:\[(?:…|\.{3})\]|…|\.{3})\s*$")
_LAST_WORD: Final = re.compile(r"([^\W\d_]+)\.$")
#: Abbreviations are short: as many characters around a stop decide what it is.
_NEAR: Final = 12
_WORDS: Final = re.compile(r"\w+(?:[-’']\w+)*")
#: Silent reading of news prose: about 240 words a minute (Brysbaert 2019, 238 for English non-fiction).
_WORDS_PER_MINUTE: Final = 240
#: Fewer words than this are a summary rather than an article: no reading time can be told from them.
_AN_ARTICLE: Final = 120


def teaser(text: str, *, truncated: bool = False, limit: int = LIMIT, sentences: int = SENTENCES) -> str:
    """Return the first sentences of ``text``, as many whole ones as fit about ``limit``, at most ``sentences``.

    A single much longer sentence is cut between two words and ends in an ellipsis. ``truncated`` says that ``text``
    itself stops in the middle: an unfinished last sentence is dropped, or ends in an ellipsis if little else is left.
    """
    found = _sentences(text[: limit * _LOOKED_AT], truncated=truncated or len(text) > limit * _LOOKED_AT)
    taken = ""
    for sentence in found[:sentences]:
        longer = f"{taken} {sentence}".lstrip()
        if len(longer) > (limit * _STRETCH if len(taken) < limit * _THIN else limit):
            break
        taken = longer
    return taken or shorten(found[0] if found else "", limit)


def shorten(text: str, limit: int) -> str:
    """Return ``text`` if it fits ``limit`` characters, else cut between two words and with an ellipsis.

    A word that is longer than ``limit`` is cut itself, but never between a letter and its accent.
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_word = head if text[limit - 1].isspace() else head.rpartition(" ")[0]
    if not at_word.strip():
        end = limit - 1
        while end > 1 and (
            unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f" or text[end - 1] == "\u200d"
        ):
            end -= 1
        at_word = text[:end]
    return at_word.rstrip(" ,;:.–—-") + "…"


def reading_minutes(text: str, *, truncated: bool) -> int | None:
    """Return whole minutes (at least 1) to read ``text``, or ``None`` where it is cut off or only a summary."""
    words = len(_WORDS.findall(text))
    if truncated or words < _AN_ARTICLE:
        return None
    return max(1, round(words / _WORDS_PER_MINUTE))


def _sentences(text: str, *, truncated: bool) -> list[str]:
    """Split ``text`` into sentences; no sentence runs over the end of a paragraph."""
    paragraphs = [line for line in map(one_line, _PARAGRAPHS.split(text)) if line]
    found = [sentence for paragraph in paragraphs for sentence in _of_paragraph(paragraph)]
    if not found:
        return []
    cut_off = _CUT_OFF.search(found[-1]) is not None
    if not cut_off and (not truncated or _ENDING.search(found[-1] + " ")):
        return found
    whole = found[:-1]
    if len(" ".join(whole)) >= _ENOUGH:
        return whole
    rest = _CUT_OFF.sub("", found[-1]).rstrip(" ,;:.–—-")
    return [*whole, rest + "…"] if rest else whole


def _of_paragraph(line: str) -> list[str]:
    found, start = [], 0
    for match in _ENDING.finditer(line):
        if _ends_here(line, match):
            found.append(line[start : match.end()].strip())
            start = match.end()
    rest = line[start:].strip()
    return [*found, rest] if rest else found


def _ends_here(line: str, match: re.Match[str]) -> bool:
    """Tell whether these stops really end a sentence, and not an abbreviation, an initial or a quotation."""
    if line[match.end() : match.end() + _NEAR].lstrip()[:1].islower():
        return False
    word = _LAST_WORD.search(line[max(0, match.start() - _NEAR) : match.start() + 1])
    return word is None or (len(word[1]) > 1 and word[1].lower() not in _ABBREVIATIONS)
