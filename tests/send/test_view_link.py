"""The address of a body in a browser: signed, of contents, and the same in every mail with these contents."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.links import HOLDS, LinkFault, LinkKeys, LinkRefused, Purpose, key_for
from digest.ids import IssueId
from digest.send.view_link import SHOWN, open_view, view_of
from tests.builders import a_contents, a_section
from tests.fakes import NOON
from tests.send.office import ISSUE, a_frozen

KEYS = LinkKeys(current=b"the key of this year", former=(b"the key of last year",))
CONTENTS = a_contents(a_section("timur-aliyev", (3, 2)))
FROZEN = a_frozen()
VIEW = view_of(CONTENTS, FROZEN, keys=KEYS)


def fault(view: str, issue: str = ISSUE, *, days: float = 0) -> LinkFault:
    found = open_view(view, IssueId(issue), keys=KEYS, now=NOON + timedelta(days=days))
    assert isinstance(found, LinkRefused)
    assert len(view) < SHOWN or view not in found.evidence
    return found.fault


def test_it_opens_the_contents_for_thirty_days_after_the_issue_was_composed() -> None:
    assert len(VIEW) == 55
    for days in (0, 30):
        assert open_view(VIEW, ISSUE, keys=KEYS, now=NOON + timedelta(days=days)) == CONTENTS.key[:SHOWN]
    assert fault(VIEW, days=30.1) is LinkFault.EXPIRED
    assert HOLDS[Purpose.VIEW] == timedelta(days=30)


def test_it_is_the_same_for_every_mail_with_these_contents_and_says_nothing_of_a_reader() -> None:
    assert view_of(replace(CONTENTS), FROZEN, keys=KEYS) == VIEW
    assert view_of(a_contents(), FROZEN, keys=KEYS) != VIEW


def test_an_older_key_is_still_believed() -> None:
    old = view_of(CONTENTS, FROZEN, keys=LinkKeys(current=b"the key of last year"))
    assert open_view(old, ISSUE, keys=KEYS, now=NOON) == CONTENTS.key[:SHOWN]


def test_what_was_made_for_something_else_opens_nothing() -> None:
    beginning, _, key = VIEW.partition(".")
    other = a_contents().key[:SHOWN]
    token = "A" * 22
    assert fault(f"{other}.{key}") is LinkFault.SWAPPED
    assert fault(VIEW, "morning-brief-2") is LinkFault.SWAPPED
    for purpose in (Purpose.MAIL, Purpose.OWN, Purpose.CONFIRM):
        made = key_for(purpose, f"{ISSUE}/{beginning}", keys=KEYS, at=NOON)
        assert fault(f"{beginning}.{made}") is LinkFault.SWAPPED
        assert fault(f"{beginning}.{key_for(purpose, token, keys=KEYS, at=NOON)}") is LinkFault.SWAPPED
    assert fault(view_of(CONTENTS, FROZEN, keys=LinkKeys(current=b"somebody else's"))) is LinkFault.FORGED


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("", LinkFault.MALFORMED),
        (CONTENTS.key, LinkFault.MALFORMED),
        (CONTENTS.key[:SHOWN], LinkFault.MISSING),
        (VIEW[:-1], LinkFault.TRUNCATED),
        (VIEW.upper(), LinkFault.MALFORMED),
        (f"{VIEW}x", LinkFault.MALFORMED),
    ],
)
def test_what_is_cut_or_none_is_told_apart(view: str, expected: LinkFault) -> None:
    assert fault(view) is expected


def test_without_keys_nothing_opens() -> None:
    found = open_view(VIEW, ISSUE, keys=None, now=NOON)
    assert isinstance(found, LinkRefused)
    assert found.fault is LinkFault.MISSING


@given(st.text(max_size=80) | st.text("0123456789abcdef.", max_size=60))
def test_whatever_comes_is_refused_with_a_reason(view: str) -> None:
    fault(view)
