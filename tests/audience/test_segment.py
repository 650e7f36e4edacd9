from datetime import timedelta
from typing import Any

import pytest

from digest.audience.may_mail import NoMail
from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.audience.rhythm import Pace, Rhythm, Weekday
from digest.audience.segment import EVERYBODY, Segment, counts_of, within
from digest.ids import JournalistId
from tests.builders import a_reader
from tests.fakes import NOON

DANA, TIMUR = JournalistId("dana-serikova"), JournalistId("timur-aliyev")
WEEKLY = Rhythm(pace=Pace.WEEKLY, weekday=Weekday.FRIDAY)
ANN = a_reader(1, locale="ru-KZ", time_zone="Asia/Almaty", follows=(DANA,), rhythm=WEEKLY, joined_at=NOON)
BOB = a_reader(2, locale="en", follows=("*",), joined_at=NOON - timedelta(days=9))
EVE = a_reader(3, follows=(), state=SubscriptionState.UNSUBSCRIBED)
GONE = a_reader(4, address="", state=SubscriptionState.UNSUBSCRIBED)


@pytest.mark.parametrize(
    ("conditions", "whom"),
    [
        ({}, [1, 2, 3]),
        ({"languages": {"ru"}}, [1]),
        ({"languages": {"ru-KZ"}}, [1]),
        ({"languages": {"ru-UA", "en"}}, [2, 3]),
        ({"time_zones": {"Asia/Almaty"}}, [1]),
        ({"paces": {Pace.WEEKLY}}, [1]),
        ({"follows": {DANA}}, [1, 2]),
        ({"follows": {TIMUR}}, [2]),
        ({"joined_before": NOON}, [2]),
        ({"joined_since": NOON}, [1]),
        ({"mailable": True}, [1, 2]),
        ({"languages": {"ru"}, "follows": {TIMUR}}, []),
    ],
)
def test_all_conditions_must_hold_and_of_several_values_one(conditions: dict[str, Any], whom: list[int]) -> None:
    segment = Segment(**{name: frozenset(v) if isinstance(v, set) else v for name, v in conditions.items()})
    assert [reader.subscriber.id for reader in within([ANN, BOB, EVE, GONE], segment)] == whom


def test_readers_are_counted_by_what_they_chose() -> None:
    suppressed = a_reader(5, suppression=SuppressionReason.BOUNCED)
    nobody = a_reader(6, follows=())
    counts = counts_of(within([ANN, BOB, EVE, GONE, suppressed, nobody], EVERYBODY))
    assert (counts.readers, counts.mailable, counts.everybody, counts.nobody) == (5, 3, 1, 1)
    assert counts.follows == {DANA: 1}
    assert counts.not_mailed == {NoMail.UNSUBSCRIBED: 1, NoMail.SUPPRESSED: 1}
    assert counts.languages == {"ru-KZ": 1, "en": 2}
    assert counts.paces == {Pace.WEEKLY: 1, Pace.EVERY_ISSUE: 2}
    assert counts.time_zones == {"Asia/Almaty": 1, "UTC": 2}
