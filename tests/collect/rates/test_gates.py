"""What is believed: the error and its correction told apart, and nothing printed because it was repeated."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.banks import BANKS
from digest.collect.rates.gates import Evidence, Judged, Standing, incomplete_days, judge
from digest.collect.rates.judging import Known, KnownBank, judged
from digest.collect.rates.quotes import Quote, quotes
from digest.collect.rates.rate import Acceptance, BankName, BookedRate, Currency, DoubtReason
from digest.collect.rates.rate_rules import RateRules
from digest.collect.web import Response
from tests.builders import a_booked_rate
from tests.fakes import NOON

USD, KZT, UZS, TMT, EUR = (Currency(code) for code in ("USD", "KZT", "UZS", "TMT", "EUR"))
DAY = date(2026, 4, 3)


def tenge(*values: str, bank: BankName = BankName.NBK, until: date = DAY, nominal: int = 1) -> list[BookedRate]:
    first = until - timedelta(days=len(values) - 1)
    return [
        a_booked_rate(value, bank=bank, effective_on=first + timedelta(days=n), nominal=nominal)
        for n, value in enumerate(values)
    ]


def tried(rows: Sequence[BookedRate], evidence: Evidence | None = None) -> list[Judged]:
    return judge(KZT, USD, quotes(KZT, USD, rows), evidence or Evidence())


def reasons(one: Judged) -> list[DoubtReason]:
    return [doubt.reason for doubt in one.doubts]


def a_word(entry: BookedRate) -> Acceptance:
    return Acceptance(
        bank=entry.bank,
        effective_on=entry.effective_on,
        local=entry.row.local,
        currency=entry.row.currency,
        nominal=entry.row.nominal,
        value=entry.row.value,
        by="Dana",
        note="seen",
        at=NOON,
    )


def by_day(rows: Sequence[BookedRate]) -> Mapping[date, Quote]:
    return {quote.on: quote for quote in quotes(KZT, USD, rows)}


# --- the moves -------------------------------------------------------------------------------------------------------


def test_a_jump_stays_held_however_often_the_bank_repeats_it() -> None:
    found = tried(tenge("475", "540", "540", "541"))
    assert [one.standing for one in found] == ["good", "held", "held", "held"]
    (doubt,) = found[-1].doubts
    assert (doubt.reason, doubt.found, doubt.expected, doubt.expected_on) == (
        *(DoubtReason.JUMP, Decimal(541)),
        *(Decimal(475), DAY - timedelta(days=3)),
    )
    assert doubt.limit == 5


def test_a_currency_may_have_a_limit_of_its_own() -> None:
    assert tried(tenge("475", "540"), Evidence(largest_move=Decimal(15)))[-1].standing is Standing.GOOD
    assert tried(tenge("475", "480"), Evidence(largest_move=Decimal("0.5")))[-1].standing is Standing.HELD


@pytest.mark.parametrize(
    ("pause", "value", "limit"),
    [
        (30, "501", "5"),
        (31, "520", None),
        (31, "540", "10"),
        (120, "580", None),
        (900, "47.5", "50"),
        (900, "4750", "50"),
    ],
)
def test_after_a_pause_a_price_may_have_moved_further_but_never_by_as_much_as_it_likes(
    pause: int, value: str, limit: str | None
) -> None:
    old = tenge("475", until=DAY - timedelta(days=pause))
    last = tried([*old, *tenge(value)])[-1]
    assert [str(doubt.limit) for doubt in last.doubts] == ([] if limit is None else [limit])
    assert (last.previous is None) is (pause > 30)  # a change against last month is no day's change


def test_a_limit_that_a_newsletter_sets_is_not_made_narrower_by_a_pause() -> None:
    old = tenge("475", until=DAY - timedelta(days=40))
    assert tried([*old, *tenge("1000")], Evidence(largest_move=Decimal(60)))[-1].standing is Standing.GOOD


def test_what_is_held_after_a_pause_stays_held_when_it_is_repeated() -> None:
    old = tenge("475", until=DAY - timedelta(days=60))
    assert {one.standing for one in tried([*old, *tenge(*["540"] * 20)])[1:]} == {Standing.HELD}


@given(st.lists(st.decimals(min_value=1, max_value=10_000, places=2), min_size=1, max_size=10))
def test_ten_days_of_any_prices_print_no_greater_move_than_the_limit(values: list[Decimal]) -> None:
    believed = [one.quote.value for one in tried(tenge(*map(str, values))) if one.is_believed]
    assert all(abs(later - earlier) * 100 <= 5 * later for earlier, later in pairwise(believed))
    assert tried([*tenge("475", until=DAY - timedelta(days=30)), *tenge("540")])[-1].standing is Standing.HELD


def test_held_prices_of_every_day_are_no_month_without_a_price() -> None:
    found = tried(tenge("475", *(["540"] * 60)))
    assert {one.standing for one in found[1:]} == {Standing.HELD}


# --- the nominal, the price itself, the sheet ------------------------------------------------------------------------


def test_figures_with_too_few_digits_are_no_price() -> None:
    """The ticker of an outlet: 0.00008 dollars are anything from 11,765 to 13,333 soums."""
    rows = [
        a_booked_rate(value, bank=BankName.TICKER, local="USD", currency=code, effective_on=DAY)
        for code, value in (("UZS", "0.00008"), ("KZT", "0.00209"))
    ]
    (soum,) = judge(UZS, USD, quotes(UZS, USD, rows), Evidence())
    assert (soum.standing, reasons(soum), str(soum.doubts[0].percent)) == (
        *(Standing.HELD, [DoubtReason.TOO_COARSE]),
        "6.25",
    )
    assert tried(rows)[-1].standing is Standing.GOOD


def test_another_nominal_is_a_doubt_though_the_price_is_the_same() -> None:
    found = tried([*tenge("475", until=DAY - timedelta(days=1)), *tenge("4750", nominal=10)])
    assert (found[-1].standing, reasons(found[-1])) == (Standing.HELD, [DoubtReason.OTHER_NOMINAL])
    (doubt,) = found[-1].doubts
    assert (doubt.found, doubt.expected) == (Decimal(10), Decimal(1))


def test_a_price_that_is_not_above_zero_is_never_believed_not_even_by_a_person() -> None:
    rows = tenge("475", "0")
    found = tried(rows, Evidence(acceptances=[a_word(rows[1])]))
    assert (found[-1].standing, reasons(found[-1])) == (Standing.HELD, [DoubtReason.NOT_POSITIVE])


def test_an_incomplete_sheet_holds_what_is_in_it() -> None:
    found = tried(tenge("475", "476"), Evidence(missing={(BankName.NBK, DAY): (EUR,)}))
    assert (found[-1].standing, reasons(found[-1])) == (Standing.HELD, [DoubtReason.INCOMPLETE])
    assert found[-1].doubts[0].missing == (EUR,)


def test_a_sheet_is_held_against_the_last_complete_one() -> None:
    all_of_them, fewer = frozenset({USD, EUR}), frozenset({USD})
    days = [DAY + timedelta(days=n) for n in range(4)]
    quoted = {days[0]: all_of_them, days[1]: fewer, days[2]: fewer, days[3]: all_of_them | {UZS}}
    assert incomplete_days(quoted) == {days[1]: (EUR,), days[2]: (EUR,)}
    assert incomplete_days(quoted, frozenset({days[1]})) == {days[1]: (EUR,)}
    assert incomplete_days({}) == {}


# --- the second source -----------------------------------------------------------------------------------------------


def test_a_second_source_bears_out_a_real_jump() -> None:
    other = by_day(tenge("541", bank=BankName.CBR))
    found = tried(tenge("475", "540"), Evidence(second=other, within=Decimal(1)))
    assert (found[-1].standing, reasons(found[-1])) == (Standing.CONFIRMED, [DoubtReason.JUMP])
    later = tried(tenge("475", "540", "541", until=DAY + timedelta(days=1)), Evidence(second=other, within=Decimal(1)))
    assert later[-1].standing is Standing.GOOD


def test_a_second_source_contradicts_an_error_that_is_no_jump() -> None:
    other = by_day(tenge("475", bank=BankName.CBR))
    found = tried(tenge("475", "490"), Evidence(second=other, within=Decimal(1)))
    assert (found[-1].standing, reasons(found[-1])) == (Standing.HELD, [DoubtReason.DISAGREES])
    assert (found[-1].doubts[0].expected, found[-1].doubts[0].expected_from) == (Decimal(475), BankName.CBR)


@pytest.mark.parametrize(("apart", "is_heard"), [(0, True), (-4, True), (1, False), (-5, False)])
def test_a_second_source_speaks_for_days_nearby(apart: int, *, is_heard: bool) -> None:
    other = by_day(tenge("475", bank=BankName.CBR, until=DAY + timedelta(days=apart)))
    found = tried(tenge("490"), Evidence(second=other, within=Decimal(1)))
    assert (found[-1].standing is Standing.HELD) is is_heard


# --- a person's word -------------------------------------------------------------------------------------------------


def test_a_person_s_word_is_for_exactly_one_price() -> None:
    rows = tenge("475", "540")
    found = tried(rows, Evidence(acceptances=[a_word(rows[1])]))
    assert (found[-1].standing, found[-1].accepted) == (Standing.ACCEPTED, a_word(rows[1]))
    corrected = replace(rows[1], row=replace(rows[1].row, value=Decimal(545)))
    assert tried([rows[0], corrected], Evidence(acceptances=[a_word(rows[1])]))[-1].standing is Standing.HELD
    next_day = replace(rows[1], effective_on=DAY + timedelta(days=1))
    assert tried([*rows, next_day], Evidence(acceptances=[a_word(rows[1])]))[-1].standing is Standing.GOOD


def test_a_cross_needs_a_word_for_each_of_its_rows() -> None:
    rows = [
        a_booked_rate("80", bank=BankName.CBR, local="RUB", effective_on=DAY - timedelta(days=1)),
        a_booked_rate("16", bank=BankName.CBR, local="RUB", currency="KZT", nominal=100, effective_on=DAY),
        a_booked_rate("95", bank=BankName.CBR, local="RUB", effective_on=DAY),
        a_booked_rate("16", bank=BankName.CBR, local="RUB", currency="KZT", nominal=100),
    ]
    rows[3] = replace(rows[3], effective_on=DAY - timedelta(days=1))
    words = [a_word(rows[2]), a_word(rows[1])]
    assert tried(rows)[-1].standing is Standing.HELD
    assert tried(rows, Evidence(acceptances=words[:1]))[-1].standing is Standing.HELD
    assert tried(rows, Evidence(acceptances=words))[-1].standing is Standing.ACCEPTED


# --- the peg: an error and its correction ----------------------------------------------------------------------------


def known(rows: Sequence[BookedRate]) -> Known:
    banks = {entry.bank for entry in rows}
    return {bank: KnownBank(rows=[entry for entry in rows if entry.bank == bank]) for bank in banks}


def uzbek(*days: tuple[str, str]) -> list[BookedRate]:
    """The CBU's dollar and manat, day by day up to ``DAY``."""
    rows = []
    for back, (dollar, manat) in enumerate(reversed(days)):
        for currency, value in (("USD", dollar), ("TMT", manat)):
            on = DAY - timedelta(days=back)
            rows.append(a_booked_rate(value, bank=BankName.CBU, local="UZS", currency=currency, effective_on=on))
    return rows


