from datetime import date
from decimal import Decimal

import pytest

from digest.collect.rates.doubts import doubt_in_words, held_as_json, held_in_words, plain, title_of, warning_of
from digest.collect.rates.rate import BankName, BankRow, Currency, Doubt, DoubtReason, HeldRate

KZT, USD = Currency("KZT"), Currency("USD")
DAY = date(2026, 4, 2)
ROW = BankRow(local=KZT, currency=USD, nominal=1, value=Decimal("540.00"))


def held(*doubts: Doubt, kept: str | None = "475.09") -> HeldRate:
    return HeldRate(
        currency=KZT,
        base=USD,
        bank=BankName.NBK,
        bank_title=title_of(BankName.NBK),
        effective_on=DAY,
        value=Decimal("540.00"),
        rows=(ROW,),
        doubts=doubts,
        kept=None if kept is None else Decimal(kept),
        kept_on=None if kept is None else date(2026, 4, 1),
    )


def doubt(reason: DoubtReason, **facts: object) -> Doubt:
    some: dict[str, object] = {
        "found": Decimal(540),
        "expected": Decimal("475.09"),
        "expected_on": date(2026, 4, 1),
        "expected_from": BankName.CBR,
        "percent": Decimal("12.0203"),
        "limit": Decimal(5),
    }
    return Doubt(reason=reason, **{**some, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (doubt(DoubtReason.JUMP), "too far from 475.09 of 2026-04-01: 12.02 %, at most 5 % is believed"),
        (
            doubt(DoubtReason.DISAGREES),
            "Bank of Russia says 475.09 for 2026-04-01: 12.02 % apart, at most 5 % is agreement",
        ),
        (
            Doubt(reason=DoubtReason.TOO_COARSE, percent=Decimal("6.25"), limit=Decimal(1)),
            "it is printed with so few digits that it can be 6.25 % off",
        ),
        (doubt(DoubtReason.OFF_PEG), "Bank of Russia makes it 540 where 475.09 is fixed officially"),
        (Doubt(reason=DoubtReason.NOT_POSITIVE, found=Decimal(-1)), "-1 is no price"),
        (
            doubt(DoubtReason.OTHER_NOMINAL, found=Decimal(10), expected=Decimal(1)),
            "it is quoted for 10 units, on 2026-04-01 it was for 1",
        ),
        (
            Doubt(reason=DoubtReason.INCOMPLETE, missing=tuple(map(Currency, ("AED", "CHF")))),
            "the sheet is incomplete: AED, CHF missing",
        ),
        (
            Doubt(reason=DoubtReason.INCOMPLETE, missing=tuple(map(Currency, "ABCDEFG"))),
            "the sheet is incomplete: A, B, C, D, E and 2 more missing",
        ),
    ],
)
def test_each_doubt_is_a_sentence_with_its_facts(one: Doubt, said: str) -> None:
    assert doubt_in_words(one) == said


def test_what_is_held_says_what_stands() -> None:
    jump = doubt(DoubtReason.JUMP)
    assert held_in_words(held(jump)) == (
        "540.00 of 2026-04-02 is held back (National Bank of Kazakhstan): too far from 475.09 of 2026-04-01: 12.02 %, "
        "at most 5 % is believed; 475.09 of 2026-04-01 stands until a second source agrees or an editor accepts it"
    )
    assert "nothing good is left until" in held_in_words(held(jump, kept=None))
    assert warning_of(held(jump)).startswith("held-rate, KZT per USD: 540.00")


def test_for_programs_the_facts_are_values() -> None:
    said = held_as_json(held(doubt(DoubtReason.JUMP), Doubt(reason=DoubtReason.NOT_POSITIVE), kept=None))
    assert (said["value"], said["kept"], said["kept_on"]) == ("540.00", None, None)
    assert said["published"] == [{"local": "KZT", "currency": "USD", "nominal": 1, "value": "540.00"}]
    assert said["doubts"] == [
        {
            "reason": "jump",
            "why": "too far from 475.09 of 2026-04-01: 12.02 %, at most 5 % is believed",
            "found": "540",
            "expected": "475.09",
            "expected_on": "2026-04-01",
            "expected_from": "cbr",
            "percent": "12.0203",
            "limit": "5",
            "missing": [],
        },
        {
            "reason": "not-positive",
            "why": "0 is no price",
            **dict.fromkeys(("found", "expected", "expected_on", "expected_from", "percent", "limit")),
            "missing": [],
        },
    ]
    assert held_as_json(held())["kept_on"] == "2026-04-01"


@pytest.mark.parametrize(
    ("value", "said"), [("1E+3", "1000"), ("0.00008", "0.00008"), (str(Decimal(1) / 3), "0.33333333")]
)
def test_digits_have_no_exponent_and_a_quotient_has_an_end(value: str, said: str) -> None:
    assert plain(Decimal(value)) == said


def test_a_peg_has_a_title() -> None:
    assert title_of(BankName.PEG) == "Official peg"
