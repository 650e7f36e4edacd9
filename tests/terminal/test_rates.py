"""``digest rates``: fetched, and shown as an issue would print them."""

from pathlib import Path

import pytest

from digest.resources import newsletters_dir
from tests.terminal.cli import LETTERS, MORNING, digest, dump


@pytest.mark.usefixtures("imported")
def test_only_the_banks_are_read() -> None:
    said = digest("rates", "fetch", "--at", MORNING)
    assert (said.code, said.err) == (0, "")
    assert said.out.count("2025-12-19, 2025-12-18") == 5
    assert dump()["articles"] == []


@pytest.mark.usefixtures("imported")
def test_fetching_for_programs() -> None:
    said = digest("rates", "fetch", LETTERS, "--at", MORNING, "--json").json
    assert [bank["state"] for bank in said["banks"]] == ["new"] * 5
    again = digest("rates", "fetch", LETTERS, "--at", MORNING, "--json").json
    assert [bank["state"] for bank in again["banks"]] == ["unchanged"] * 5


def test_a_bank_that_cannot_be_read_is_named_and_the_others_go_on(imported: Path) -> None:
    toml = (newsletters_dir() / "one-journalist.toml").read_text(encoding="utf-8")
    toml = toml.replace('cbt = ["sample', 'cbt = ["nowhere').replace('"sample/', f'"{newsletters_dir()}/sample/')
    (imported / "mine.toml").write_text(toml, encoding="utf-8")
    digest("newsletters", "apply", "mine.toml")
    said = digest("rates", "fetch", "--at", MORNING, "--json")
    assert said.code == 1
    errors = {bank["bank"]: bank["error"] for bank in said.json["banks"]}
    assert "nowhere/banks/cbt/2025-12-18.xml" in errors.pop("cbt")
    assert set(errors.values()) == {None}


@pytest.mark.usefixtures("sent")
def test_rates_are_shown_with_day_bank_and_change() -> None:
    said = digest("rates", "show", "--at", MORNING)
    assert said.code == 0
    assert "What one USD costs" in said.out
    assert all(currency in said.out for currency in ("KZT", "KGS", "TJS", "UZS", "TMT"))


@pytest.mark.usefixtures("sent")
def test_showing_for_programs_has_strings_for_decimals() -> None:
    said = digest("rates", "show", LETTERS, "--at", MORNING, "--json").json
    assert (said["base"], said["missing"]) == ("USD", [])
    assert [rate["currency"] for rate in said["rates"]] == ["KZT", "KGS", "TJS", "UZS", "TMT"]
    for rate in said["rates"]:
        assert set(rate) == {
            *("currency", "value", "effective_on", "bank", "bank_title", "move", "change_percent"),
            *("previous", "previous_on", "week", "flags", "cross", "accepted_by", "warning"),
        }
        assert isinstance(rate["value"], str)
        assert (rate["effective_on"], rate["previous_on"]) == ("2025-12-19", "2025-12-18")


@pytest.mark.usefixtures("sent")
def test_the_day_is_the_newsletter_s_own() -> None:
    # A rate may take effect three days ahead; in Tashkent, of which the newsletter is, the 15th has begun.
    late = ("rates", "show", "--at", "2025-12-14T20:00Z", "--json")
    assert [rate["bank"] for rate in digest(*late).json["rates"]] == ["peg"]
    assert {rate["effective_on"] for rate in digest(*late, LETTERS).json["rates"]} == {"2025-12-18"}


@pytest.mark.usefixtures("applied")
def test_rates_that_nobody_fetched_are_missing_with_a_reason() -> None:
    said = digest("rates", "show", "--at", MORNING, "--json").json
    assert [(rate["currency"], rate["bank"]) for rate in said["rates"]] == [("TMT", "peg")]
    assert {missing["currency"] for missing in said["missing"]} == {"KZT", "KGS", "TJS", "UZS"}
    assert "KZT: " in digest("rates", "show", "--at", MORNING).out
