"""A wrong rate cannot reach a reader without a named person having accepted it: from the bank's file to the mail."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digest import newsroom as steps
from digest import newsroom_rates
from digest.errors import WrongUse
from digest.ids import NewsletterId
from tests.collect.banks import samples
from tests.whole_way.rates_newsroom import TOML, WRONG, Newsroom, findings
from tests.whole_way.road import apply


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


async def test_a_jump_is_not_printed_however_often_it_is_repeated(newsroom: Newsroom) -> None:
    outcome, mail = await newsroom.morning(1)
    assert "475.09" in mail
    assert "held-rate" not in findings(outcome)
    for day in (2, 3):
        newsroom.publish(day, WRONG)
        outcome, mail = await newsroom.morning(day)
        assert "475.09" in mail
        assert "540" not in mail
        assert mail.count("rate of Wed 1 Apr; a newer one is being checked") == 2  # in both parts
        assert "held-rate" in findings(outcome)
        assert outcome.collected.has_failures
        (held,) = outcome.collected.held
        assert (held.currency, str(held.value), held.effective_on) == ("KZT", WRONG, date(2026, 4, day))
    newsroom.publish(4, "474.00")
    outcome, mail = await newsroom.morning(4)
    assert "474.00" in mail
    assert "held-rate" not in findings(outcome)


async def test_what_a_named_person_accepted_is_printed_and_nothing_else(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    newsroom.publish(2, WRONG)
    await newsroom.morning(2)
    with newsroom.at(2) as runtime, pytest.raises(WrongUse, match=r"held back is 540\.00, not 541\.00"):
        newsroom_rates.accept_rates(
            runtime, "KZT", date(2026, 4, 2), by="Dana", note="a typing error", value=Decimal("541.00")
        )
    with newsroom.at(2) as runtime:
        newsroom_rates.accept_rates(runtime, "KZT", date(2026, 4, 2), by="Dana", note="devalued", value=Decimal(WRONG))
    newsroom.publish(2, WRONG)
    (newsroom.folder / "feed.xml").write_text(
        (newsroom.folder / "feed.xml")
        .read_text(encoding="utf-8")
        .replace("example.org/2", "example.org/2b")
        .replace("On the 2th", "Again on the 2th"),
        encoding="utf-8",
    )
    outcome, mail = await newsroom.morning(2)
    assert "540.00" in mail
    assert "accepted-rate" in findings(outcome)
    (rate,) = [rate for rate in outcome.issue.sealed.frozen.rates.rates if rate.currency == "KZT"]
    assert rate.accepted_by == "Dana"
    newsroom.publish(3, "900.00")
    outcome, mail = await newsroom.morning(3)
    assert "540.00" in mail
    assert "900" not in mail
    assert "held-rate" in findings(outcome)


async def test_a_correction_of_what_was_accepted_is_held_anew(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    newsroom.publish(2, WRONG)
    await newsroom.morning(2)
    with newsroom.at(2) as runtime:
        newsroom_rates.accept_rates(runtime, "nbk", date(2026, 4, 2), by="Dana", note="devalued")
    newsroom.publish(3, "600.00")
    newsroom.folder.joinpath("nbk.xml").write_bytes(samples.nbk("02.04.2026", value="600.00", change=""))
    outcome, mail = await newsroom.morning(3)
    assert "475.09" in mail
    assert "600" not in mail
    assert "540" not in mail
    assert "held-rate" in findings(outcome)


async def test_a_second_source_bears_out_a_jump_and_contradicts_a_small_error(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    newsroom.publish(2, WRONG, second="541")
    outcome, mail = await newsroom.morning(2)
    assert "540.00" in mail
    assert "held-rate" not in findings(outcome)
    newsroom.publish(3, "560.00", second="541")
    outcome, mail = await newsroom.morning(3)
    assert "540.00" in mail
    assert "560" not in mail
    assert "held-rate" in findings(outcome)


async def test_a_manat_off_its_peg_is_not_printed(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    newsroom.publish(2, manat="3.61")
    outcome, mail = await newsroom.morning(2)
    assert "3.50" in mail
    assert "3.61" not in mail
    assert "held-rate" in findings(outcome)


async def test_the_error_of_1_april_2026_reaches_no_reader_and_its_correction_does(
    newsroom: Newsroom, shared: Path
) -> None:
    """Turkmenistan's own bank says nothing; Uzbekistan's prices the manat, first wrong and then right."""
    newsroom.folder.joinpath("cbt.xml").write_bytes(b"<html>no</html>")
    for day, name, printed in ((1, "cbu_0.json", None), (2, "cbu_1.json", "3.50")):
        newsroom.publish(day, cbu=(shared / "banks" / name).read_bytes())
        newsroom.folder.joinpath("cbt.xml").write_bytes(b"<html>no</html>")
        outcome, mail = await newsroom.morning(day)
        assert "3.02" not in mail
        assert ("held-rate" in findings(outcome)) is (printed is None)
        manat = [rate for rate in outcome.issue.sealed.frozen.rates.rates if rate.currency == "TMT"]
        assert [rate.bank.value for rate in manat] == ([] if printed is None else ["cbu"])
        assert (printed is not None) is ("3.50" in mail)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>maintenance</body></html>",
        samples.nbk("02.04.2026", value="-475.09"),
        samples.nbk("02.04.2026", value="0"),
        samples.nbk("02.04.2026", value="4.7E2"),
        samples.nbk("02.04.2026", value="475,09"),
        samples.nbk("02.04.2026", nominal="0"),
        samples.nbk("02.04.2026").replace(
            b"</rates>", b"<item><title>USD</title><description>1</description><quant>1</quant></item></rates>"
        ),
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rates><date>&b;</date></rates>',
    ],
)
async def test_a_bad_sheet_is_a_named_error_and_leaves_the_book_as_it_was(newsroom: Newsroom, body: bytes) -> None:
    await newsroom.morning(1)
    newsroom.publish(2)
    newsroom.folder.joinpath("nbk.xml").write_bytes(body)
    outcome, mail = await newsroom.morning(2)
    assert "475.09" in mail
    (nbk,) = [bank for bank in outcome.collected.banks if bank.bank == "nbk"]
    assert (nbk.error_name, nbk.entered) == ("ParseError", 0)


async def test_a_saved_sheet_of_another_year_is_not_printed(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    newsroom.publish(2)
    newsroom.folder.joinpath("nbk.xml").write_bytes(samples.nbk("02.04.2027", value="999.99"))
    outcome, mail = await newsroom.morning(2)
    assert "475.09" in mail
    assert "999.99" not in mail
    (nbk,) = [bank for bank in outcome.collected.banks if bank.bank == "nbk"]
    assert "is of 2027-04-02" in nbk.warnings[0]


async def test_a_required_currency_without_any_good_rate_stops_the_issue(newsroom: Newsroom) -> None:
    toml = newsroom.folder / "brief.toml"
    toml.write_text(TOML.replace('"TMT"]\n', '"TMT", "KGS"]\nrequired = ["KGS"]\n', 1), encoding="utf-8")
    with newsroom.at(1) as runtime:
        apply(runtime, toml)
    with newsroom.at(1) as runtime:
        await steps.collect(runtime, NewsletterId("brief"))
        composed = steps.compose_issue(runtime, NewsletterId("brief"))
    assert isinstance(composed, steps.Composed)
    assert not composed.is_fit
    assert "required-rate-missing" in {finding.name for finding in composed.findings if finding.is_error}
