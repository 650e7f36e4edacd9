from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from digest.clock import StoppedClock
from digest.collect.banks import BANKS
from digest.collect.rates.bank_report import BankReport, BankState
from digest.collect.rates.bank_steps import collect_bank, import_files
from digest.collect.rates.rate import BankName, Currency, Move
from digest.collect.rates.rate_steps import snapshot_for
from digest.errors import BadAnswer, FetchError, Unreachable
from tests.collect.banks import samples
from tests.collect.books import RateBookInMemory
from tests.fakes import FakeWeb

TUESDAY = datetime(2026, 5, 19, 6, 0, tzinfo=UTC)
USD = Currency("USD")


def nbt_ref(day: date, endpoint: str = BANKS[BankName.NBT].endpoint) -> str:
    return BANKS[BankName.NBT].request(endpoint, day).ref


def nbt_web(days: dict[str, bytes | FetchError]) -> FakeWeb:
    return FakeWeb(pages={nbt_ref(date.fromisoformat(day)): body for day, body in days.items()})


async def read(
    web: FakeWeb,
    *places: str,
    bank: BankName = BankName.NBT,
    book: RateBookInMemory | None = None,
    at: datetime = TUESDAY,
) -> BankReport:
    return await collect_bank(
        bank, places, web=web, book=RateBookInMemory() if book is None else book, clock=StoppedClock(at)
    )


async def test_today_and_the_day_before_are_read_once() -> None:
    book = RateBookInMemory()
    web = nbt_web({"2026-05-19": samples.nbt("2026-05-19", value="9.3371"), "2026-05-18": samples.nbt("2026-05-18")})
    report = await read(web, book=book)
    assert report == BankReport(
        bank=BankName.NBT,
        state=BankState.NEW,
        effective_on=(date(2026, 5, 19), date(2026, 5, 18)),
        entered=4,
    )
    assert web.asked == [nbt_ref(date(2026, 5, day)) for day in (19, 18, 17, 16, 15, 14)]
    again = await read(web, book=book)
    assert (again.state, again.entered, again.effective_on) == (BankState.UNCHANGED, 0, (date(2026, 5, 19),))


async def test_days_without_a_sheet_are_asked_for_once() -> None:
    book = RateBookInMemory()
    web = nbt_web({"2026-05-19": samples.nbt("2026-05-19"), "2026-05-12": samples.nbt("2026-05-12")})
    await read(web, book=book)
    await read(web, book=book)
    web.asked.clear()
    report = await read(web, book=book)
    assert web.asked == [nbt_ref(date(2026, 5, 19))]
    assert not report.warnings
    assert sorted(book.quoted(BankName.NBT, first=date(2026, 5, 1), until=date(2026, 5, 31))) == [
        date(2026, 5, 12),
        date(2026, 5, 19),
    ]


async def test_a_bad_sheet_of_a_missed_day_is_asked_for_again() -> None:
    book = RateBookInMemory()
    web = nbt_web({"2026-05-19": samples.nbt("2026-05-19"), "2026-05-18": b"<html>maintenance</html>"})
    assert "a web page came" in (await read(web, book=book)).warnings[0]
    web.asked.clear()
    await read(web, book=book)
    assert nbt_ref(date(2026, 5, 18)) in web.asked


async def test_a_holiday_is_a_quiet_day() -> None:
    book = RateBookInMemory()
    web = nbt_web({"2026-05-19": samples.nbt("2026-05-19")})
    await read(web, book=book)
    report = await read(FakeWeb(), book=book, at=TUESDAY + timedelta(days=1))
    assert (report.state, report.error) == (BankState.UNCHANGED, None)
    assert "404" in report.warnings[0]
    later = await read(FakeWeb(), book=book, at=TUESDAY + timedelta(days=5))
    assert later.has_failed


async def test_today_is_the_banks_today() -> None:
    web = FakeWeb()
    await read(web, at=datetime(2026, 5, 18, 19, 30, tzinfo=UTC))  # half past midnight in Dushanbe
    assert web.asked[0] == nbt_ref(date(2026, 5, 19))


