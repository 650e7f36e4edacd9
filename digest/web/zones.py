"""Time zones as a visitor chooses one: by the city that each is named after, in their own language."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from babel.core import Locale, get_global

from digest.audience.tags import locale_tag, zone_name
from digest.render.words import Words

#: A zone's IANA name, and what it is called on the page.
Offered = tuple[str, str]


def zones_first(zones: Iterable[str], words: Words) -> Sequence[Offered]:
    """Return the zones that are offered before all others, each once."""
    return [(zone, words.city(zone)) for zone in dict.fromkeys(zones)]


@lru_cache(maxsize=16)
def all_zones(words: Words) -> Sequence[Offered]:
    """Return every zone that somebody lives in (CLDR), by the city's name, and UTC."""
    zones = {zone for zones in get_global("territory_zones").values() for zone in zones}
    known = {name for zone in zones if (name := zone_name(zone)) is not None}
    return [*sorted(((zone, words.city(zone)) for zone in known), key=lambda one: (one[1], one[0])), ("UTC", "UTC")]


def guessed_zone(wishes: Sequence[str], otherwise: str) -> str:
    """Return the zone in which somebody probably lives whose browser wishes for these languages, the dearest first.

    A country with several zones gives the first of them that CLDR names; where a language says nothing about a
    country, as English does not, it is ``otherwise``.
    """
    for tag in wishes:
        language, *parts = tag.split("-")
        territory = next((part for part in parts if len(part) == len("KZ") and part.isupper()), None)
        territory = territory or _HOMES.get(language)
        zones = get_global("territory_zones").get(territory or "", [])
        capital = _CAPITALS.get(territory or "")
        if zones and (capital or len(zones) == 1):
            return capital or str(zones[0])
    return otherwise


#: Where a language is mostly spoken that says so by itself.
_HOMES = {"kk": "KZ", "ky": "KG", "uz": "UZ", "tg": "TJ", "tk": "TM"}
#: Where most people live of a country with several zones.
_CAPITALS = {"KZ": "Asia/Almaty", "UZ": "Asia/Tashkent", "RU": "Europe/Moscow", "UA": "Europe/Kyiv"}


def offered_languages(locales: Iterable[str]) -> Sequence[Offered]:
    """Return languages with the name that each has in itself."""
    return [(tag, _own_name(tag)) for tag in dict.fromkeys(locales) if locale_tag(tag) is not None]


@lru_cache(maxsize=64)
def _own_name(tag: str) -> str:
    name = Locale.parse(tag, sep="-").get_display_name()
    return f"{name[:1].upper()}{name[1:]}" if name else tag
