"""Names of languages, of time zones and of journalists' slugs, as people type them, in their one proper form. Pure."""

import re
import zoneinfo
from functools import cache, lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

_TAG: Final = re.compile(r"[A-Za-z0-9]{1,8}(?:[-_][A-Za-z0-9]{1,8})*")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Unicode's Cc, Cs, Zl and Zp: control characters, halves of surrogate pairs, line and paragraph separators.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
LONGEST_SLUG: Final = 80


def is_slug(text: str) -> bool:
    """Tell whether ``text`` is a slug: lower-case ASCII letters and digits, in words joined by single hyphens."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def locale_tag(text: str) -> str | None:
    """Return the BCP 47 tag of a locale that is known (CLDR): ``RU_kz`` gives ``ru-KZ``; ``None`` for any other."""
    tag = text.strip()
    if _TAG.fullmatch(tag) is None:
        return None
    try:
        return str(Locale.parse(tag.replace("_", "-"), sep="-")).replace("_", "-")
    except (ValueError, UnknownLocaleError):
        return None


def zone_name(text: str) -> str | None:
    """Return the IANA name of a time zone, whatever its case: ``asia/almaty`` gives ``Asia/Almaty``."""
    return _zones().get(text.strip().casefold())


@cache
def _zones() -> dict[str, str]:
    of_this_machine = {"localtime", "posixrules", "Factory"}
    return {name.casefold(): name for name in zoneinfo.available_timezones() - of_this_machine}


def has_control_character(text: str) -> bool:
    """Tell whether a control character or a line break is in it: such a text must not come near a mail's headers."""
    return _CONTROL.search(text) is not None
