"""Links that only we can make: each that is not one of ours is refused, and we learn why."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.links import (
    HOLDS,
    KEY_LENGTH,
    LinkFault,
    LinkKeys,
    LinkRefused,
    Opened,
    Purpose,
    key_for,
    open_key,
)
from tests.fakes import NOON

SUBJECT = "3fHq0ZpL2sVxT8mWc1RkYA"
OTHER = "AAAAAAAAAAAAAAAAAAAAAA"
KEYS = LinkKeys(current=b"the key of this year")
ROTATED = LinkKeys(current=b"the key of next year", former=(b"the key of this year", b"one before"))
EVERY = tuple(Purpose)


def made(purpose: Purpose = Purpose.OWN, subject: str = SUBJECT, keys: LinkKeys = KEYS) -> str:
    return key_for(purpose, subject, keys=keys, at=NOON)


def opened(
    key: str, subject: str = SUBJECT, wanted: tuple[Purpose, ...] = EVERY, keys: LinkKeys = KEYS, **later: float
) -> Opened | LinkRefused:
    return open_key(key, subject, wanted, keys=keys, now=NOON + timedelta(**later))


def fault(found: Opened | LinkRefused) -> LinkFault:
    assert isinstance(found, LinkRefused)
    return found.fault


@pytest.mark.parametrize("purpose", EVERY)
def test_what_was_made_opens_for_what_it_was_made_for_as_long_as_it_holds(purpose: Purpose) -> None:
    key = made(purpose)
    assert len(key) == KEY_LENGTH
    found = opened(key, wanted=(purpose,))
    assert found == Opened(purpose=purpose, made_at=NOON)
    assert isinstance(found, Opened)
    assert found.until == NOON + HOLDS[purpose]
    assert isinstance(open_key(key, SUBJECT, (purpose,), keys=KEYS, now=found.until), Opened)
    late = open_key(key, SUBJECT, (purpose,), keys=KEYS, now=found.until + timedelta(seconds=1))
    assert fault(late) is LinkFault.EXPIRED
    assert isinstance(late, LinkRefused)
    assert "2025-12-19" in late.evidence


@pytest.mark.parametrize("purpose", EVERY)
def test_it_opens_nothing_else(purpose: Purpose) -> None:
    others = tuple(one for one in EVERY if one is not purpose)
    found = opened(made(purpose), wanted=others)
    assert fault(found) is LinkFault.SWAPPED
    assert isinstance(found, LinkRefused)
    assert f"made for {purpose}" in found.evidence


def test_somebody_elses_key_is_told_from_one_that_was_made_up() -> None:
    assert fault(opened(made(), subject=OTHER)) is LinkFault.SWAPPED
    assert fault(opened(made(keys=LinkKeys(current=b"a stranger's key")))) is LinkFault.FORGED


@pytest.mark.parametrize(
    ("key", "expected", "evidence"),
    [
        ("", LinkFault.MISSING, "no key"),
        (made()[:9], LinkFault.TRUNCATED, "9 of 32"),
        (f"{made()}x", LinkFault.MALFORMED, "33 characters"),
        ("é" * 32, LinkFault.MALFORMED, "no key"),
        (f"{made()[:-1]} ", LinkFault.MALFORMED, "no key"),
        ("A" * 32, LinkFault.FORGED, "tried 1"),
    ],
)
def test_the_evidence_says_what_came_and_not_the_key(key: str, expected: LinkFault, evidence: str) -> None:
    found = opened(key)
    assert fault(found) is expected
    assert isinstance(found, LinkRefused)
    assert evidence in found.evidence
    assert not key or key not in found.evidence
    assert SUBJECT not in found.evidence


def test_keys_can_change_and_what_the_former_ones_made_still_opens() -> None:
    found = opened(made(), keys=ROTATED)
    assert isinstance(found, Opened)
    assert found.by_former
    new = opened(made(keys=ROTATED), keys=ROTATED)
    assert isinstance(new, Opened)
    assert not new.by_former
    assert fault(opened(made(keys=ROTATED))) is LinkFault.FORGED


@given(st.integers(0, KEY_LENGTH - 1), st.sampled_from("ABCxyz019-_"), st.sampled_from(EVERY))
def test_no_key_opens_of_which_a_character_was_changed(place: int, letter: str, purpose: Purpose) -> None:
    key = made(purpose)
    changed = key[:place] + letter + key[place + 1 :]
    if changed != key:
        assert isinstance(opened(changed), LinkRefused)


@given(st.text(max_size=40), st.text(max_size=30))
def test_anything_at_all_is_refused_by_name(key: str, subject: str) -> None:
    assert isinstance(opened(key, subject=subject), LinkRefused)
