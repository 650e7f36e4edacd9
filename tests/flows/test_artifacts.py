"""What a run leaves on the operator's screen."""

from digest.clock import StoppedClock
from digest.collect.bank_report import BankReport, BankState
from digest.collect.health_steps import check_health
from digest.collect.journalist import SourceKind
from digest.collect.rate import BankName
from digest.collect.report import Collected, SourceReport, SourceState
from digest.ids import JournalistId
from digest.newsroom import CollectReport
from flows.artifacts import source_rows
from tests.fakes import NOON, FakeSourceLog

SOURCE = {SourceState.UNCHANGED: "https://a.example/feed", SourceState.FAILED: "https://b.example/feed"}


def test_a_source_that_has_come_to_need_attention_stands_first_with_its_past() -> None:
    log, clock = FakeSourceLog(), StoppedClock(NOON)
    run = Collected(
        journalist=JournalistId("dana-serikova"),
        sources=tuple(
            SourceReport(kind=SourceKind.FEED, ref=ref, state=state, found=9) for state, ref in SOURCE.items()
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
    assert rows[2][0]["past"] == "failed for the 3rd time since 19 Dec 2025; never good so far"
    assert rows[2][-1]["journalist"] == "rates: nbk"
