"""Dates as outlets print them become brackets of instants, never more exact than the source was."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from dateparser.date import DateDataParser

from digest.collect.article import Precision, Published
from digest.collect.zones import zone_named

_LANGUAGES: Final = ["en", "ru", "uz", "kk", "tr"]
_YEARS: Final = range(1900, 2200)
_LONGEST: Final = 60  # characters: what is longer is a sentence that mentions a date
_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
_AGES: Final = timedelta(days=365 * 200)
_UNITS: Final = (
    timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), _DAY, timedelta(days=7), timedelta(days=30),
    timedelta(days=365),
)  # fmt: skip

_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "january jan январь января янв", "february feb февраль февраля фев февр",
            "march mar март марта мар", "april apr апрель апреля апр", "may май мая", "june jun июнь июня июн",
            "july jul июль июля июл", "august aug август августа авг", "september sep sept сентябрь сентября сен сент",
            "october oct октябрь октября окт", "november nov ноябрь ноября ноя нояб",
            "december dec декабрь декабря дек",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip

#: Words that name a calendar day, and how many days ago it was.
_CALENDAR: Final = {
    word: days
    for days, words in enumerate(
        (
            "today|now|just now|сегодня|только что|bugun|hozir|бугун|бүгін|bugün|şimdi",
            "yesterday|вчера|kecha|кеча|кеше|dün",
            "позавчера",
        )
    )
    for word in words.split("|")
}
# "5 min" alone is how long an article takes to read.
_AGO: Final = re.compile(r"(?<![^\W\d])(?:ago|назад|oldin|avval|бұрын|önce|evvel|олдин|аввал)$")
_AT_A_TIME: Final = re.compile(r"(?:,|\s+at|\s+в)?\s*\d{1,2}:\d{2}(?:\s*[ap]\.?m)?$")
# dateparser is slow, and without a year it would have to guess.
_NAMES_A_YEAR: Final = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")
_LEAD: Final = re.compile(
    r"^(?:(?:published|posted|updated|опубликовано|date|дата)\b\s*(?:on\b)?\s*[:|]?\s*)+", re.IGNORECASE
)
_WEEKDAY: Final = r"(?:[^\W\d]{2,12}\.?,?\s+)?"
_CLOCK: Final = (
    r"(?:[,|T]?\s*(?:at\s|в\s|[—–|-]\s)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?(?![^\W\d]))?)?"
)
_ZONE: Final = r"(?:\s*(?P<zone>Z|[A-Z]{2,5}|(?:GMT|UTC)?[+−-]\d{1,2}(?::?\d{2})?)(?:\s*\([^()]*\))?)?"
_YEAR: Final = r"(?P<year>\d{4}|\d{2})(?:\s*г\.?(?:,|\b))?"
_SHAPES: Final = tuple(
    re.compile(_WEEKDAY + shape + "$", re.IGNORECASE if "zone" not in shape else 0)
    for shape in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _CLOCK + _ZONE,
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.-]+(?P<month>[^\W\d]{3,})\.?,?[\s-]+" + _YEAR + _CLOCK + _ZONE,
        r"(?P<month>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _CLOCK + _ZONE,
        # The order of Java and of C's ctime: Fri Apr 28 19:20:36 CEST 2023
        r"(?P<month>[^\W\d]{3,})\s+(?P<day>\d{1,2})" + _CLOCK + _ZONE + r"\s+(?P<year>\d{4})",
        # Day first, as everywhere between Warsaw and Almaty.
        r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})" + _CLOCK + _ZONE,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What relative dates count from: an instant (both the same), or a whole day of which no time is known. UTC."""

    earliest: datetime
    latest: datetime

    @property
    def is_instant(self) -> bool:
        """Whether the very instant is known."""
        return self.earliest == self.latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A date that was understood. ``assumed_zone``: it had a time without a zone, and the outlet's was taken."""

    published: Published
    assumed_zone: bool = False


def base_of(page_date: date | None, now: datetime) -> Base:
    """Return what a page's relative dates count from: its own date (the whole day in UTC), else ``now``.

    A page that carries today's date was made before ``now``.
    """
    if page_date is None:
        return Base(earliest=now, latest=now)
    start = datetime.combine(page_date, time(), UTC)
    end = start + _DAY - _SECOND
    return Base(earliest=start, latest=min(end, now) if now > start else end)


def read_day(text: str) -> date | None:
    """Return the calendar day if the text is a date and nothing else (``19 December 2025``)."""
    found = read_absolute(text, UTC)
    if found is None or found.published.earliest is None:
        return None
    return found.published.earliest.date()


def read_date(text: str, *, base: Base, zone: tzinfo) -> Reading | None:
    """Return what a text that is nothing but a date says, absolute or relative; ``None`` if it is no date."""
    bare = _LEAD.sub("", text.strip())
    if not bare or len(bare) > _LONGEST:
        return None
    relative = read_relative(bare, base)
    return Reading(published=relative) if relative else read_absolute(bare, zone)


