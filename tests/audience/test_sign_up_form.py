from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.consent import Choices, choices_from_json
from digest.audience.links import LinkKeys, Purpose, key_for
from digest.audience.rhythm import Pace, PaceChange, Weekday
from digest.audience.sign_up_form import HONEYPOT, Offer, Problem, Sent, read_sign_up, timing_problem
from digest.ids import EVERY_JOURNALIST, JournalistId, ListName
from tests.fakes import NOON

DANA, ASEL = JournalistId("dana-serikova"), JournalistId("asel-nurlan")
MORNING = ListName("morning")
OFFER = Offer(list_name=MORNING, journalists=(DANA, ASEL), locale="ru", time_zone="Asia/Almaty")
KEYS = LinkKeys(current=b"the key of this year")


def read(refused: Sequence[str] = (), **fields: str | list[str]) -> Sent | tuple[Problem, ...]:
    sent = {"address": "ann@example.org"} | fields
    return read_sign_up(
        {name: [value] if isinstance(value, str) else value for name, value in sent.items()}, OFFER, refused=refused
    )


def good(**fields: str | list[str]) -> Sent:
    found = read(**fields)
    assert isinstance(found, Sent)
    return found


def test_an_address_is_enough() -> None:
    assert good(address=" Ann@Example.ORG ") == Sent(
        address="ann@example.org",
        choices=Choices(follows=(EVERY_JOURNALIST,), locale="ru", time_zone="Asia/Almaty"),
        version="",
        is_bots=False,
    )


def test_what_is_chosen_is_taken_and_what_is_not_offered_is_not() -> None:
    sent = good(
        who="some",
        follow=[ASEL, "nobody", "*", ASEL],
        pace="weekly",
        weekday="wed",
        locale="en",
        time_zone="utc",
        version="0123456789ab",
    )
    assert sent.choices == Choices(
        follows=(ASEL,),
        locale="en",
        time_zone="UTC",
        pace=PaceChange(pace=Pace.WEEKLY, weekday=Weekday.WEDNESDAY),
    )
    assert sent.version == "0123456789ab"
    assert choices_from_json(sent.choices.as_json()) == sent.choices


def test_choices_are_kept_as_they_were() -> None:
    for choices in (good().choices, good(pace="daily", weekday="wed").choices, good(pace="weekly").choices):
        assert choices_from_json(choices.as_json()) == choices
    assert good(pace="daily", weekday="wed").choices.pace == PaceChange(pace=Pace.DAILY)
    assert good(pace="weekly").choices.pace.weekday is Weekday.MONDAY


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"address": " "}, (Problem.ADDRESS_MISSING,)),
        ({"address": "ann"}, (Problem.ADDRESS_BAD,)),
        ({"address": "ann@pаypal.com"}, (Problem.ADDRESS_DISGUISED,)),
        ({"address": "ann@trash.example"}, (Problem.ADDRESS_THROWAWAY,)),
        ({"address": "ann@a.trash.example"}, (Problem.ADDRESS_THROWAWAY,)),
        ({"who": "some"}, (Problem.NOBODY_CHOSEN,)),
        ({"who": "some", "follow": "nobody"}, (Problem.NOBODY_CHOSEN,)),
        ({"pace": "hourly"}, (Problem.CHOICE_UNKNOWN,)),
        ({"pace": "weekly", "weekday": "someday"}, (Problem.CHOICE_UNKNOWN,)),
        ({"locale": "xx-nowhere"}, (Problem.CHOICE_UNKNOWN,)),
        ({"time_zone": "Mars/Olympus"}, (Problem.CHOICE_UNKNOWN,)),
        ({"address": "", "who": "some"}, (Problem.ADDRESS_MISSING, Problem.NOBODY_CHOSEN)),
    ],
)
def test_all_that_is_wrong_is_named(fields: dict[str, str], problems: tuple[Problem, ...]) -> None:
    assert read(refused=("trash.example",), **fields) == problems


def test_only_a_program_fills_in_what_nobody_sees() -> None:
    assert good(**{HONEYPOT: "https://spam.example"}).is_bots
    assert not good(**{HONEYPOT: " "}).is_bots


@pytest.mark.parametrize("version", ["x" * 41, "é", "a\nb"])
def test_a_version_that_is_none_is_forgotten(version: str) -> None:
    assert good(version=version).version == ""


@pytest.mark.parametrize(
    ("seconds", "problem"),
    [(0, Problem.ONCE_MORE), (1.9, Problem.ONCE_MORE), (2, None), (86_400, None), (86_401, Problem.ONCE_MORE)],
)
def test_a_form_is_open_for_some_seconds_and_no_longer_than_a_day(seconds: float, problem: Problem | None) -> None:
    stamp = key_for(Purpose.FORM, MORNING, keys=KEYS, at=NOON)
    now = NOON + timedelta(seconds=seconds)
    assert timing_problem(stamp, MORNING, keys=KEYS, now=now) is problem
    assert timing_problem(stamp, ListName("evening"), keys=KEYS, now=now) is Problem.ONCE_MORE


def test_a_form_on_another_page_has_no_stamp() -> None:
    assert timing_problem("", MORNING, keys=KEYS, now=NOON) is None


@given(st.dictionaries(st.sampled_from(["address", "who", "follow", "pace", "locale"]), st.lists(st.text(max_size=30))))
def test_any_fields_give_a_sign_up_or_what_is_wrong(fields: dict[str, list[str]]) -> None:
    found = read_sign_up(fields, OFFER)
    assert isinstance(found, Sent) or found
