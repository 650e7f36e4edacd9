"""``/n/NEWSLETTER/rates/CURRENCY``: what a currency cost, day by day, for everybody; as a page and as JSON."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse, JSONResponse

from digest.collect.rates.rate import Currency, DayRate
from digest.collect.rates.rate_steps import HistoryEntry
from digest.compose.newsletter import Newsletter
from digest.ids import NewsletterId
from digest.newsroom_rates import rate_history
from digest.render.rate_page import CHART_DAYS, believed_days, rate_page
from digest.web.archive import FOR_EVERYBODY, ISSUE_POLICY, newsletter_of, robots
from digest.web.door import READ, Door

#: A history is worked out again when this many seconds have passed.
KEPT_SECONDS: Final = 300


class Histories:
    """What everybody may see of the newsletters' currencies: only prices that stand, without editors' remarks."""

    def __init__(self, door: Door) -> None:
        """Show what the door's rate book has."""
        self._door = door
        self._known = lru_cache(maxsize=64)(self._history)

    def of(self, newsletter: str, currency: str) -> tuple[Newsletter, Currency, Sequence[HistoryEntry]]:
        """Return the newsletter, the currency and its history, the oldest first.

        :raises HTTPException: there is no such newsletter, or it does not print that currency (404).
        """
        found = newsletter_of(self._door, newsletter)
        code = Currency(currency)
        if code not in found.rates.currencies:
            raise HTTPException(404)
        now = self._door.runtime.clock.now().timestamp()
        return found, code, self._known(found.id, code, int(now // KEPT_SECONDS))

    def _history(self, newsletter: NewsletterId, currency: Currency, _when: int) -> Sequence[HistoryEntry]:
        runtime = self._door.runtime
        return rate_history(runtime, currency, days=CHART_DAYS, newsletter=runtime.newsletters.newsletter(newsletter))


def rates(door: Door) -> APIRouter:
    """Return the routes of the newsletters' rates."""
    router = APIRouter()
    histories = Histories(door)

    @router.api_route("/n/{newsletter}/rates/{currency}.json", methods=READ)
    def as_json(newsletter: str, currency: str) -> Response:
        found, code, entries = histories.of(newsletter, currency)
        content = {
            "currency": code,
            "base": found.rates.base,
            "days": [_day(day) for day in believed_days(entries)],
        }
        return JSONResponse(content, headers=FOR_EVERYBODY | robots(door))

    @router.api_route("/n/{newsletter}/rates/{currency}", methods=READ)
    def show(newsletter: str, currency: str) -> Response:
        found, code, entries = histories.of(newsletter, currency)
        headers = FOR_EVERYBODY | robots(door) | {"Content-Security-Policy": ISSUE_POLICY, "Content-Language": "en"}
        return HTMLResponse(rate_page(code, found.rates.base, entries, days=CHART_DAYS), headers=headers)

    return router


def _day(day: DayRate) -> dict[str, str]:
    return {"day": day.on.isoformat(), "value": format(day.value, "f")}
