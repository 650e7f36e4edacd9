"""A currency's history as a page: a line chart, and every price in a table beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from babel.dates import format_skeleton
from jinja2 import Template
from markupsafe import Markup

from digest.collect.rates.gates import Standing
from digest.collect.rates.rate import Currency, DayRate
from digest.collect.rates.rate_steps import HistoryEntry
from digest.collect.rates.rate_words import OWN_NAMES, figures, known_locale, move_words, one_of
from digest.collect.rates.snapshot import strengthening
from digest.render.rate_chart import chart as draw
from digest.render.web_templates import web_templates
from digest.render.words import Words, words_for
from digest.resources import templates_dir

#: How many days are drawn if nobody says otherwise.
CHART_DAYS: Final = 90
#: The chart for a screen and the one for a phone: each at about its own size, as letters must stay readable.
_SIZES: Final = {"wide": (480, 300), "narrow": (344, 260)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One published price in the page's table; ``change`` is against the last believed price before it."""

    day: str
    price: str
    published: str
    change: str
    standing: str
    note: str


def believed_days(entries: Sequence[HistoryEntry]) -> list[DayRate]:
    """Return the prices that stand, the oldest first: not what was corrected since, nor what is held back."""
    return [DayRate(on=entry.effective_on, value=entry.value) for entry in entries if _is_believed(entry)]


def rate_page(
    currency: Currency,
    base: Currency,
    entries: Sequence[HistoryEntry],
    *,
    days: int,
    remarks: Callable[[HistoryEntry], tuple[str, str]] | None = None,
) -> str:
    """Return the page of a history, the oldest first: chart and table, in English, without script or network.

    ``remarks`` say of a price how it stands and what there is to know: for editors. Without them the page is for
    everybody, and has only the prices that stand.
    """
    shown = entries if remarks is not None else [entry for entry in entries if _is_believed(entry)]
    words = words_for("en", templates_dir())
    believed = believed_days(entries)
    title = f"{OWN_NAMES.get(currency, words.currency_name(currency))}: the price of one {words.currency_name(base)}"
    described = "; ".join(_described(currency, believed, words)) if believed else ""
    charts = {
        name: Markup(draw(believed, title=title, description=described, name=name, width=width, height=height))  # noqa: S704 - escaped where it is drawn
        for name, (width, height) in _SIZES.items()
        if believed
    }
    page = _template().render(
        title=title,
        currency=currency,
        one=one_of(base, "en"),
        days=days,
        for_editors=remarks is not None,
        charts=charts,
        described=f"{described}." if described else "",
        rows=list(_rows(currency, shown, words, remarks))[::-1],
    )
    return f"{page}\n"


@cache
def _template() -> Template:
    return web_templates().get_template("rates.html.j2")


def _described(currency: Currency, days: Sequence[DayRate], words: Words) -> Iterator[str]:
    last = days[-1]
    low, high = min(days, key=lambda day: day.value), max(days, key=lambda day: day.value)
    yield f"{figures(last.value, 'en')} on {_day(last.on)}"
    if low.value == high.value:
        yield "the same all the time"
    else:
        yield f"lowest {figures(low.value, 'en')} on {_day(low.on)}"
        yield f"highest {figures(high.value, 'en')} on {_day(high.on)}"
        moved = move_words(currency, strengthening(days[0].value, last.value), locale="en", translate=words.gettext)
        yield f"{moved} since {_day(days[0].on)}"


def _rows(
    currency: Currency,
    entries: Sequence[HistoryEntry],
    words: Words,
    remarks: Callable[[HistoryEntry], tuple[str, str]] | None,
) -> Iterator[_Row]:
    before: Decimal | None = None
    for entry in entries:
        percent = None if before is None else strengthening(before, entry.value)
        is_believed = _is_believed(entry)
        standing, note = remarks(entry) if remarks is not None else ("", "")
        yield _Row(
            day=_day(entry.effective_on),
            price=figures(entry.value, "en"),
            published="; ".join(
                f"{one.row.nominal} {one.row.currency} = {one.row.value} {one.row.local}" for one in entry.rows
            ),
            change="–"
            if percent is None or not is_believed
            else move_words(currency, percent, locale="en", translate=words.gettext),
            standing=standing,
            note=note,
        )
        before = entry.value if is_believed else before


def _is_believed(entry: HistoryEntry) -> bool:
    return entry.standing is not None and entry.standing is not Standing.HELD


def _day(day: date) -> str:
    return str(format_skeleton("yMMMd", day, locale=known_locale("en"))).replace(" ", "\u00a0")
