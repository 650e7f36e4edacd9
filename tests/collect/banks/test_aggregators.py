"""ECB, Frankfurter and ExchangeRate-API: those that price others' money."""

from datetime import date

import pytest

from digest.collect.banks import BANKS
from digest.collect.rates.rate import BankName, BankSheet
from digest.errors import ParseError
from tests.collect.banks import samples
from tests.collect.banks.samples import answer


def read_days(name: BankName, body: bytes) -> tuple[BankSheet, ...]:
    return BANKS[name].read_days(answer(body))


def figures(sheet: BankSheet) -> list[tuple[str, str, str]]:
    return [(row.local, row.currency, f"{row.value:f}") for row in sheet.rows]


def test_ecbs_series_gives_every_day_oldest_first_and_the_newest_by_itself() -> None:
    earlier = "<Cube time='2015-01-06'><Cube currency='USD' rate='1.1914'/></Cube>"
    body = samples.ecb(more=earlier)
    first, second = read_days(BankName.ECB, body)
    assert (first.effective_on, figures(first)) == (date(2015, 1, 6), [("USD", "EUR", "1.1914")])
    assert (second.effective_on, figures(second)) == (
        date(2015, 1, 7),
        [("USD", "EUR", "1.1831"), ("JPY", "EUR", "140.60")],
    )
    assert BANKS[BankName.ECB].read(answer(body)) == second


def test_ecb_is_read_without_its_namespaces_too() -> None:
    body = b"<Envelope><Cube><Cube time='2015-01-07'><Cube currency='USD' rate='1.1831'/></Cube></Cube></Envelope>"
    assert figures(read_days(BankName.ECB, body)[0]) == [("USD", "EUR", "1.1831")]


def test_ecbs_bad_day_spoils_the_series() -> None:
    for more, why in {
        "<Cube time='2015-01-07'><Cube currency='USD' rate='1.1'/></Cube>": "2015-01-07 stands in it twice",
        "<Cube time='2015-01-06'/>": "no rate in it",
        "<Cube time='2015-01-06'><Cube currency='USD' rate='N/A'/></Cube>": "USD has the price 'N/A'",
        "<Cube time='2015-01-06'><Cube currency='USD'/></Cube>": "has no rate",
    }.items():
        with pytest.raises(ParseError, match=why):
            read_days(BankName.ECB, samples.ecb(more=more))


def test_frankfurters_rates_are_sorted_into_days() -> None:
    more = ',{"date":"2026-03-31","base":"USD","quote":"UZS","rate":12210.71,"providers":["CBU"]}'
    first, second = read_days(BankName.FRANKFURTER, samples.frankfurter(more=more))
    assert (first.effective_on, figures(first)) == (date(2026, 3, 31), [("UZS", "USD", "12210.71")])
    assert (second.effective_on, figures(second)) == (
        date(2026, 4, 1),
        [("KZT", "USD", "478.770"), ("TMT", "USD", "3.5")],
    )


def test_a_number_keeps_its_digits_and_is_never_a_binary_one() -> None:
    digits = "478.770000000001"
    (sheet,) = read_days(BankName.FRANKFURTER, samples.frankfurter(value=digits))
    assert str(sheet.rows[0].value) == digits
    (sheet,) = read_days(BankName.ER_API, samples.er_api(value="3"))
    assert str(sheet.rows[0].value) == "3"


@pytest.mark.parametrize("name", [BankName.FRANKFURTER, BankName.ER_API])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("0", "price of zero"),
        ("0.0", "price of zero"),
        ("-1.5", "KZT has the price"),
        ("1E3", "KZT has the price"),
        ("8.2e-05", "KZT has the price"),
        ('"478.77"', "has no number"),
        ("null", "has no number"),
        ("true", "has no number"),
        ("[1]", "has no number"),
        ("NaN", "no JSON"),
        ("Infinity", "no JSON"),
        ("012", "no JSON"),
    ],
)
def test_what_is_no_plain_json_number_is_refused(name: BankName, value: str, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read_days(name, samples.SAMPLES[name](value=value))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"base":"EUR","date":"2026-04-01","rates":{"USD":1.08}}', "no list of rates"),
        (b'{"status":404,"message":"not found"}', "it says 'not found'"),
        (b'{"error":"bad date"}', "it says 'bad date'"),
        (b'[{"date":"2026-04-01","base":"USD","rate":1.5}]', "no text 'quote'"),
        (b'[{"date":"2026-04-01","base":"US","quote":"KZT","rate":1.5}]', "no currency code"),
        (b'[{"base":"USD","quote":"KZT","rate":1.5}]', "no text 'date'"),
    ],
)
def test_what_is_not_frankfurters_second_version_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read_days(BankName.FRANKFURTER, body)


def test_er_apis_day_is_that_of_its_update_and_the_base_is_no_row() -> None:
    (sheet,) = read_days(BankName.ER_API, samples.er_api())
    assert (sheet.effective_on, figures(sheet)) == (
        date(2025, 4, 14),
        [("KZT", "USD", "517.5200"), ("TMT", "USD", "3.5")],
    )


@pytest.mark.parametrize("base", ["1.02", '"1"', "null", "0"])
def test_an_answer_whose_base_is_not_one_is_of_another_base(base: str) -> None:
    with pytest.raises(ParseError, match=r"something else than one USD|USD has a price of zero"):
        read_days(BankName.ER_API, samples.er_api(base=base))
    assert read_days(BankName.ER_API, samples.er_api(base="1.0"))


@pytest.mark.parametrize("printed", ["0", "12", "1e9", "-1744588952", "174458895200", '"1744588952"', "1744588952.5"])
def test_an_update_of_no_time_of_ours_is_refused(printed: str) -> None:
    with pytest.raises(ParseError, match=r"no instant of our time|has no number"):
        read_days(BankName.ER_API, samples.er_api(printed))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[]", "no answer of this service"),
        (b'{"result":"error","error-type":"unsupported-code"}', "it says 'unsupported-code'"),
        (b'{"result":"pending"}', "it says 'pending'"),
        (b'{"result":7}', "it says 'nothing'"),
        (b"{}", "it says 'nothing'"),
        (b'{"result":"success"}', "no text 'base_code'"),
        (b'{"result":"success","base_code":"USD"}', "no 'rates' in it"),
        (b'{"result":"success","base_code":"USD","rates":{}}', "'time_last_update_unix' has no number"),
    ],
)
def test_an_answer_that_is_no_success_is_refused_with_what_it_says(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read_days(BankName.ER_API, body)
