"""Slugs: a name becomes the lower-case ASCII word by which commands, files and readers call somebody. Pure."""

import re
import unicodedata
from typing import Final

from digest.audience.tags import LONGEST_SLUG

#: Cyrillic as the newsrooms of the region write it in Latin letters; the last row is Kazakh, Kyrgyz, Tajik and Uzbek.
_LATIN: Final = str.maketrans(
    dict(
        zip(
            "абвгдезийклмнопрстуфыэъь" + "әғқңөұүҳҷӣӯіў",
            [*"abvgdeziyklmnoprstufye", "", "", *"agknouuhjiuio"],
            strict=True,
        )
    )
    | {"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "һ": "h"}
    | {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ə": "a"}
)
_APOSTROPHES: Final = re.compile(r"['’‘ʻʼ`´]")


def slug_of(name: str) -> str:
    """Return the slug of a name: ``Zoë O‘Brien`` gives ``zoe-obrien``; empty where no letter can be told."""
    letters = _APOSTROPHES.sub("", unicodedata.normalize("NFC", name).casefold()).translate(_LATIN)
    bare = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode("ascii").casefold()
    return re.sub(r"[^a-z0-9]+", "-", bare)[:LONGEST_SLUG].strip("-")
