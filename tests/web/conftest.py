"""A served newsroom: reader 1 follows Dana in English, reader 2 everybody in Russian, reader 3 nobody."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from digest.ids import EVERY_JOURNALIST
from tests.contracts.desk import DANA, Desk
from tests.web.serving import Served, serving, subscribe

READERS = (("en", (DANA,)), ("ru", (EVERY_JOURNALIST,)), ("en", ()))


@pytest.fixture
def served(engine: Engine, database_url: str) -> Iterator[Served]:
    desk = Desk(engine)
    subscribe(desk, *READERS)
    with serving(database_url, desk) as running:
        yield running
