"""Dates that count back from another instant ("2 days ago", "вчера") become brackets: bounds, not instants."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from digest.collect.article import Precision, Published
from digest.collect.loose_dates import MIDSUMMER, guess_relative

_LONGEST: Final = 60  # characters: what is longer is a sentence that mentions a date
_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
_AGES: Final = timedelta(days=365 * 200)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit of counting back; calendar months and years are not all of one length."""

    short: timedelta
    long: timedelta


_SECONDS, _MINUTES, _HOURS, _DAYS, _WEEKS = (
    _Unit(unit, unit) for unit in (_SECOND, timedelta(minutes=1), timedelta(hours=1), _DAY, timedelta(days=7))
)
_MONTHS: Final = _Unit(timedelta(days=30), timedelta(days=31))
_YEARS: Final = _Unit(timedelta(days=365), timedelta(days=366))
_UNITS: Final = (_SECONDS, _MINUTES, _HOURS, _DAYS, _WEEKS, _MONTHS, _YEARS)
_UNIT_WORDS: Final = {
    word: unit
    for unit, words in zip(
        _UNITS,
        ("s sec second", "m min minute", "h hr hour", "d day", "w wk week", "mo mth month", "y yr year"),
        strict=True,
    )
    for word in words.split()
}
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        ("", "a an one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
    for word in words.split()
}
#: Words for no exact number, and between which they lie.
_VAGUE: Final = {"half a": (0.25, 1.0), "half an": (0.25, 1.0), "a couple of": (1.5, 3.0), "couple of": (1.5, 3.0)}
_VAGUE.update(dict.fromkeys(("a few", "few", "several"), (0.0, 12.0)))
_FEW_SECONDS: Final = 60.0  # "a few seconds ago" is all that some programs say within the first minute

_TERM: Final = (
    rf"(?P<count>\d{{1,4}}|(?:{'|'.join(sorted((*_VAGUE, *_NUMBERS), key=len, reverse=True))})(?=\s))"
    rf"\s*(?P<unit>{'|'.join(sorted(_UNIT_WORDS, key=len, reverse=True))})s?\.?"
)
_A_TERM: Final = re.compile(_TERM + r"(?![^\W_])")
_UNNAMED: Final = re.sub(r"\?P<\w+>", "?:", _TERM)
_ENGLISH: Final = re.compile(
    r"(?:(?P<about>about|around|almost|nearly|approximately|approx\.?|~|over|more than|less than)\s+)?"
    rf"(?P<terms>{_UNNAMED}(?:\s*(?:,\s*(?:and\s+)?|and\s+)?\s*{_UNNAMED}){{0,3}})\s*ago"
)

