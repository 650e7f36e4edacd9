"""What an import does by whole tables, it does to every single reader as the pure rule says."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from digest.audience.choosing import FollowChange, followed_after
from digest.audience.joining import Joined, Joining
from digest.audience.reader import Follow, SubscriptionState, SuppressionReason
from digest.audience.rhythm import (
    PLAIN,
    HourChange,
    Pace,
    PaceChange,
    PauseChange,
    QuietDaysChange,
    Rhythm,
    Weekday,
    changed,
)
from digest.ids import EVERY_JOURNALIST, JournalistId, Position
from digest.store.tables import follows, subscribers, subscriptions, suppressions
from tests.builders import a_joining
from tests.contracts.desk import ASEL, DANA, MORNING, Desk
from tests.fakes import NOON

CHOICES = st.sets(st.sampled_from([DANA, ASEL])) | st.just({EVERY_JOURNALIST})
PACES = st.sampled_from([None, PaceChange(pace=Pace.DAILY), PaceChange(pace=Pace.WEEKLY, weekday=Weekday.FRIDAY)])
HOURS = st.sampled_from([None, HourChange(hour=7), HourChange(hour=None)])
DAYS = st.sampled_from([None, QuietDaysChange(days=frozenset({Weekday.SUNDAY})), QuietDaysChange(days=frozenset())])
PAUSES = st.sampled_from([None, PauseChange(until=date(2030, 1, 1)), PauseChange(until=None)])
ROWS = st.builds(
    lambda number, name, choice, left, suppressed, rhythm: a_joining(
        f"reader{number}@example.org",
        name=name,
        follows=sorted(choice),
        suppressed=suppressed,
        left=left,
        rhythm=rhythm,
    ),
    st.integers(0, 4),
    st.sampled_from(["", "Ann", "Bob"]),
    CHOICES,
    st.sampled_from([False, False, False, True]),
    st.sampled_from([None, None, None, SuppressionReason.BOUNCED]),
    st.tuples(PACES, HOURS, DAYS, PAUSES).map(lambda parts: [part for part in parts if part is not None]),
)
IMPORTS = st.lists(
    st.tuples(st.lists(ROWS, max_size=6, unique_by=lambda row: row.address), st.integers(0, 9)), max_size=4
)


class _Model:
    """One reader after another, in plain Python."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.states: dict[str, SubscriptionState] = {}
        self.follows: dict[str, tuple[Follow, ...]] = {}
        self.rhythms: dict[str, Rhythm] = {}
        self.suppressed: set[str] = set()

    def take_in(self, row: Joining, since: Position) -> Joined:
        who, left = row.address, SubscriptionState.UNSUBSCRIBED
        was = self.states.get(who)
        answer = Joined.ADDED if was is None else Joined.UNCHANGED
        if row.suppressed is not None:
            self.suppressed.add(who)
        if was == left:
            answer = Joined.LEFT_EARLIER
        elif row.state == left:
            answer = Joined.LEFT
            self.states[who] = left
            if was is None:
                self.names[who] = row.name
                self.follows[who] = self._follows((), row, since)
                self.rhythms[who] = self._rhythm(row, PLAIN)
        else:
            has = self._follows(self.follows.get(who, ()), row, since)
            name = row.name or self.names.get(who, "")
            rhythm = self._rhythm(row, self.rhythms.get(who, PLAIN))
            if was is not None and (name, has, rhythm) != (self.names[who], self.follows[who], self.rhythms[who]):
                answer = Joined.UPDATED
            self.rhythms[who] = rhythm
            self.states.setdefault(who, row.state)
            self.names[who], self.follows[who] = name, has
        return Joined.SUPPRESSED if who in self.suppressed else answer

    def _rhythm(self, row: Joining, rhythm: Rhythm) -> Rhythm:
        for change in row.rhythm:
            rhythm = changed(rhythm, change)
        return rhythm

    def _follows(self, had: tuple[Follow, ...], row: Joining, since: Position) -> tuple[Follow, ...]:
        are, named = frozenset(follow.journalist for follow in had), frozenset(row.follows)
        end = frozenset[JournalistId]() if EVERY_JOURNALIST in named else are - named
        change = FollowChange(begin=named - are, end=end)
        return had if change == FollowChange() else followed_after(had, change, now=since)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(imports=IMPORTS)
def test_every_reader_is_taken_in_as_if_they_were_alone(desk: Desk, imports: list[tuple[list[Joining], int]]) -> None:
    with desk.engine.begin() as connection:
        for table in (follows, subscriptions, subscribers, suppressions):
            connection.execute(delete(table))
    model = _Model()
    for day, (rows, height) in enumerate(imports):
        since = Position(height)
        answers = desk.audience.join(MORNING, rows, since=since, at=NOON + timedelta(days=day))
        assert list(answers) == [model.take_in(row, since) for row in rows]
    there = {reader.subscriber.address: reader for reader in desk.audience.readers(MORNING)}
    assert {who: reader.state for who, reader in there.items()} == model.states
    assert {who: reader.subscriber.name for who, reader in there.items()} == model.names
    assert {who: reader.follows for who, reader in there.items()} == model.follows
    assert {who: reader.rhythm for who, reader in there.items()} == model.rhythms
