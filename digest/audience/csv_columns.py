"""The columns of a file of readers: what a header may call each, and what a cell of it may say. Pure.

A new column is a line in ``COLUMNS``, a part of what ``joining_of`` makes, and a line in docs/audience.md. No message
repeats an address: reports and logs say the line instead.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from digest.audience.appearance import AppearanceChange, read_look
from digest.audience.consent import Proof, truncated
from digest.audience.csv_written import NO_DAY, WHENEVER
from digest.audience.joining import Joining
from digest.audience.mailbox import mailbox
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import HourChange, Pace, PaceChange, PauseChange, QuietDaysChange, Weekday
from digest.audience.tags import locale_tag, zone_name
from digest.ids import EVERY_JOURNALIST, JournalistId

LONGEST_NAME: Final = 200
LONGEST_WORDS: Final = 2_000
_WEEKDAYS: Final = {day.value: day for day in Weekday}
_EVERYBODY: Final = frozenset({"*", "all"})
_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"", "no", "false", "0", "n"})
_STATES: Final[Mapping[str, SubscriptionState]] = {
    "": SubscriptionState.ACTIVE,
    "subscribed": SubscriptionState.ACTIVE,
    "left": SubscriptionState.UNSUBSCRIBED,
    "pending": SubscriptionState.UNCONFIRMED,
    **{one.value: one for one in SubscriptionState},
}


class RejectReason(StrEnum):
    """Why a row was not taken in."""

    BAD_ADDRESS = "bad-address"
    UNKNOWN_JOURNALIST = "unknown-journalist"
    UNKNOWN_LOCALE = "unknown-locale"
    UNKNOWN_TIME_ZONE = "unknown-time-zone"
    UNKNOWN_SUPPRESSION = "unknown-suppression"
    UNKNOWN_STATE = "unknown-state"
    BAD_INSTANT = "bad-instant"
    UNKNOWN_PACE = "unknown-pace"
    UNKNOWN_HOUR = "unknown-hour"
    UNKNOWN_DAY = "unknown-day"
    UNKNOWN_LOOK = "unknown-look"
    NEITHER_YES_NOR_NO = "neither-yes-nor-no"
    BAD_CONSENT = "bad-consent"
    NAME_TOO_LONG = "name-too-long"
    CONTROL_CHARACTER = "control-character"
    DUPLICATE = "duplicate"
    WRONG_FIELDS = "wrong-number-of-fields"
    BROKEN_QUOTES = "broken-quotes"


class CellError(Exception):
    """A cell that means nothing; stops the reading of its row."""

    def __init__(self, reason: RejectReason, detail: str, *, column: str = "") -> None:
        """Say why; the column is filled in by whoever reads the row."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What cells are read against: who can be followed, and the instant (UTC) after which nothing can have happened.

    ``locale`` and ``time_zone`` stand in where a row has none.
    """

    journalists: frozenset[JournalistId]
    locale: str
    time_zone: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, mostly that of a field of ``Joining``, and how one of its cells is read.

    ``absent`` is the cell of a file that has no such column. ``also`` are other names, in lower case and letters only.
    What is no reader's ``own`` a great many have in common, so that it need not be read for each of them.
    """

    name: str
    read: Callable[[str, Known], Any]
    absent: str = ""
    also: frozenset[str] = field(default=frozenset())
    own: bool = False


def quoted(cell: str) -> str:
    """Show what a cell holds, unless columns have slipped and it may be an address."""
    return "what looks like an address" if "@" in cell else repr(cell[:40])


def _address(cell: str, _known: Known) -> str:
    try:
        return mailbox(cell)
    except ValueError as error:
        raise CellError(RejectReason.BAD_ADDRESS, str(error), column="address") from None


def _name(cell: str, _known: Known) -> str:
    if len(cell) > LONGEST_NAME:
        raise CellError(RejectReason.NAME_TOO_LONG, f"{len(cell)} characters, at most {LONGEST_NAME}")
    return cell


def _follows(cell: str, known: Known) -> tuple[JournalistId, ...]:
    return (EVERY_JOURNALIST,) if cell == EVERY_JOURNALIST else _choice(cell, known.journalists)