#: As the bank printed them for 1 and 2 April 2026, after a day that was in order.
THREE_DAYS = uzbek(("12210.71", "3488.77"), ("12194.21", "3630.00"), ("12142.10", "3469.17"))


def test_through_the_same_bank_s_dollar_the_manat_that_is_off_its_peg_is_held_and_its_correction_is_not() -> None:
    before, wrong, right = judged(UZS, TMT, BankName.CBU, known(THREE_DAYS), RateRules())
    assert (before.standing, wrong.standing, right.standing) == ("good", "held", "good")
    assert reasons(wrong) == [DoubtReason.OFF_PEG]
    assert (wrong.doubts[0].expected, wrong.doubts[0].expected_from) == (Decimal("3.5"), BankName.CBU)


def test_the_peg_explains_a_correction_that_is_a_jump() -> None:
    rows = uzbek(("12210.71", "3488.77"), ("12142.10", "3269.17"), ("12142.10", "3469.17"))
    believed = [one for one in rows if one.row.value != Decimal("3269.17")]
    # The day before was accepted by somebody at the wrong price: then the right one is a jump of 5.8 %.
    wrong = next(one for one in rows if one not in believed)
    bank = KnownBank(rows=rows, acceptances=[a_word(wrong)])
    found = judged(UZS, TMT, BankName.CBU, {BankName.CBU: bank}, RateRules())
    assert [one.standing for one in found] == ["good", "accepted", "confirmed"]
    assert reasons(found[-1]) == [DoubtReason.JUMP]


