"""Each story reaches each reader exactly once, whatever sources do: any history, and those that once were a trouble."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from digest.store.engine import open_engine
from tests.whole_way.sources import HOME, KINDS, READERS, World, live

WRITERS = st.sampled_from(sorted(HOME))
EDITS = st.sampled_from(["rename", "move", "move", "reguid", "phones"])
WHICH = st.integers(0, 9)
STEPS = st.one_of(
    st.tuples(st.just("publish"), WRITERS, st.sampled_from([0, 0, 1.5, 5, 30])),
    st.tuples(st.just("column"), WRITERS),
    st.tuples(st.just("also_on"), WHICH, WRITERS),
    st.tuples(st.just("also_on"), WHICH, WRITERS),
    st.tuples(st.just("edit"), st.integers(0, 1), EDITS, st.sampled_from(["ada", "cyd"])),
    st.tuples(st.just("edit"), st.integers(0, 1), EDITS, st.sampled_from(["ada", "cyd"])),
    st.tuples(st.just("edit"), WHICH, EDITS, WRITERS),
    st.tuples(st.just("change_kind"), WRITERS, st.sampled_from(KINDS)),
    st.tuples(st.just("fall"), WRITERS),
    st.tuples(st.just("rise"), WRITERS),
    st.tuples(st.just("forget"), WRITERS, st.integers(1, 4)),
    st.tuples(st.just("read")),
    st.tuples(st.just("follow"), st.sampled_from(READERS), st.lists(WRITERS, max_size=3, unique=True)),
    st.tuples(st.just("issue"), st.lists(st.sampled_from(READERS), max_size=2, unique=True)),
    st.tuples(st.just("issue"), st.just(())),
)


def run(history: list[tuple[object, ...]], migrated_file: Path) -> World:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        path = Path(name) / "digest.db"
        shutil.copy(migrated_file, path)
        with open_engine(f"sqlite:///{path}") as engine:
            world = World(engine)
            world.follow("una", sorted(HOME))
            world.follow("vic", ["ada"])
            live(world, history)
    return world


#: Something to happen to: two stories that everybody could have had.
BEGINNING: list[tuple[object, ...]] = [("publish", "ada", 0), ("publish", "cyd", 0), ("issue",)]


@given(history=st.lists(STEPS, min_size=5, max_size=25))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
def test_each_story_reaches_each_reader_exactly_once(migrated_file: Path, history: list[tuple[object, ...]]) -> None:
    world = run([*BEGINNING, *history], migrated_file)
    event(f"{min(6, sum(map(len, (reader.has for reader in world.readers.values()))) // 3 * 3)} stories or more")


PUBLISHED = [("publish", "ada", 0), ("issue",)]


@pytest.mark.parametrize(
    "history",
    [
        pytest.param(
            [*PUBLISHED, ("follow", "vic", ["ben"]), ("also_on", 0, "ben"), ("issue",)],
            id="who unfollows has had what is credited to another then",
        ),
        pytest.param(
            [*PUBLISHED, ("follow", "vic", []), ("follow", "vic", ["ada"]), ("also_on", 0, "ben"), ("issue",)],
            id="who follows again is not sent it again",
        ),
        pytest.param(
            [*PUBLISHED, ("follow", "vic", ["cyd"]), ("also_on", 0, "cyd"), ("issue",)],
            id="a copy is the story that an unfollowed journalist wrote",
        ),
        pytest.param(
            [("publish", "ada", 0), ("issue", ["vic"]), ("follow", "vic", ["cyd"]), ("also_on", 0, "cyd"), ("issue",)],
            id="a mail that was refused leaves the copy owed",
        ),
        pytest.param([*PUBLISHED, ("edit", 0, "move", "ada"), ("issue",)], id="an address that moved"),
        pytest.param(
            [("publish", "ada", 0), ("read",), ("also_on", 0, "cyd"), ("read",), ("issue",)],
            id="two pieces in one issue",
        ),
        pytest.param(
            [
                ("follow", "wes", ["dan"]),
                *PUBLISHED,
                ("also_on", 0, "cyd"),
                ("issue",),
                ("also_on", 0, "dan"),
                ("issue",),
            ],
            id="a copy of a copy",
        ),
    ],
)
def test_what_was_a_trouble_once(migrated_file: Path, history: list[tuple[object, ...]]) -> None:
    run(history, migrated_file)
