"""In which encoding a CSV file is written, from its bytes. Pure.

UTF-8 with or without a byte order mark, UTF-16 with or without one, and what spreadsheets in Russian save as “CSV”:
Windows-1251. The file is looked through block by block before anybody is taken from it.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from digest.errors import BadAudienceFile

#: How many bytes a block has. A block without a line's end is no part of a CSV file.
BLOCK: Final = 1_048_576
CYRILLIC: Final = "cp1251"
_SPREADSHEETS: Final = "save the file as “CSV UTF-8”, or name its encoding (--encoding)"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END: Final = re.compile(rb"[\r\n]")
#: A letter by itself, such as an initial, says nothing.
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LATIN: Final = re.compile(r"[A-Za-z]")
_CYRILLIC_WORD: Final = re.compile(r"[Ѐ-ӿ]{2,}")
#: A small letter before a capital: KOI8 read as Windows-1251.
_TURNED: Final = re.compile(r"[а-яё][А-ЯЁ]")
#: Of so many words with letters outside ASCII one may look wrong.
_WRONG: Final = 50

Blocks = Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How to read a file: a codec's name, the bytes of the mark before the text, and whether it was a guess."""

    name: str
    skip: int = 0
    is_guess: bool = False


def encoding_of(blocks: Blocks, *, path: str, named: str = "") -> Encoding:
    """Return in which encoding a file is written; ``blocks`` gives its bytes from the beginning, each time anew.

    ``named`` is the codec that the editor names; a byte order mark is believed before it.

    :raises BadAudienceFile: the file is empty, no text, or no text in an encoding that we know; names the line.
    """
    first = next(iter(blocks()), b"")
    mark, marked = next(((mark, name) for mark, name in _MARKS if first.startswith(mark)), (b"", ""))
    name = marked or _codec(named, path) or _unmarked(first)
    wrong = _first_wrong_line(blocks, name, skip=len(mark), path=path)
    if wrong is None:
        return Encoding(name=name, skip=len(mark))
    may_guess = name == "utf-8" and not (mark or named) and _looks_cyrillic(blocks)
    if may_guess and _first_wrong_line(blocks, CYRILLIC, skip=0, path=path) is None:
        return Encoding(name=CYRILLIC, is_guess=True)
    written = "UTF-8" if name == "utf-8" else name.upper()
    raise BadAudienceFile(path, f"line {wrong}", f"this is not {written} text; {_SPREADSHEETS}")


def _codec(named: str, path: str) -> str:
    if not named:
        return ""
    try:
        return io.TextIOWrapper(io.BytesIO(), encoding=named).encoding  # base64, rot13 and the like are refused, too
    except (LookupError, ValueError):
        raise BadAudienceFile(path, "--encoding", f"there is no encoding of text called {named[:40]!r}") from None


def _unmarked(first: bytes) -> str:
    """Return UTF-16 where every other one of the first bytes is NUL, as ASCII is in it, else UTF-8."""
    head = first[:8]
    if len(head) == 8 and not any(head[1::2]) and all(head[::2]):  # noqa: PLR2004 - four letters
        return "utf-16-le"
    if len(head) == 8 and not any(head[::2]) and all(head[1::2]):  # noqa: PLR2004
        return "utf-16-be"
    return "utf-8"


def _first_wrong_line(blocks: Blocks, name: str, *, skip: int, path: str) -> int | None:
    """Look through the whole file; return the first line that is not in the encoding, ``None`` if all are.

    :raises BadAudienceFile: there is no text in it, or no lines.
    """
    decoder = codecs.getincrementaldecoder(name)()
    line, is_blank = 1, True
    for number, block in enumerate(chain(blocks(), [b""])):
        data = block[skip:] if number == 0 else block
        if len(data) >= BLOCK and _LINE_END.search(data) is None:
            raise BadAudienceFile(path, f"line {line}", "this line has more than a million characters: no CSV file")
        try:
            text = decoder.decode(data, final=not block)
        except UnicodeDecodeError as error:
            return line + _line_ends(error.object[: error.start].decode(name, "replace"))
        line += _line_ends(text)
        is_blank = is_blank and not text.strip("\0 \t\r\n\ufeff")
    if is_blank:
        raise BadAudienceFile(path, "line 1", "the file is empty")
    return None


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _looks_cyrillic(blocks: Blocks) -> bool:
    """Tell whether the file reads well as Windows-1251: whole words of Cyrillic letters, as people write them.

    In the other encodings of one byte the letters outside ASCII stand within Latin words, or their case is turned.
    """
    good = wrong = 0
    for block in blocks():
        for word in _WORD.findall(block.decode(CYRILLIC, "replace")):
            if word.isascii():
                continue
            if _CYRILLIC_WORD.fullmatch(word) and not _TURNED.search(word):
                good += 1
            else:
                wrong += 1
    return good > wrong * _WRONG
