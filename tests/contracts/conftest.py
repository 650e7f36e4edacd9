"""What the contract suites share."""

import pytest
from sqlalchemy import Engine

from tests.contracts.desk import Desk


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A store with a newsroom of two journalists: nobody reads it yet, nothing stands on the shelf."""
    desk = Desk(engine)
    desk.open_newsroom()
    return desk
