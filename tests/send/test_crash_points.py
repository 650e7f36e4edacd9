"""Die between any two statements, and between any two files: nobody is lost, nobody is mailed twice.

A forked child plans and sends and is ended, as by ``kill -9``, at the n-th point; then another process (this one) runs
the same again to its end. For every n, until the child comes through.
"""

import os
import shutil
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from digest.compose.issue import IssueState
from digest.send.mailers.outbox import OutboxMailer
from digest.send.proof import prove
from digest.send.states import DeliveryState
from digest.store.engine import connect
from digest.store.tables import deliveries, issue_contents, issues, settlements, subscriptions
from tests.send.office import HEIGHT, ISSUE, Office

READERS, BATCH = 12, 5
KILLED, DONE, BROKEN = 9, 0, 70
#: More points than any run has: a child that never comes through is a fault of the test.
TOO_MANY = 1_000

Trap = Callable[[Engine, Path], None]


@pytest.fixture
def outbox() -> Iterator[Path]:
    """A folder in memory, where there is one: hundreds of files are flushed to it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder) / "outbox"


@pytest.fixture
def in_memory(database_url: str, outbox: Path) -> str:
    """The store's URL; a SQLite file is moved to where flushing it costs nothing."""
    kind, _, path = database_url.partition(":///")
    if kind != "sqlite":
        return database_url
    return f"{kind}:///{shutil.copy(path, outbox.parent / 'digest.db')}"


@dataclass(eq=False)
class Fuse:
    """Ends this process, without any good-bye, when it is called for the n-th time."""

    at: int
    burnt: int = 0

    def __call__(self, *_: object) -> None:
        self.burnt += 1
        if self.burnt == self.at:
            os._exit(KILLED)


def at_statement(number: int) -> Trap:
    """Die before the n-th statement or COMMIT; whatever came before it is done, and a COMMIT before it is committed."""

    def arm(engine: Engine, _outbox: Path) -> None:
        fuse = Fuse(number)
        event.listen(engine, "before_cursor_execute", fuse)
        event.listen(engine, "commit", fuse)

    return arm


def at_file(number: int) -> Trap:
    """Die before the n-th time that a file or folder of the outbox is opened, made, renamed or removed."""

    def arm(_engine: Engine, outbox: Path) -> None:
        fuse = Fuse(number)

        def hear(what: str, args: tuple[Any, ...]) -> None:
            if what in {"open", "os.mkdir", "os.rename", "os.remove"} and str(args[0]).startswith(str(outbox)):
                fuse()

        sys.addaudithook(hear)

    return arm


def never(_engine: Engine, _outbox: Path) -> None:
    """Set no trap."""


def in_a_process_of_its_own(work: Callable[[], None]) -> int:
    """Run ``work`` in a forked child and return how it ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the test runner may have threads; the child uses none
        child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            work()
            code = DONE
        except BaseException:  # noqa: BLE001 - whatever it is, this process must end here and not run other tests
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def plan_and_send(engine: Engine, outbox: Path, trap: Trap) -> None:
    trap(engine, outbox)
    office = Office(engine)
    office.plan()
    office.send_shard(OutboxMailer(outbox, batch_size=BATCH), pause=nobody_waits)


def nobody_waits(_seconds: float) -> None:
    raise AssertionError("a run after a crash on the same host has nobody to wait for")


def start_over(engine: Engine, outbox: Path) -> None:
    """Put the store back to an approved issue that nobody planned, and empty the outbox."""
    with engine.begin() as connection:
        connection.execute(settlements.delete())
        connection.execute(deliveries.delete())
        connection.execute(issue_contents.delete())
        connection.execute(update(subscriptions).values(cursor=0))
        connection.execute(update(issues).values(state=IssueState.APPROVED, audience=None, finished_at=None))
    for path in [*outbox.glob("*.eml"), *outbox.glob(".aside/*")]:
        path.unlink()


def assert_everybody_has_it_once(engine: Engine, outbox: Path, where: str) -> None:
    office = Office(engine)
    tally, cursors = office.ledger.tally(ISSUE), office.cursors()
    letters = [message_from_bytes(path.read_bytes()) for path in outbox.glob("*.eml")]
    mailed = Counter(parseaddr(letter["To"])[1] for letter in letters)
    assert mailed == Counter(cursors.keys()), where
    assert tally.states == {DeliveryState.ACCEPTED: READERS}, where
    assert prove(tally).is_balanced, where
    assert set(cursors.values()) == {HEIGHT}, where


@pytest.mark.parametrize("trap", [at_statement, at_file], ids=["statement", "file"])
def test_wherever_it_dies_the_next_run_finishes_the_job(
    in_memory: str, outbox: Path, trap: Callable[[int], Trap]
) -> None:
    engine = connect(in_memory)
    Office(engine).open_up(READERS)
    plan_and_send(engine, outbox, never)  # once undisturbed, so that no child has to compile its statements again
    assert_everybody_has_it_once(engine, outbox, "undisturbed")

    for point in range(1, TOO_MANY):
        start_over(engine, outbox)
        engine.dispose()  # a connection must not be shared with a child
        ended = in_a_process_of_its_own(partial(plan_and_send, engine, outbox, trap(point)))
        if ended == DONE:
            break
        assert ended == KILLED
        plan_and_send(engine, outbox, never)
        assert_everybody_has_it_once(engine, outbox, f"after a death at point {point}")
    assert_everybody_has_it_once(engine, outbox, "when it came through")
    assert 20 < point < TOO_MANY - 1
    engine.dispose()
