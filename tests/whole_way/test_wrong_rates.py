"""A wrong rate cannot reach a reader without a named person having accepted it: from the bank's file to the mail."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from digest import newsroom as steps
from digest import newsroom_rates
from digest.config import Settings
from digest.errors import WrongUse
from digest.ids import NewsletterId
from digest.wiring import Runtime
from tests.collect.banks import samples
from tests.whole_way.letters import outbox
from tests.whole_way.road import Outcome, apply, open_at, run, settings_in, take_in

TOML = """
[newsletter]
slug = "brief"
name = "The Brief"
list = "brief"
sender = { name = "The Brief", address = "brief@news.example", postal_address = "1 Long Street, Almaty" }

[rates]
currencies = ["KZT", "UZS", "TMT"]

[rates.fallbacks]
TMT = ["cbu"]

[rates.agreement]
KZT = { with = "cbr", within = 1 }

[rates.banks]
nbk = "nbk.xml"
cbu = "cbu.json"
cbt = "cbt.xml"
cbr = "cbr.xml"

[[outlets]]
slug = "herald"
name = "The Herald"

[[journalists]]
slug = "dana"
name = "Dana Serikova"
outlet = "herald"
sources = [{ kind = "feed", ref = "feed.xml" }]
"""
READERS = "address,name,follows\none@example.org,One,all\n"
GOOD, WRONG = "475.09", "540.00"


class Newsroom:
    """A newsletter whose banks are files: each day the banks publish, and its readers are sent what is true."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = settings_in(folder)
        (folder / "brief.toml").write_text(TOML, encoding="utf-8")
        self.publish(1)
        with self.at(1) as runtime:
            apply(runtime, folder / "brief.toml")
            take_in(runtime, READERS, "brief", from_start=True)

    @contextmanager
    def at(self, day: int, hour: int = 6) -> Iterator[Runtime]:
        with open_at(self.settings, datetime(2026, 4, day, hour, tzinfo=UTC)) as runtime:
            yield runtime

    def publish(
        self, day: int, dollar: str = GOOD, *, second: str | None = None, manat: str = "3.5", cbu: bytes | None = None
    ) -> None:
        """Let every bank and the journalist publish on a day of April 2026."""
        on = f"{day:02}.04.2026"
        (self.folder / "nbk.xml").write_bytes(samples.nbk(on, value=dollar, change=""))
        (self.folder / "cbu.json").write_bytes(cbu or samples.cbu(on))
        (self.folder / "cbt.xml").write_bytes(samples.cbt(on, value=manat))
        (self.folder / "cbr.xml").write_bytes(_russian(on, second) if second is not None else b"")
        (self.folder / "feed.xml").write_text(
            f"""<rss version="2.0"><channel><title>The Herald</title><item><title>On the {day}th of April</title>
            <link>https://herald.example.org/{day}</link><author>Dana Serikova</author>
            <pubDate>{day:02} Apr 2026 03:00:00 +0000</pubDate>
            <description>Something happened on that day, and nobody knows yet why it did.</description>
            </item></channel></rss>""",
            encoding="utf-8",
        )

    async def morning(self, day: int) -> tuple[Outcome, str]:
        """Run the newsletter; return what it brought, and the mail in both of its parts."""
        before = {letter.path for letter in outbox(self.settings)}
        with self.at(day) as runtime:
            outcome = await run(runtime, "brief")
        (letter,) = [letter for letter in outbox(self.settings) if letter.path not in before]
        return outcome, _words(letter.text) + "\n" + _words(letter.html)


def _russian(on: str, tenge: str) -> bytes:
    """The Bank of Russia's sheet: 80 roubles for a dollar, and so many for 100 tenge that a dollar costs ``tenge``."""
    price = f"{Decimal(8000) / Decimal(tenge):.4f}".replace(".", ",")
    return f"""<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="{on}" name="Foreign Currency Market">
<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal><Name>USD</Name>
<Value>80,0000</Value></Valute>
<Valute ID="R01335"><NumCode>398</NumCode><CharCode>KZT</CharCode><Nominal>100</Nominal><Name>KZT</Name>
<Value>{price}</Value></Valute></ValCurs>""".encode("windows-1251")


def _words(part: str) -> str:
    return re.sub(r"<[^>]*>", " ", part)


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def findings(outcome: Outcome) -> set[str]:
    return {finding.name for finding in outcome.issue.findings}


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
