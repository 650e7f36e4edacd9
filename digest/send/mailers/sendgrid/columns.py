"""One value of each reader's, for all readers of a request: looked at as one text, and put in as one. Pure.

Nearly all values of a million readers are plain. Whether all of a column are is seen at once; only where one is not,
each is looked at by itself. That takes a tenth of the time, and gives the same.
"""

from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring
from typing import Final

#: A value for each reader, in their order.
Column = Sequence[str]

#: What stands between values that are looked at together: printable, and seldom in a name.
_BETWEEN: Final = "|"
#: So many readers are put together at a time: larger pieces of memory are fetched anew from the system each time.
_AT_ONCE: Final = 100


def are_tidy(column: Column) -> bool:
    """Tell whether ``one_line`` would leave every value as it is; ``False``: perhaps not."""
    text = f"{_BETWEEN}{_BETWEEN.join(column)}{_BETWEEN}"
    return text.isprintable() and not any(space in text for space in ("  ", f"{_BETWEEN} ", f" {_BETWEEN}"))


def in_json(column: Column) -> Column:
    """Return the values as they stand in JSON between quotes, characters beyond ASCII as they are."""
    text = _BETWEEN.join(column)
    if len(encode_basestring(text)) == len(text) + 2:
        return column
    return [encode_basestring(value)[1:-1] for value in column]


def woven(parts: Sequence[str | Column], *, count: int) -> Iterator[bytes]:
    """Yield all ``parts`` for one of ``count`` readers after the other, with commas between the readers, in UTF-8.

    A text among the parts is everybody's; a column has a value for each.
    """
    threads = _threads([*parts, ","])
    width = len(threads)
    for first in range(0, count, _AT_ONCE):
        some = min(_AT_ONCE, count - first)
        cloth = [""] * (width * some)
        for place, thread in enumerate(threads):
            cloth[place::width] = [thread] * some if isinstance(thread, str) else thread[first : first + some]
        if first + some == count:
            cloth[-1] = cloth[-1].removesuffix(",")
        yield "".join(cloth).encode("utf-8", "replace")  # half of a surrogate pair has no UTF-8


def _threads(parts: Sequence[str | Column]) -> list[str | Column]:
    """Return the parts with neighbouring texts run together."""
    threads: list[str | Column] = [""]
    for part in parts:
        last = threads[-1]
        if isinstance(part, str) and isinstance(last, str):
            threads[-1] = last + part
        else:
            threads.append(part)
    return threads
