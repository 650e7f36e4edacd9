"""The stages of the matrix: both mailers on both databases, made once per test process."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.reliability.far_end import SENDGRID, SMTP, FarEnd
from tests.reliability.stage import Stage
from tests.reliability.stores import POSTGRES, SQLITE, prepared_store
from tests.reliability.workers import Workers

READERS = 30


def combination(mailer: str, database: str) -> object:
    """One mailer on one database; tests on the same one go to the same test process."""
    marks = [pytest.mark.xdist_group(f"reliability-{mailer}-{database}")]
    marks += [pytest.mark.postgres] if database == POSTGRES else []
    return pytest.param((mailer, database), id=f"{mailer} {database}", marks=marks)


SENDGRID_STAGES = [combination(SENDGRID, database) for database in (SQLITE, POSTGRES)]
SMTP_STAGES = [combination(SMTP, database) for database in (SQLITE, POSTGRES)]
SQLITE_STAGES = [combination(mailer, SQLITE) for mailer in (SENDGRID, SMTP)]
POSTGRES_STAGES = [combination(mailer, POSTGRES) for mailer in (SENDGRID, SMTP)]


@pytest.fixture(scope="session")
def open_stage() -> Iterator[Callable[[str, str], Stage]]:
    """Open a stage for a mailer and a database; each is opened once."""
    memory = Path("/dev/shm")
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)))
        workers = stack.enter_context(Workers())

        @cache
        def far_end(mailer: str) -> FarEnd:
            one = FarEnd(mailer, root)
            stack.callback(one.close)
            one.start()
            return one

        @cache
        def stage(mailer: str, database: str) -> Stage:
            folder = root / f"{mailer}-{database}"
            folder.mkdir()
            store = stack.enter_context(prepared_store(database, folder, READERS))
            opened = Stage(store, far_end(mailer), workers, folder)
            opened.warm_up()
            return opened

        yield stage


@pytest.fixture(params=[*SENDGRID_STAGES, *SMTP_STAGES])
def stage(request: pytest.FixtureRequest, open_stage: Callable[[str, str], Stage]) -> Stage:
    """A stage for each mailer on each database."""
    mailer, database = request.param
    return open_stage(mailer, database)
