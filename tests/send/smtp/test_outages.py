"""Sending by SMTP when the server goes away or the sender is killed: nobody twice, nobody lost, and it adds up."""

import os
import random
import signal
import threading
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from digest.errors import TryLater
from digest.send.mailers.smtp import mailer
from digest.send.mailers.smtp.journal import Journal
from digest.send.mailers.smtp.mailer import AT_ONCE, SmtpMailer
from digest.send.mailers.smtp.server import read_server
from digest.send.proof import prove
from digest.send.shard import ShardReport
from digest.send.states import DeliveryState
from digest.store.engine import connect
from tests.send.office import ISSUE, Office
from tests.send.smtp.mail_server import Act, MailServer

READERS = 120
CONNECTIONS = 2
ONE_BATCH = 50
SEED = 20251219


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailer, "FEWEST_MAILS", ONE_BATCH)


@pytest.fixture
def office(engine: Engine) -> Office:
    office = Office(engine)
    office.open_up(READERS)
    office.plan()
    return office


def send(office: Office, server: MailServer, *, notes: Path | None = None) -> ShardReport:
    url = f"smtp://127.0.0.1:{server.port}?connections={CONNECTIONS}"
    with SmtpMailer(read_server(url), journal=None if notes is None else Journal(notes)) as mailer:
        return office.send_shard(mailer)


def assert_it_adds_up(office: Office, server: MailServer, *, in_doubt: int) -> None:
    """Hold that the ledger says of everybody what is true, and that no more than ``in_doubt`` are uncertain."""
    got = Counter(server.readers)
    assert set(got.values()) <= {1}, "somebody was mailed twice"
    stories = {address: office.ledger.story(ISSUE, address) for address in office.cursors()}
    states = {address: story.state for address, story in stories.items() if story is not None}
    assert set(states.values()) <= {DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN}
    assert all(got[address] == 1 for address, state in states.items() if state is DeliveryState.ACCEPTED)
    proof = prove(office.ledger.tally(ISSUE))
    assert proof.is_balanced
    assert (proof.accepted + proof.uncertain, proof.audience) == (READERS, READERS)
    assert proof.uncertain <= in_doubt
    assert server.faults == []


def test_a_server_that_is_down_from_the_start_leaves_everybody_planned(office: Office) -> None:
    server = MailServer()
    server.start()
    server.stop()

    report = send(office, server)

    assert isinstance(report.error, TryLater)
    assert report.stopped is not None
    assert f"The mail server 127.0.0.1:{server.port} cannot be reached: Connection refused." in report.stopped
    assert office.ledger.tally(ISSUE).states == {DeliveryState.PLANNED: READERS}
    with server:
        assert send(office, server).is_finished
    assert_it_adds_up(office, server, in_doubt=0)


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "step by step"])
def test_a_server_that_dies_half_way_leaves_at_most_one_reader_per_connection_in_doubt(
    office: Office, pipelining: bool
) -> None:
    server = MailServer(pipelining=pipelining)
    dying = threading.Event()
    undertaker = threading.Thread(target=lambda: dying.wait() and server.stop())

    def script(command: str, _rest: str) -> Act | None:
        if len(server.letters) < READERS // 2 or command not in {"CONNECT", "END"}:
            return None
        dying.set()
        return Act.DROP  # not one letter more is taken, however late it is buried

    server.script = script
    server.start()
    undertaker.start()

    first = send(office, server)

    undertaker.join()
    server.script = lambda _command, _rest: None
    assert isinstance(first.error, TryLater)
    assert not first.is_finished
    with server:
        second = send(office, server)
    assert second.is_finished
    assert first.accepted + second.accepted + first.unclear == READERS
    assert_it_adds_up(office, server, in_doubt=CONNECTIONS)


def test_a_server_that_stumbles_all_the_time_gets_everybody_through(office: Office) -> None:
    dice = random.Random(SEED)

    def script(command: str, _rest: str) -> str | None:
        if command in {"CONNECT", "MAIL", "RCPT", "DATA"} and dice.random() < 0.05:
            return "421 4.3.2 restarting" if command in {"CONNECT", "MAIL"} else None
        return None

    with MailServer(script=script) as server:
        for _ in range(100):
            if send(office, server).is_finished:
                break

    assert_it_adds_up(office, server, in_doubt=0)


@pytest.fixture
def _heeds_ctrl_c() -> Iterator[None]:
    """Let this process heed SIGINT: what a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heeds_ctrl_c")
def test_a_run_that_is_stopped_by_hand_ends_the_mails_in_hand_and_leaves_nobody_in_doubt(office: Office) -> None:
    main = threading.main_thread().ident
    assert main is not None

    def script(command: str, _rest: str) -> None:
        if command == "END" and len(server.letters) == ONE_BATCH + 5:
            signal.pthread_kill(main, signal.SIGINT)

    with MailServer(script=script) as server:
        first = send(office, server)
        tally = office.ledger.tally(ISSUE)
        server.script = lambda _command, _rest: None
        second = send(office, server)

    assert isinstance(first.error, TryLater)
    assert first.stopped == "The run was stopped by hand. Run the same command again."
    assert tally.states == {DeliveryState.ACCEPTED: first.accepted, DeliveryState.PLANNED: READERS - first.accepted}
    assert ONE_BATCH < first.accepted < READERS
    assert second.is_finished
    assert_it_adds_up(office, server, in_doubt=0)


@pytest.mark.parametrize("noted", [True, False], ids=["journal", "no journal"])
@pytest.mark.parametrize("command", ["CONNECT", "MAIL", "RCPT", "DATA", "END"])
def test_a_sender_that_is_killed_leaves_no_more_in_doubt_than_was_in_its_hands(
    database_url: str, command: str, tmp_path: Path, *, noted: bool
) -> None:
    engine = connect(database_url)
    office = Office(engine)
    office.open_up(READERS)
    office.plan()
    engine.dispose()  # a connection must not be shared with a child
    notes = tmp_path / "notes" if noted else None
    at = random.Random(f"{SEED} {command}").randint(1, 2 if command == "CONNECT" else READERS)
    seen = Counter[str]()
    child: list[int] = []

    def script(what: str, _rest: str) -> None:
        seen[what] += 1
        if what == command and seen[what] == at:
            os.kill(child[0], signal.SIGKILL)

    with MailServer(script=script) as server:
        child.append(_in_the_background(lambda: send(office, server, notes=notes)))
        assert os.waitstatus_to_exitcode(os.waitpid(child[0], 0)[1]) == -signal.SIGKILL
        server.script = lambda _what, _rest: None
        assert send(office, server, notes=notes).is_finished

    # With its notes only the mails in hand can be in doubt: one for each connection.
    assert_it_adds_up(office, server, in_doubt=CONNECTIONS if noted else AT_ONCE * ONE_BATCH)
    engine.dispose()


def _in_the_background(work: Callable[[], object]) -> int:
    """Do ``work`` in a forked child, and return its number at once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # this process has threads; the child uses none of them
        child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - whatever it is, this process must end here and not run other tests
            traceback.print_exc()
        finally:
            os._exit(0)
    return child
