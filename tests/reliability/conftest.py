"""The stages of the matrix: both mailers on both databases, made once per test process."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.reliability.far_end import SENDGRID, SMTP, FarEnd
from tests.reliability.stage import Stage
from tests.reliability.stores import POSTGRES, SQLITE, prepared_store
from tests.reliability.workers import Workers
from tests.send.many_contents import open_up_with_many_contents
from tests.send.office import Office

READERS = 30

FEW, MANY = "few", "many"
OpenStage = Callable[..., Stage]


def fill(engine: Engine, *, contents: str) -> None:
    """Put an approved issue and its readers into the store: many of them have the same contents, or hardly any."""
    if contents == MANY:
        open_up_with_many_contents(engine, READERS)
    else:
        Office(engine).open_up(READERS)


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
def open_stage() -> Iterator[OpenStage]:
    """Open a stage for a mailer and a database, of an issue of few contents or of many; each is opened once."""
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
        def stage(mailer: str, database: str, contents: str = FEW) -> Stage:
            folder = root / f"{mailer}_{database}_{contents}"
            folder.mkdir()
            store = stack.enter_context(prepared_store(database, folder, partial(fill, contents=contents)))
            opened = Stage(store, far_end(mailer), workers, folder)
            opened.warm_up()
            return opened

        yield stage


@pytest.fixture(params=[*SENDGRID_STAGES, *SMTP_STAGES])
def stage(request: pytest.FixtureRequest, open_stage: OpenStage) -> Stage:
    """A stage for each mailer on each database."""
    mailer, database = request.param
    return open_stage(mailer, database)


@pytest.fixture(params=SENDGRID_STAGES)
def mixed_stage(request: pytest.FixtureRequest, open_stage: OpenStage) -> Stage:
    """A stage on which SendGrid mails readers of many contents by one of its templates."""
    mailer, database = request.param
    return open_stage(mailer, database, MANY)
