"""Dates in any words, guessed by dateparser, which nothing else here may import: it is slow and takes most words."""

from datetime import datetime
from functools import lru_cache
from typing import Final

from dateparser.date import DateDataParser

#: Any fixed instant will do to measure "2 days ago" from; in mid-month and mid-year nothing wraps around.
MIDSUMMER: Final = datetime(2023, 7, 15, 12)  # noqa: DTZ001 - dateparser computes with naive instants

_LANGUAGES: Final = ["en", "ru", "uz", "kk", "tr"]


def guess_absolute(text: str) -> datetime | None:
    """Return the date that a text names with day, month and year, day first; its time of day means nothing."""
    return _ask("absolute-time", text)


def guess_relative(text: str) -> datetime | None:
    """Return what ``2 days ago`` in one of our languages means, seen from ``MIDSUMMER``."""
    return _ask("relative-time", text)


@lru_cache(maxsize=2)
def _dateparser(kind: str) -> DateDataParser:
    strict = {"REQUIRE_PARTS": ["day", "month", "year"]} if kind == "absolute-time" else {}
    return DateDataParser(
        languages=_LANGUAGES,
        settings={"RELATIVE_BASE": MIDSUMMER, "PARSERS": [kind], "DATE_ORDER": "DMY", **strict},
    )


@lru_cache(maxsize=4096)
def _ask(kind: str, text: str) -> datetime | None:
    try:
        found = _dateparser(kind).get_date_data(text).date_obj
    except (ValueError, OverflowError):  # "99999999 years ago"
        return None
    return found.replace(tzinfo=None) if found is not None else None
