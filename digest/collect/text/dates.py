"""Dates as outlets print them become brackets of instants, never more exact than the source was."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from digest.collect.article import Precision, Published
from digest.collect.text.date_words import month_of, plainly, without_lead
from digest.collect.text.loose_dates import guess_day
from digest.collect.text.relative_dates import ANY_RELATIVE, Base, read_relative
from digest.collect.text.zones import zone_named

_YEARS: Final = range(1900, 2200)
_UNSET: Final = date(1970, 1, 1)  # what programs print for no date at all
_LONGEST: Final = 60  # characters: what is longer is a sentence that mentions a date
_LONGEST_LINE: Final = 200  # the same, with "Published on" and spaces
_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
# dateparser is slow, and without a year or a month it would have to guess.
_NAMES_A_YEAR: Final = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_WEEKDAY: Final = r"(?:[^\W\d]{2,12}\.?,?\s+)?"
_CLOCK: Final = (
    r"(?:[,|T]?\s*(?:[—–|-]\s)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[APap]\.?[Mm](?![^\W\d])\.?)?)?"
)
_ZONE: Final = r"(?:\s*(?P<zone>Z|[A-Z]{2,5}|(?:GMT|UTC)?[+−-]\d{1,2}(?::?\d{2})?)(?:\s*\([^()]*\))?)?"
_YEAR: Final = r"(?P<year>\d{4}|\d{2})"
_DAY_OF_WEEK: Final = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|пн|вт|ср|чт|пт|сб|вс)[.,]*\s+"
)
_WITHOUT_YEAR: Final = tuple(
    re.compile(f"(?:{_DAY_OF_WEEK})?{shape}{_CLOCK}$", re.IGNORECASE)
    for shape in (
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.-]+(?P<month>[^\W\d]{3,})\.?",
        # Month first is English: "Mars 12" is a title.
        (
            r"(?P<month>(?:jan|febr)(?:uary)?|feb|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
            r"(?:sept?|octo?|nov|dec)(?:em)?(?:ber)?)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?"
        ),
    )
)
#: Most texts are no dates, and this is found out quickly.
_MAY_BE_ONE: Final = re.compile(rf"\d|{ANY_RELATIVE.pattern}", re.IGNORECASE)
_AROUND: Final = " \t|•·—–*"
_LEAP_YEARS_APART: Final = 8  # at most, around 1900 and 2100
_BASIC_CLOCK: Final = r"(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<half>(?!))?(?P<zone>Z|[+-]\d{4})?)?"
_SHAPES: Final = tuple(
    re.compile(_WEEKDAY + shape + "$", re.IGNORECASE if "zone" not in shape else 0)
    for shape in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})" + _CLOCK + _ZONE,
        # The order of Kazakh, Kyrgyz, Uzbek and Turkmen officials: 2025-yil 19-dekabr
        r"(?P<year>\d{4})[\s,]+(?P<day>\d{1,2})[\s-]+(?P<month>[^\W\d]{3,})\.?" + _CLOCK + _ZONE,
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.-]+(?P<month>[^\W\d]{3,})\.?,?[\s-]+" + _YEAR + _CLOCK + _ZONE,
        r"(?P<month>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _CLOCK + _ZONE,
        # The order of Java and of C's ctime: Fri Apr 28 19:20:36 CEST 2023
        r"(?P<month>[^\W\d]{3,})\s+(?P<day>\d{1,2})" + _CLOCK + _ZONE + r"\s+(?P<year>\d{4})",
        # The basic format of ISO 8601: 20251219T103000Z
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})" + _BASIC_CLOCK,
        # Day first, as everywhere between Warsaw and Almaty.
        r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})" + _CLOCK + _ZONE,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A date that was understood. ``assumed_zone``: it had a time without a zone, and the outlet's was taken."""

    published: Published
    assumed_zone: bool = False


def read_day(text: str) -> date | None:
    """Return the calendar day if the text is a date and nothing else (``19 December 2025``)."""
    found = read_absolute(text, UTC)
    if found is None or found.published.earliest is None:
        return None
    return found.published.earliest.date()


