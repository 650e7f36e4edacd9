"""Absolute dates in any words, guessed by dateparser, which nothing else may import: it is slow and takes anything."""

from datetime import date
from functools import lru_cache
from typing import Final

from dateparser.date import DateDataParser

_LANGUAGES: Final = ["en", "ru", "uz", "kk", "tr"]


@lru_cache(maxsize=1)
def _dateparser() -> DateDataParser:
    return DateDataParser(
        languages=_LANGUAGES,
        settings={"PARSERS": ["absolute-time"], "DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
    )


@lru_cache(maxsize=4096)
def guess_day(text: str) -> date | None:
    """Return the day that a text names with day, month and year, day first, or ``None``."""
    try:
        found = _dateparser().get_date_data(text).date_obj
    except (ValueError, OverflowError):  # a number too large for a date
        return None
    return found.date() if found is not None else None