def test_the_peg_explains_nothing_where_the_dollar_itself_jumped() -> None:
    found = judged(UZS, TMT, BankName.CBU, known(uzbek(("12000", "3428.57"), ("15000", "4285.71"))), RateRules())
    assert (found[-1].standing, reasons(found[-1])) == (Standing.HELD, [DoubtReason.JUMP])


def test_a_fallback_s_cross_for_a_pegged_currency_is_believed_within_its_rounding_only() -> None:
    found = judged(TMT, USD, BankName.CBU, known(THREE_DAYS), RateRules())
    assert [one.standing for one in found] == ["good", "held", "good"]


def test_a_pegged_price_bears_out_even_an_incomplete_sheet() -> None:
    rows = [a_booked_rate("3.5", bank=BankName.CBT, local="TMT", effective_on=DAY)]
    quoted = {DAY - timedelta(days=1): frozenset({USD, TMT, EUR}), DAY: frozenset({USD, TMT})}
    (one,) = judged(TMT, USD, BankName.CBT, {BankName.CBT: KnownBank(rows=rows, quoted=quoted)}, RateRules())
    assert (one.standing, reasons(one)) == (Standing.CONFIRMED, [DoubtReason.INCOMPLETE])


def test_the_price_of_a_pegged_currency_alone_says_nothing_of_its_peg() -> None:
    rows = [entry for entry in THREE_DAYS if entry.row.currency == TMT]
    found = judged(UZS, TMT, BankName.CBU, known(rows), RateRules())
    assert [one.standing for one in found] == ["good", "good", "good"]


