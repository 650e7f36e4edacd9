"""A rehearsal SendGrid on loopback, and a line to it."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from digest.rehearsal.sendgrid import RehearsalSendGrid, serve
from tests.rehearsal.caller import Caller


@pytest.fixture
def provider() -> Iterator[RehearsalSendGrid]:
    with serve() as served:
        yield served


@pytest.fixture
def caller(provider: RehearsalSendGrid) -> Iterator[Caller]:
    one = Caller(provider)
    with closing(one.line):
        yield one
