"""Our own words in the reader's language: catalogues read at run time, and dates, names and places by Babel.

A message is its own English text. ``locale/<language>/messages.po`` holds the other languages; one that has no
catalogue is spoken to in the language that its readers know best (``SPOKEN_INSTEAD``), else in English, with dates and
numbers of its own. Plain ``en`` is written the international way: ``19 December 2025, 08:40``.

A message that a catalogue has not, or only as a guess (``fuzzy``), is looked for in the language spoken instead, and is
English where that has none either.
"""

import gettext
from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal, get_currency_name

from digest.errors import RenderError

#: Languages as whose region we take another one than CLDR: English without a region is not American.
_REGIONS: Final = {"en": "en_GB"}
_SOURCE_LANGUAGE: Final = "en"
#: What is spoken to readers of a language that has no catalogue, if not English: in Central Asia, Russian.
SPOKEN_INSTEAD: Final = {"kk": "ru", "ky": "ru", "tg": "ru", "tk": "ru", "uz": "ru"}


class Words:
    """One locale: ``tag`` is the BCP 47 tag asked for, ``language`` its first part, ``direction`` ltr or rtl.

    ``spoken`` is the tag of the language that our own words are in: ``tag`` itself, or what is spoken instead.
    ``written`` is the tag by which dates and figures are written: ``tag``, unless our words run the other way.
    """

    def __init__(self, tag: str, catalogue: gettext.NullTranslations, *, spoken: str) -> None:
        """Speak ``tag`` by ``catalogue``, which is of the language ``spoken``; made by ``words_for``."""
        locale, voice = _locale(tag), _locale(spoken)
        runs_the_other_way = locale.text_direction != voice.text_direction
        self.tag = tag
        self.spoken = spoken
        self.written = spoken if runs_the_other_way else tag
        self.language: str = locale.language
        self.direction: str = voice.text_direction
        self._catalogue = catalogue
        self._locale = voice if runs_the_other_way else locale

    def gettext(self, message: str) -> str:
        """Return ``message`` in this language."""
        return self._catalogue.gettext(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the form of the message that goes with the number ``n`` in this language."""
        return self._catalogue.ngettext(one, many, n)

    def day(self, day: date, *, beside: date) -> str:
        """Return ``18 December``, with the year where it is not that of ``beside``."""
        if day.year != beside.year:
            return str(format_date(day, "long", locale=self._locale))
        return str(format_skeleton("MMMMd", day, locale=self._locale))

    def weekday(self, day: date) -> str:
        """Return ``Friday, 19 December``."""
        return f"{format_date(day, 'EEEE', locale=self._locale)}, {self.day(day, beside=day)}"

    def full_day(self, day: date) -> str:
        """Return ``Friday, 19 December 2025``."""
        return str(format_date(day, "full", locale=self._locale))

    def clock(self, instant: datetime) -> str:
        """Return ``08:40`` for an instant that is already in the zone wanted."""
        return str(format_time(time(instant.hour, instant.minute), "short", locale=self._locale))

    def moment(self, instant: datetime) -> str:
        """Return ``Friday, 19 December 2025, 08:40`` for an instant that is already in the zone wanted."""
        return f"{self.full_day(instant.date())}, {self.clock(instant)}"

    def number(self, number: int) -> str:
        """Return a whole number as it is counted with: ``12,345``."""
        return str(format_decimal(number, locale=self._locale))

    def names(self, names: list[str]) -> str:
        """Return ``A, B and C``."""
        return format_list(names, locale=self._locale)

    def city(self, time_zone: str) -> str:
        """Return the city that an IANA zone is named after, or the zone's own name where it has none (``UTC``)."""
        if "/" not in time_zone or time_zone.startswith("Etc/"):
            return time_zone.removeprefix("Etc/")
        city = get_timezone_location(ZoneInfo(time_zone), locale=self._locale, return_city=True)
        return city.rpartition("/")[2]

    def language_name(self, tag: str) -> str:
        """Return the name of the language ``tag``, or the tag itself where nobody knows it."""
        name = self._locale.languages.get(tag.partition("-")[0].lower())
        return str(name) if name else tag

    def currency_name(self, code: str) -> str:
        """Return the currency's name as counted once (``US dollar``), or its code where nobody knows it."""
        return str(get_currency_name(code, count=1, locale=self._locale))


def language_of(tag: str) -> str:
    """Return the language of a BCP 47 tag: ``ru`` for ``ru-KZ``."""
    return tag.replace("_", "-").partition("-")[0].lower()


def direction_of(tag: str) -> str:
    """Return ``rtl`` or ``ltr`` for a BCP 47 tag; ``ltr`` for a language nobody knows."""
    return _locale(tag).text_direction


@lru_cache(maxsize=64)
def words_for(tag: str, templates: Path) -> Words:
    """Return the words for a BCP 47 ``tag``; dates and words are English where the language is unknown.

    :raises RenderError: the language's catalogue cannot be read.
    """
    language = language_of(tag)
    known = [one for one in (language, SPOKEN_INSTEAD.get(language)) if one and _catalogue_of(one, templates).is_file()]
    if not known:
        spoken = tag if language == _SOURCE_LANGUAGE else _SOURCE_LANGUAGE
        return Words(tag, gettext.NullTranslations(), spoken=spoken)
    first, *rest = (_read(_catalogue_of(one, templates)) for one in known)
    for catalogue in rest:
        first.add_fallback(catalogue)
    return Words(tag, first, spoken=tag if known[0] == language else known[0])


def _catalogue_of(language: str, templates: Path) -> Path:
    return templates / "locale" / language / "messages.po"


def _locale(tag: str) -> Locale:
    plain = tag.replace("_", "-")
    for attempt in (_REGIONS.get(plain.lower(), plain.replace("-", "_")), language_of(tag)):
        try:
            return Locale.parse(attempt)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_REGIONS[_SOURCE_LANGUAGE])


def _read(path: Path) -> gettext.NullTranslations:
    compiled = BytesIO()
    try:
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, abort_invalid=True))
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise RenderError(
            f"{path}: this catalogue cannot be read ({error}).", advice="Mend it; see gettext's PO format."
        ) from error
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