#: Words that name a calendar day, and how many days ago it was.
_CALENDAR: Final = {
    word: days
    for days, words in enumerate(
        (
            "today|now|just now|сегодня|только что|bugun|hozir|бугун|бүгін|bugün|şimdi",
            "yesterday|вчера|kecha|кеча|кеше|dün",
            "the day before yesterday|позавчера",
        )
    )
    for word in words.split("|")
}
#: Other words, and between how many days ago that is.
_LOOSE: Final = {
    "moments ago": (0.0, 0.01), "a moment ago": (0.0, 0.01),
    "last week": (1.0, 14.0), "last month": (1.0, 62.0), "last year": (1.0, 731.0),
}  # fmt: skip
# "5 min" alone is how long an article takes to read.
_AGO: Final = re.compile(r"(?<![^\W\d])(?:назад|oldin|avval|бұрын|önce|evvel|олдин|аввал)$")
_AT_A_TIME: Final = re.compile(r"(?:,|\s+at|\s+в)?\s*\d{1,2}:\d{2}(?:\s*[ap]\.?m)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What relative dates count from: an instant (both the same), or a whole day of which no time is known. UTC.

    ``zone`` says where "yesterday" begins.
    """

    earliest: datetime
    latest: datetime
    zone: tzinfo = UTC

    @property
    def is_instant(self) -> bool:
        """Whether the very instant is known."""
        return self.earliest == self.latest


def base_of(page_date: date | None, now: datetime, zone: tzinfo = UTC) -> Base:
    """Return what a page's relative dates count from: its own date (the whole day in ``zone``), else ``now``.

    A page that carries today's date was made before ``now``.
    """
    if page_date is None:
        return Base(earliest=now, latest=now, zone=zone)
    start, end = _midnight(page_date, zone), _midnight(page_date + _DAY, zone) - _SECOND
    return Base(earliest=start, latest=min(end, now) if now > start else end, zone=zone)


def read_relative(text: str, base: Base) -> Published | None:
    """Read ``2 days ago``, ``вчера``, ``3 kun oldin``: bounds, not instants.

    WordPress's human_time_diff rounds ("24 hours" exists only by rounding), most others floor. Everything is therefore
    taken as n-0.5 to n+1, but days of a page that tells only its date as n-0.5 to n+0.5: pages that print their date
    beside relative ones are WordPress's, and a bracket of two days is as wide as is of use. Of several units
    (``1 week, 3 days ago``) the last one is the inexact one.
    """
    bare = text.strip().rstrip(".").lower()
    if not bare or len(bare) > _LONGEST:
        return None
    days = _CALENDAR.get(_AT_A_TIME.sub("", bare))
    if days is not None:
        return _on_a_day(base, days)
    if bare in _LOOSE:
        least, most = _LOOSE[bare]
        return _bracket(base, least * _DAY, most * _DAY)
    english = _ENGLISH.fullmatch(bare)
    if english:
        return _in_english(english, base)
    return _by_guess(bare, base) if _AGO.search(bare) else None


def _in_english(found: re.Match[str], base: Base) -> Published | None:
    terms = [(term["count"], _UNIT_WORDS[term["unit"]]) for term in _A_TERM.finditer(found["terms"])]
    least = most = timedelta(0)
    for count, unit in terms[:-1]:
        number = _NUMBERS.get(count, 0) or (int(count) if count.isdecimal() else 1)
        least, most = least + number * unit.short, most + number * unit.long
    low, high = _between(*terms[-1], base)
    if found["about"] == "less than":
        low = 0.0
    least, most = least + low * terms[-1][1].short, most + high * terms[-1][1].long
    return _bracket(base, least, most) if most < _AGES else None


def _between(count: str, unit: _Unit, base: Base) -> tuple[float, float]:
    if count in _VAGUE:
        low, high = _VAGUE[count]
        return low, _FEW_SECONDS if unit is _SECONDS else high
    number = _NUMBERS.get(count) or int(count)
    rounded_only = unit is _DAYS and not base.is_instant
    low = 0.0 if unit is _MINUTES and number == 1 else max(0.0, number - 0.5)  # "1 min" is the least that some say
    return low, number + (0.5 if rounded_only else 1.0)


def _by_guess(bare: str, base: Base) -> Published | None:
    moment = guess_relative(bare)
    span = MIDSUMMER - moment if moment is not None else -_DAY
    if not timedelta(0) <= span < _AGES:
        return None
    number = re.search(r"[1-9]\d*", bare)
    count = int(number.group()) if number else 1
    unit = min(_UNITS, key=lambda unit: abs(unit.short - span / count))
    low, high = _between(str(count), unit, base)
    return _bracket(base, low * unit.short, high * unit.long)


def _on_a_day(base: Base, ago: int) -> Published:
    days = timedelta(days=ago)
    first, last = (at.astimezone(base.zone).date() - days for at in (base.earliest, base.latest))
    latest = _midnight(last + _DAY, base.zone) - _SECOND if ago else base.latest
    return _relative(_midnight(first, base.zone), latest)


def _bracket(base: Base, least: timedelta, most: timedelta) -> Published:
    return _relative(base.earliest - most, base.latest - least)


def _relative(earliest: datetime, latest: datetime) -> Published:
    return Published(
        earliest=earliest.replace(microsecond=0), latest=latest.replace(microsecond=0), precision=Precision.RELATIVE
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
