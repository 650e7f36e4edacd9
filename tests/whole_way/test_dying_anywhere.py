"""Die anywhere between the first source that is read and the last letter, and run the same command again.

A forked child does ``digest run NEWSLETTER --yes`` and is ended, as by ``kill -9``, before some SQL statement, COMMIT
or outbox file of the whole run; this process then runs the same command to its end. Sending by itself is tried at every
single point in ``tests/send/test_crash_points.py``; here the points are a sample of all stages.
"""

import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event

from digest.compose.issue import IssueState
from digest.config import Settings
from digest.ids import NewsletterId
from digest.send.proof import prove
from digest.terminal.run import run_stages
from tests.fakes import NOON
from tests.send.test_crash_points import DONE, KILLED, in_a_process_of_its_own
from tests.stores import empty
from tests.whole_way.press import NEWSLETTER, Press, Story, sign_up, stories_mailed
from tests.whole_way.road import open_at, settings_in

#: So many deaths, spread over the run.
DEATHS = 20
SEED = 20251219
FOLLOWS = {"all": ["*"], "first": ["ada"], "both": ["ada", "ben"], "late": ["cyd", "ben"], "none": []}
#: Story 4 has two writers; ``late`` follows one of them.
WRITTEN_BY = {1: ["ada"], 2: ["ada"], 3: ["ben"], 4: ["ada", "cyd"], 5: ["cyd"], 6: ["ben"]}
OWED = {
    (reader, number)
    for reader, whom in FOLLOWS.items()
    for number, writers in WRITTEN_BY.items()
    if "*" in whom or set(whom) & set(writers)
}


@dataclass(eq=False)
class Fuse:
    """Counts statements, COMMITs and outbox files of this process, and ends it at the n-th."""

    outbox: Path
    at: int = 0
    burnt: int = 0

    def __call__(self, *_: object) -> None:
        self.burnt += 1
        if self.burnt == self.at:
            os._exit(KILLED)

    def hear(self, what: str, args: tuple[Any, ...]) -> None:
        if what in {"open", "os.mkdir", "os.rename", "os.remove"} and str(args[0]).startswith(str(self.outbox)):
            self()

    def lay(self) -> None:
        """Hear everything from now on: for a child only, since nothing takes this back."""
        event.listen(Engine, "before_cursor_execute", self)
        event.listen(Engine, "commit", self)
        sys.addaudithook(self.hear)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory, where there is one: every run flushes its files."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@dataclass(frozen=True, slots=True)
class Stage:
    """One store and outbox that can be put back to where the readers have signed up and nothing was read yet."""

    folder: Path
    settings: Settings

    def set(self) -> None:
        shutil.rmtree(self.settings.outbox_dir, ignore_errors=True)
        url = self.settings.database_url.get_secret_value()
        if url.startswith("sqlite"):
            for file in self.folder.glob("digest.db*"):
                file.unlink()
        else:
            engine = create_engine(url)
            empty(engine)
            engine.dispose()
        press = Press(self.folder / "press")
        for number, writers in WRITTEN_BY.items():
            press.show(Story(number, NOON - timedelta(hours=number)), *writers)
        with open_at(self.settings, NOON) as runtime:
            press.declare(runtime)
            sign_up(runtime, FOLLOWS)

    def run(self, fuse: Fuse | None = None) -> None:
        """Do ``digest run --yes``, in this process."""
        with open_at(self.settings, NOON) as runtime:
            if fuse is not None:
                fuse.lay()
            said = run_stages(runtime, NewsletterId(NEWSLETTER), yes=True)
            assert not any(answer.has_failures for _, answer in said), said

    def count_points(self) -> int:
        """Return how many points a whole run has, by running it in a child that dies at none."""
        told, tell = os.pipe()

        def go() -> None:
            fuse = Fuse(self.settings.outbox_dir)
            self.run(fuse)
            os.write(tell, str(fuse.burnt).encode())

        assert in_a_process_of_its_own(go) == DONE
        with os.fdopen(told, "rb") as pipe:
            os.close(tell)
            return int(pipe.read())


@pytest.fixture
def stage(database_url: str, folder: Path) -> Stage:
    url = f"sqlite:///{folder / 'digest.db'}" if database_url.startswith("sqlite") else database_url
    return Stage(folder, settings_in(folder, database_url=url))


def assert_everybody_has_everything_once(stage: Stage, where: str) -> None:
    assert stories_mailed(stage.settings) == Counter(dict.fromkeys(OWED, 1)), where
    with open_at(stage.settings, NOON) as runtime:
        states = {row.state for row in runtime.issues.rows()}
        assert states <= {IssueState.SENT, IssueState.SUPERSEDED}, where
        sent = [row for row in runtime.issues.rows() if row.state is IssueState.SENT]
        assert len(sent) == 1, where
        proof = prove(runtime.ledger.tally(sent[0].id))
        assert proof.is_balanced, where
        assert (proof.accepted, proof.excluded) == (4, {"follows-nobody": 1}), where


def test_wherever_a_run_dies_the_next_one_ends_as_if_nothing_had_happened(stage: Stage) -> None:
    stage.set()
    points = stage.count_points()
    assert_everybody_has_everything_once(stage, "undisturbed")
    assert points > 4 * DEATHS
    chosen = random.Random(SEED)
    # One death in each of as many equal stretches of the run, so that no stage is left out.
    for death in range(DEATHS):
        at = chosen.randint(1 + points * death // DEATHS, points * (death + 1) // DEATHS)
        stage.set()
        assert in_a_process_of_its_own(partial(stage.run, Fuse(stage.settings.outbox_dir, at))) == KILLED
        stage.run()
        assert_everybody_has_everything_once(stage, f"after a death at point {at} of {points}")
