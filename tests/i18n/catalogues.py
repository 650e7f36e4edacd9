"""One language's catalogue held against the words that are said: what it lacks, what is obsolete, what is wrong.

Files are kept as people write them: what is missing is added at the end, what is obsolete is taken out, and every other
byte stays.
"""

import re
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from digest.render.words import SPOKEN_INSTEAD
from tests.i18n.domains import Domain, Message, said

_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%%|%")
_HEADER: Final = """\
# {name} words of Byline Digest. Read as it is at run time: no compiled file is kept.
msgid ""
msgstr ""
"Project-Id-Version: byline-digest\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural};\\n"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How one catalogue stands. ``missing`` are not in the file; ``waiting`` are, and want a translator.

    A guess (``fuzzy``) is not used: it waits too. ``wrong`` is in words.
    """

    language: str
    translated: int
    missing: tuple[Message, ...]
    waiting: tuple[Message, ...]
    fuzzy: tuple[Message, ...]
    obsolete: tuple[Message, ...]
    wrong: tuple[str, ...]

    @property
    def unspoken(self) -> tuple[Message, ...]:
        """What readers of this language see in another one."""
        return (*self.missing, *self.waiting, *self.fuzzy)

    def is_in_step(self, domain: Domain) -> bool:
        """Whether it says all that is said and nothing else, and what it says is sound."""
        lacks = self.missing or (
            (domain.whole is None or self.language in domain.whole) and (self.waiting or self.fuzzy)
        )
        return not (lacks or self.obsolete or self.wrong)


def state_of(domain: Domain, language: str) -> State:
    """Hold a language's catalogue against the words that are said."""
    with domain.path(language).open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    known = {_id(entry): entry for entry in catalogue if entry.id}
    used = said(domain)
    fuzzy = [key for key, entry in known.items() if entry.fuzzy]
    waiting = [key for key, entry in known.items() if key not in fuzzy and not all(_forms(entry))]
    return State(
        language=language,
        translated=len(known.keys() & used.keys() - {*fuzzy, *waiting}),
        missing=tuple(key for key in used if key not in known),
        waiting=tuple(key for key in waiting if key in used),
        fuzzy=tuple(key for key in fuzzy if key in used),
        obsolete=tuple(key for key in known if key not in used),
        wrong=(*_of_header(catalogue, language), *(said for entry in known.values() for said in _of_entry(entry))),
    )


def spoken_instead(domain: Domain, language: str) -> str:
    """Return the language in which readers of ``language`` see what its catalogue has not."""
    instead = SPOKEN_INSTEAD.get(language, "")
    return instead if instead in domain.languages() else "en"


def in_step(domain: Domain, language: str) -> str:
    """Return a catalogue's text with what is missing added at its end, untranslated, and without what is obsolete."""
    path, used = domain.path(language), said(domain)
    text = path.read_text(encoding="utf-8") if path.is_file() else new_catalogue(language)
    head, *blocks = text.rstrip("\n").split("\n\n")
    kept, known = [head], set()
    for block in blocks:
        ids = [_id(entry) for entry in read_po(BytesIO(f"{head}\n\n{block}".encode())) if entry.id]
        if all(one in used for one in ids):
            kept.append(block)
            known.update(ids)
    catalogue = Catalog(locale=language)
    for message in used:
        if message not in known:
            catalogue.add(message)
    added = BytesIO()
    write_po(added, catalogue, omit_header=True, width=0)
    return "\n\n".join([*kept, *filter(None, [added.getvalue().decode().strip("\n")])]) + "\n"


def new_catalogue(language: str) -> str:
    """Return the head of a new catalogue, with the language's plurals by CLDR."""
    name = Locale.parse(language).english_name or language
    return _HEADER.format(name=name, language=language, plural=_plural(language))


def _plural(language: str) -> str:
    return str(get_plural(language)).rstrip(";")


def _of_header(catalogue: Catalog, language: str) -> list[str]:
    wrong = []
    if str(catalogue.locale_identifier) != language:
        wrong.append(f"its header says Language: {catalogue.locale_identifier}")
    if str(catalogue.plural_forms).rstrip(";") != _plural(language):
        wrong.append(f"its plurals are to be {_plural(language)}")
    return wrong


def _of_entry(entry: Entry) -> list[str]:
    """Find placeholders that a translation has not, or has of its own, and white space that is not the source's."""
    sources = entry.id if isinstance(entry.id, tuple) else (entry.id,)
    wanted = Counter(_PLACEHOLDER.findall(sources[-1]))
    wrong = []
    for form in filter(None, _forms(entry)):
        if Counter(_PLACEHOLDER.findall(form)) != wanted:
            wrong.append(f"“{form}” has not the placeholders of “{sources[-1]}”")
        elif form != form.strip():
            wrong.append(f"“{form}” begins or ends with a space")
    return wrong


def _forms(entry: Entry) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def _id(entry: Entry) -> Message:
    return entry.id if isinstance(entry.id, str) else tuple(entry.id)
