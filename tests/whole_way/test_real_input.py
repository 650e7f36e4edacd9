"""The whole road on the real capture and the banks' real answers: what the first issue promises."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from digest.collect.attempt import as_json, attempt
from digest.collect.rates.rate import Move
from digest.collect.report import SourceState
from digest.compose.issue import IssueSkipped
from digest.errors import TryLater
from digest.newsroom import empty_ledger
from digest.send.steps import approve
from digest.send.why import why
from digest.wiring import Runtime, open_web_without_store
from tests.whole_way.letters import assert_is_a_good_letter, by_address, outbox, squeezed
from tests.whole_way.road import Outcome, apply, compose, open_at, run, send, settings_in, take_in

DECEMBER = datetime(2025, 12, 19, 7, 0, tzinfo=UTC)
MAY = datetime(2026, 5, 20, 7, 0, tzinfo=UTC)
JOURNALIST, EVERYONE, NOBODY = "one@readers.example", "two@readers.example", "three@readers.example"
CAPTURE = "vagit-ismailov-2025-12-19.txt"
READERS = f"""address,name,follows,locale
{JOURNALIST},Reader One,vagit-ismailov,en
{EVERYONE},Читательница Два,*,ru
{NOBODY},Reader Three,,en
"""
CURRENCIES = ("KZT", "UZS", "KGS", "TJS", "TMT")


def newsletter(shared: Path, *, max_age_days: int) -> str:
    files = {
        "nbk": ("nbk_0.xml", "nbk_1.xml"),
        "cbu": ("cbu_0.json", "cbu_1.json"),
        "nbkr": ("nbkr_live_0.xml", "nbkr_live_1.xml"),
        "nbt": ("nbt_0.xml", "nbt_1.xml"),
        "cbt": ("cbt_0.xml",),
    }
    banks = "\n".join(f"{bank} = {[str(shared / 'banks' / name) for name in names]}" for bank, names in files.items())
    return f"""
[newsletter]
slug = "one-source"
name = "One Source"
list = "one-source"
locales = ["en", "ru"]
time_zone = "Asia/Almaty"
sender = {{ name = "One Source", address = "desk@news.example.org", postal_address = "1 Abay Avenue, Almaty" }}

[selection]
max_age_days = {max_age_days}

[rates]
currencies = {list(CURRENCIES)}

[rates.banks]
{banks}

[[outlets]]
slug = "tca"
name = "The Outlet"
time_zone = "Asia/Almaty"

[[journalists]]
slug = "vagit-ismailov"
name = "Vagit Ismailov"
outlet = "tca"
sources = [{{ kind = "capture", ref = "{shared}/pages/{CAPTURE}" }}]
"""


@pytest.fixture
async def titles(shared: Path) -> list[str]:
    """The capture's five headlines, as it prints them, in its order."""
    found = await try_capture(shared)
    return [article["title"] for article in found["articles"]]


def opened(shared: Path, tmp_path: Path, at: datetime, *, max_age_days: int) -> Iterator[Runtime]:
    toml = tmp_path / "one-source.toml"
    toml.write_text(newsletter(shared, max_age_days=max_age_days), "utf-8")
    with open_at(settings_in(tmp_path), at) as runtime:
        apply(runtime, toml)
        report = take_in(runtime, READERS, "one-source")
        assert (report.good, report.rejected) == (3, ())
        yield runtime


@pytest.fixture
def december(shared: Path, tmp_path: Path) -> Iterator[Runtime]:
    """The store of a newsletter of the one source with three readers, on the day of the capture."""
    yield from opened(shared, tmp_path, DECEMBER, max_age_days=14)


@pytest.fixture
def may(shared: Path, tmp_path: Path) -> Iterator[Runtime]:
    """The same in the month of the banks' newest answers: the articles are 154 days old, and may be."""
    yield from opened(shared, tmp_path, MAY, max_age_days=366)


async def titles_of(capture: Path) -> list[str]:
    async with open_web_without_store(settings_in(capture.parent)) as web:
        return [article.title for article in (await attempt(str(capture), web=web, kind=None, now=DECEMBER)).articles]


# digest collect try


