"""``[rates]`` in a newsletter's file: who stands in for whom, what is believed, and errors that name line and key."""

from decimal import Decimal

import pytest

from digest.collect.rates.rate import BankName, Currency
from digest.collect.rates.rate_rules import Agreement
from digest.compose.newsletter import RatesWanted
from digest.compose.rates_table import read_rates
from digest.compose.snapshot import newsletter_from_json, newsletter_to_json
from digest.compose.toml_table import Table, open_table
from digest.errors import BadNewsletterFile
from tests.builders import a_newsletter

KZT, UZS = Currency("KZT"), Currency("UZS")
WANTED = 'currencies = ["KZT", "UZS"]\n'


def read(text: str) -> RatesWanted:
    def resolve(_table: Table, _key: str, ref: str) -> str:
        return ref

    return read_rates(open_table("brief.toml", text.encode()), resolve)


def refused(text: str) -> str:
    with pytest.raises(BadNewsletterFile) as caught:
        read(WANTED + text)
    return str(caught.value)


def test_everything_that_can_be_said_of_rates() -> None:
    wanted = read(
        WANTED
        + """required = ["KZT"]
[fallbacks]
KZT = ["frankfurter", "cbr"]
[moves]
KZT = 7.5
UZS = 3
[agreement]
UZS = { with = "nbk", within = 1.5 }
"""
    )
    assert wanted.required == (KZT,)
    assert wanted.rules.fallbacks == {KZT: (BankName.FRANKFURTER, BankName.CBR)}
    assert wanted.rules.moves == {KZT: Decimal("7.5"), UZS: Decimal(3)}
    assert wanted.rules.agreement == {UZS: Agreement(bank=BankName.NBK, within=Decimal("1.5"))}
    newsletter = a_newsletter(rates=wanted)
    assert newsletter_from_json(newsletter_to_json(newsletter)) == newsletter


def test_nothing_of_it_need_be_said() -> None:
    assert read(WANTED) == RatesWanted(currencies=(KZT, UZS))


def test_a_source_without_an_address_of_its_own_needs_a_place() -> None:
    said = '[fallbacks]\nKZT = ["ticker"]\n'
    assert "ticker has no address of its own" in refused(said)
    assert read(WANTED + said + '[banks]\nticker = "page.txt"\n').rules.fallbacks == {KZT: (BankName.TICKER,)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('required = ["TJS"]', "line 2, required[1]: TJS is not among this newsletter's currencies"),
        ('required = ["KZT", "kzt"]', "'KZT' is there twice"),
        ('[fallbacks]\nKZT = ["nbx"]', "line 3, fallbacks.KZT[1]: there is no bank of that name"),
        ('[fallbacks]\nKZT = ["nbx"]', "did you mean nb"),
        ('[fallbacks]\nKZT = ["nbk"]', "nbk is the own bank of KZT: name another one"),
        ('[fallbacks]\nKZT = ["cbr", "cbr"]', "'cbr' is there twice"),
        ("[fallbacks]\nKZT = []", "this must name at least one bank"),
        ('[fallbacks]\nKZZ = ["cbr"]', "'KZZ' is no known currency"),
        ('[fallbacks]\nTJS = ["cbr"]', "TJS is not among this newsletter's currencies"),
        ("[moves]\nKZT = 0", "line 3, moves.KZT: this must be a number above 0 and up to 100"),
        ("[moves]\nKZT = 101", "this must be a number above 0 and up to 100"),
        ("[moves]\nKZT = nan", "this must be a number above 0"),
        ("[moves]\nKZT = -1.5", "this must be a number above 0"),
        ('[moves]\nKZT = "5"', "this must be a number above 0"),
        ("[moves]\nKZT = true", "this must be a number above 0"),
        ('[agreement]\nUZS = { with = "cbu", within = 1 }', "cbu is the own bank of UZS"),
        ('[agreement]\nUZS = { with = "nbk" }', "agreement.UZS.within: this key is missing"),
        ('[agreement]\nUZS = { with = "nbk", within = 50 }', "up to 20, in percent"),
        ('[agreement]\nUZS = { with = "nbk", within = 1, both = 2 }', "there is no such key"),
        ("gates = 5", "there is no such key"),
    ],
)
def test_what_means_nothing_is_named_with_its_line(text: str, said: str) -> None:
    assert said in refused(f"{text}\n")
