"""``digest rates try``: what a bank's saved answer yields."""

import json
from pathlib import Path

import pytest

from digest.collect.banks import BANKS
from digest.collect.rates.rate import BankName
from tests.collect.banks import samples
from tests.terminal.cli import digest


def saved(body: bytes, name: str = "answer") -> str:
    Path(name).write_bytes(body)
    return name


@pytest.mark.parametrize("bank", list(BANKS))
def test_every_bank_s_answer_is_shown_for_programs_in_the_same_shape(bank: BankName) -> None:
    said = digest("rates", "try", bank, saved(samples.SAMPLES[bank]()), "--json").json
    assert set(said) - {"warnings"} == {"bank", "effective_date", "rates"}
    assert said["bank"] == bank
    assert all(list(rate) == ["local", "currency", "nominal", "value", "change"] for rate in said["rates"])
    assert all(isinstance(rate["value"], str) and isinstance(rate["nominal"], int) for rate in said["rates"])


def test_decimals_are_strings_as_published() -> None:
    said = digest("rates", "try", "nbk", saved(samples.nbk()), "--json").json
    assert said == {
        "bank": "nbk",
        "effective_date": "2026-04-02",
        "rates": [
            {"local": "KZT", "currency": "USD", "nominal": 1, "value": "475.09", "change": "-3.68"},
            {"local": "KZT", "currency": "UZS", "nominal": 100, "value": "3.9", "change": None},
        ],
    }
    said = digest("rates", "try", "nbt", saved(samples.nbt(value="0.000000100")), "--json").json
    assert said["rates"][0]["value"] == "0.000000100"


def test_people_see_a_table_with_the_direction() -> None:
    said = digest("rates", "try", "cbr", saved(samples.cbr()))
    assert (said.code, said.err) == (0, "")
    assert "Bank of Russia, effective 2026-04-25" in said.out
    assert ["1000000", "IRR", "53.9256", "RUB", "–"] in [line.split() for line in said.out.splitlines()]


def test_of_several_days_the_newest_is_shown_and_the_others_are_kept_apart() -> None:
    name = saved(samples.ecb(more="<Cube time='2015-01-06'><Cube currency='USD' rate='1.1914'/></Cube>"))
    said = digest("rates", "try", "ecb", name, "--json").json
    assert said["effective_date"] == "2015-01-07"
    assert [(day["effective_date"], day["rates"][0]["value"]) for day in said["earlier"]] == [("2015-01-06", "1.1914")]
    assert "Earlier days in it: 1, 2015-01-06 to 2015-01-06." in digest("rates", "try", "ecb", name).out


def test_a_warning_is_said_in_either_way() -> None:
    name = saved(samples.nbk(change="+2.44"))
    assert digest("rates", "try", "nbk", name, "--json").json["warnings"] == [
        "USD is said to go DOWN by 2.44: this change is left out."
    ]
    said = digest("rates", "try", "nbk", name)
    assert (said.code, "Warning: USD is said to go DOWN" in said.out) == (0, True)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the answer is empty"),
        (b"<html><body>Closed</body></html>", "a web page came instead of the rates"),
        (samples.nbk(value="1E3"), "USD has the price '1E3'"),
        (samples.cbr(), "its root is <ValCurs>, not <rates>"),
    ],
)
def test_what_is_no_sheet_is_one_sentence_and_a_failure(body: bytes, why: str) -> None:
    digest("rates", "try", "nbk", saved(body)).refused("answer: ", why, code=1)
    said = digest("rates", "try", "nbk", saved(body), "--json")
    assert (said.code, said.err) == (1, "")
    assert json.loads(said.out)["error"] == "ParseError"
    assert why in json.loads(said.out)["message"]


def test_wrong_use_is_one_sentence_too() -> None:
    digest("rates", "try", "nbk", "nowhere.xml").refused("nowhere.xml: it does not exist")
    digest("rates", "try", "peg", saved(samples.nbk())).refused("'peg'", "frankfurter")


def test_nothing_is_kept(tmp_path: Path) -> None:
    digest("rates", "try", "nbk", saved(samples.nbk()))
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]


def test_a_real_answer_is_shown_with_its_figures(shared: Path) -> None:
    said = digest("rates", "try", "cbu", str(shared / "banks" / "cbu_0.json"), "--json").json
    assert (said["effective_date"], len(said["rates"])) == ("2026-04-01", 75)
    manat = {"local": "UZS", "currency": "TMT", "nominal": 1, "value": "4037.68", "change": "108.25"}
    assert manat in said["rates"]
