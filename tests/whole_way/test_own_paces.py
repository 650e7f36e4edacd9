"""Law 1 at every reader's own pace: nothing comes twice and nothing is lost, whatever they change and whatever fails.

Hour after hour somebody publishes, somebody runs the newsletter, reconciling goes on or does not, readers change whom
they follow, their pace, hour, quiet days and zone, pause and go on, and mails are refused or their answers lost.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from digest import newsroom, newsroom_doubts
from digest.audience.choosing import FollowChange
from digest.audience.rhythm import (
    WEEK,
    HourChange,
    Pace,
    PaceChange,
    PauseChange,
    QuietDaysChange,
    RhythmChange,
)
from digest.compose.issue import IssueSkipped, IssueState
from digest.compose.newsletter_file import read_declaration
from digest.compose.schedule import Schedule
from digest.config import Settings
from digest.errors import NotInThisState
from digest.ids import JournalistId, ListName, NewsletterId
from digest.newsroom import collect
from digest.send.steps import approve
from tests.fakes import NOON
from tests.whole_way.moody_mailer import Mood, MoodyMailer
from tests.whole_way.press import LIST, NEWSLETTER, WRITERS, Press, Story, address, sign_up, stories_mailed
from tests.whole_way.road import open_at, send, settings_in
from tests.whole_way.test_many_days import Opened, prepared

__all__ = ["prepared"]

READERS = ("una", "vic", "wes")
BRIEF = NewsletterId(NEWSLETTER)


@dataclass
class Hours:
    """A newsletter, hour after hour; every step is a new process, as far as the store can tell."""

    press: Press
    settings: Settings
    hours: int = 0
    readings: int = 0
    seen: dict[tuple[int, str], int] = field(default_factory=dict)
    follows: dict[str, dict[str, int]] = field(default_factory=dict)
    moods: dict[str, Mood] = field(default_factory=dict)
    published: int = 0
    told: set[str] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        return NOON + timedelta(hours=self.hours)

    def open(self) -> "At":
        return At(self)

    def publish(self, writers: Sequence[str]) -> None:
        self.published += 1
        self.press.show(Story(self.published, self.now - timedelta(minutes=30)), *writers)

    def run(self, moods: Mapping[str, Mood]) -> None:
        """Do what ``digest run --yes`` does: finish what is open, then collect, compose, approve and send."""
        self.moods = dict(moods)
        with self.open() as runtime:
            newsroom_doubts.settle_sent(runtime, BRIEF)
            tried: list[str] = []
            while (unfinished := newsroom.unfinished_issue(runtime, BRIEF, but_not=tried)) is not None:
                tried.append(unfinished)
                send(runtime, unfinished)
            asyncio.run(collect(runtime, BRIEF))
            self._read()
            try:
                composed = newsroom.compose_issue(runtime, BRIEF)
            except NotInThisState:
                self.told.add("its last issue was not finished")
                return
            if isinstance(composed, IssueSkipped):
                self.told.add("nobody's turn, or nothing new")
                return
            issue = composed.sealed.frozen.id
            approve(issue, by="editor", archive=runtime.issues, clock=runtime.clock)
            send(runtime, issue)
            if runtime.issues.row(issue).state is IssueState.SENDING:
                self.told.add("waits for somebody's hour")

    def _read(self) -> None:
        self.readings += 1
        for writer, stories in self.press.pages.items():
            for story in stories:
                self.seen.setdefault((story.number, writer), self.readings)

    def reconcile(self) -> None:
        with self.open() as runtime:
            newsroom_doubts.reconcile(runtime)

    def day(self, writers: Sequence[str], moods: Mapping[str, Mood], hours: int, is_down: bool) -> None:
        self.publish(writers)
        self.run(moods)
        self.wait(hours, is_down=is_down)

    def wait(self, hours: int, *, is_down: bool) -> None:
        """Let time pass; as long as nothing is down, somebody reconciles every few hours."""
        for _ in range(0, hours, 3):
            self.hours += min(3, hours)
            if not is_down:
                self.reconcile()

    def change(self, name: str, change: RhythmChange) -> None:
        with self.open() as runtime:
            token = self._token(name)
            assert runtime.readers.change_rhythm(token, [change], at=runtime.clock.now())

    def pause(self, name: str, days: int) -> None:
        self.change(name, PauseChange(until=self.now.date() + timedelta(days=days)))

    def follow(self, name: str, writer: str) -> None:
        with self.open() as runtime:
            change = FollowChange(begin=frozenset({JournalistId(writer)}))
            assert runtime.readers.change_follows(self._token(name), change)
        self.follows[name].setdefault(writer, self.readings)

    def unfollow(self, name: str, writer: str) -> None:
        with self.open() as runtime:
            change = FollowChange(end=frozenset({JournalistId(writer)}))
            assert runtime.readers.change_follows(self._token(name), change)
        self.follows[name].pop(writer, None)

    def _token(self, name: str) -> str:
        with self.open() as runtime:
            reader = runtime.readership.reader(ListName(LIST), address(name))
            assert reader is not None
            return reader.token

    def must_have(self) -> set[tuple[str, int]]:
        """A story is theirs if it was seen on the page of somebody whom they have followed ever since."""
        return {
            (name, number)
            for name, begun in self.follows.items()
            for (number, writer), seen in self.seen.items()
            if writer in begun and seen > begun[writer]
        }

    def nobody_twice(self) -> None:
        assert not [which for which, times in stories_mailed(self.settings).items() if times > 1]


class At(Opened):
    """A runtime as of an hour, with a mailer in its moods."""

    def __init__(self, hours: Hours) -> None:
        self._opening = open_at(hours.settings, hours.now)
        by_address = {address(reader): mood for reader, mood in hours.moods.items()}
        self._mailer = MoodyMailer(hours.settings.outbox_dir, by_address)


NAMES = st.sampled_from(READERS)
WHOM = st.sampled_from(WRITERS)
CHANGES: st.SearchStrategy[RhythmChange] = st.one_of(
    st.sampled_from([PaceChange(pace=Pace.DAILY), PaceChange(pace=Pace.EVERY_ISSUE)]),
    st.sampled_from(WEEK).map(lambda day: PaceChange(pace=Pace.WEEKLY, weekday=day)),
    (st.none() | st.integers(0, 23)).map(lambda hour: HourChange(hour=hour)),
    st.frozensets(st.sampled_from(WEEK), max_size=3).map(lambda days: QuietDaysChange(days=days)),
)
MOODS = st.dictionaries(NAMES, st.sampled_from(list(Mood)), max_size=2)
HOURS = st.sampled_from(["una", "vic"]).flatmap(
    lambda name: st.tuples(st.just(name), st.integers(0, 23).map(lambda hour: HourChange(hour=hour)))
)
WRITTEN = st.lists(WHOM, min_size=1, max_size=2, unique=True)
DAY = st.tuples(st.just("day"), WRITTEN, MOODS | st.just({}), st.integers(2, 30), st.booleans())
STEPS = st.one_of(
    DAY,
    DAY,
    DAY,
    st.tuples(st.just("change"), NAMES, CHANGES),
    st.tuples(st.just("change"), NAMES, CHANGES),
    st.tuples(st.just("pause"), NAMES, st.integers(-1, 4)),
    st.tuples(st.just("follow"), NAMES, WHOM),
    st.tuples(st.just("unfollow"), NAMES, WHOM),
    st.tuples(st.just("run"), MOODS),
    st.tuples(st.just("reconcile")),
)


def _begin(folder: Path, *, schedule: Schedule) -> Hours:
    with open_at(settings_in(folder), NOON) as runtime:
        press = Press(folder / "press")
        press.declare(runtime)
        toml = folder / "press" / "newsletter.toml"
        declared = replace(read_declaration(str(toml), toml.read_bytes(), {}), schedule=schedule)
        runtime.newsletters.apply(declared, at=NOON)
        sign_up(runtime, {"una": list(WRITERS), "vic": ["ada"], "wes": ["ben", "cyd"]})
    hours = Hours(press, settings_in(folder))
    hours.follows = {"una": dict.fromkeys(WRITERS, 0), "vic": {"ada": 0}, "wes": {"ben": 0, "cyd": 0}}
    return hours


@given(
    hours_of=st.lists(HOURS, min_size=1, max_size=2),
    history=st.lists(STEPS, min_size=6, max_size=14),
    schedule=st.sampled_from(
        [Schedule(), Schedule(at=("13:00",), time_zone="Asia/Almaty"), Schedule(at=("06:00", "18:00"), late_hours=2)]
    ),
)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
def test_nothing_comes_twice_and_nothing_is_lost_at_anybodys_pace(
    prepared: Path, hours_of: list[tuple[str, RhythmChange]], history: list[tuple[str, ...]], schedule: Schedule
) -> None:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        folder = Path(made)
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
        hours = _begin(folder, schedule=schedule)
        for name, change in hours_of:
            hours.change(name, change)
        for step, *details in history:
            getattr(hours, step)(*details)
            hours.nobody_twice()
        _let_it_be_calm(hours)
        hours.nobody_twice()
        mailed = Counter(stories_mailed(hours.settings))
        assert hours.must_have() <= set(mailed), hours.must_have() - set(mailed)
        for told in sorted(hours.told):
            event(told)


def _let_it_be_calm(hours: Hours) -> None:
    """Let nobody want anything special any more, and the newsletter be run on three more days."""
    for name in hours.follows:
        for change in (
            PaceChange(pace=Pace.EVERY_ISSUE),
            HourChange(hour=None),
            QuietDaysChange(days=frozenset()),
            PauseChange(until=None),
        ):
            hours.change(name, change)
    for _ in range(3):
        hours.hours += 24
        hours.publish(["ada", "ben", "cyd"])
        hours.run({})
        hours.reconcile()


def test_a_week_at_three_paces(prepared: Path, tmp_path: Path) -> None:
    shutil.copytree(prepared, tmp_path / "week")
    hours = _begin(tmp_path / "week", schedule=Schedule(at=("12:00",), late_hours=2))
    hours.change("una", HourChange(hour=18))
    hours.change("vic", PaceChange(pace=Pace.WEEKLY, weekday=WEEK[1]))  # NOON is on a Friday
    hours.change("wes", QuietDaysChange(days=frozenset({WEEK[5], WEEK[6]})))
    for day in range(5):
        hours.publish(["ada", "ben"])
        hours.run({})
        by_now = [number for (who, number) in stories_mailed(hours.settings) if who == "una"]
        assert len(by_now) == day  # what came out today waits for six in the evening
        hours.wait(6, is_down=False)
        hours.hours += 18
    mailed = stories_mailed(hours.settings)
    assert [number for who, number in sorted(mailed) if who == "una"] == [1, 2, 3, 4, 5]
    assert [number for who, number in sorted(mailed) if who == "vic"] == [1, 2, 3, 4, 5]  # on Tuesday, all at once
    assert [number for who, number in sorted(mailed) if who == "wes"] == [1, 2, 3, 4, 5]
    assert set(mailed.values()) == {1}
