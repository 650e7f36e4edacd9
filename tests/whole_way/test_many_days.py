"""Law 1 over many days (DESIGN.md): late articles are not missed, nothing comes twice, a refused reader is owed it."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from digest.audience.steps import leave_list
from digest.compose.issue import IssueSkipped, NothingToSend
from digest.config import Settings
from digest.ids import IssueId, ListName, NewsletterId
from digest.newsroom import collect, compose_issue
from digest.send.proof import prove
from digest.send.steps import approve
from digest.wiring import Runtime
from tests.fakes import NOON
from tests.whole_way.moody_mailer import Mood, MoodyMailer
from tests.whole_way.press import LIST, NEWSLETTER, WRITERS, Press, Story, address, sign_up, stories_mailed
from tests.whole_way.road import open_at, send, settings_in

MAX_AGE = timedelta(days=14)
READERS = ("una", "vic", "wes")


@dataclass
class Days:
    """A newsletter that is run day after day; every step is a new process, as far as the store can tell."""

    press: Press
    settings: Settings
    today: int = 0

    def open(self, moods: Mapping[str, Mood] | None = None) -> "Opened":
        return Opened(self, moods or {})

    def compose(self) -> IssueId | None:
        """Collect and compose; ``None`` if nobody is owed anything."""
        with self.open() as runtime:
            asyncio.run(collect(runtime, NewsletterId(NEWSLETTER)))
            composed = compose_issue(runtime, NewsletterId(NEWSLETTER))
        return None if isinstance(composed, IssueSkipped) else composed.sealed.frozen.id

    def send(self, issue: IssueId, moods: Mapping[str, Mood]) -> dict[str, str | None]:
        """Approve and send; return each reader's reason of the ledger, if there is one."""
        with self.open(moods) as runtime:
            approve(issue, by="editor", archive=runtime.issues, clock=runtime.clock)
            assert send(runtime, issue).is_finished
            assert prove(runtime.ledger.tally(issue)).is_balanced
            stories = {reader: runtime.ledger.story(issue, address(reader)) for reader in READERS}
        return {reader: story.reason for reader, story in stories.items() if story is not None}

    def run(self, **moods: Mood) -> IssueId | None:
        """Live through one day: collect, compose, approve, send."""
        issue = self.compose()
        if issue is not None:
            self.send(issue, moods)
        self.today += 1
        return issue

    def mailed(self, reader: str) -> list[int]:
        """Return the numbers of all stories that a reader was ever mailed, with repetitions."""
        return sorted(
            number
            for (who, number), times in stories_mailed(self.settings).items()
            if who == reader
            for _ in range(times)
        )

    def sign_up(self, *, from_start: bool = False, **follows: Sequence[str]) -> None:
        with self.open() as runtime:
            sign_up(runtime, follows, from_start=from_start)

    def leave(self, reader: str) -> None:
        with self.open() as runtime:
            leave_list(
                address(reader),
                ListName(LIST),
                book=runtime.readers,
                readership=runtime.readership,
                clock=runtime.clock,
            )

    def story(self, number: int, *writers: str, days_ago: float = 0) -> Story:
        """Publish a story, dated ``days_ago`` before now."""
        at = NOON + timedelta(days=self.today) - timedelta(days=days_ago, hours=1)
        return self.press.show(Story(number, at), *writers)


