"""What all banks have in common: exact figures in, a sheet or a named refusal out."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digest.collect.banks import BANKS, HOME_BANK, TIME_ZONE, TITLES
from digest.collect.rates.rate import BankName, BankSheet
from digest.errors import ParseError
from tests.collect.banks import samples
from tests.collect.banks.samples import SAMPLES, answer, row_of

#: Those whose sheets price one dollar, for a nominal, with digits of the bank's own.
CENTRAL = [
    *(BankName.NBK, BankName.CBU, BankName.NBKR, BankName.NBKR_WEEKLY, BankName.NBT, BankName.CBT, BankName.CBR),
]
COMMA = {BankName.NBKR, BankName.NBKR_WEEKLY, BankName.CBR}
JSON = {BankName.CBU, BankName.FRANKFURTER, BankName.ER_API}
XML = [name for name in BANKS if name not in JSON and name is not BankName.TICKER]

every_bank = pytest.mark.parametrize("name", list(BANKS))
every_central_bank = pytest.mark.parametrize("name", CENTRAL)
every_sheet = pytest.mark.parametrize("name", [name for name in BANKS if name is not BankName.TICKER])


def read(name: BankName, body: bytes) -> BankSheet:
    return BANKS[name].read(answer(body))


def sample(name: BankName) -> Callable[..., bytes]:
    return SAMPLES[name]


def test_every_currency_has_its_own_bank_and_every_bank_a_zone_and_a_title() -> None:
    assert dict(HOME_BANK) == {
        "KZT": BankName.NBK,
        "UZS": BankName.CBU,
        "KGS": BankName.NBKR,
        "TJS": BankName.NBT,
        "TMT": BankName.CBT,
        "RUB": BankName.CBR,
        "EUR": BankName.ECB,
    }
    assert set(BANKS) == set(TIME_ZONE) == set(SAMPLES)
    assert set(TITLES) == set(BankName)
    assert set(BankName) - set(BANKS) == {BankName.PEG}
    # The ECB prices one euro in other money: it has no price of foreign money in its own.
    own = {currency: BANKS[bank].local for currency, bank in HOME_BANK.items() if bank is not BankName.ECB}
    assert all(currency == local for currency, local in own.items())


def test_which_banks_have_a_past_and_which_a_series() -> None:
    days = date(2026, 4, 1), date(2026, 4, 3)
    assert {name for name, bank in BANKS.items() if not bank.has_history} == {
        *(BankName.NBKR, BankName.NBKR_WEEKLY, BankName.ECB, BankName.ER_API, BankName.TICKER),
    }
    asked = {name: bank.request_days(bank.endpoint, *days) for name, bank in BANKS.items()}
    assert {name: request.ref for name, request in asked.items() if request is not None} == {
        BankName.ECB: "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml",
        BankName.FRANKFURTER: "https://api.frankfurter.dev/v2/rates?base=USD&from=2026-04-01&to=2026-04-03",
    }


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        (BankName.NBK, "https://nationalbank.kz/rss/get_rates.cfm?fdate=02.04.2026"),
        (BankName.CBU, "https://cbu.uz/en/arkhiv-kursov-valyut/json/all/2026-04-02/"),
        (BankName.NBKR, "https://www.nbkr.kg/XML/daily.xml"),
        (BankName.NBKR_WEEKLY, "https://www.nbkr.kg/XML/weekly.xml"),
        (BankName.NBT, "https://www.nbt.tj/en/kurs/export_xml.php?date=2026-04-02&export=xmlout"),
        (BankName.CBT, "https://cbt.tm/kurs/2026/02042026.xml"),
        (BankName.CBR, "https://www.cbr.ru/scripts/XML_daily.asp?date_req=02/04/2026"),
        (BankName.ECB, "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"),
        (BankName.FRANKFURTER, "https://api.frankfurter.dev/v2/rates?base=USD&date=2026-04-02"),
        (BankName.ER_API, "https://open.er-api.com/v6/latest/USD"),
        (BankName.TICKER, ""),
    ],
)
def test_a_bank_is_asked_for_one_day(name: BankName, ref: str) -> None:
    bank = BANKS[name]
    request = bank.request(bank.endpoint, date(2026, 4, 2))
    assert request.ref == ref
    assert ("json" if name in JSON else "text/html" if name is BankName.TICKER else "xml") in request.accept


def test_a_mirror_may_have_a_query_and_a_final_slash() -> None:
    day = date(2026, 4, 2)
    asked = {
        (BankName.NBK, "http://m.example/?bank=nbk"): "http://m.example/?bank=nbk&fdate=02.04.2026",
        (BankName.CBU, "http://m.example/all/"): "http://m.example/all/2026-04-02/",
        (BankName.CBT, "http://m.example/kurs/"): "http://m.example/kurs/2026/02042026.xml",
        (BankName.ECB, "http://m.example/ecb/"): "http://m.example/ecb/eurofxref-daily.xml",
        (BankName.TICKER, "http://m.example/people/dana"): "http://m.example/people/dana",
    }
    assert {(name, place): BANKS[name].request(place, day).ref for name, place in asked} == asked


@every_bank
def test_the_sample_gives_its_first_price_exactly_as_printed(name: BankName) -> None:
    sheet = read(name, sample(name)())
    first = sheet.rows[0]
    assert sheet.bank is name
    assert (first.local, first.nominal, first.currency, f"{first.value:f}") == {
        BankName.NBK: ("KZT", 1, "USD", "475.09"),
        BankName.CBU: ("UZS", 1, "USD", "12194.21"),
        BankName.NBKR: ("KGS", 1, "USD", "87.4500"),
        BankName.NBKR_WEEKLY: ("KGS", 1, "USD", "87.4500"),
        BankName.NBT: ("TJS", 1, "USD", "9.3450"),
        BankName.CBT: ("TMT", 1, "USD", "3.5"),
        BankName.CBR: ("RUB", 1, "USD", "75.5273"),
        BankName.ECB: ("USD", 1, "EUR", "1.1831"),
        BankName.FRANKFURTER: ("KZT", 1, "USD", "478.770"),
        BankName.ER_API: ("KZT", 1, "USD", "517.5200"),
        BankName.TICKER: ("USD", 1, "KGS", "0.01144"),
    }[name]
    assert BANKS[name].local in (first.local, None)
    assert BANKS[name].read_days(answer(sample(name)())) == (sheet,)
    assert not sheet.warnings or name is BankName.TICKER


@every_central_bank
@pytest.mark.parametrize(
    "value",
    [
        *("0", "0.00", "-1.5", "+1", "1E3", "1e3", "NaN", "Infinity", "", "1.2.3", "007", ".5", "5.", "0x1F", "1_000"),
        *("1 234.5", "1\u00a0234.5", "1'234.5", "1,234.50", "٣.٥", "9" * 40, "0." + "1" * 40),
    ],
)
def test_a_price_that_is_no_plain_number_above_zero_is_refused(name: BankName, value: str) -> None:
    printed = value.translate(str.maketrans(".,", ",.")) if name in COMMA else value
    printed = printed if printed.isascii() or name not in COMMA else "?"
    with pytest.raises(ParseError, match="USD has"):
        read(name, sample(name)(value=printed))


@every_central_bank
def test_the_other_decimal_mark_is_refused_not_guessed(name: BankName) -> None:
    with pytest.raises(ParseError, match="USD has the price"):
        read(name, sample(name)(value="12.194" if name in COMMA else "12,194"))


@every_central_bank
@pytest.mark.parametrize("nominal", ["0", "-1", "1.0", "1E3", "", "NaN", "99999999", "010", "1 000"])
def test_a_nominal_that_is_no_whole_number_from_one_is_refused(name: BankName, nominal: str) -> None:
    with pytest.raises(ParseError, match="USD is quoted for"):
        read(name, sample(name)(nominal=nominal))


@every_sheet
@pytest.mark.parametrize("code", ["usd", "US", "DOLLAR", "", "U5D", "УЗС"])
def test_what_is_no_currency_code_is_refused(name: BankName, code: str) -> None:
    with pytest.raises(ParseError, match="no currency code"):
        read(name, sample(name)(code=code))


@every_sheet
def test_a_currency_that_is_quoted_twice_is_refused(name: BankName) -> None:
    second = read(name, sample(name)()).rows[1]
    code = second.currency if name in CENTRAL else second.local
    with pytest.raises(ParseError, match="twice"):
        read(name, sample(name)(code=code))


@every_sheet
def test_a_currency_that_is_priced_in_itself_is_somebody_else_s(name: BankName) -> None:
    own = BANKS[name].local or ("EUR" if name is BankName.ECB else "USD")
    with pytest.raises(ParseError, match=r"priced in itself|twice"):
        read(name, sample(name)(code=own))


@every_sheet
def test_ten_thousand_more_currencies_are_refused(name: BankName) -> None:
    body = sample(name)()
    letters = [chr(65 + n) for n in range(26)]
    codes = [f"{a}{b}{c}" for a in letters for b in letters for c in letters][:10_000]
    second = read(name, body).rows[1]
    known = (second.currency if name in CENTRAL else second.local).encode()
    start, end = _around(name, body, known)
    copies = [body[start:end].replace(known, code.encode()) for code in codes if code not in ("USD", "EUR", "KZT")]
    glue = b"," if name in JSON else b""
    with pytest.raises(ParseError, match="more than 400 rates"):
        read(name, body[:end] + glue + glue.join(copies) + body[end:])


def _around(name: BankName, body: bytes, code: bytes) -> tuple[int, int]:
    """Return where the last row, which has ``code`` in it, begins and ends."""
    at = body.rindex(code)
    if name is BankName.ER_API:
        return at - 1, body.index(b"}", at)
    if name in JSON:
        return body.rindex(b"{", 0, at), body.index(b"}", at) + 1
    opening = {BankName.NBK: b"<item", BankName.CBT: b"<rate code", BankName.ECB: b"<Cube"}
    opening |= dict.fromkeys((BankName.NBKR, BankName.NBKR_WEEKLY), b"<Currency ")
    begin = opening.get(name, b"<Valute")
    start = body.rindex(begin, 0, at)
    end = b"/>" if name is BankName.ECB else b"</" + begin[1:].split()[0] + b">"
    return start, body.index(end, at) + len(end)


@pytest.mark.parametrize("name", [name for name in BANKS if name not in (BankName.ER_API, BankName.TICKER)])
@pytest.mark.parametrize(
    "printed",
    [
        *("", "soon", "31.02.2026", "2026-02-31", "1.4.2026", "2026/04/01", "01.04.26", "04/01/2026"),
        *("01.04.0026", "0026-04-01", "01.04.9999", "9999-12-31", "0000-00-00"),
    ],
)
def test_a_date_that_is_none_is_refused(name: BankName, printed: str) -> None:
    with pytest.raises(ParseError, match=r"is no (date|day of the calendar|day of our time)"):
        read(name, sample(name)(date=printed))


def test_cbt_gives_either_form_of_date_and_the_others_only_their_own() -> None:
    assert read(BankName.CBT, samples.cbt(date="2023-05-20")).effective_on == date(2023, 5, 20)
    with pytest.raises(ParseError, match="is no date"):
        read(BankName.NBT, samples.nbt(date="18.05.2026"))
    with pytest.raises(ParseError, match="is no date"):
        read(BankName.CBR, samples.cbr(date="2026-05-18"))


@every_bank
@pytest.mark.parametrize("body", [b"", b"  \n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_answer_is_refused(name: BankName, body: bytes) -> None:
    with pytest.raises(ParseError, match=r"(the answer|it) is empty"):
        read(name, body)


@every_sheet
@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html>\n<html><body>Maintenance</body></html>",
        b"<html><br>Sorry & goodbye</html>",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>Closed</body></html>',
        b"\xef\xbb\xbf<!doctype html><title>403</title>",
    ],
)
def test_a_web_page_with_status_200_is_refused_by_name(name: BankName, body: bytes) -> None:
    with pytest.raises(ParseError, match="a web page came instead of the rates"):
        read(name, body)


@every_bank
def test_the_sheet_of_another_bank_is_refused(name: BankName) -> None:
    same_form = {BankName.NBKR, BankName.NBKR_WEEKLY}
    for other, another in SAMPLES.items():
        if other is not name and not {other, name} <= same_form:
            with pytest.raises(ParseError):
                read(name, another())


@every_bank
def test_a_byte_order_mark_and_leading_blank_lines_do_not_matter(name: BankName) -> None:
    assert read(name, b"\xef\xbb\xbf\r\n" + sample(name)()) == read(name, sample(name)())


@pytest.mark.parametrize("name", XML)
def test_utf_16_with_its_mark_is_read(name: BankName) -> None:
    text = sample(name)().decode("windows-1251" if name in COMMA else "utf-8")
    recoded = text.replace("windows-1251", "utf-16").replace("utf-8", "utf-16").replace("UTF-8", "utf-16")
    assert read(name, recoded.encode("utf-16")) == read(name, sample(name)())


@pytest.mark.parametrize("name", sorted(COMMA))
@pytest.mark.parametrize("wrong", ["utf-8", "us-ascii", "klingon"])
def test_a_wrong_declared_charset_is_refused(name: BankName, wrong: str) -> None:
    with pytest.raises(ParseError, match="it is no XML"):
        read(name, sample(name)().replace(b"windows-1251", wrong.encode()))


def test_utf_8_that_is_called_windows_1251_spoils_names_at_most() -> None:
    body = samples.nbkr()
    assert read(BankName.NBKR, body.decode("windows-1251").encode()) == read(BankName.NBKR, body)
    with pytest.raises(ParseError, match="it is no XML"):  # there is no byte 0x98, half of a capital И, in windows-1251
        read(BankName.CBR, samples.cbr().decode("windows-1251").encode())


@pytest.mark.parametrize("name", XML)
def test_a_document_type_of_its_own_is_refused_and_no_entity_expanded(name: BankName, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("475.09")
    for definition in ('"475.09"', f'SYSTEM "{secret.as_uri()}"'):
        for body in (sample(name)(value="&price;"), sample(name)(date="&price;"), sample(name)()):
            head, _, rest = body.partition(b"?>")
            doctype = f"<!DOCTYPE x [<!ENTITY price {definition}>]>".encode()
            with pytest.raises(ParseError):
                read(name, head + b"?>" + doctype + rest)


@pytest.mark.parametrize("place", [b"<rates><date>&a29;</date></rates>", b'<rates date="&a29;"/>'])
def test_a_thousand_laughs_are_refused_quickly(place: bytes) -> None:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 30))
    with pytest.raises(ParseError):
        read(BankName.NBK, b'<!DOCTYPE rates [<!ENTITY a0 "ha">' + entities + b"]>" + place)


def test_a_comment_inside_a_number_does_not_cut_it() -> None:
    assert row_of(read(BankName.NBK, samples.nbk(value="47<!-- 3 -->5.09")), "USD").value == Decimal("475.09")


def test_a_price_given_twice_or_with_more_inside_is_refused() -> None:
    for value in ("1</description><description>2", "<b>475.09</b>"):
        with pytest.raises(ParseError, match="exactly one plain <description>"):
            read(BankName.NBK, samples.nbk(value=value))


def test_a_sheet_without_rows_is_refused() -> None:
    for name, body in {
        BankName.NBK: b"<rates><date>02.04.2026</date></rates>",
        BankName.CBU: b"[]",
        BankName.ECB: b"<Envelope><Cube/></Envelope>",
        BankName.FRANKFURTER: b"[]",
        BankName.ER_API: b'{"result":"success","base_code":"USD","time_last_update_unix":1744588952,"rates":{"USD":1}}',
    }.items():
        with pytest.raises(ParseError, match="no rate in it"):
            read(name, body)


def test_a_row_without_its_attribute_is_refused() -> None:
    with pytest.raises(ParseError, match="no ISOCode"):
        read(BankName.NBKR, samples.nbkr().replace(b'ISOCode="KZT"', b""))
