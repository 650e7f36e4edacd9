"""The mould of a mail: its bytes but for what is one reader's own. Pure.

All mails of one body are cast in one mould, or in a few: with the reader's name or without it; in base64 also by how
long a reader's own words are (modulo three), since what stands behind them is shifted by that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter
from typing import Final

from digest.send.mime_parts import grouped_words


class Own(IntEnum):
    """What is a reader's own in a mail, as bytes; the number is its place in what ``Mould.cast`` is given.

    What is ``QUOTED`` is for quoted-printable, without the soft end of its line.
    """

    DATE = 0
    TO = 1
    DELIVERY = 2
    TOKEN = 3
    LINK = 4  # what links in the body end in: the token and its key
    QUOTED_LINK = 5
    TEXT_NAME = 6
    QUOTED_TEXT_NAME = 7
    HTML_NAME = 8
    QUOTED_HTML_NAME = 9


@dataclass(frozen=True, slots=True)
class Group:
    """A reader's own words in base64, with the bytes around them that share their groups of three."""

    own: Own
    before: bytes
    after: bytes


_COUNT: Final = len(Own)


class Mould:
    """What many mails have in common, with gaps."""

    def __init__(self, script: Iterable[bytes | Own | Group]) -> None:
        """Make it of what is said one after the other."""
        literals: list[list[bytes]] = [[]]
        groups: dict[Group, int] = {}
        places: list[int] = []
        for one in script:
            if isinstance(one, bytes):
                literals[-1].append(one)
                continue
            places.append(int(one) if isinstance(one, Own) else groups.setdefault(one, _COUNT + len(groups)))
            literals.append([])
        self._pieces: list[bytes] = [b""] * (2 * len(places) + 1)
        self._pieces[::2] = [b"".join(one) for one in literals]
        self._own_of = itemgetter(*places)
        self._groups = tuple((int(group.own), group.before, group.after) for group in groups)

    @property
    def is_grouped(self) -> bool:
        """Whether it fits only words of the same length (modulo three)."""
        return bool(self._groups)

    def cast(self, own: list[bytes]) -> bytes:
        """Return the mail; ``own`` has the bytes of each ``Own``, in their order, and is used up."""
        for place, before, after in self._groups:
            own.append(grouped_words(before + own[place] + after))
        pieces = self._pieces.copy()
        pieces[1::2] = self._own_of(own)
        return b"".join(pieces)