async def test_a_weekend_carried_forward_is_passed_over_until_a_day_differs() -> None:
    sunday = datetime(2026, 5, 17, 6, 0, tzinfo=UTC)
    friday = samples.nbt("2026-05-15")
    web = nbt_web({"2026-05-17": friday, "2026-05-16": friday, "2026-05-14": samples.nbt("2026-05-14")})
    book = RateBookInMemory()
    report = await read(web, at=sunday, book=book)
    assert report.effective_on == (date(2026, 5, 15), date(2026, 5, 14))
    assert not report.warnings
    assert date(2026, 5, 16) in book.days_without_sheet(BankName.NBT, first=date(2026, 5, 1), until=date(2026, 5, 31))


async def test_todays_sheet_for_a_day_long_past_is_refused_by_name() -> None:
    """NBT silently answers a date that it does not have with the sheet of today."""
    today = samples.nbt("2026-11-23")
    web = nbt_web({f"2026-05-{day}": today for day in range(14, 20)})
    book = RateBookInMemory()
    report = await read(web, book=book)
    assert report.has_failed
    assert report.error_name == "ParseError"
    assert report.error is not None
    assert "asked for 2026-05-19, the bank answered with 2026-11-23" in report.error
    assert len(report.warnings) == 5
    assert not book.entries


async def test_an_older_sheet_on_a_working_day_is_refused() -> None:
    web = nbt_web({"2026-05-19": samples.nbt("2026-05-15"), "2026-05-18": samples.nbt("2026-05-18")})
    report = await read(web)
    assert report.state is BankState.NEW
    assert report.effective_on == (date(2026, 5, 18),)
    assert "asked for 2026-05-19, the bank answered with 2026-05-15" in report.warnings[0]


async def test_a_day_without_a_sheet_is_passed_over_with_a_warning() -> None:
    web = nbt_web({"2026-05-18": samples.nbt("2026-05-18"), "2026-05-17": samples.nbt("2026-05-17")})
    report = await read(web)
    assert report.effective_on == (date(2026, 5, 18), date(2026, 5, 17))
    assert ["404" in warning for warning in report.warnings] == [True]


async def test_a_bank_that_is_down_is_asked_once_and_is_a_value() -> None:
    ref = nbt_ref(date(2026, 5, 19))
    for error in (Unreachable(ref, "no answer in time"), BadAnswer(ref, 500)):
        web = nbt_web({"2026-05-19": error})
        report = await read(web)
        assert report == BankReport(
            bank=BankName.NBT, state=BankState.FAILED, error=str(error), error_name=type(error).__name__
        )
        assert len(web.asked) == 1


async def test_a_past_that_cannot_be_reached_leaves_todays_rates() -> None:
    past = Unreachable(nbt_ref(date(2026, 5, 18)), "no answer in time")
    report = await read(nbt_web({"2026-05-19": samples.nbt("2026-05-19"), "2026-05-18": past}))
    assert (report.state, report.effective_on, report.warnings) == (BankState.NEW, (date(2026, 5, 19),), (str(past),))


async def test_at_most_five_days_back_are_asked_for() -> None:
    web = FakeWeb()
    report = await read(web)
    assert web.asked == [nbt_ref(date(2026, 5, 19) - timedelta(days=back)) for back in range(6)]
    assert (report.state, report.error_name, report.warnings) == (BankState.FAILED, "BadAnswer", ())


async def test_a_bank_without_a_past_is_asked_once_and_may_speak_of_tomorrow() -> None:
    endpoint = BANKS[BankName.NBKR].endpoint
    web = FakeWeb(pages={endpoint: samples.nbkr("20.05.2026")})
    report = await read(web, bank=BankName.NBKR)
    assert (report.state, report.effective_on, web.asked) == (BankState.NEW, (date(2026, 5, 20),), [endpoint])
    assert (await read(FakeWeb(), bank=BankName.NBKR)).has_failed


