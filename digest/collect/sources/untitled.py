"""Articles without a headline, as notes and short posts are: they are called by their own first words."""

import re
from typing import Final

_LONGEST: Final = 80  # characters: a long headline
_SHORTEST: Final = 20
_SENTENCE: Final = re.compile(r"[.!?…]+[\"'»”’)]*(?=\s|\Z)")
_STOP: Final = re.compile(r"(?<![.…])\.\Z")


def heading(text: str) -> str:
    """Return what an article with this text (paragraphs apart by an empty line) is called: its first sentence.

    A long one is cut between two words, with an ellipsis. Without a text there is no heading: the answer is empty.
    """
    line = text.partition("\n\n")[0]
    ends = [end.end() for end in _SENTENCE.finditer(line, 0, _LONGEST + 1) if end.end() >= _SHORTEST]
    if ends:
        return _STOP.sub("", line[: ends[0]])
    if len(line) <= _LONGEST:
        return _STOP.sub("", line)
    return (
        line[: _LONGEST + 1].rpartition(" ")[0].rstrip(" ,;:–—-") + " …" if " " in line[:_LONGEST] else line[:_LONGEST]
    )