def read_absolute(text: str, zone: tzinfo) -> Reading | None:
    """Read an absolute date: ISO 8601, RFC 822, or as people write it in English, Russian, Uzbek, Kazakh, Turkish.

    Without a time it is a day in ``zone``; with a time but no (known) zone it is an instant in ``zone``, and the
    answer says so.
    """
    bare = text.strip()
    if not bare or len(bare) > _LONGEST:
        return None
    for shape in _SHAPES:
        found = shape.match(bare)
        month = _month(found["month"]) if found else 0
        if found and month:
            return _from_parts(found, month, zone)
    if not _NAMES_A_YEAR.search(bare):
        return None
    guess = _ask_dateparser("absolute-time", bare)
    return None if guess is None else _reading(guess.date(), None, zone=zone, zone_name=None)


def read_relative(text: str, base: Base) -> Published | None:
    """Read ``2 days ago``, ``вчера``, ``3 kun oldin``: bounds, not instants.

    WordPress's human_time_diff rounds ("24 hours" exists only by rounding), most others floor. Hours and minutes are
    therefore taken as n-0.5 to n+1. Longer units too if the base is an instant; from a page's date the outlet's
    software is WordPress, and they are n-0.5 to n+0.5.
    """
    bare = text.strip().rstrip(".").lower()
    if not bare or len(bare) > _LONGEST:
        return None
    days = _CALENDAR.get(_AT_A_TIME.sub("", bare))
    if days is not None:
        return _on_a_day(base, timedelta(days=days))
    if not _AGO.search(bare):
        return None
    moment = _ask_dateparser("relative-time", bare)
    span = _MIDSUMMER - moment if moment is not None else -_DAY
    if not timedelta(0) <= span < _AGES:
        return None
    number = re.search(r"[1-9]\d*", bare)
    count = int(number.group()) if number else 1
    unit = min(_UNITS, key=lambda unit: abs(unit - span / count))
    more = 0.5 if unit >= _DAY and not base.is_instant else 1.0
    return _bracket(base.earliest - (count + more) * unit, base.latest - (count - 0.5) * unit)


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


#: Any fixed instant will do to measure "2 days ago" from; in mid-month and mid-year nothing wraps around.
_MIDSUMMER: Final = datetime(2023, 7, 15, 12)  # noqa: DTZ001 - dateparser computes with naive instants


@lru_cache(maxsize=2)
def _dateparser(kind: str) -> DateDataParser:
    strict = {"REQUIRE_PARTS": ["day", "month", "year"]} if kind == "absolute-time" else {}
    return DateDataParser(
        languages=_LANGUAGES,
        settings={"RELATIVE_BASE": _MIDSUMMER, "PARSERS": [kind], "DATE_ORDER": "DMY", **strict},
    )


@lru_cache(maxsize=4096)
def _ask_dateparser(kind: str, text: str) -> datetime | None:
    try:
        found = _dateparser(kind).get_date_data(text).date_obj
    except (ValueError, OverflowError):  # "99999999 years ago"
        return None
    return found.replace(tzinfo=None) if found is not None else None


def _on_a_day(base: Base, ago: timedelta) -> Published:
    first = datetime.combine((base.earliest - ago).date(), time(), UTC)
    last = datetime.combine((base.latest - ago).date(), time(), UTC) + _DAY - _SECOND
    return _bracket(first, last if ago else base.latest)


def _bracket(earliest: datetime, latest: datetime) -> Published:
    return Published(
        earliest=earliest.replace(microsecond=0), latest=latest.replace(microsecond=0), precision=Precision.RELATIVE
    )


def _month(word: str) -> int:
    return int(word) if word.isdigit() else _MONTHS.get(word.lower(), 0)


def _from_parts(found: re.Match[str], month: int, zone: tzinfo) -> Reading | None:
    part = found.groupdict()
    year = int(part["year"])
    if len(part["year"]) == 2:  # noqa: PLR2004 - two digits, by RFC 2822 section 4.3
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - same rule
    try:
        day = date(year, month, int(part["day"]))
        clock = None if part["hour"] is None else time(_hour(part), int(part["minute"]), int(part["second"] or 0))
    except ValueError:
        return None
    return _reading(day, clock, zone=zone, zone_name=part["zone"])


def _hour(part: dict[str, str]) -> int:
    hour = int(part["hour"])
    if not part["half"]:
        return hour
    return hour % 12 + (12 if part["half"].lower().startswith("p") else 0)


def _reading(day: date, clock: time | None, *, zone: tzinfo, zone_name: str | None) -> Reading | None:
    if day.year not in _YEARS:
        return None
    if clock is None:
        start = datetime.combine(day, time(), zone).astimezone(UTC)
        end = datetime.combine(day + _DAY, time(), zone).astimezone(UTC) - _SECOND
        return Reading(published=Published(earliest=start, latest=end, precision=Precision.DAY))
    named = zone_named(zone_name) if zone_name else None
    at = datetime.combine(day, clock, named or zone)
    return Reading(published=instant(at), assumed_zone=named is None)