async def test_one_url_is_a_mirror_of_the_endpoint() -> None:
    mirror = "http://127.0.0.1:8000/nbt"
    web = FakeWeb(pages={nbt_ref(date(2026, 5, day), mirror): samples.nbt(f"2026-05-{day}") for day in (18, 19)})
    report = await read(web, mirror)
    assert report.state is BankState.NEW
    assert all(ref.startswith(mirror) for ref in web.asked)


async def test_files_are_each_a_sheet_of_any_day() -> None:
    web = FakeWeb(pages={"a.xml": samples.nbt("2020-01-02"), "b.xml": samples.nbt("2020-01-03")})
    report = await read(web, "a.xml", "b.xml")
    assert report.effective_on == (date(2020, 1, 3), date(2020, 1, 2))
    assert report.entered == 4


async def test_a_file_that_cannot_be_read_fails_the_bank_and_the_others_are_kept() -> None:
    web = FakeWeb(pages={"bad.xml": b"<html></html>", "good.xml": samples.nbt("2020-01-03")})
    report = await read(web, "missing.xml", "good.xml", "bad.xml")
    assert (report.state, report.error_name, report.entered) == (BankState.FAILED, "BadAnswer", 2)
    assert "a web page came" in report.warnings[0]
    assert report.as_json() == {
        "bank": "nbt",
        "state": "failed",
        "effective_on": ["2020-01-03"],
        "entered": 2,
        "warnings": list(report.warnings),
        "error": report.error,
        "error_name": "BadAnswer",
    }


async def test_the_book_gives_the_snapshot_of_a_day() -> None:
    book = RateBookInMemory()
    web = nbt_web({"2026-05-19": samples.nbt("2026-05-19", value="9.3371"), "2026-05-18": samples.nbt("2026-05-18")})
    await read(web, book=book)
    wanted = [Currency("TJS"), Currency("KZT"), Currency("MNT")]
    snapshot = snapshot_for(wanted, USD, book=book, on=date(2026, 5, 19))
    (rate,) = snapshot.rates
    assert (rate.value, rate.previous, rate.move) == (Decimal("9.3371"), Decimal("9.3450"), Move.STRONGER)
    assert [missing.currency for missing in snapshot.missing] == ["KZT", "MNT"]


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2026, 5, 15), "National Bank of Tajikistan has only rates for 2026-05-19 and later"),
        (date(2026, 7, 1), "the last rate of National Bank of Tajikistan is of 2026-05-19, 43 days old"),
        (date(2024, 7, 1), "no price of one USD from National Bank of Tajikistan in the rate book"),
    ],
)
async def test_a_rate_of_another_time_is_missing_for_that_reason(on: date, why: str) -> None:
    book = RateBookInMemory()
    await read(nbt_web({"2026-05-19": samples.nbt("2026-05-19")}), book=book)
    (missing,) = snapshot_for([Currency("TJS")], USD, book=book, on=on).missing
    assert missing.reason == why


async def test_two_real_days_of_two_banks_make_a_snapshot(shared: Path) -> None:
    book = RateBookInMemory()
    for bank, kind in ((BankName.NBK, "nbk_{}.xml"), (BankName.CBU, "cbu_{}.json")):
        names = [kind.format(n) for n in (0, 1)]
        web = FakeWeb(pages={name: (shared / "banks" / name).read_bytes() for name in names})
        assert (await read(web, *names, bank=bank, book=book)).state is BankState.NEW
    snapshot = snapshot_for([Currency("UZS"), Currency("KZT")], USD, book=book, on=date(2026, 4, 2))
    assert [str(rate.value) for rate in snapshot.rates] == ["12142.10", "475.09"]
    assert [f"{rate.percent:.2f}" for rate in snapshot.rates] == ["0.43", "0.77"]


