"""Dates that count back from another instant ("2 days ago", "вчера") become brackets: bounds, not instants."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from digest.collect.article import Precision, Published

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
#: Units in English, which need a number; "день назад" does not.
_ENGLISH_UNITS: Final = {
    word: unit
    for unit, words in zip(
        _UNITS,
        (
            "s sec secs second seconds", "m min mins minute minutes", "h hr hrs hour hours", "d day days",
            "w wk wks week weeks", "mo mos mth month months", "y yr yrs year years",
        ),
        strict=True,
    )
    for word in words.split()
}  # fmt: skip
_OTHER_UNITS: Final = {
    word: unit
    for unit, words in zip(
        _UNITS,
        # Russian, Uzbek in both scripts, Kazakh, Kyrgyz, Tajik, Turkmen, Turkish, German, French, Spanish
        """
        секунда секунду секунды секунд сек soniya сония saniye sekunt sekunde sekunden seconde secondes segundo segundos
        минута минуту минуты минут мин daqiqa дақиқа мүнөт минута dakika minut minute minuten minutes minuto minutos
        час часа часов ч soat соат сағат саат sagat saat stunde stunden std heure heures hora horas
        день дня дней дн kun кун күн рӯз gün tag tage tagen jour jours día dia días dias
        неделя неделю недели недель нед hafta ҳафта апта жума hepde woche wochen semaine semaines semana semanas
        месяц месяца месяцев мес oy ой ай моҳ aý ay monat monate monaten mois mes meses
        год года лет г yil йил жыл сол ýyl yıl jahr jahre jahren an ans année années año años
        """.strip().splitlines(),
        strict=True,
    )
    for word in words.split()
}  # fmt: skip
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        (
            "",
            "a an one один одну одна bir бир бір як ein eine einem einer un une una",
            "two два две ikki икки екі эки ду iki zwei deux dos", "three три uch уч үш үч се üç drei trois tres",
            "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        )
    )
    for word in words.split()
}  # fmt: skip
#: Words for no exact number, and between which they lie.
_VAGUE: Final = {"half": (0.25, 1.0), "couple": (1.5, 3.0), "пару": (1.5, 3.0)}
_SEVERAL: Final = "few several несколько necha неча бірнеше бир нече birkaç birnäçe einigen wenigen quelques unos unas"
_VAGUE.update(dict.fromkeys(_SEVERAL.split(), (0.0, 12.0)))
_FEW_SECONDS: Final = 60.0  # "a few seconds ago" is all that some programs say within the first minute
_BETWEEN: Final = frozenset(("of", "and", "и", "va", "ва", "және", "ve", "und", "et", "y"))
_ABOUT: Final = re.compile(
    r"(?:about|around|almost|nearly|approximately|approx\.?|~|over|more than|(?P<less>less than)|около|почти|более)\s*"
)
_AGO: Final = re.compile(r"\s*\b(?:ago|назад|oldin|avval|бұрын|мурун|мурда|пеш|öň|ozal|önce|evvel|олдин|аввал)$")
_AGO_BEFORE: Final = re.compile(r"^(?:vor|il y a|hace)\s+(?=\S)")
_TERMS: Final = re.compile(r"(?:[\s,.]++|\d{1,4}+(?!\d)|[^\W\d_]++)*+")
_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+")

#: Words that name a calendar day, and how many days ago it was.
_CALENDAR: Final = {
    word: days
    for days, words in enumerate(
        """
        today|now|just now|сегодня|только что|bugun|hozir|бугун|бүгін|бүгүн|имрӯз|şu gün|bugün|şimdi|heute|hoy|
        aujourd'hui;
        yesterday|вчера|kecha|кеча|кеше|кечээ|дирӯз|düýn|dün|gestern|hier|ayer;
        the day before yesterday|позавчера|vorgestern|avant-hier|anteayer
        """.split(";")  # noqa: SIM905 - a list of three long strings would say less
    )
    for word in map(str.strip, words.split("|"))
}  # fmt: skip
#: Other words, and between how many days ago that is.
_LOOSE: Final = {
    "moments ago": (0.0, 0.01), "a moment ago": (0.0, 0.01),
    "last week": (1.0, 14.0), "last month": (1.0, 62.0), "last year": (1.0, 731.0),
}  # fmt: skip
_AT_A_TIME: Final = re.compile(
    r",?(?:\s+(?:at|в|um|à|a las|saat|soat|соат|саат|сағат|sagat))?\s*\d{1,2}[:h]\d{2}(?:\s*(?:[ap]\.?m|uhr|h))?$"
)
#: Every relative date has such a part; what has one may be none.
ANY_RELATIVE: Final = re.compile(
    rf"{'|'.join(map(re.escape, (*_CALENDAR, *_LOOSE)))}|{_AGO.pattern[:-1]}|{_AGO_BEFORE.pattern[1:]}"
)


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
    bare = text.strip().rstrip(".").lower().replace("’", "'")
    if not bare or len(bare) > _LONGEST:
        return None
    days = _CALENDAR.get(_AT_A_TIME.sub("", bare))
    if days is not None:
        return _on_a_day(base, days)
    if bare in _LOOSE:
        least, most = _LOOSE[bare]
        return _bracket(base, least * _DAY, most * _DAY)
    ago = _AGO.search(bare)
    if ago is not None:
        return _counted(bare[: ago.start()], base)
    before = _AGO_BEFORE.match(bare)
    return _counted(bare[before.end() :], base) if before else None


def _counted(bare: str, base: Base) -> Published | None:
    about = _ABOUT.match(bare)
    terms = _terms(bare[about.end() :] if about else bare)
    if not terms:
        return None
    least = most = timedelta(0)
    for count, unit in terms[:-1]:
        number = count if isinstance(count, int) else 1
        least, most = least + number * unit.short, most + number * unit.long
    count, unit = terms[-1]
    low, high = _between(count, unit, base)
    if about and about["less"]:
        low = 0.0
    least, most = least + low * unit.short, most + high * unit.long
    return _bracket(base, least, most) if most < _AGES else None


def _terms(bare: str) -> list[tuple[int | str, _Unit]] | None:
    """Return what is counted, the largest unit first: a number, or a word for no exact one, and a unit."""
    if not _TERMS.fullmatch(bare):
        return None
    terms: list[tuple[int | str, _Unit]] = []
    count: int | str | None = None
    for token in _TOKEN.findall(bare):
        if token.isdecimal():
            count = int(token)
        elif token in _VAGUE:
            count = token
        elif token in _NUMBERS:
            count = count if isinstance(count, str) else _NUMBERS[token]
        elif token in _OTHER_UNITS or (token in _ENGLISH_UNITS and count is not None):
            terms.append((1 if count is None else count, _OTHER_UNITS.get(token) or _ENGLISH_UNITS[token]))
            count = None
        elif token not in _BETWEEN:
            return None
    return terms if count is None else None


def _between(count: int | str, unit: _Unit, base: Base) -> tuple[float, float]:
    if isinstance(count, str):
        low, high = _VAGUE[count]
        return low, _FEW_SECONDS if unit is _SECONDS else high
    rounded_only = unit is _DAYS and not base.is_instant
    low = 0.0 if unit is _MINUTES and count == 1 else max(0.0, count - 0.5)  # "1 min" is the least that some say
    return low, count + (0.5 if rounded_only else 1.0)


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