async def try_capture(shared: Path) -> dict[str, Any]:
    """Do what ``digest collect try FILE --json`` does."""
    ref = str(shared / "pages" / CAPTURE)
    async with open_web_without_store(settings_in(shared)) as web:
        printed: dict[str, Any] = json.loads(json.dumps(as_json(await attempt(ref, web=web, kind=None, now=MAY))))
    return printed


async def test_trying_the_capture_gives_what_the_issue_asks_for(shared: Path) -> None:
    page = await try_capture(shared)
    assert page["kind"] == "capture"
    assert page["page_date"] == "2025-12-19"
    who, articles, rates = page["journalist"], page["articles"], page["rates"]
    assert (who["name"], who["role"]) == ("Vagit Ismailov", "Journalist")
    assert who.keys() == {"name", "role", "bio", "avatar_url", "outlet"}
    assert who["bio"].startswith("Vagit Ismailov is ")
    lines = (shared / "pages" / CAPTURE).read_text("utf-8").splitlines()
    assert len(articles) == 5
    assert all(article["title"] in lines for article in articles)
    assert [article["truncated"] for article in articles] == [False, True, False, False, False]
    assert all(article["text"] for article in articles)
    for article, day in zip(articles, (18, 18, 17, 17, 16), strict=True):
        earliest = datetime.fromisoformat(article["published_earliest"])
        latest = datetime.fromisoformat(article["published_latest"])
        assert earliest <= datetime(2025, 12, day, 12, tzinfo=UTC) <= latest
        assert latest - earliest <= timedelta(days=2)
    assert [(rate["currency"], rate["quote"], rate["value"], rate["change_percent"]) for rate in rates] == [
        ("KGS", "USD", "0.01144", "0"),
        ("KZT", "USD", "0.00193", "0"),
        ("TJS", "USD", "0.10832", "0.09"),
        ("UZS", "USD", "0.00008", "0"),
        ("TMT", "USD", "0.28490", "0"),
    ]


# on the day of the capture


async def test_in_december_the_articles_go_out_and_every_rate_but_the_peg_is_missing_for_a_reason(
    december: Runtime,
) -> None:
    outcome = await run(december, "one-source")
    (who,) = outcome.collected.journalists
    assert [(source.state, source.found, source.new) for source in who.sources] == [(SourceState.NEW, 5, 5)]
    assert not outcome.collected.has_failures
    rates = outcome.issue.sealed.frozen.rates
    assert [(rate.currency, str(rate.value), rate.move) for rate in rates.rates] == [("TMT", "3.5", Move.FIXED)]
    assert {missing.currency: missing.reason.rpartition(" only ")[2] for missing in rates.missing} == {
        "KZT": "rates for 2026-04-01 and later",
        "UZS": "rates for 2026-04-01 and later",
        "KGS": "rates for 2026-05-24 and later",
        "TJS": "rates for 2026-05-18 and later",
    }
    assert_two_of_three_got_it(outcome)


async def test_each_letter_holds_the_five_articles_in_both_parts(december: Runtime, titles: list[str]) -> None:
    await run(december, "one-source")
    letters = by_address(outbox(december.settings))
    assert letters.keys() == {JOURNALIST, EVERYONE}
    marks = {JOURNALIST: "opening only", EVERYONE: "только начало"}
    for address, letter in letters.items():
        assert_is_a_good_letter(letter, newsletter="one-source", domain="news.example.org", sent_at=DECEMBER)
        for part in (letter.text, letter.html):
            assert all(squeezed(title) in squeezed(part) for title in titles)
            here, mark = squeezed(part), squeezed(marks[address])
            assert here.count(mark) == 1, "only the cut article says that there is no more of it"
            cut, after = squeezed(titles[1]), squeezed(titles[2])
            # The first line of the HTML quotes three headlines: count from the last time each is said.
            assert here.rindex(cut) < here.index(mark) < here.rindex(after)


async def test_the_reader_who_follows_nobody_is_told_so_when_they_ask_why(december: Runtime) -> None:
    outcome = await run(december, "one-source")
    issue = outcome.issue.sealed.frozen.id
    ledger = {
        "archive": december.issues,
        "readership": december.readership,
        "readers": december.readers,
        "sign_ups": december.sign_ups,
        "suppressions": december.suppressions,
        "ledger": december.ledger,
        "feedback": december.feedback,
        "stops": december.stops,
    }
    assert any("follow nobody" in reason for reason in why(NOBODY, issue, **ledger))
    assert any("accepted" in reason for reason in why(JOURNALIST, issue, **ledger))