@lru_cache(maxsize=4_096)
def _choice(cell: str, journalists: frozenset[JournalistId]) -> tuple[JournalistId, ...]:
    slugs = list(dict.fromkeys(re.findall(r"[^\s;|,]+", cell.casefold())))
    if not _EVERYBODY.isdisjoint(slugs):
        return (EVERY_JOURNALIST,)
    unknown = [slug for slug in slugs if slug not in journalists]
    if unknown:
        names = ", ".join(quoted(slug) for slug in unknown[:5])
        raise CellError(RejectReason.UNKNOWN_JOURNALIST, f"nobody on the roster is called {names}")
    return tuple(JournalistId(slug) for slug in slugs)


def _locale(cell: str, known: Known) -> str:
    tag = locale_tag(cell) if cell else known.locale
    if tag is None:
        raise CellError(RejectReason.UNKNOWN_LOCALE, f"{quoted(cell)} is no known locale, such as en or ru-KZ")
    return tag


def _time_zone(cell: str, known: Known) -> str:
    zone = zone_name(cell) if cell else known.time_zone
    if zone is None:
        raise CellError(RejectReason.UNKNOWN_TIME_ZONE, f"{quoted(cell)} is no known time zone, such as Asia/Almaty")
    return zone


def _suppressed(cell: str, _known: Known) -> SuppressionReason | None:
    word = cell.casefold()
    if word in _NO:
        return None
    if word in _YES:
        return SuppressionReason.BY_HAND
    if word in list(SuppressionReason):
        return SuppressionReason(word)
    why = f"{quoted(cell)} is none of yes, no, {', '.join(SuppressionReason)}"
    raise CellError(RejectReason.UNKNOWN_SUPPRESSION, why)


def _state(cell: str, _known: Known) -> SubscriptionState:
    state = _STATES.get(cell.casefold())
    if state is None:
        raise CellError(RejectReason.UNKNOWN_STATE, f"{quoted(cell)} is none of {', '.join(SubscriptionState)}")
    return state


def instant(cell: str, known: Known) -> datetime | None:
    """Return an instant (ISO 8601, UTC where it names no zone), a date as its first moment; ``None`` for no cell.

    :raises CellError: it is none, or has not come yet.
    """
    if not cell:
        return None
    try:
        read = datetime.fromisoformat(cell)
        at = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        why = f"{quoted(cell)} is no instant, such as 2025-12-19 or 2025-12-19T07:00+05:00"
        raise CellError(RejectReason.BAD_INSTANT, why) from None
    if at > known.now:
        raise CellError(RejectReason.BAD_INSTANT, f"{quoted(cell)} has not come yet")
    return at


def _pace(cell: str, _known: Known) -> PaceChange | None:
    """Read ``every-issue``, ``daily``, or ``weekly`` with a day: ``weekly fri``."""
    if not cell:
        return None
    word, *rest = re.findall(r"[^\s:,;]+", cell.casefold().replace("every issue", Pace.EVERY_ISSUE))
    days = [_WEEKDAYS[one[:3]] for one in rest if one[:3] in _WEEKDAYS]
    if word in list(Pace) and (len(days), len(rest)) == (1, 1) and word == Pace.WEEKLY:
        return PaceChange(pace=Pace.WEEKLY, weekday=days[0])
    if word in list(Pace) and not rest and word != Pace.WEEKLY:
        return PaceChange(pace=Pace(word))
    why = f"{quoted(cell)} is none of every-issue, daily, and weekly with a day, such as weekly fri"
    raise CellError(RejectReason.UNKNOWN_PACE, why)


def _hour(cell: str, _known: Known) -> HourChange | None:
    if not cell:
        return None
    if cell.casefold() == WHENEVER:
        return HourChange(hour=None)
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])(?::00)?", cell)
    if found is None:
        raise CellError(RejectReason.UNKNOWN_HOUR, f"{quoted(cell)} is no full hour from 0 to 23, nor {WHENEVER}")
    return HourChange(hour=int(found[1]))


def _quiet_days(cell: str, _known: Known) -> QuietDaysChange | None:
    words = re.findall(r"[^\s;|,]+", cell.casefold())
    days = frozenset(_WEEKDAYS[word[:3]] for word in words if word[:3] in _WEEKDAYS)
    if words == [NO_DAY]:
        return QuietDaysChange(days=days)
    if len(days) != len(words) or len(days) == len(Weekday):
        why = f"{quoted(cell)} is neither some days of the week, such as sat;sun, nor {NO_DAY}"
        raise CellError(RejectReason.UNKNOWN_DAY, why)
    return QuietDaysChange(days=days) if words else None


