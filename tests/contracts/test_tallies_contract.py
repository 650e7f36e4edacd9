"""The contract of ``Tallies``: counted for all processes together, and nothing that tells whose."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from digest.store.engine import open_engine
from digest.store.tables import tallies
from digest.store.tallies import SqlTallies
from tests.fakes import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def book(engine: Engine) -> SqlTallies:
    return SqlTallies(engine)


def test_so_many_times_and_no_more_until_the_span_has_ended(book: SqlTallies) -> None:
    def take(whose: str = "ann", minutes: float = 0) -> bool:
        return book.take("sign-up", whose, most=2, within=HOUR, at=NOON + timedelta(minutes=minutes))

    assert [take(), take(minutes=30), take(minutes=59)] == [True, True, False]
    assert take("bob", minutes=59)
    assert take(minutes=60)


def test_what_is_counted_for_one_thing_is_not_counted_for_another(book: SqlTallies) -> None:
    assert book.take("sign-up", "ann", most=1, within=HOUR, at=NOON)
    assert book.take("link", "ann", most=1, within=HOUR, at=NOON)


def test_it_lasts_beyond_a_restart_and_keeps_nobodys_name(database_url: str, book: SqlTallies, engine: Engine) -> None:
    assert book.take("sign-up", "ann@example.org", most=1, within=HOUR, at=NOON)
    with open_engine(database_url) as another:
        assert not SqlTallies(another).take("sign-up", "ann@example.org", most=1, within=HOUR, at=NOON)
    with engine.connect() as connection:
        (row,) = connection.execute(select(tallies)).all()
    assert row.count == 2
    assert "ann" not in repr(row)


def test_many_at_once_are_counted_one_by_one(book: SqlTallies) -> None:
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: book.take("sign-up", "ann", most=5, within=HOUR, at=NOON), range(20)))
    assert sum(taken) == 5


def test_what_has_ended_is_forgotten(book: SqlTallies, engine: Engine) -> None:
    for hours in range(5):
        book.take("sign-up", "ann", most=1, within=HOUR, at=NOON + timedelta(hours=hours, minutes=1))
    with engine.connect() as connection:
        assert len(connection.execute(select(tallies)).all()) == 1
