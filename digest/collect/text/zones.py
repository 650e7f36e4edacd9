"""Time zones as feeds and pages name them."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

_OFFSET: Final = re.compile(r"(?:GMT|UTC)?([+-−])(\d{1,2})(?::?(\d{2}))?$")
_MOST_HOURS: Final = 14

# Abbreviations with one meaning in the news. Almaty moved from +06 to +05 on 1 March 2024: a place, not a number.
# "ET" is New York's time, be it summer or winter.
_PLACES: Final = {
    "ALMT": "Asia/Almaty", "AQTT": "Asia/Aqtau", "ORAT": "Asia/Oral", "QYZT": "Asia/Qyzylorda",
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip
_HOURS: Final = {
    "Z": 0.0, "UT": 0.0, "UTC": 0.0, "GMT": 0.0, "WET": 0.0,
    "BST": 1.0, "WEST": 1.0, "CET": 1.0, "CEST": 2.0, "EET": 2.0, "SAST": 2.0, "EEST": 3.0, "MSK": 3.0, "TRT": 3.0,
    "IRST": 3.5, "AZT": 4.0, "GET": 4.0, "SAMT": 4.0, "MSD": 4.0, "AFT": 4.5,
    "UZT": 5.0, "TJT": 5.0, "TMT": 5.0, "PKT": 5.0, "YEKT": 5.0, "KGT": 6.0, "OMST": 6.0,
    "NOVT": 7.0, "KRAT": 7.0, "HKT": 8.0, "SGT": 8.0, "JST": 9.0, "KST": 9.0, "AEST": 10.0, "AEDT": 11.0,
    "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0,
}  # fmt: skip


def zone_named(name: str) -> tzinfo | None:
    """Return the zone that a name (``MSK``) or an offset (``+0500``, ``UTC+5``) means, or ``None``.

    The North American names are those of RFC 822, section 5.1; the others are the ones that Central Asian, Russian and
    European outlets print. Python's and feedparser's own readers take most of these for UTC.
    """
    key = name.strip().upper()
    if key in _PLACES:
        return ZoneInfo(_PLACES[key])
    if key in _HOURS:
        return timezone(timedelta(hours=_HOURS[key])) if _HOURS[key] else UTC
    offset = _OFFSET.match(key)
    if offset is None:
        return None
    sign, hours, minutes = offset[1], int(offset[2]), int(offset[3] or 0)
    if hours > _MOST_HOURS or minutes > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(span if sign == "+" else -span)
