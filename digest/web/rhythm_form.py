"""How often and when, as a page asks for it: what stands in its fields, and what its choices are called."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from babel import Locale

from digest.audience.rhythm import HOURS_OF_A_DAY, WEEK, Pace, Rhythm, Weekday
from digest.render.words import Words
from digest.web.forms import Form, said

#: A choice's value in the form, and what it is called on the page.
Choice = tuple[str, str]


def read_rhythm(form: Form, prefix: str = "") -> Rhythm:
    """Return the rhythm that stands in a form, or with the prefix ``shown-`` the one that it was shown with.

    :raises ValueError: the fields mean nothing, or do not go together.
    """
    pace = Pace(said(form, f"{prefix}pace"))
    hour = said(form, f"{prefix}hour")
    until = said(form, f"{prefix}paused_until")
    return Rhythm(
        pace=pace,
        weekday=Weekday(said(form, f"{prefix}weekday")) if pace is Pace.WEEKLY else None,
        hour=int(hour) if hour else None,
        quiet_days=frozenset(Weekday(day) for day in form.get(f"{prefix}quiet", ())),
        paused_until=date.fromisoformat(until) if until else None,
    )


@lru_cache(maxsize=64)
def weekdays(words: Words) -> Sequence[Choice]:
    """Return the days of the week, Monday first, as they are called by themselves."""
    names = Locale.parse(words.tag, sep="-").days["stand-alone"]["wide"]
    return [(day.value, str(names[place])) for place, day in enumerate(WEEK)]


@lru_cache(maxsize=64)
def hours(words: Words) -> Sequence[Choice]:
    """Return the hours of a day as a clock shows them."""
    return [(str(hour), words.clock(datetime(2000, 1, 1, hour))) for hour in range(HOURS_OF_A_DAY)]  # noqa: DTZ001 - a time of day
