"""The contracts of ``Roster`` and ``RateBook``."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from digest.collect.journalist import Selectors, SourceKind
from digest.collect.rates.rate import BankName, BookedRate
from digest.errors import UnknownNewsletter
from digest.ids import JournalistId, NewsletterId
from digest.store.rates import SqlRates
from tests.builders import TODAY, a_bank_sheet, a_declaration, a_journalist, a_newsletter, a_source, an_outlet
from tests.contracts.desk import ASEL, DANA, Desk
from tests.fakes import NOON

DAY = timedelta(days=1)


# --- Roster ----------------------------------------------------------------------------------------------------------


def test_a_journalist_comes_back_as_declared(desk: Desk) -> None:
    marat = a_journalist(
        "marat-b",
        name="Марат Б.",
        outlet=an_outlet("night-post", name="Night Post", language="ru"),
        bio="Writes at night.",
        avatar_url="https://night-post.example.org/m.png",
        aliases=("M. B.", "Марат"),
        sources=(
            a_source("https://night-post.example.org/feed", byline="Marat"),
            a_source("captures/marat.txt", kind=SourceKind.CAPTURE),
            replace(
                a_source("https://night-post.example.org/marat", kind=SourceKind.PAGE),
                selectors=Selectors(card="div.z", title="h3"),
            ),
        ),
    )
    newsletter = a_newsletter("night", list_name="night", journalists=("marat-b",))
    desk.newsletters.apply(a_declaration(newsletter, journalists=[marat]), at=NOON)
    assert desk.roster.journalist(JournalistId("marat-b")) == marat
    assert list(desk.roster.journalists(NewsletterId("night"))) == [marat]


def test_journalists_come_in_the_order_of_their_names(desk: Desk) -> None:
    night = [a_journalist("z", name="bek A."), a_journalist("a", name="Zoya", sources=())]
    newsletter = a_newsletter("night", list_name="night", journalists=("a", "z", DANA))
    desk.newsletters.apply(a_declaration(newsletter, journalists=night), at=NOON)
    assert [one.id for one in desk.roster.journalists()] == [ASEL, "z", DANA, "a"]
    assert [one.id for one in desk.roster.journalists(NewsletterId("night"))] == ["z", DANA, "a"]
    assert [one.id for one in desk.roster.journalists(NewsletterId("morning-brief"))] == [ASEL, DANA]


def test_an_unknown_newsletter_is_named_with_the_known_ones(desk: Desk) -> None:
    with pytest.raises(UnknownNewsletter, match="morning-brief"):
        desk.roster.journalists(NewsletterId("nowhere"))


def test_a_journalist_who_is_not_there_is_a_broken_promise(desk: Desk) -> None:
    with pytest.raises(KeyError, match="nobody"):
        desk.roster.journalist(JournalistId("nobody"))


# --- RateBook --------------------------------------------------------------------------------------------------------


@pytest.fixture
def book(engine: Engine) -> SqlRates:
    return SqlRates(engine)


def _seen(rates: Sequence[BookedRate]) -> list[tuple[int, str, str]]:
    return [((rate.effective_on - TODAY).days, rate.row.currency, str(rate.row.value)) for rate in rates]


def test_a_sheet_is_entered_once(book: SqlRates) -> None:
    sheet = a_bank_sheet(values={"USD": "512.30", "EUR": "601.0"})
    assert book.enter([sheet], at=NOON) == 2
    assert book.enter([sheet], at=NOON + DAY) == 0
    found = book.rates(BankName.NBK, until=TODAY, days=1)
    assert _seen(found) == [(0, "USD", "512.30"), (0, "EUR", "601.0")]
    assert {rate.retrieved_at for rate in found} == {NOON}
    assert [rate.row for rate in found] == list(sheet.rows)


def test_a_correction_is_a_new_row_and_the_last_one_counts(book: SqlRates) -> None:
    book.enter([a_bank_sheet(values={"USD": "512.30", "EUR": "601.0"})], at=NOON)
    assert book.enter([a_bank_sheet(values={"USD": "512.40", "EUR": "601.0"})], at=NOON + DAY) == 1
    assert _seen(book.rates(BankName.NBK, until=TODAY, days=1)) == [(0, "USD", "512.40"), (0, "EUR", "601.0")]
    assert book.enter([a_bank_sheet(values={"USD": "512.30"})], at=NOON + 2 * DAY) == 1
    assert _seen(book.rates(BankName.NBK, until=TODAY, days=1)) == [(0, "USD", "512.30"), (0, "EUR", "601.0")]


def test_other_digits_of_the_same_number_are_a_correction(book: SqlRates) -> None:
    book.enter([a_bank_sheet(values={"USD": "512.3"})], at=NOON)
    assert book.enter([a_bank_sheet(values={"USD": "512.30"})], at=NOON) == 1
    assert _seen(book.rates(BankName.NBK, until=TODAY, days=1)) == [(0, "USD", "512.30")]


def test_nominal_and_change_count_too(book: SqlRates) -> None:
    sheet = a_bank_sheet()
    book.enter([sheet], at=NOON)
    per_hundred = replace(sheet, rows=tuple(replace(row, nominal=100) for row in sheet.rows))
    assert book.enter([per_hundred], at=NOON) == 1
    changed = replace(sheet, rows=tuple(replace(row, nominal=100, change=row.value) for row in sheet.rows))
    assert book.enter([changed], at=NOON) == 1
    assert [rate.row for rate in book.rates(BankName.NBK, until=TODAY, days=1)] == list(changed.rows)


def test_rates_are_of_one_bank_and_of_the_days_that_were_asked_for(book: SqlRates) -> None:
    for back in (0, 3, 1, 2):
        book.enter([a_bank_sheet(effective_on=TODAY - back * DAY, values={"USD": f"51{back}"})], at=NOON)
    book.enter([a_bank_sheet(bank=BankName.CBU, local="UZS", values={"USD": "12000"})], at=NOON)
    assert _seen(book.rates(BankName.NBK, until=TODAY - DAY, days=2)) == [(-2, "USD", "512"), (-1, "USD", "511")]
    assert _seen(book.rates(BankName.CBU, until=TODAY, days=30)) == [(0, "USD", "12000")]
    assert list(book.rates(BankName.NBT, until=TODAY, days=30)) == []


def test_an_empty_sheet_enters_nothing(book: SqlRates) -> None:
    assert book.enter([replace(a_bank_sheet(), rows=())], at=NOON) == 0
