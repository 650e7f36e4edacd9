"""Ten days on which a wrong rate tries to reach a reader, from the bank's file to the mail."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from digest import newsroom_rates
from digest.errors import WrongUse
from tests.collect.banks import samples
from tests.whole_way.rates_newsroom import Newsroom, findings


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


async def test_two_sources_that_speak_every_day_bear_each_other_out_and_neither_errs_alone(newsroom: Newsroom) -> None:
    for day, own, second, printed in (
        (1, "475.09", "475.20", "475.09"),
        (2, "540.00", "541.00", "540.00"),  # both: it happened
        (3, "541.00", "541.50", "541.00"),
        (4, "565.00", "541.60", "541.00"),  # the bank errs by less than a jump
        (5, "542.00", "700.00", "542.00"),  # the second source errs
        (6, "700.00", "543.00", "542.00"),  # the bank errs
    ):
        newsroom.publish(day, own, second=second)
        outcome, mail = await newsroom.morning(day)
        assert printed in mail
        assert (own in mail) is (own == printed)
        assert ("held-rate" in findings(outcome)) is (own != printed)


async def test_of_a_first_price_the_editor_is_told_that_no_day_before_vouches_for_it(newsroom: Newsroom) -> None:
    for day, is_new in ((1, True), (2, False)):
        newsroom.publish(day)
        outcome, _ = await newsroom.morning(day)
        new = {finding.where for finding in outcome.issue.findings if finding.name == "uncompared-rate"}
        assert new == ({"rates, KZT", "rates, UZS"} if is_new else set())  # the manat has its peg


async def test_a_fallback_that_begins_with_a_wrong_price_is_not_printed(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    for day in (6, 7):
        newsroom.publish(day, None, fallback="4750.90")
        outcome, mail = await newsroom.morning(day)
        assert "last official rate, Wed 1 Apr" in mail
        assert "475.09" in mail
        assert "4,750" not in mail
        assert "held-rate" in findings(outcome)
    newsroom.publish(8, None, fallback="476.10")
    outcome, mail = await newsroom.morning(8)
    assert "476.10" in mail
    assert "according to Frankfurter" in mail
    assert "held-rate" not in findings(outcome)


async def test_an_acceptance_of_another_day_currency_or_price_helps_nothing(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    newsroom.publish(2, "540.00", manat="3.61")
    await newsroom.morning(2)
    with newsroom.at(2) as runtime:
        for subject, day in (("KZT", date(2026, 4, 3)), ("UZS", date(2026, 4, 2))):
            with pytest.raises(WrongUse, match="Nothing of"):
                newsroom_rates.accept_rates(runtime, subject, day, by="Dana", note="seen")
        newsroom_rates.accept_rates(runtime, "TMT", date(2026, 4, 2), by="Dana", note="seen")
    for day, own in ((3, "540.00"), (4, "541.00")):
        newsroom.publish(day, own)
        _, mail = await newsroom.morning(day)
        assert "475.09" in mail
        assert own not in mail
    with newsroom.at(4) as runtime:
        newsroom_rates.accept_rates(runtime, "KZT", date(2026, 4, 3), by="Dana", note="seen", value=Decimal("540.00"))
    newsroom.publish(5, "900.00")
    outcome, mail = await newsroom.morning(5)
    assert "541.00" in mail  # of the 4th: within the limit of what Dana accepted for the 3rd
    assert "900" not in mail
    assert "held-rate" in findings(outcome)


async def test_another_number_of_units_two_swapped_currencies_and_a_missing_one_are_not_printed(
    newsroom: Newsroom,
) -> None:
    await newsroom.morning(1)
    soum = samples.nbk("02.04.2026", value="3.90", change="").replace(b"3.9</desc", b"475.09</desc")
    for day, sheet in (
        (2, soum),  # the dollar and the soum swapped
        (3, samples.nbk("03.04.2026", value="4750.90", nominal="10", change="")),
        (4, samples.nbk("04.04.2026", value="475.90", nominal="10", change="")),
        (5, samples.nbk("05.04.2026", code="EUR", value="545.00", change="")),  # no dollar at all
    ):
        newsroom.publish(day)
        newsroom.folder.joinpath("nbk.xml").write_bytes(sheet)
        outcome, mail = await newsroom.morning(day)
        assert "475.09" in mail
        assert "Wed 1 Apr" in mail
        assert "held-rate" in findings(outcome)


async def test_a_run_as_of_an_earlier_day_prints_nothing_of_a_later_one(newsroom: Newsroom) -> None:
    await newsroom.morning(1)
    newsroom.publish(9, "480.00")
    await newsroom.morning(9)
    newsroom.publish(2, None)
    _, mail = await newsroom.morning(2)
    assert "475.09" in mail
    assert "480.00" not in mail
