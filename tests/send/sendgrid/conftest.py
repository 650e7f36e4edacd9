"""A provider on loopback, and the mailer that hands mails to it."""

from collections.abc import Iterator

import pytest

from digest.rehearsal.sendgrid import KEY, RehearsalSendGrid, serve
from digest.send.mailers.sendgrid.mailer import SendGridMailer, open_sendgrid


@pytest.fixture
def provider() -> Iterator[RehearsalSendGrid]:
    with serve() as served:
        yield served


@pytest.fixture
def pauses() -> list[float]:
    """How long the mailer would have waited, each time."""
    return []


@pytest.fixture
def mailer(provider: RehearsalSendGrid, pauses: list[float]) -> Iterator[SendGridMailer]:
    with open_sendgrid(KEY, host=provider.url, pause=pauses.append) as one:
        yield one
