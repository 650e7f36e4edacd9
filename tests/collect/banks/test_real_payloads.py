"""The banks' real answers. Every figure in here was read from the files by eye."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digest.collect.banks import BANKS
from digest.collect.rates.rate import BankName, BankSheet
from digest.errors import ParseError
from tests.collect.banks.samples import answer, per_unit, row_of

#: Of each file: its bank, its day, how many rows, and rows as ``code nominal price change``.
PAYLOADS = {
    "nbk_0.xml": (
        BankName.NBK,
        date(2026, 4, 1),
        39,
        """
        AUD 1 328.01 -2.13   AMD 10 12.72 -0.08   GEL 1 179.5 -1.53   USD 1 478.77 -2.77   EUR 1 548.62 -4.62
        IRR 1000 0.4 0.00    KGS 1 5.47 -0.04     RUB 1 5.87 -0.06    TJS 1 50.19 -0.50    UZS 100 3.93 -0.02
        KWD 1 1560.02 -9.03  HUF 10 14.23 0.02    KRW 100 31.29 -0.47 JPY 1 3 -0.02        UAH 1 10.9 -0.10
        """,
    ),
    "nbk_1.xml": (
        BankName.NBK,
        date(2026, 4, 2),
        39,
        """
        AUD 1 329.81 1.80    AMD 10 12.69 -0.03   GEL 1 178.25 -1.25  USD 1 475.09 -3.68   EUR 1 551.06 2.44
        IRR 1000 0.4 0.00    KGS 1 5.43 -0.04     RUB 1 5.87 0.00     TJS 1 49.75 -0.44    UZS 100 3.91 -0.02
        KWD 1 1549.04 -10.98 HUF 10 14.43 0.20    KRW 100 31.55 0.26  JPY 1 3 0.00         ZAR 1 28.3 0.38
        """,
    ),
    "cbu_0.json": (
        BankName.CBU,
        date(2026, 4, 1),
        75,
        """
        USD 1 12194.21 -16.5  EUR 1 13984.32 -51.89  RUB 1 149.97 -0.39  KZT 1 25.53 0.14  KGS 1 139.40 -0.19
        TJS 1 1272.88 -1.06   TMT 1 4037.68 108.25   VND 10 4.63 -0.01   IRR 10 0.09 0     IDR 10 7.18 -0.01
        JPY 1 76.38 -0.13     HUF 1 36.20 0.22       LBP 1 0.14 0        THB 1 369.80 -1.85  ZAR 1 711.46 0.45
        """,
    ),
    "cbu_1.json": (
        BankName.CBU,
        date(2026, 4, 2),
        75,
        """
        USD 1 12142.10 -52.11  EUR 1 14079.98 95.66  RUB 1 150.53 0.56  KZT 1 25.55 0.02  KGS 1 138.80 -0.6
        TJS 1 1266.78 -6.1     TMT 1 3469.17 -568.51 VND 10 4.61 -0.02  IRR 10 0.09 0     IDR 10 7.15 -0.03
        JPY 1 76.50 0.12       XDR 1 16469.42 -88    LAK 1 0.55 0       THB 1 372.80 3    ZAR 1 722.15 10.69
        """,
    ),
    "nbkr_live_0.xml": (
        BankName.NBKR,
        date(2026, 5, 24),
        5,
        "USD 1 87.4500 -  EUR 1 101.5076 -  CNY 1 12.8707 -  KZT 1 0.1859 -  RUB 1 1.2263 -",
    ),
    "nbkr_live_1.xml": (
        BankName.NBKR_WEEKLY,
        date(2026, 5, 23),
        40,
        """
        GBP 1 117.4147 -  JPY 10 5.4969 -  AMD 10 2.3773 -  BYR 100 0.3402 -  BYN 1 32.0154 -  TJS 1 9.4148 -
        UZS 1 0.0073 -    TMT 1 24.9857 -  IRR 10 0.0007 -  UAH 1 1.9770 -    OMR 1 227.1370 - IDR 10 0.0494 -
        """,
    ),
    "nbt_0.xml": (
        BankName.NBT,
        date(2026, 5, 18),
        36,
        """
        USD 1 9.3450 -   EUR 1 10.8757 -  RUB 1 0.1277 -  UZS 100 0.0780 -  KGS 10 1.0686 -  KZT 10 0.1971 -
        IRR 1000 0.0071 - TMT 1 2.6700 -  AMD 100 2.5340 - KWD 1 30.4993 -  AFN 10 1.4654 -  KRW 100 0.6224 -
        """,
    ),
    "nbt_1.xml": (
        BankName.NBT,
        date(2026, 5, 19),
        36,
        """
        USD 1 9.3371 -   EUR 1 10.8600 -  RUB 1 0.1289 -  UZS 100 0.0777 -  KGS 10 1.0677 -  KZT 10 0.1986 -
        IRR 1000 0.0071 - TMT 1 2.6677 -  AMD 100 2.5357 - KWD 1 30.4289 -  AFN 10 1.4642 -  KRW 100 0.6217 -
        """,
    ),
    "cbt_0.xml": (
        BankName.CBT,
        date(2026, 5, 20),
        48,
        """
        USD 1 3.5 -        AUD 1 2.4885 -   DKK 1 0.544 -    IRR 10000 0.0265 -  GBP 1 4.6872 -  KZT 100 0.7424 -
        KGS 100 4.0023 -   UZS 1000 0.2913 - TJS 1 0.3788 -  RUB 100 4.9088 -    AFN 100 5.479 - MRU 10 0.8787 -
        KRW 1000 2.3187 -  XDR 1 4.7843 -   KWD 1 11.4081 -  EUR 1 4.0649 -
        """,
    ),
    "cbr_0.xml": (
        BankName.CBR,
        date(2026, 4, 25),
        54,
        """
        USD 1 75.5273 -    EUR 1 88.2826 -   KZT 100 16.3172 -  KGS 100 86.4125 -  TJS 10 80.0866 -  TMT 1 21.5792 -
        UZS 10000 62.8322 - IRR 1000000 53.9256 - VND 10000 30.0750 - BYN 1 26.7960 - HKD 10 96.5699 -
        """,
    ),
}


def read(shared: Path, name: BankName, file: str) -> BankSheet:
    path = shared / "banks" / file
    if not path.is_file():
        pytest.skip(f"{file} is not among the payloads beside the repository")
    return BANKS[name].read(answer(path.read_bytes(), ref=file))


@pytest.mark.parametrize("file", PAYLOADS)
def test_every_payload_gives_its_day_its_rows_and_its_figures(shared: Path, file: str) -> None:
    name, effective_on, rows, figures = PAYLOADS[file]
    sheet = read(shared, name, file)
    assert (sheet.effective_on, len(sheet.rows), sheet.warnings) == (effective_on, rows, ())
    words = figures.split()
    for code, nominal, value, change in zip(words[::4], words[1::4], words[2::4], words[3::4], strict=True):
        row = row_of(sheet, code)
        said = "-" if row.change is None else str(row.change)
        assert (code, row.nominal, str(row.value), said) == (code, int(nominal), value, change)


def test_every_payload_is_tried(shared: Path) -> None:
    assert {path.name for path in (shared / "banks").iterdir()} <= set(PAYLOADS)


def test_a_real_page_s_ticker_has_the_figures_that_it_prints(shared: Path) -> None:
    (page,) = (shared / "pages").iterdir()
    sheet = BANKS[BankName.TICKER].read(answer(page.read_bytes()))
    assert sheet.effective_on == date(2025, 12, 19)
    assert {row.currency: (row.local, str(row.value)) for row in sheet.rows} == {
        "KGS": ("USD", "0.01144"),
        "KZT": ("USD", "0.00193"),
        "TJS": ("USD", "0.10832"),
        "UZS": ("USD", "0.00008"),
        "TMT": ("USD", "0.28490"),
    }


def test_nbkrs_daily_source_reads_the_weekly_form_too(shared: Path) -> None:
    sheet = read(shared, BankName.NBKR, "nbkr_live_1.xml")
    assert (sheet.bank, len(sheet.rows), str(row_of(sheet, "UZS").value)) == (BankName.NBKR, 40, "0.0073")


@pytest.mark.parametrize(
    ("name", "files"), [(BankName.NBK, ("nbk_0.xml", "nbk_1.xml")), (BankName.CBU, ("cbu_0.json", "cbu_1.json"))]
)
def test_a_bank_s_own_change_is_the_difference_to_the_day_before(
    shared: Path, name: BankName, files: tuple[str, str]
) -> None:
    first, second = (read(shared, name, file) for file in files)
    assert all(row.change == row.value - row_of(first, row.currency).value for row in second.rows)


def test_a_nominal_is_reckoned_with(shared: Path) -> None:
    assert per_unit(read(shared, BankName.NBT, "nbt_0.xml"), "KGS") == Decimal("0.10686")
    assert per_unit(read(shared, BankName.CBT, "cbt_0.xml"), "KGS") == Decimal("0.040023")
    assert per_unit(read(shared, BankName.CBR, "cbr_0.xml"), "UZS") == Decimal("0.00628322")
    assert per_unit(read(shared, BankName.CBR, "cbr_0.xml"), "IRR") == Decimal("5.39256E-05")


def test_the_wrong_manat_of_the_first_of_april_is_read_as_it_was_published(shared: Path) -> None:
    wrong, right = (read(shared, BankName.CBU, f"cbu_{n}.json") for n in (0, 1))
    assert round(per_unit(wrong, "USD") / per_unit(wrong, "TMT"), 2) == Decimal("3.02")
    assert round(per_unit(right, "USD") / per_unit(right, "TMT"), 2) == Decimal("3.50")


@pytest.mark.parametrize("name", list(BANKS))
def test_no_payload_is_taken_for_another_bank_s(shared: Path, name: BankName) -> None:
    for file, (own, *_) in PAYLOADS.items():
        if own is not name and not {own, name} <= {BankName.NBKR, BankName.NBKR_WEEKLY}:
            with pytest.raises(ParseError):
                read(shared, name, file)
