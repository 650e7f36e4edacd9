from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collect.article import Article
from digest.collect.journalist import Journalist
from digest.collect.rates.rate import BankName, Currency, MissingRate, RateFlag, RateSnapshot
from digest.compose.issue import Contents, Frozen
from digest.compose.newsletter import Newsletter, RatesWanted
from digest.compose.snapshot import (
    contents_from_json,
    contents_to_json,
    digest_of,
    from_json,
    newsletter_from_json,
    newsletter_to_json,
    rates_fingerprint,
    to_json,
)
from tests.builders import a_frozen_issue, a_newsletter, a_rate, a_snapshot, an_article

INSTANTS = st.datetimes(timezones=st.just(UTC))
st.register_type_strategy(datetime, INSTANTS)
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))


def small(kind: type) -> st.SearchStrategy[object]:
    return st.lists(st.from_type(kind), max_size=3).map(tuple)


@given(
    articles=small(Article),
    journalists=small(Journalist),
    newsletter=st.from_type(Newsletter),
    rates=st.from_type(RateSnapshot),
    at=INSTANTS,
)
def test_every_frozen_issue_is_read_back_exactly(
    articles: tuple[Article, ...],
    journalists: tuple[Journalist, ...],
    newsletter: Newsletter,
    rates: RateSnapshot,
    at: datetime,
) -> None:
    frozen = replace(
        a_frozen_issue(),
        articles=articles,
        journalists=journalists,
        newsletter=newsletter,
        rates=rates,
        composed_at=at,
        issue_date=at.date(),
    )
    text = to_json(frozen)
    assert from_json(text) == frozen
    assert to_json(from_json(text)) == text


@given(st.from_type(Newsletter))
def test_every_newsletter_is_read_back_exactly(newsletter: Newsletter) -> None:
    assert newsletter_from_json(newsletter_to_json(newsletter)) == newsletter


@given(st.from_type(Contents))
def test_all_contents_are_read_back_exactly(contents: Contents) -> None:
    assert contents_from_json(contents_to_json(contents)) == contents


def test_banks_and_their_places_survive() -> None:
    newsletter = a_newsletter(
        rates=RatesWanted(banks={BankName.NBK: ("/a.xml", "/b.xml"), BankName.CBU: ("http://x",)})
    )
    assert newsletter_from_json(newsletter_to_json(newsletter)) == newsletter


def test_a_digest_is_the_sha_256_of_the_utf_8_bytes() -> None:
    assert digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest_of("Ж") == "af01de547c2d86e9c4881cc4cf0dd3ab521b9d1cceee461908680b33c433c5ac"


def test_every_change_of_an_issue_changes_its_digest() -> None:
    frozen = a_frozen_issue()
    others = [
        replace(frozen, number=2),
        replace(frozen, rates_are_new=False),
        replace(frozen, articles=(an_article(title="Another title"),)),
        replace(frozen, rates=a_snapshot(a_rate(value="512.340"))),
    ]
    assert len({digest_of(to_json(one)) for one in (frozen, *others)}) == 5


def test_the_fingerprint_of_rates_follows_what_is_printed() -> None:
    same = rates_fingerprint(a_snapshot())
    assert rates_fingerprint(a_snapshot()) == same
    assert rates_fingerprint(a_snapshot(a_rate(value="512.35"))) != same
    missing = MissingRate(currency=Currency("UZS"), reason="the bank did not answer")
    assert rates_fingerprint(replace(a_snapshot(), missing=(missing,))) != same


@pytest.mark.parametrize("read", [from_json, newsletter_from_json, contents_from_json])
def test_another_text_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match="not the JSON of a"):
        read('{"a":1}')


def test_a_snapshot_of_an_older_version_without_floor_is_still_read() -> None:
    frozen: Frozen = a_frozen_issue()
    older = to_json(frozen).replace('"floor":0,', "").replace('"rates_are_new":true,', "")
    assert '"floor"' not in older
    assert from_json(older) == frozen


def test_rates_beside_which_something_is_held_back_print_the_same() -> None:
    told = a_snapshot(a_rate(warning="600 is held back", flags=(RateFlag.HELD,)))
    assert rates_fingerprint(told) == rates_fingerprint(a_snapshot(a_rate()))
    old = a_snapshot(a_rate(flags=(RateFlag.LAST_OFFICIAL,)))
    assert rates_fingerprint(old) != rates_fingerprint(told)