def real(shared: Path) -> list[BookedRate]:
    rows = []
    for name in ("cbu_0.json", "cbu_1.json"):
        body = (shared / "banks" / name).read_bytes()
        sheet = BANKS[BankName.CBU].read(Response(ref=name, url=name, body=body, fetched_at=NOON))
        rows += [
            BookedRate(bank=sheet.bank, effective_on=sheet.effective_on, row=row, retrieved_at=NOON)
            for row in sheet.rows
        ]
    return rows


@pytest.mark.parametrize(("currency", "base"), [(UZS, TMT), (TMT, USD)])
def test_the_real_error_of_1_april_2026_is_held_and_the_correction_of_2_april_is_printed(
    shared: Path, currency: Currency, base: Currency
) -> None:
    rows = real(shared)
    manat = [str(entry.row.value) for entry in rows if entry.row.currency == TMT]
    assert manat == ["4037.68", "3469.17"]
    wrong, right = judged(currency, base, BankName.CBU, known(rows), RateRules())
    assert (wrong.quote.on, wrong.standing, reasons(wrong)) == (date(2026, 4, 1), "held", [DoubtReason.OFF_PEG])
    assert round(wrong.doubts[0].found or Decimal(0), 2) == Decimal("3.02")
    assert (right.quote.on, right.standing) == (date(2026, 4, 2), "good")


def test_the_real_error_is_held_and_corrected_by_a_second_source_as_well(shared: Path) -> None:
    """By a second source alone, as if no peg were known and the day before had been wrong too."""
    rows = real(shared)
    second = {
        day: replace(quotes(UZS, TMT, rows)[1], on=day, value=Decimal(3480))
        for day in (date(2026, 4, 1), date(2026, 4, 2))
    }
    evidence = Evidence(second=second, within=Decimal(2))
    before = replace(
        next(entry for entry in rows if entry.row.currency == TMT),
        effective_on=date(2026, 3, 31),
    )
    only_manat = [before, *(entry for entry in rows if entry.row.currency == TMT)]
    found = judge(UZS, TMT, quotes(UZS, TMT, only_manat), evidence)
    assert [one.standing for one in found] == ["good", "held", "confirmed"]
    alone = judge(UZS, TMT, quotes(UZS, TMT, only_manat), Evidence())
    assert [one.standing for one in alone] == ["good", "good", "held"]  # what a gate on moves alone would do