async def test_a_second_run_sends_nothing_twice(december: Runtime) -> None:
    await run(december, "one-source")
    before = {letter.path: letter.path.stat().st_mtime_ns for letter in outbox(december.settings)}
    again = await run(december, "one-source")
    (who,) = again.collected.journalists
    assert [source.state for source in who.sources] == [SourceState.UNCHANGED]
    assert isinstance(again.composed, IssueSkipped)
    assert again.composed.reason == "nothing new for any reader"
    assert {letter.path: letter.path.stat().st_mtime_ns for letter in outbox(december.settings)} == before


async def test_every_attempt_at_a_letter_has_the_same_message_id(december: Runtime) -> None:
    """The outbox cannot be written at first; what is tried again is the same mail, though an hour later."""
    issue = await compose(december, "one-source")
    approve(issue, by="editor", archive=december.issues, clock=december.clock)
    december.settings.outbox_dir.write_text("a file where the folder should be")
    first = send(december, issue)
    assert isinstance(first.error, TryLater)
    assert (first.accepted, first.put_back) == (0, 2)
    december.settings.outbox_dir.unlink()

    with open_at(december.settings, DECEMBER + timedelta(hours=1)) as later:
        assert empty_ledger(later, issue).accepted == 2
        letters = outbox(later.settings)
        wanted = {f"<{letter.path.stem}@news.example.org>" for letter in letters}
        assert {letter.message["Message-ID"] for letter in letters} == wanted
        names = {str(later.ledger.story(issue, address).id) for address in (JOURNALIST, EVERYONE)}  # type: ignore[union-attr]
        assert {letter.path.stem for letter in letters} == names


# in the month of the banks' newest answers


async def test_in_may_fresh_rates_are_printed_and_stale_ones_are_named(may: Runtime, titles: list[str]) -> None:
    outcome = await run(may, "one-source")
    rates = outcome.issue.sealed.frozen.rates
    assert [(rate.currency, str(rate.value), rate.move) for rate in rates.rates] == [
        ("TJS", "9.3371", Move.STRONGER),
        ("TMT", "3.5", Move.FIXED),
    ]
    assert rates.rates[0].previous == Decimal("9.3450")
    assert {missing.currency: missing.reason for missing in rates.missing} == {
        "KZT": "the last rate of National Bank of Kazakhstan is of 2026-04-02, 48 days old",
        "UZS": "the last rate of Central Bank of Uzbekistan is of 2026-04-02, 48 days old",
        "KGS": "National Bank of the Kyrgyz Republic has only rates for 2026-05-24 and later",
    }
    assert_two_of_three_got_it(outcome)
    letters = by_address(outbox(may.settings))
    for letter in letters.values():
        assert_is_a_good_letter(letter, newsletter="one-source", domain="news.example.org", sent_at=MAY)
        assert all(squeezed(title) in squeezed(letter.text) for title in titles)
    for part in (letters[JOURNALIST].text, letters[JOURNALIST].html):
        assert all(words in squeezed(part) for words in ("Tajiksomoni", "9.3371", "Turkmenmanat", "3.50", "asofTue"))
        assert "tenge" not in part.partition("Sources")[0]
    for part in (letters[EVERYONE].text, letters[EVERYONE].html):
        assert all(words in part for words in ("Таджикский сомони", "9,3371", "Национальный банк Таджикистана"))


def assert_two_of_three_got_it(outcome: Outcome) -> None:
    assert {finding.name for finding in outcome.issue.findings} == {"missing-rate"}
    assert outcome.issue.shares.as_json() == {
        "readers": 3,
        "owed": 2,
        "bodies": 2,
        "excluded": {"follows-nobody": 1},
    }
    assert outcome.shard is not None
    assert (outcome.shard.accepted, outcome.shard.is_finished, outcome.shard.error) == (2, True, None)
    assert outcome.proof is not None
    assert outcome.proof.is_balanced
    assert outcome.proof.as_json()["accepted"] == 2
    assert outcome.proof.excluded == {"follows-nobody": 1}
