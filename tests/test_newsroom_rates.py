"""The steps of rates over an open runtime: what commands and flows both call."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digest import newsroom_rates
from digest.clock import StoppedClock
from digest.collect.rates.bank_report import BankState
from digest.collect.rates.rate import BankName, Currency
from digest.collect.rates.rate_rules import Agreement, RateRules
from digest.compose.newsletter import RatesWanted
from digest.config import read_settings
from digest.errors import WrongUse
from digest.newsroom_rates import RatesReport, banks_of
from digest.wiring import Runtime, open_runtime
from tests.builders import a_bank_sheet, a_declaration, a_newsletter
from tests.fakes import NOON, FakeWeb

KZT, UZS, GBP = Currency("KZT"), Currency("UZS"), Currency("GBP")
TODAY = NOON.date()


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    settings = read_settings(database_url=f"sqlite:///{tmp_path}/digest.db", outbox_dir="outbox")
    with open_runtime(settings, clock=StoppedClock(NOON)) as opened:
        yield opened


def with_web(runtime: Runtime, web: FakeWeb) -> Runtime:
    @asynccontextmanager
    async def open_web(*, anew: bool = False) -> AsyncIterator[FakeWeb]:  # noqa: ARG001 - the port's signature
        yield web

    return replace(runtime, open_web=open_web)


def apply(runtime: Runtime, wanted: RatesWanted) -> None:
    runtime.newsletters.apply(a_declaration(a_newsletter(rates=wanted)), at=NOON)


def published(runtime: Runtime, *values: str) -> None:
    """Enter a tenge sheet for each day that ends with today."""
    for back, value in enumerate(reversed(values)):
        day = date.fromordinal(TODAY.toordinal() - back)
        runtime.rate_book.enter([a_bank_sheet(effective_on=day, values={"USD": value})], at=NOON)


def fetched(runtime: Runtime, web: FakeWeb, **how: object) -> RatesReport:
    newsletters = runtime.newsletters.newsletters()
    return asyncio.run(newsroom_rates.fetch_rates(with_web(runtime, web), newsletters, **how))  # type: ignore[arg-type]


def test_only_the_banks_of_a_newsletter_are_read(runtime: Runtime) -> None:
    apply(runtime, RatesWanted(currencies=(KZT, GBP), banks={BankName.NBK: ("nowhere.xml",)}))
    web = FakeWeb()
    ticks: list[None] = []
    report = fetched(runtime, web, tick=lambda: ticks.append(None))
    assert [(bank.bank, bank.has_failed) for bank in report.banks] == [(BankName.NBK, True)]
    assert (web.asked, len(ticks), report.has_failures) == (["nowhere.xml"], 1, True)


def test_without_any_newsletter_the_home_banks_are_read(runtime: Runtime) -> None:
    banks = [bank.bank for bank in fetched(runtime, FakeWeb()).banks]
    assert banks == ["nbk", "cbu", "nbkr", "nbt", "cbt", "cbr", "ecb"]


def test_one_bank_is_read_where_the_newsletter_says(runtime: Runtime) -> None:
    apply(runtime, RatesWanted(currencies=(KZT, UZS), banks={BankName.NBK: ("nowhere.xml",)}))
    web = FakeWeb()
    assert [bank.bank for bank in fetched(runtime, web, bank=BankName.NBK).banks] == ["nbk"]
    assert web.asked == ["nowhere.xml"]
    assert [bank.bank for bank in fetched(runtime, web, bank=BankName.ECB).banks] == ["ecb"]


def test_each_bank_is_read_once_for_all_newsletters_and_fallbacks_and_second_sources_are_read_too() -> None:
    rules = RateRules(
        fallbacks={KZT: (BankName.CBR,)}, agreement={KZT: Agreement(bank=BankName.ECB, within=Decimal(1))}
    )
    tenge = RatesWanted(currencies=(KZT,), rules=rules, banks={BankName.CBR: ("c",)})
    both = RatesWanted(currencies=(KZT, UZS, GBP), banks={BankName.CBU: ("a", "b")})
    found = banks_of([a_newsletter(rates=tenge), a_newsletter("evening", rates=both)])
    assert found == {BankName.NBK: (), BankName.CBR: ("c",), BankName.ECB: (), BankName.CBU: ("a", "b")}


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ((TODAY, date(2025, 12, 1)), "is before"),
        ((date(2020, 1, 1), TODAY), "too much at once"),
        ((TODAY, date(2025, 12, 24)), "lies ahead"),
        ((None, TODAY), "needs a first one"),
    ],
)
def test_days_that_cannot_be_asked_for_are_refused(runtime: Runtime, days: tuple[date | None, date], why: str) -> None:
    with pytest.raises(WrongUse, match=why):
        fetched(runtime, FakeWeb(), first=days[0], until=days[1])


def test_a_held_rate_is_a_failure_with_a_named_warning(runtime: Runtime) -> None:
    apply(runtime, RatesWanted(currencies=(KZT,), banks={BankName.NBK: ("nowhere.xml",)}))
    published(runtime, "475.09", "540.00")
    report = fetched(runtime, FakeWeb())
    (held,) = report.held
    assert (str(held.value), str(held.kept)) == ("540.00", "475.09")
    (warning,) = report.warnings
    assert warning.startswith("held-rate, KZT per USD: 540.00 of 2025-12-19 is held back")
    assert "digest rates accept KZT 2025-12-19" in warning
    assert report.as_json()["held"][0]["doubts"][0]["reason"] == "jump"


def test_what_a_person_accepts_is_exactly_what_was_published(runtime: Runtime) -> None:
    apply(runtime, RatesWanted(currencies=(KZT,)))
    published(runtime, "475.09", "540.00")
    (wanted,) = newsroom_rates.wanted_of(runtime, runtime.newsletters.newsletters())
    (word,) = newsroom_rates.accept_rates(runtime, "KZT", TODAY, by="Dana", note="the tenge was let go")
    assert (word.by, str(word.value), word.at) == ("Dana", "540.00", NOON)
    (rate,) = newsroom_rates.snapshot_of(runtime, wanted).rates
    assert (str(rate.value), rate.accepted_by) == ("540.00", "Dana")
    published(runtime, "545.00")
    snapshot = newsroom_rates.snapshot_of(runtime, wanted)
    assert (str(snapshot.rates[0].value), str(snapshot.held[0].value)) == ("475.09", "545.00")


@pytest.mark.parametrize(
    ("subject", "more", "why"),
    [
        ("UZS", {}, "Nothing of UZS is held back for 2025-12-19"),
        ("FOO", {}, "no bank and no currency"),
        ("KZT", {"by": " "}, "by somebody, for a reason"),
        ("KZT", {"note": ""}, "by somebody, for a reason"),
        ("KZT", {"value": "541"}, "held back is 540.00, not 541"),
    ],
)
def test_an_acceptance_that_names_nothing_is_refused(
    runtime: Runtime, subject: str, more: dict[str, str], why: str
) -> None:
    published(runtime, "475.09", "540.00")
    how: dict[str, object] = {"by": "Dana", "note": "seen", **more}
    if "value" in how:
        how["value"] = Decimal(str(how["value"]))
    with pytest.raises(WrongUse, match=why):
        newsroom_rates.accept_rates(runtime, subject, TODAY, **how)  # type: ignore[arg-type]
    assert not runtime.rate_book.acceptances(BankName.NBK)


def test_a_bank_s_day_is_accepted_as_a_whole(runtime: Runtime) -> None:
    published(runtime, "475.09", "540.00")
    assert len(newsroom_rates.accept_rates(runtime, "nbk", TODAY, by="Dana", note="seen")) == 1


def test_of_a_bank_s_day_a_price_that_was_looked_at_is_accepted_alone(runtime: Runtime) -> None:
    for back, dollar, euro in ((1, "475.09", "545.00"), (0, "540.00", "620.00")):
        day = date.fromordinal(TODAY.toordinal() - back)
        runtime.rate_book.enter([a_bank_sheet(effective_on=day, values={"USD": dollar, "EUR": euro})], at=NOON)
    apply(runtime, RatesWanted(currencies=(KZT,), base=Currency("EUR")))
    assert len(newsroom_rates.accept_rates(runtime, "nbk", TODAY, by="D", note="seen", value=Decimal("620.00"))) == 1
    (word,) = runtime.rate_book.acceptances(BankName.NBK)
    assert (word.currency, str(word.value)) == ("EUR", "620.00")


def test_history_shows_corrections_and_who_accepted(runtime: Runtime) -> None:
    published(runtime, "475.09", "540.00")
    newsroom_rates.accept_rates(runtime, "KZT", TODAY, by="Dana", note="seen")
    runtime.rate_book.enter([a_bank_sheet(effective_on=TODAY, values={"USD": "476.00"})], at=NOON.replace(hour=14))
    entries = newsroom_rates.rate_history(runtime, KZT, days=30)
    assert [(str(entry.value), entry.standing, entry.corrected is not None) for entry in entries] == [
        *(("475.09", "good", False), ("540.00", None, True), ("476.00", "good", False)),
    ]
    with pytest.raises(WrongUse, match="No bank that we read is the bank of MNT"):
        newsroom_rates.rate_history(runtime, Currency("MNT"), days=30)


def test_every_day_of_a_span_is_asked_for(runtime: Runtime) -> None:
    web = FakeWeb()
    report = fetched(runtime, web, bank=BankName.NBT, first=date(2025, 12, 17))
    assert [ref.partition("date=")[2][:10] for ref in web.asked] == ["2025-12-17", "2025-12-18", "2025-12-19"]
    assert report.banks[0].state is BankState.UNCHANGED
    days = runtime.rate_book.days_without_sheet(BankName.NBT, first=date(2025, 12, 1), until=TODAY)
    assert days == {date(2025, 12, 17), date(2025, 12, 18)}  # today may still get one
    for bank, why in ((BankName.NBKR, "cannot be asked for past days"), (BankName.TICKER, "no address of its own")):
        (one,) = fetched(runtime, web, bank=bank, first=date(2025, 12, 17)).banks
        assert why in str(one.error)


def test_a_bank_that_gives_many_days_at_once_is_asked_once(runtime: Runtime) -> None:
    days = "".join(
        f"<Cube time='2025-12-{day}'><Cube currency='USD' rate='1.17{day}'/></Cube>" for day in (11, 17, 18, 19)
    )
    envelope = f'<Envelope xmlns="urn:x"><Cube>{days}</Cube></Envelope>'.encode()
    url = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"
    web = FakeWeb(pages={url: envelope})
    (report,) = fetched(runtime, web, bank=BankName.ECB, first=date(2025, 12, 17)).banks
    assert (report.entered, len(report.effective_on), web.asked) == (3, 3, [url])
    (failed,) = fetched(runtime, FakeWeb(), bank=BankName.ECB, first=date(2025, 12, 17)).banks
    assert failed.has_failed
