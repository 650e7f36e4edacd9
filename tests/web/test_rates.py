"""The newsletters' rates for everybody: prices that stand, and nothing that only editors should see."""

import json
from datetime import timedelta

import pytest

from digest.collect.rates.rate import Currency
from digest.compose.newsletter import RatesWanted
from digest.store.newsletters import SqlNewsletters
from digest.store.rates import SqlRates
from tests.builders import TODAY, a_bank_sheet, a_declaration, a_newsletter
from tests.contracts.desk import DANA
from tests.fakes import NOON
from tests.web.serving import Served

DAY = timedelta(days=1)
PRICES = {3: "512.30", 2: "513.10", 1: "999.99", 0: "512.90"}  # one cannot be true


@pytest.fixture
def priced(served: Served) -> Served:
    book = SqlRates(served.desk.engine)
    for back, price in PRICES.items():
        book.enter([a_bank_sheet(effective_on=TODAY - back * DAY, values={"USD": price})], at=NOON - back * DAY)
    newsletter = a_newsletter(journalists=[DANA], rates=RatesWanted(currencies=(Currency("KZT"),)))
    SqlNewsletters(served.desk.engine).apply(a_declaration(newsletter), at=NOON)
    return served


def test_a_currency_has_a_page_with_a_chart_and_a_table(priced: Served) -> None:
    page = priced.get("/n/morning-brief/rates/KZT")
    assert page.status == 200
    assert "<svg" in page.body
    assert "<script" not in page.body
    for price in ("512.30", "513.10", "512.90"):
        assert price in page.body


def test_a_price_that_is_held_back_is_on_no_public_page(priced: Served) -> None:
    for path in ("/n/morning-brief/rates/KZT", "/n/morning-brief/rates/KZT.json"):
        assert "999.99" not in priced.get(path).body


def test_programs_get_exact_strings(priced: Served) -> None:
    said = json.loads(priced.get("/n/morning-brief/rates/KZT.json").body)
    assert (said["currency"], said["base"]) == ("KZT", "USD")
    assert said["days"] == [{"day": (TODAY - back * DAY).isoformat(), "value": PRICES[back]} for back in (3, 2, 0)]


def test_a_currency_without_prices_says_so_and_asks_nothing_of_a_visitor(served: Served) -> None:
    newsletter = a_newsletter(journalists=[DANA], rates=RatesWanted(currencies=(Currency("KZT"),)))
    SqlNewsletters(served.desk.engine).apply(a_declaration(newsletter), at=NOON)
    page = served.get("/n/morning-brief/rates/KZT").body
    assert "Nothing was published" in page
    assert "digest" not in page.partition("<body")[2]


@pytest.mark.parametrize("path", ["nowhere/rates/KZT", "morning-brief/rates/EUR", "morning-brief/rates/%00"])
def test_what_no_newsletter_prints_is_no_page(priced: Served, path: str) -> None:
    assert priced.get(f"/n/{path}").status == 404
    assert priced.get(f"/n/{path}.json").status == 404


def test_the_newsletters_page_leads_there(priced: Served) -> None:
    assert 'href="' in priced.get("/n/morning-brief").body
    assert "/n/morning-brief/rates/KZT" in priced.get("/n/morning-brief").body
