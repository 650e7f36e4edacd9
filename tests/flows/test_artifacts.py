"""What a run leaves on the operator's screen."""

from dataclasses import replace
from decimal import Decimal

from digest.clock import StoppedClock
from digest.collect.health_steps import check_health
from digest.collect.journalist import SourceKind
from digest.collect.rates.bank_report import BankReport, BankState
from digest.collect.rates.rate import BankName, Currency, Doubt, DoubtReason, HeldRate, MissingRate
from digest.collect.report import Collected, SourceReport, SourceState
from digest.ids import JournalistId
from digest.newsroom import CollectReport
from flows.artifacts import rate_rows, source_rows
from tests.builders import TODAY, a_booked_rate, a_rate, a_snapshot
from tests.fakes import NOON, FakeSourceLog

REMARKS = {SourceState.UNCHANGED: ("Usually 9 articles,", "today 2."), SourceState.FAILED: ()}
SOURCE = {SourceState.UNCHANGED: "https://a.example/feed", SourceState.FAILED: "https://b.example/feed"}


def test_a_source_that_has_come_to_need_attention_stands_first_with_its_past() -> None:
    log, clock = FakeSourceLog(), StoppedClock(NOON)
    run = Collected(
        journalist=JournalistId("dana-serikova"),
        sources=tuple(
            SourceReport(kind=SourceKind.FEED, ref=ref, state=state, found=9, warnings=REMARKS[state])
            for state, ref in SOURCE.items()
        ),
    )
    runs = [check_health([run], log=log, clock=clock)[0] for _ in range(4)]
    bank = BankReport(bank=BankName.NBK, state=BankState.UNCHANGED)
    rows = [source_rows(CollectReport(journalists=(one,), banks=(bank,))) for one in runs]
    assert [[row["state"] for row in of_run] for of_run in rows] == [
        ["unchanged", "failed", "unchanged"],
        ["unchanged", "failed", "unchanged"],
        ["needs-attention", "unchanged", "unchanged"],
        ["unchanged", "failed", "unchanged"],
    ]
    assert [row["remarks"] for row in rows[0]] == ["Usually 9 articles, today 2.", "", ""]
    assert rows[2][0]["past"] == "failed for the 3rd time since 19 Dec 2025; never good so far"
    assert rows[2][-1]["journalist"] == "rates: nbk"


HELD = HeldRate(
    currency=Currency("KZT"),
    base=Currency("USD"),
    bank=BankName.NBK,
    bank_title="National Bank of Kazakhstan",
    effective_on=TODAY,
    value=Decimal("600.00"),
    rows=(a_booked_rate("600.00").row,),
    doubts=(Doubt(reason=DoubtReason.NOT_POSITIVE, found=Decimal("600.00")),),
)


def test_a_held_rate_is_told_with_its_reason_where_sources_and_rates_are() -> None:
    (row,) = source_rows(CollectReport(journalists=(), banks=(), held=(HELD,)))
    assert (row["journalist"], row["state"]) == ("rates: KZT", "held")
    assert "600.00 of 2025-12-19 is held back" in str(row["why"])
    missing = MissingRate(currency=Currency("UZS"), reason="nobody said")
    rows = rate_rows(replace(a_snapshot(a_rate()), missing=(missing,), held=(HELD,)))
    assert [(row["currency"], row["value"]) for row in rows] == [("KZT", "512.34"), ("UZS", "–"), ("KZT", "600.00")]
    assert str(rows[2]["note"]).startswith("HELD BACK, not printed: 600.00")