def read_date(text: str, *, base: Base, zone: tzinfo) -> Reading | None:
    """Return what a text that is nothing but a date says, absolute or relative; ``None`` if it is no date.

    A date without a year (``Dec 12``) is the last such day up to ``base``.
    """
    if len(text) > _LONGEST_LINE:
        return None
    bare = without_lead(text.strip(_AROUND).lstrip("- "))
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    if not bare or len(bare) > _LONGEST or not _MAY_BE_ONE.search(bare):
        return None
    relative = read_relative(bare, base)
    return Reading(published=relative) if relative else read_absolute(bare, zone) or _without_year(bare, base, zone)


def read_absolute(text: str, zone: tzinfo) -> Reading | None:
    """Read an absolute date: ISO 8601, RFC 822, or as people write it in the languages of ``date_words``.

    Without a time it is a day in ``zone``; with a time but no (known) zone it is an instant in ``zone``, and the
    answer says so.
    """
    bare = text.strip()
    if not bare or len(bare) > _LONGEST:
        return None
    for form in dict.fromkeys((bare, plainly(bare))):
        for shape in _SHAPES:
            found = shape.match(form)
            month = month_of(found["month"]) if found else 0
            if found and month:
                return _from_parts(found.groupdict(), month, zone)
    if not _NAMES_A_YEAR.search(bare) or not any(map(month_of, _WORD.findall(bare))):
        return None
    guess = guess_day(bare)
    return None if guess is None else _reading(guess, None, zone=zone, zone_name=None)


def instant(at: datetime) -> Published:
    """Return an exactly known instant (aware) as a bracket of no width."""
    utc = at.astimezone(UTC)
    return Published(at=utc, earliest=utc, latest=utc, precision=Precision.INSTANT)


def clamped(published: Published, now: datetime) -> Published:
    """Return a date that is not after ``now`` for ordering; ``latest`` keeps what the source said.

    Scheduled pieces and local times labelled GMT show dates in the future although the piece is already out.
    """
    if published.earliest is None or published.earliest <= now:
        return published
    return replace(published, at=now if published.at else None, earliest=now)


def _without_year(text: str, base: Base, zone: tzinfo) -> Reading | None:
    plain = plainly(text)
    for shape in _WITHOUT_YEAR:
        found = shape.match(plain)
        month = month_of(found["month"]) if found else 0
        if found and month:
            # The clocks of page and outlet may be a day apart.
            last = (base.latest.astimezone(zone) + _DAY).date()
            parts = found.groupdict() | {"zone": None}
            readings = (
                _from_parts(parts | {"year": str(year)}, month, zone)
                for year in range(last.year, last.year - _LEAP_YEARS_APART - 1, -1)
                if (month, int(parts["day"])) <= (last.month, last.day) or year < last.year
            )
            return next((reading for reading in readings if reading is not None), None)
    return None


def _from_parts(part: dict[str, str], month: int, zone: tzinfo) -> Reading | None:
    year = int(part["year"])
    if len(part["year"]) == 2:  # noqa: PLR2004 - two digits, by RFC 2822 section 4.3
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - same rule
    number = int(part["day"])
    if month > 12 >= number:  # noqa: PLR2004 - the months of a year: 12/19/2025 can only be American
        month, number = number, month
    try:
        day = date(year, month, number)
        if part["hour"] == "24" and int(part["minute"]) == 0:  # midnight at the end of the day (ISO 8601)
            day, part = day + _DAY, part | {"hour": "0"}
        clock = None if part["hour"] is None else time(_hour(part), int(part["minute"]), _second(part))
    except ValueError:
        return None
    return _reading(day, clock, zone=zone, zone_name=part["zone"])


def _hour(part: dict[str, str]) -> int:
    hour = int(part["hour"])
    if not part["half"]:
        return hour
    return hour % 12 + (12 if part["half"].lower().startswith("p") else 0)


def _second(part: dict[str, str]) -> int:
    return min(int(part["second"] or 0), 59)  # 60 is a leap second (RFC 3339, section 5.6)


def _reading(day: date, clock: time | None, *, zone: tzinfo, zone_name: str | None) -> Reading | None:
    if day.year not in _YEARS or day == _UNSET:
        return None
    if clock is None:
        start = datetime.combine(day, time(), zone).astimezone(UTC)
        end = datetime.combine(day + _DAY, time(), zone).astimezone(UTC) - _SECOND
        return Reading(published=Published(earliest=start, latest=end, precision=Precision.DAY))
    named = zone_named(zone_name) if zone_name else None
    at = datetime.combine(day, clock, named or zone)
    return Reading(published=instant(at), assumed_zone=named is None)