class Opened:
    """A runtime as of a day's noon, with a mailer in its moods."""

    def __init__(self, days: Days, moods: Mapping[str, Mood]) -> None:
        self._opening = open_at(days.settings, NOON + timedelta(days=days.today))
        by_address = {address(reader): mood for reader, mood in moods.items()}
        self._mailer = MoodyMailer(days.settings.outbox_dir, by_address)

    def __enter__(self) -> Runtime:
        return replace(self._opening.__enter__(), mailer=self._mailer)

    def __exit__(self, *error: object) -> None:
        self._opening.__exit__(*error)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A folder with a store in which the newsletter is applied and nobody reads it."""
    folder = tmp_path_factory.mktemp("days")
    shutil.copy(migrated_file, folder / "digest.db")
    with open_at(settings_in(folder), NOON) as runtime:
        Press(folder / "press").declare(runtime)
    return folder


@pytest.fixture
def days(tmp_path: Path) -> Days:
    settings = settings_in(tmp_path)
    with open_at(settings, NOON) as runtime:
        press = Press(tmp_path / "press")
        press.declare(runtime)
    return Days(press, settings)


def test_a_week_in_which_everything_happens(days: Days) -> None:
    days.sign_up(una=["*"], vic=["ada"])
    days.story(1, "ada")
    days.story(2, "ben")
    days.run()
    assert (days.mailed("una"), days.mailed("vic")) == ([1, 2], [1])

    # A quiet day: no issue at all.
    assert days.run() is None

    # A story that was published before the last issue, and is first seen now.
    days.story(3, "ada", days_ago=1.5)
    # Somebody joins before the next issue is made, after stories 1 and 2 and not owed them.
    days.sign_up(una=["*"], vic=["ada"], wes=["ben", "ada"])
    days.run(vic=Mood.REFUSED)
    assert (days.mailed("una"), days.mailed("vic"), days.mailed("wes")) == ([1, 2, 3], [1], [3])

    # Who was refused is owed it in the next issue, together with what is new.
    four = days.story(4, "ben")
    days.story(5, "ada")
    days.run()
    assert (days.mailed("una"), days.mailed("vic")) == ([1, 2, 3, 4, 5], [1, 3, 5])

    # Story 4 turns up on a co-author's page: news for who follows only her, not for who had it from him.
    days.press.show(four, "ada")
    days.run()
    assert (days.mailed("una"), days.mailed("vic"), days.mailed("wes")) == ([1, 2, 3, 4, 5], [1, 3, 4, 5], [3, 4, 5])

    # Who leaves gets nothing any more, and an import does not bring them back.
    days.leave("vic")
    days.sign_up(vic=["*"])
    days.story(6, "ada")
    days.run()
    assert (days.mailed("una"), days.mailed("vic")) == ([1, 2, 3, 4, 5, 6], [1, 3, 4, 5])

    # Nobody knows what became of two mails; it is looked up, and both are there once.
    days.story(7, "ada")
    days.run(una=Mood.LOST_ANSWER, wes=Mood.LOST_ON_THE_WAY)
    assert (days.mailed("una"), days.mailed("wes")) == ([1, 2, 3, 4, 5, 6, 7], [3, 4, 5, 6, 7])

    # Too old to be news, whoever finds it when.
    days.story(8, "ada", days_ago=20)
    assert days.run() is None


# Any history


@dataclass
class Follower:
    """What the model knows of one reader. Times are counted in readings of all feeds."""

    settled: int
    follows: dict[str, int]
    is_here: bool = True
    has: list[int] = field(default_factory=list)


@dataclass
class Model:
    """Law 1 in few words, without positions, cursors or a database."""

    readings: int = 0
    stories: dict[int, Story] = field(default_factory=dict)
    seen: dict[tuple[int, str], int] = field(default_factory=dict)  # (story, writer): in which reading first
    readers: dict[str, Follower] = field(default_factory=dict)

    def read(self, pages: Mapping[str, Sequence[Story]]) -> None:
        self.readings += 1
        for writer, stories in pages.items():
            for story in stories:
                self.stories[story.number] = story
                self.seen.setdefault((story.number, writer), self.readings)

    def owed(self, name: str, *, until: int, on_day: int) -> list[int]:
        """A story is owed if a followed byline of it was seen since the follow began and they were settled, once."""
        reader = self.readers[name]
        owed = []
        for number, story in self.stories.items():
            counting = [
                seen
                for (of, writer), seen in self.seen.items()
                if of == number and seen <= until and seen > self._begun(reader, writer)
            ]
            is_young = story.at >= NOON + timedelta(days=on_day) - MAX_AGE
            if counting and max(counting) > reader.settled and is_young and number not in reader.has:
                owed.append(number)
        return owed

    def _begun(self, reader: Follower, writer: str) -> int:
        begun = [reader.follows[whom] for whom in (writer, "*") if whom in reader.follows]
        return min(begun, default=self.readings)


@dataclass
class World:
    """The real thing and the model, side by side."""

    days: Days
    model: Model = field(default_factory=Model)
    pending: tuple[IssueId, int, int] | None = None  # the issue, at which reading, on which day

    def publish(self, writers: Sequence[str], days_ago: float) -> None:
        number = 1 + len({story.number for page in self.days.press.pages.values() for story in page})
        self.days.story(number, *writers, days_ago=days_ago)

    def credit(self, which: int, writer: str) -> None:
        stories = sorted({story.number: story for page in self.days.press.pages.values() for story in page}.items())
        if stories:
            self.days.press.show(stories[which % len(stories)][1], writer)

    def join(self, name: str, follows: Sequence[str], from_start: bool) -> None:
        known = self.model.readers.get(name)
        # Whom they follow is only ever added to: of who stops following nothing is remembered.
        wanted = sorted({*follows, *(known.follows if known else ())})
        self.days.sign_up(from_start=from_start, **{name: wanted})
        since = 0 if from_start else self.model.readings
        if known is None:
            known = self.model.readers[name] = Follower(settled=since, follows={})
        if known.is_here:
            known.follows |= {whom: since for whom in wanted if whom not in known.follows}

    def leave(self, name: str) -> None:
        if name in self.model.readers:
            self.days.leave(name)
            self.model.readers[name].is_here = False

    def compose(self) -> None:
        self.days.today += 1
        self.model.read(self.days.press.pages)
        issue = self.days.compose()
        now = self.days.today
        owed = {name: self.model.owed(name, until=self.model.readings, on_day=now) for name in self._here()}
        assert (issue is None) == (not any(owed.values())), owed
        if issue is not None:
            self.pending = (issue, self.model.readings, now)

    def send(self, moods: Mapping[str, Mood]) -> None:
        if self.pending is None:
            return
        (issue, until, on_day), self.pending = self.pending, None
        owed = {name: self.model.owed(name, until=until, on_day=on_day) for name in self._here()}
        reasons = self.days.send(issue, moods)
        for name, stories in owed.items():
            reader = self.model.readers[name]
            if not reader.follows or reasons[name] == NothingToSend.NEXT_ISSUE:
                event("next issue" if reader.follows else "follows nobody")
            elif not stories or moods.get(name) is not Mood.REFUSED:
                reader.has += stories
                reader.settled = max(reader.settled, until)
        self.compare()

    def day(self, moods: Mapping[str, Mood]) -> None:
        self.compose()
        self.send(moods)

    def compare(self) -> None:
        had = Counter({(name, story): 1 for name, reader in self.model.readers.items() for story in reader.has})
        assert stories_mailed(self.days.settings) == had

    def _here(self) -> list[str]:
        return [name for name, reader in self.model.readers.items() if reader.is_here]


NAMES = st.sampled_from(READERS)
WHOM = st.lists(st.sampled_from(WRITERS), min_size=1, max_size=2, unique=True)
PUBLISH = st.tuples(st.just("publish"), WHOM, st.sampled_from([0, 0, 1.5, 5, 13.5, 30]))
CREDIT = st.tuples(st.just("credit"), st.integers(0, 9), st.sampled_from(WRITERS))
JOIN = st.tuples(st.just("join"), NAMES, WHOM | st.just(["*"]) | st.just([]), st.booleans())
LEAVE = st.tuples(st.just("leave"), NAMES)
COMPOSE = st.tuples(st.just("compose"))
MOODS = st.dictionaries(NAMES, st.sampled_from(list(Mood)), max_size=2)
SEND = st.tuples(st.just("send"), MOODS)
DAY = st.tuples(st.just("day"), MOODS)
HISTORIES = st.lists(
    st.one_of(PUBLISH, PUBLISH, CREDIT, JOIN, DAY, DAY, DAY, COMPOSE, SEND, LEAVE), min_size=8, max_size=18
)


@given(history=HISTORIES)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
def test_whatever_happens_everybody_has_what_they_are_owed_once(prepared: Path, history: list[tuple[str, ...]]) -> None:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
        with open_at(settings_in(folder), NOON) as runtime:
            press = Press(folder / "press")
            press.declare(runtime)
        world = World(Days(press, settings_in(folder)))
        world.join("una", ["*"], from_start=False)
        world.join("vic", ["ada"], from_start=False)
        world.publish(["ada", "ben"], days_ago=0)
        for step, *details in history:
            getattr(world, step)(*details)
        # The end of the story: what is pending goes out, and two calm days follow.
        world.send({})
        world.day({})
        world.day({})
        assert world.pending is None
        event(f"at least {min(12, len(stories_mailed(world.days.settings)) // 4 * 4)} stories were mailed")
