"""The lines of a text capture: bytes become clean lines, without blank ones and without the wraps of a terminal."""

import re
from typing import Final

from digest.collect.sources.charset import decode
from digest.collect.text.words import one_line
from digest.collect.web import Response
from digest.errors import ParseError

_LINE_END: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\u0085\u2028\u2029]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MOST_CONTROL: Final = 0.02
_MOST_LINES: Final = 20_000
_SCREENS: Final = range(50, 133)  # characters: what text browsers wrap at
_FEWEST_WRAPS: Final = 5
_BULLET: Final = re.compile(r"(?:[•·▪◦‣*-]|#{1,6})\s+")


def read_lines(response: Response) -> list[str]:
    """Return a capture's lines, each with single spaces; blank ones are left out.

    :raises ParseError: empty, no text, or far too long for a page.
    """
    text = decode(response)
    if not text.strip():
        raise ParseError(response.ref, "it is empty", advice="Save the page's text again.")
    if len(_CONTROL.findall(text)) > len(text) * _MOST_CONTROL:
        raise ParseError(
            response.ref, "these bytes are no text", advice="Save the page's text, not its source or a picture of it."
        )
    lines = [one_line(line) for line in _LINE_END.split(text)]
    if sum(map(bool, lines)) > _MOST_LINES:
        raise ParseError(
            response.ref,
            f"it has more than {_MOST_LINES:,} lines",
            advice="A capture is the text of one author's page.",
        )
    return [line for line in _unwrapped(lines) if line]


def without_bullet(line: str) -> str:
    """Return a line without the bullet, dash or Markdown heading mark that it begins with."""
    return _BULLET.sub("", line, count=1) if _BULLET.match(line) else line


def _unwrapped(lines: list[str]) -> list[str]:
    """Join the lines of a text that was wrapped to a screen: a line is broken where its next word has no room."""
    width = max(map(len, lines))
    if width not in _SCREENS:
        return lines
    wraps = {
        index
        for index in range(1, len(lines))
        if lines[index - 1] and lines[index] and len(f"{lines[index - 1]} {lines[index].split()[0]}") > width
    }
    if len(wraps) < _FEWEST_WRAPS:
        return lines
    joined: list[str] = []
    for index, line in enumerate(lines):
        if index in wraps:
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined
