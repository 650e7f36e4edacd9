"""A line chart of a rate's history as SVG text. Pure: published days in, text out; no script, no colour of its own.

Lines and letters are drawn in ``currentColor``, so the page's ink decides, light or dark; a page that wants more hangs
its colours on the classes ``grid``, ``line`` and ``dot``. Whoever cannot see it is told its title and description. All
coordinates are whole tenths of a unit, reckoned in ``Decimal``: the same days make the same bytes everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from babel.dates import format_skeleton
from markupsafe import escape

from digest.collect.rates.rate import DayRate
from digest.collect.rates.rate_words import figures, known_locale
from digest.render.tidy import one_line

#: How many prices the scale names, about, and how far apart dates stand at the least, in units.
_STEPS: Final = 4
_DATE_WIDTH: Final = 110
#: Steps of a scale that people read easily, times any power of ten.
_EASY_STEPS: Final = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
#: A rate that never moved gets a scale of this share of its price.
_FLAT_SHARE: Final = Decimal("0.01")
#: Longer spans name months and years instead of days.
_A_YEAR: Final = 300
#: A single letter or figure is about so wide, in units, at the size of ``_LETTERS``.
_LETTER: Final = Decimal("7.2")
_LETTERS: Final = 13
_RIGHT: Final = 12
_TOP: Final = 12
_BOTTOM: Final = 32
_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where days and prices are drawn: from ``left`` and ``_TOP`` on, ``wide`` and ``high`` units."""

    first: date
    days: int
    bottom: Decimal
    top: Decimal
    left: Decimal
    wide: Decimal
    high: Decimal

    def x(self, day: date) -> Decimal:
        share = Decimal((day - self.first).days) / self.days if self.days else Decimal("0.5")
        return (self.left + self.wide * share).quantize(_TENTH, ROUND_HALF_UP)

    def y(self, value: Decimal) -> Decimal:
        share = (self.top - value) / (self.top - self.bottom)
        return (_TOP + self.high * share).quantize(_TENTH, ROUND_HALF_UP)


def chart(
    days: Sequence[DayRate],
    *,
    title: str,
    description: str,
    name: str = "chart",
    locale: str = "en",
    width: int = 720,
    height: int = 320,
) -> str:
    """Return an SVG element that shows the price of one unit of the base on some days, the oldest first.

    ``name`` begins the ids in it, as a page may hold several charts; ``width`` and ``height`` are in units (CSS pixels,
    where it is shown at its own size), letters are 13 of them high.

    :raises ValueError: there is no day to show.
    """
    scale = _scale(days)
    prices = [(value, figures(value, locale)) for value in scale]
    left = max(len(said) for _, said in prices) * _LETTER + _RIGHT
    frame = _Frame(
        first=days[0].on,
        days=(days[-1].on - days[0].on).days,
        bottom=scale[0],
        top=scale[-1],
        left=left,
        wide=width - left - _RIGHT,
        high=Decimal(height - _TOP - _BOTTOM),
    )
    title_id, description_id = f"{name}-title", f"{name}-description"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rate-chart" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{escape(title_id)} {escape(description_id)}">'
    )
    return "\n".join(
        [
            head,
            f'<title id="{escape(title_id)}">{escape(one_line(title))}</title>',
            f'<desc id="{escape(description_id)}">{escape(one_line(description))}</desc>',
            *_grid(frame, prices, width),
            *_dates(frame, locale, height),
            *_line(frame, days),
            "</svg>",
        ]
    )


def _grid(frame: _Frame, prices: Sequence[tuple[Decimal, str]], width: int) -> Iterator[str]:
    right = width - _RIGHT
    yield '<g class="grid" stroke="currentColor" stroke-opacity="0.25">'
    for value, _said in prices:
        y = frame.y(value)
        yield f'<line x1="{frame.left:f}" y1="{y}" x2="{right}" y2="{y}"/>'
    yield "</g>"
    yield f'<g fill="currentColor" font-size="{_LETTERS}" text-anchor="end" aria-hidden="true">'
    for value, said in prices:
        yield f'<text x="{frame.left - 8:f}" y="{frame.y(value) + 4}">{escape(said)}</text>'
    yield "</g>"


def _dates(frame: _Frame, locale: str, height: int) -> Iterator[str]:
    skeleton = "yMMM" if frame.days > _A_YEAR else "MMMd"
    steps = max(1, min(frame.days, int(frame.wide) // _DATE_WIDTH))
    yield f'<g fill="currentColor" font-size="{_LETTERS}" aria-hidden="true">'
    for step in range(steps + 1 if frame.days else 1):
        day = frame.first + timedelta(days=frame.days * step // steps)
        anchor = "middle" if not frame.days else "start" if step == 0 else "end" if step == steps else "middle"
        said = format_skeleton(skeleton, day, locale=known_locale(locale))
        yield f'<text x="{frame.x(day)}" y="{height - 8}" text-anchor="{anchor}">{escape(said)}</text>'
    yield "</g>"


def _line(frame: _Frame, days: Sequence[DayRate]) -> Iterator[str]:
    points = " ".join(f"{frame.x(day.on)},{frame.y(day.value)}" for day in days)
    yield (
        '<polyline class="line" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"'
        f' stroke-linecap="round" points="{points}"/>'
    )
    last = days[-1]
    yield f'<circle class="dot" fill="currentColor" cx="{frame.x(last.on)}" cy="{frame.y(last.value)}" r="4"/>'


def _scale(days: Sequence[DayRate]) -> list[Decimal]:
    """Return prices at easy steps that enclose all of the days', the lowest first; always more than one."""
    low, high = min(day.value for day in days), max(day.value for day in days)
    spread = high - low or high * _FLAT_SHARE
    rough = spread / _STEPS
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(easy * power for easy in _EASY_STEPS if easy * power >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = max((high / step).to_integral_value(ROUND_CEILING), first + 1)
    return [step * count for count in range(int(first), int(last) + 1)]
