"""A language that nobody speaks: our words in Arabic letters, one for one, to see a mail that runs from right to left.

It is made by rule and kept nowhere but in a folder of these tests, so that no reader is offered it. The catalogue is
marked (``X-Pseudo``), its plurals are Arabic's, and dates and figures are CLDR's for Arabic. Whatever is still in Latin
letters in such a mail was never put through a catalogue.
"""

import atexit
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from digest.resources import templates_dir

TAG = "ar"
_LETTERS = dict(zip("abcdefghijklmnopqrstuvwxyz", "ابكدهفغحيجقلمنوپقرستوڤوخيز", strict=True))
_SIGNS = {",": "،", "?": "؟", ";": "؛"}
_KEPT = re.compile(r"(%\(\w+\)[ds]|%%)")


def pseudo(words: str) -> str:
    """Return ``words`` in Arabic letters, one for one; placeholders stay as they are."""
    table = str.maketrans({**_LETTERS, **_SIGNS, **{small.upper(): letter for small, letter in _LETTERS.items()}})
    pieces = _KEPT.split(re.sub(r"^[A-Z]{3} (?=[a-z]+$)", "", words))  # the code only tells two som apart
    return "".join(piece if place % 2 else piece.translate(table) for place, piece in enumerate(pieces))


@cache
def pseudo_templates() -> Path:
    """Return a folder with the mails' templates and, as their one catalogue, the pseudo-language's."""
    folder = Path(mkdtemp(prefix="digest-pseudo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(templates_dir() / "email", folder / "email")
    with (templates_dir() / "locale/ru/messages.po").open("rb") as file:
        messages = [message.id for message in read_po(file) if message.id]
    made = Catalog(locale=TAG, header_comment="# A pseudo-language, made by rule for tests.\n# X-Pseudo: yes")
    count, _rule = get_plural(TAG)[:2]
    for one in messages:
        made.add(one, tuple(pseudo(one[1]) for _ in range(count)) if isinstance(one, tuple) else pseudo(one))
    path = folder / "locale" / TAG / "messages.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, made)
    return folder