def _paused_until(cell: str, _known: Known) -> PauseChange | None:
    if not cell:
        return None
    try:
        return PauseChange(until=date.fromisoformat(cell))
    except ValueError:
        raise CellError(RejectReason.BAD_INSTANT, f"{quoted(cell)} is no date, such as 2025-12-19") from None


def _look(cell: str, _known: Known) -> str | None:
    if not cell:
        return None
    try:
        return read_look(cell)
    except ValueError as error:
        raise CellError(RejectReason.UNKNOWN_LOOK, f"{quoted(cell)} is no look: {error}") from None


def _text_only(cell: str, _known: Known) -> bool | None:
    word = cell.casefold()
    if word not in _YES | _NO:
        raise CellError(RejectReason.NEITHER_YES_NOR_NO, f"{quoted(cell)} is neither yes nor no")
    return word in _YES if word else None


def _words(cell: str, _known: Known) -> str:
    if len(cell) > LONGEST_WORDS:
        raise CellError(RejectReason.BAD_CONSENT, f"{len(cell)} characters, at most {LONGEST_WORDS}")
    return cell


def _network(cell: str, _known: Known) -> str | None:
    network = truncated(cell.partition("/")[0]) if cell else None
    if cell and network is None:
        raise CellError(RejectReason.BAD_CONSENT, "this is no IP address")
    return network


COLUMNS: Final = (
    Column(name="address", also=frozenset({"email", "emailaddress"}), read=_address, own=True),
    Column(name="name", read=_name, own=True),
    Column(name="follows", read=_follows, absent=EVERY_JOURNALIST, own=True),
    Column(name="locale", also=frozenset({"language"}), read=_locale),
    Column(name="time_zone", also=frozenset({"tz"}), read=_time_zone),
    Column(name="suppressed", read=_suppressed),
    Column(name="state", also=frozenset({"status"}), read=_state),
    Column(name="joined_at", also=frozenset({"joined", "subscribedat"}), read=instant, own=True),
    Column(name="pace", also=frozenset({"frequency"}), read=_pace),
    Column(name="hour", read=_hour),
    Column(name="quiet_days", read=_quiet_days),
    Column(name="paused_until", read=_paused_until),
    Column(name="look", read=_look),
    Column(name="text_only", also=frozenset({"plaintext"}), read=_text_only),
    Column(name="consent_at", also=frozenset({"consentedat", "optinat"}), read=instant, own=True),
    Column(name="consent_words", read=_words, own=True),
    Column(name="consent_source", read=_words, own=True),
    Column(name="consent_ip", also=frozenset({"optinip"}), read=_network, own=True),
)


def in_common(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make of what the cells say that are no reader's own, by column, the fields of a ``Joining`` that follow."""
    given = dict(values)
    rhythm = [given.pop(name) for name in ("pace", "hour", "quiet_days", "paused_until")]
    appearance = AppearanceChange(look=given.pop("look"), text_only=given.pop("text_only"))
    return {**given, "rhythm": tuple(change for change in rhythm if change is not None), "appearance": appearance}


def joining_of(own: Mapping[str, Any], common: Mapping[str, Any]) -> Joining:
    """Make what a row asks for of what its own cells say, by column, and of what ``in_common`` made of the others.

    :raises CellError: there is a proof of consent without its instant.
    """
    at, words, source, network = own["consent_at"], own["consent_words"], own["consent_source"], own["consent_ip"]
    if at is None and (words or source or network):
        raise CellError(RejectReason.BAD_CONSENT, "a proof needs the instant at which they agreed", column="consent_at")
    return Joining(
        address=own["address"],
        name=own["name"],
        follows=own["follows"],
        joined_at=own["joined_at"],
        consent=None
        if at is None
        else Proof(words=words, version=source, language=common["locale"], network=network, at=at),
        **common,
    )


def column_called(head: str) -> str | None:
    """Return our name for a column, as a header calls it: in capitals or not, with spaces or hyphens or without."""
    return _CALLED.get(re.sub(r"[\s_.-]", "", head.casefold()))


_CALLED: Final = {called: column.name for column in COLUMNS for called in (column.name.replace("_", ""), *column.also)}
