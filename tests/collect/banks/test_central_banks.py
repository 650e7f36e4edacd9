"""What is particular about a central bank's own sheet."""

from datetime import date
from decimal import Decimal

import pytest

from digest.collect.banks import BANKS
from digest.collect.rates.rate import BankName, BankSheet
from digest.errors import ParseError
from tests.collect.banks import samples
from tests.collect.banks.samples import answer, row_of


def read(name: BankName, body: bytes) -> BankSheet:
    return BANKS[name].read(answer(body))


def test_the_banks_own_change_is_kept_where_it_gives_one() -> None:
    assert row_of(read(BankName.NBK, samples.nbk()), "USD").change == Decimal("-3.68")
    assert row_of(read(BankName.NBK, samples.nbk(change="+2.44", index="UP")), "USD").change == Decimal("2.44")
    assert row_of(read(BankName.NBK, samples.nbk(change="")), "USD").change is None
    assert row_of(read(BankName.NBK, samples.nbk()), "UZS").change is None
    assert row_of(read(BankName.CBU, samples.cbu()), "USD").change == Decimal("-16.5")
    assert row_of(read(BankName.CBU, samples.cbu(diff="")), "USD").change is None
    assert row_of(read(BankName.CBU, samples.cbu()), "VND").change is None
    assert row_of(read(BankName.NBT, samples.nbt()), "USD").change is None


@pytest.mark.parametrize("index", ["DOWN", "UP", ""])
def test_a_change_of_minus_zero_is_zero(index: str) -> None:
    sheet = read(BankName.NBK, samples.nbk(change="-0.00", index=index))
    assert (str(row_of(sheet, "USD").change), sheet.warnings) == ("0.00", ())


@pytest.mark.parametrize("change", ["1,5", "--1", "1E2", "NaN", "+", "1 000"])
def test_a_change_that_is_no_number_is_refused(change: str) -> None:
    with pytest.raises(ParseError, match="USD has the change"):
        read(BankName.NBK, samples.nbk(change=change))
    with pytest.raises(ParseError, match="USD has the change"):
        read(BankName.CBU, samples.cbu(diff=change))


@pytest.mark.parametrize(("index", "change"), [("DOWN", "+2.44"), ("UP", "-3.68")])
def test_nbks_arrow_and_change_must_point_the_same_way(index: str, change: str) -> None:
    sheet = read(BankName.NBK, samples.nbk(change=change, index=index))
    row = row_of(sheet, "USD")
    assert (str(row.value), row.change) == ("475.09", None)
    assert sheet.warnings == (f"USD is said to go {index} by {Decimal(change)}: this change is left out.",)


def test_nbks_sheet_without_arrows_keeps_its_changes() -> None:
    sheet = read(BankName.NBK, samples.nbk(index=""))
    assert (row_of(sheet, "USD").change, sheet.warnings) == (Decimal("-3.68"), ())


def test_nbkrs_weekly_file_is_a_source_of_its_own() -> None:
    sheet = read(BankName.NBKR_WEEKLY, samples.nbkr_weekly())
    assert (sheet.bank, sheet.effective_on) == (BankName.NBKR_WEEKLY, date(2026, 5, 23))
    assert BANKS[BankName.NBKR_WEEKLY].title == BANKS[BankName.NBKR].title


def test_cbt_says_when_a_price_does_not_follow_from_its_own_dollars() -> None:
    sheet = read(BankName.CBT, samples.cbt())
    assert not sheet.warnings
    sheet = read(BankName.CBT, samples.cbt().replace(b"<multiplier>100<", b"<multiplier>1000<"))
    assert (row_of(sheet, "KGS").nominal, sheet.warnings) == (
        1000,
        ("KGS costs 4.0023 for 1000, which does not follow from 87.45 to the dollar.",),
    )
    upright = samples.cbt().replace(b"87.45", b"1.1614").replace(b">100<", b">1<").replace(b"4.0023", b"4.0649")
    assert not read(BankName.CBT, upright).warnings  # dollars per euro, not euros per dollar
    assert not read(BankName.CBT, samples.cbt().replace(b"<rate_usd>87.45</rate_usd>", b"")).warnings


def test_cbts_dollars_that_are_no_number_are_refused() -> None:
    with pytest.raises(ParseError, match="KGS has a price of zero"):
        read(BankName.CBT, samples.cbt().replace(b"87.45", b"0"))


def test_the_bank_of_russia_prices_millions_of_rials() -> None:
    sheet = read(BankName.CBR, samples.cbr())
    rial = row_of(sheet, "IRR")
    assert (sheet.effective_on, rial.nominal, str(rial.value)) == (date(2026, 4, 25), 1_000_000, "53.9256")
    assert date(2026, 4, 25).strftime("%A") == "Saturday"
    assert read(BankName.CBR, samples.cbr(unit="")).rows == sheet.rows


@pytest.mark.parametrize("unit", ["5,39256E-04", "53,9256", "0,0000539", "5,39257E-05"])
def test_a_nominal_that_contradicts_the_price_of_one_unit_is_refused(unit: str) -> None:
    with pytest.raises(ParseError, match=f"IRR costs 53.9256 for 1000000, but {unit} for one"):
        read(BankName.CBR, samples.cbr(unit=unit))


@pytest.mark.parametrize("unit", ["NaN", "-1", "5.39256E-05", "1E5", "one", "5,3E-999"])
def test_a_price_of_one_unit_that_is_no_number_is_refused(unit: str) -> None:
    with pytest.raises(ParseError, match="for one unit"):
        read(BankName.CBR, samples.cbr(unit=unit))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{}", "no list of rates"),
        (b'["USD"]', "no list of rates"),
        (b'{"message":"closed"}', "it says 'closed'"),
        (b"[NaN", "no JSON"),
        (b"[NaN]", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xff", "no JSON"),
        (b'[{"Ccy":"USD"}]', "no text 'Date'"),
        (b'[{"Date":"01.04.2026","Ccy":"USD","Nominal":"1","Rate":12194.21}]', "no text 'Rate'"),
        (b'[{"Date":"01.04.2026","Ccy":"USD","Nominal":"1","Rate":"1","Rate":"2"}]', "a key stands twice"),
        (b'[{"Date":"01.04.2026","Ccy":"USD"},{"Date":"02.04.2026","Ccy":"EUR"}]', "rates of 2 days"),
    ],
)
def test_json_that_is_no_sheet_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read(BankName.CBU, body)
