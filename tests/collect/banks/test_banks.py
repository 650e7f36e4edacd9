"""What all five banks have in common: exact figures in, a sheet or a named refusal out."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.collect.banks import BANKS, HOME_BANK, TIME_ZONE
from digest.collect.rate import BankName, BankSheet
from digest.errors import ParseError
from tests.collect.banks import samples
from tests.collect.banks.samples import answer, row_of

SAMPLES: dict[BankName, Callable[..., bytes]] = {
    BankName.NBK: samples.nbk,
    BankName.CBU: samples.cbu,
    BankName.NBKR: samples.nbkr,
    BankName.NBT: samples.nbt,
    BankName.CBT: samples.cbt,
}
NOMINAL_NAME = {
    BankName.NBK: "quant",
    BankName.CBU: "nominal",
    BankName.NBKR: "nominal",
    BankName.NBT: "nominal",
    BankName.CBT: "multiplier",
}
XML_BANKS = [name for name in BANKS if name is not BankName.CBU]

every_bank = pytest.mark.parametrize("name", list(BANKS))


def read(name: BankName, body: bytes) -> BankSheet:
    return BANKS[name].read(answer(body))


def test_every_currency_has_its_own_bank_and_every_bank_a_zone() -> None:
    assert dict(HOME_BANK) == {
        "KZT": BankName.NBK,
        "UZS": BankName.CBU,
        "KGS": BankName.NBKR,
        "TJS": BankName.NBT,
        "TMT": BankName.CBT,
    }
    assert set(BANKS) == set(TIME_ZONE)
    assert all(BANKS[HOME_BANK[currency]].local == currency for currency in HOME_BANK)
    assert [bank.name for bank in BANKS.values() if not bank.has_history] == [BankName.NBKR]


@pytest.mark.parametrize(
    ("name", "ref"),
    [
        (BankName.NBK, "https://nationalbank.kz/rss/get_rates.cfm?fdate=02.04.2026"),
        (BankName.CBU, "https://cbu.uz/en/arkhiv-kursov-valyut/json/all/2026-04-02/"),
        (BankName.NBKR, "https://www.nbkr.kg/XML/daily.xml"),
        (BankName.NBT, "https://www.nbt.tj/en/kurs/export_xml.php?date=2026-04-02&export=xmlout"),
        (BankName.CBT, "https://cbt.tm/kurs/2026/02042026.xml"),
    ],
)
def test_a_bank_is_asked_for_one_day(name: BankName, ref: str) -> None:
    bank = BANKS[name]
    request = bank.request(bank.endpoint, date(2026, 4, 2))
    assert request.ref == ref
    assert ("json" if name is BankName.CBU else "xml") in request.accept


def test_a_mirror_may_have_a_query_and_a_final_slash() -> None:
    day = date(2026, 4, 2)
    assert BANKS[BankName.NBK].request("http://m.example/?bank=nbk", day).ref == (
        "http://m.example/?bank=nbk&fdate=02.04.2026"
    )
    assert BANKS[BankName.CBU].request("http://m.example/all/", day).ref == "http://m.example/all/2026-04-02/"
    assert BANKS[BankName.CBT].request("http://m.example/kurs/", day).ref == "http://m.example/kurs/2026/02042026.xml"


@every_bank
def test_the_sample_gives_the_dollar_exactly_as_printed(name: BankName) -> None:
    sheet = read(name, SAMPLES[name]())
    assert sheet.bank is name
    printed = {
        BankName.NBK: "475.09",
        BankName.CBU: "12194.21",
        BankName.NBKR: "87.4500",
        BankName.NBT: "9.3450",
        BankName.CBT: "3.5",
    }
    dollar = row_of(sheet, "USD")
    assert (str(dollar.value), dollar.nominal, dollar.local) == (printed[name], 1, BANKS[name].local)
    assert len(sheet.rows) == 2
    assert not sheet.warnings


def test_the_banks_own_change_is_kept_where_it_gives_one() -> None:
    assert row_of(read(BankName.NBK, samples.nbk()), "USD").change == Decimal("-3.68")
    assert row_of(read(BankName.NBK, samples.nbk(change="+2.44")), "USD").change == Decimal("2.44")
    assert row_of(read(BankName.NBK, samples.nbk(change="")), "USD").change is None
    assert row_of(read(BankName.NBK, samples.nbk()), "UZS").change is None
    assert row_of(read(BankName.CBU, samples.cbu()), "USD").change == Decimal("-16.5")
    assert row_of(read(BankName.CBU, samples.cbu()), "VND").change is None
    assert row_of(read(BankName.NBT, samples.nbt()), "USD").change is None


def test_a_change_of_minus_zero_is_zero() -> None:
    assert str(row_of(read(BankName.NBK, samples.nbk(change="-0.00")), "USD").change) == "0.00"


def test_a_change_that_is_no_number_is_refused() -> None:
    with pytest.raises(ParseError, match="USD has the change"):
        read(BankName.NBK, samples.nbk(change="1,5"))


@every_bank
@pytest.mark.parametrize(
    "value", ["0", "0.00", "-1.5", "+1", "1E3", "NaN", "Infinity", "", "1.2.3", "1 234.5", "٣.٥", "9" * 40]
)
def test_a_price_that_is_no_plain_number_above_zero_is_refused(name: BankName, value: str) -> None:
    printed = value.replace(".", ",") if name is BankName.NBKR else value
    printed = "?" if name is BankName.NBKR and not printed.isascii() else printed
    with pytest.raises(ParseError, match="USD has"):
        read(name, SAMPLES[name](value=printed))


@every_bank
def test_the_other_decimal_mark_is_refused_not_guessed(name: BankName) -> None:
    with pytest.raises(ParseError, match="USD has the price"):
        read(name, SAMPLES[name](value="12.194" if name is BankName.NBKR else "12,194"))


@every_bank
@pytest.mark.parametrize("nominal", ["0", "-1", "1.0", "1E3", "", "NaN", "99999999"])
def test_a_nominal_that_is_no_whole_number_from_one_is_refused(name: BankName, nominal: str) -> None:
    with pytest.raises(ParseError, match="USD is quoted for"):
        read(name, SAMPLES[name](**{NOMINAL_NAME[name]: nominal}))


@every_bank
@pytest.mark.parametrize("code", ["usd", "US", "DOLLAR", "", "U5D"])
def test_what_is_no_currency_code_is_refused(name: BankName, code: str) -> None:
    with pytest.raises(ParseError, match="no currency code"):
        read(name, SAMPLES[name](code=code))


@every_bank
def test_a_currency_that_is_quoted_twice_is_refused(name: BankName) -> None:
    second = {BankName.NBK: "UZS", BankName.CBU: "VND", BankName.NBKR: "KZT", BankName.NBT: "RUB", BankName.CBT: "KGS"}
    with pytest.raises(ParseError, match="quoted twice"):
        read(name, SAMPLES[name](code=second[name]))


@every_bank
@pytest.mark.parametrize("printed", ["", "soon", "31.02.2026", "2026-02-31", "1.4.2026", "2026/04/01", "01.04.26"])
def test_a_date_that_is_none_is_refused(name: BankName, printed: str) -> None:
    with pytest.raises(ParseError, match=r"is no (date|day of the calendar)"):
        read(name, SAMPLES[name](date=printed))


def test_cbt_gives_either_form_of_date_and_nbt_only_its_own() -> None:
    assert read(BankName.CBT, samples.cbt(date="2023-05-20")).effective_on == date(2023, 5, 20)
    with pytest.raises(ParseError, match="is no date"):
        read(BankName.NBT, samples.nbt(date="18.05.2026"))


@every_bank
@pytest.mark.parametrize("body", [b"", b"  \n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_answer_is_refused(name: BankName, body: bytes) -> None:
    with pytest.raises(ParseError, match="the answer is empty"):
        read(name, body)


@every_bank
@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html>\n<html><body>Maintenance</body></html>", b"<html><br>Sorry & goodbye</html>"]
)
def test_a_web_page_with_status_200_is_refused_by_name(name: BankName, body: bytes) -> None:
    with pytest.raises(ParseError, match="a web page came instead of the rates"):
        read(name, body)


@every_bank
def test_the_sheet_of_another_bank_is_refused(name: BankName) -> None:
    for other, sample in SAMPLES.items():
        if other is not name:
            with pytest.raises(ParseError):
                read(name, sample())


@every_bank
def test_a_byte_order_mark_and_leading_blank_lines_do_not_matter(name: BankName) -> None:
    assert read(name, b"\xef\xbb\xbf\r\n" + SAMPLES[name]()) == read(name, SAMPLES[name]())


@pytest.mark.parametrize("name", XML_BANKS)
def test_utf_16_with_its_mark_is_read(name: BankName) -> None:
    text = SAMPLES[name]().decode("windows-1251" if name is BankName.NBKR else "utf-8")
    recoded = text.replace("windows-1251", "utf-16").replace("utf-8", "utf-16").replace("UTF-8", "utf-16")
    assert read(name, recoded.encode("utf-16")) == read(name, SAMPLES[name]())


@pytest.mark.parametrize("name", XML_BANKS)
def test_entities_are_never_expanded(name: BankName, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("475.09")
    for definition in ('"475.09"', f'SYSTEM "{secret.as_uri()}"'):
        body = SAMPLES[name](value="&price;")
        head, _, rest = body.partition(b"?>")
        doctype = f"<!DOCTYPE x [<!ENTITY price {definition}>]>".encode()
        with pytest.raises(ParseError):
            read(name, head + b"?>" + doctype + rest)


def test_a_thousand_laughs_are_refused_quickly() -> None:
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 30))
    body = b'<!DOCTYPE rates [<!ENTITY a0 "ha">' + entities + b"]><rates><date>&a29;</date></rates>"
    with pytest.raises(ParseError):
        read(BankName.NBK, body)


def test_a_comment_inside_a_number_does_not_cut_it() -> None:
    assert row_of(read(BankName.NBK, samples.nbk(value="47<!-- 3 -->5.09")), "USD").value == Decimal("475.09")


def test_a_price_given_twice_or_with_more_inside_is_refused() -> None:
    for value in ("1</description><description>2", "<b>475.09</b>"):
        with pytest.raises(ParseError, match="exactly one plain <description>"):
            read(BankName.NBK, samples.nbk(value=value))


def test_a_sheet_without_rows_is_refused() -> None:
    with pytest.raises(ParseError, match="no rate in it"):
        read(BankName.NBK, b"<rates><date>02.04.2026</date></rates>")
    with pytest.raises(ParseError, match="no rate in it"):
        read(BankName.CBU, b"[]")


def test_a_row_without_its_attribute_is_refused() -> None:
    with pytest.raises(ParseError, match="no ISOCode"):
        read(BankName.NBKR, samples.nbkr().replace(b'ISOCode="KZT"', b""))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{}", "no list of rates"),
        (b'["USD"]', "no list of rates"),
        (b"[NaN", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'[{"Ccy":"USD"}]', "no text 'Date'"),
        (b'[{"Date":"01.04.2026","Ccy":"USD","Nominal":"1","Rate":12194.21}]', "no text 'Rate'"),
        (b'[{"Date":"01.04.2026","Ccy":"USD"},{"Date":"02.04.2026","Ccy":"EUR"}]', "rates of 2 days"),
    ],
)
def test_json_that_is_no_sheet_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read(BankName.CBU, body)


@every_bank
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=300))
def test_any_bytes_give_a_sheet_or_a_named_refusal(name: BankName, body: bytes) -> None:
    _sheet_or_refusal(name, body)


@every_bank
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_damaged_sheet_gives_a_sheet_or_a_named_refusal(name: BankName, data: st.DataObject) -> None:
    body = bytearray(SAMPLES[name]())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=6))
    _sheet_or_refusal(name, bytes(body))


def _sheet_or_refusal(name: BankName, body: bytes) -> None:
    try:
        sheet = read(name, body)
    except ParseError:
        return
    assert sheet.rows
    assert all(row.value > 0 and row.nominal > 0 and row.local == BANKS[name].local for row in sheet.rows)
    assert len({row.currency for row in sheet.rows}) == len(sheet.rows)
