"""Reading the dates of one page's articles, and what has to be said about them afterwards."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from digest.collect.article import UNDATED, Precision, Published
from digest.collect.page import Assume
from digest.collect.text.dates import Reading, clamped, read_date
from digest.collect.text.relative_dates import base_of
from digest.collect.text.words import one_line


def counted_from(now: datetime) -> str:
    """Return the warning that the relative dates of a saved page have no better base than when it was read."""
    return (
        "The page has no date of its own: its relative dates were counted from when it was read "
        f"({now.astimezone(UTC):%Y-%m-%d %H:%M} UTC). If it was saved earlier, its articles are older by as much."
    )


class Dating:
    """Reads the dates of one page, by the page's own date and the outlet's zone, and remembers doubts."""

    def __init__(self, assume: Assume, page_date: date | None = None, *, is_saved: bool = False) -> None:
        """Count relative dates from ``page_date``, else from ``assume.now``: doubtful for a page that was saved."""
        self._assume = assume
        self._zone = ZoneInfo(assume.time_zone)
        self._base = base_of(page_date, assume.now, self._zone)
        self._is_without_base = is_saved and page_date is None
        self._without_zone = 0
        self._relative = 0
        self._notes: list[str] = []
        self._read: dict[str, Reading | None] = {}

    @property
    def today(self) -> date:
        """The day of the page, else of its reading, at the outlet."""
        return self._base.latest.astimezone(self._zone).date()

    def is_date(self, text: str) -> bool:
        """Tell whether a text is a date and nothing else."""
        return self._reading(text) is not None

    def _reading(self, text: str) -> Reading | None:
        """Return what a text says; what is found to be a date is mostly read right after."""
        if text not in self._read:
            self._read[text] = read_date(text, base=self._base, zone=self._zone)
        return self._read[text]

    def read(self, printed: str, title: str) -> Published:
        """Return when the article with this title came out; what is doubtful becomes a warning.

        A date in the future is taken as now for ordering, and ``latest`` keeps it.
        """
        if not printed.strip():
            self._notes.append(f"No date is given for {title!r}.")
            return UNDATED
        reading = self._reading(printed)
        if reading is None:
            self._notes.append(f"The date {printed.strip()[:60]!r} of {title!r} could not be read.")
            return UNDATED
        self._without_zone += reading.assumed_zone
        self._relative += reading.published.precision is Precision.RELATIVE
        published = clamped(reading.published, self._assume.now)
        if published != reading.published:
            self._notes.append(f"{title!r} is dated in the future: {one_line(printed)}.")
        return published

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about the dates read so far."""
        notes = list(self._notes)
        if self._without_zone:
            notes.append(f"Dates without a time zone were read in {self._assume.time_zone}: {self._without_zone}.")
        if self._relative and self._is_without_base:
            notes.append(counted_from(self._assume.now))
        return tuple(notes)