@pytest.mark.parametrize("bank", list(BANKS))
async def test_every_bank_that_is_not_there_is_a_value(bank: BankName) -> None:
    report = await read(FakeWeb(), bank=bank)
    assert report.has_failed


async def test_a_sheet_from_far_ahead_is_refused_and_the_book_is_unchanged() -> None:
    book = RateBookInMemory()
    web = FakeWeb(pages={BANKS[BankName.NBKR].endpoint: samples.nbkr("24.05.2027")})
    report = await read(web, bank=BankName.NBKR, book=book)
    assert (report.state, report.error_name) == (BankState.FAILED, "ParseError")
    assert "answered with 2027-05-24" in str(report.error)
    assert not book.entries


async def test_a_saved_sheet_from_far_ahead_waits_for_its_day_and_says_so() -> None:
    book = RateBookInMemory()
    report = await read(FakeWeb(pages={"a.xml": samples.nbkr("24.05.2027")}), "a.xml", bank=BankName.NBKR, book=book)
    assert (report.state, report.warnings) == (
        BankState.NEW,
        ("a.xml is of 2027-05-24: it is printed when that day comes.",),
    )


async def test_a_source_without_an_address_of_its_own_says_so() -> None:
    report = await read(FakeWeb(), bank=BankName.TICKER)
    assert "no address of its own" in str(report.error)


async def test_saved_files_are_imported_each_by_itself_whole_or_not_at_all() -> None:
    book = RateBookInMemory()
    web = FakeWeb(
        pages={"a.xml": samples.nbt("2026-05-18"), "b.xml": b"", "c.xml": samples.nbt("2026-05-19", value="9.3371")}
    )
    reports = await import_files(
        BankName.NBT, ["a.xml", "b.xml", "c.xml", "d.xml", "a.xml"], web=web, book=book, clock=StoppedClock(TUESDAY)
    )
    assert [(one.entered, one.error_name) for one in reports] == [
        *((2, None), (0, "ParseError"), (2, None), (0, "BadAnswer"), (0, None)),
    ]
    assert reports[0].as_json() == {
        "file": "a.xml",
        "effective_on": ["2026-05-18"],
        "entered": 2,
        "warnings": [],
        "error": None,
        "error_name": None,
    }


async def test_a_change_that_is_not_the_difference_to_the_day_before_is_named() -> None:
    book = RateBookInMemory()
    web = FakeWeb(
        pages={
            "a.json": samples.cbu("18.05.2026", value="12210.71", diff="0"),
            "b.json": samples.cbu("19.05.2026", value="12194.21", diff="-16.4"),
        }
    )
    report = await read(web, "a.json", "b.json", bank=BankName.CBU, book=book)
    assert report.warnings == (
        "2026-05-19: the bank's own change of USD (-16.4) is not the difference to its rates of 2026-05-18",
    )
    assert report.state is BankState.NEW


async def test_many_days_at_once_fill_the_gaps_of_a_bank_that_gives_them() -> None:
    ecb = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-"
    cubes = {day: f"<Cube time='2026-05-{day}'><Cube currency='USD' rate='1.17'/></Cube>" for day in (15, 18, 19)}
    envelope = "<Envelope><Cube>{}</Cube></Envelope>".format
    web = FakeWeb(
        pages={
            f"{ecb}daily.xml": envelope(cubes[19]).encode(),
            f"{ecb}hist-90d.xml": envelope("".join(cubes.values())).encode(),
        }
    )
    book = RateBookInMemory()
    report = await read(web, bank=BankName.ECB, book=book)
    assert report.effective_on == (date(2026, 5, 19), date(2026, 5, 18), date(2026, 5, 15))
    assert date(2026, 5, 17) in book.days_without_sheet(BankName.ECB, first=date(2026, 5, 1), until=date(2026, 5, 31))
    del web.pages[f"{ecb}hist-90d.xml"]
    broken = await read(web, bank=BankName.ECB, at=TUESDAY)
    assert (broken.state, len(broken.warnings)) == (BankState.NEW, 1)
