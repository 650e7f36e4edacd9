"""JSON as pages really embed it: with comments around it, raw line breaks, commas too many or escaped as HTML."""

import html
import json
import re
from typing import Any, Final

_WRAPPING: Final = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")
_COMMENT_LINE: Final = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_COMMENT: Final = re.compile(r"/\*[^*]{0,200}\*/")
#: An unfinished one too, so that each is looked at once.
_STRING: Final = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_SURPLUS_COMMA: Final = re.compile(rf"({_STRING})|,(?=\s*[\]}}])", re.DOTALL)
_BAD_ESCAPE: Final = re.compile(r'\\(?!["\\/bfnrtu])|\\u(?![0-9a-fA-F]{4})')
_OPENING: Final = re.compile(r"[{\[]")
_MOST_VALUES: Final = 100
_LONGEST: Final = 2_000_000  # characters; mending more than that costs more than it is worth


def load_loosely(script: str) -> list[Any]:
    """Return the JSON values in a script, whatever stands around or between them; usually it is one.

    Well-formed JSON is never touched. Otherwise HTML comments, CDATA marks, comments and surplus commas go out, then
    unknown escapes, and a script that was escaped as HTML is unescaped. Line breaks in strings stay.

    :raises ValueError: there is no JSON in it, or it is broken in a way that nobody can mend without guessing.
    :raises RecursionError: it is nested deeper than anybody reads.
    """
    try:
        return [json.loads(script, strict=False)]
    except ValueError:
        if len(script) > _LONGEST:
            raise
    text = _COMMENT_LINE.sub("", _COMMENT.sub("", _WRAPPING.sub("", script)))
    if '"' not in text and "&quot;" in text:
        text = html.unescape(text)
    text = _SURPLUS_COMMA.sub(lambda found: found[1] or "", text)
    try:
        return _values(text)
    except ValueError:
        return _values(_BAD_ESCAPE.sub("", text))


def _values(text: str) -> list[Any]:
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    start = _OPENING.search(text)
    while start is not None and len(values) < _MOST_VALUES:
        value, end = decoder.raw_decode(text, start.start())
        values.append(value)
        start = _OPENING.search(text, end)
    if not values:
        raise ValueError("no JSON")
    return values
