"""What tests share: which servers answer, which are required, and the real captures where they are."""

import os
import shutil
import socket
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

#: Gives ``engine`` and ``database_url`` to every test that names them.
pytest_plugins = ["tests.stores"]

#: A busy machine is no fault of the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"

#: An account that may create databases; each test session makes its own and drops it.
POSTGRES_URL = os.environ.get("DIGEST_TEST_POSTGRES_URL", "postgresql+psycopg://digest:digest@127.0.0.1:5432/postgres")
REDIS_PORT = int(os.environ.get("DIGEST_TEST_REDIS_PORT", "6379"))
CHROMIUM = os.environ.get("DIGEST_TEST_CHROMIUM", "chromium")

HOW_TO_TURN_ON = {
    "postgres": "no PostgreSQL answers; start one and set DIGEST_TEST_POSTGRES_URL (see CONTRIBUTING.md)",
    "redis": "no Redis answers; start one and set DIGEST_TEST_REDIS_PORT (see CONTRIBUTING.md)",
    "browser": "no Chromium found; install Debian's chromium or set DIGEST_TEST_CHROMIUM (see CONTRIBUTING.md)",
}


def _postgres_answers() -> bool:
    try:
        engine = create_engine(POSTGRES_URL, connect_args={"connect_timeout": 3})
        with engine.connect() as connection:
            connection.execute(text("select 1"))
        engine.dispose()
    except SQLAlchemyError:
        return False
    return True


def _redis_answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", REDIS_PORT), timeout=3) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


ANSWERS = {
    "postgres": _postgres_answers,
    "redis": _redis_answers,
    "browser": lambda: shutil.which(CHROMIUM) is not None,
}


def pytest_configure(config: pytest.Config) -> None:
    required = {name for name in os.environ.get("DIGEST_TEST_REQUIRE", "").split(",") if name}
    unknown = required - ANSWERS.keys()
    if unknown:
        raise pytest.UsageError(f"DIGEST_TEST_REQUIRE: unknown part {', '.join(sorted(unknown))}")
    there = {name: answers() for name, answers in ANSWERS.items()}
    lacking = sorted(name for name in required if not there[name])
    if lacking:
        raise pytest.UsageError("; ".join(f"{name} is required, but {HOW_TO_TURN_ON[name]}" for name in lacking))
    config.stash[THERE] = there


THERE = pytest.StashKey[dict[str, bool]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for name, there in config.stash[THERE].items():
        if not there:
            skip = pytest.mark.skip(reason=HOW_TO_TURN_ON[name])
            for item in items:
                if name in item.keywords:
                    item.add_marker(skip)


@pytest.fixture
def shared() -> Path:
    """The folder of real captures and bank payloads; a test that needs it is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real captures are not here: they lie beside the repository, in ../shared/data")
    return SHARED


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads this machine's DIGEST_ variables or a .env, and none writes into the checkout."""
    for name in list(os.environ):
        if name.startswith("DIGEST_") and not name.startswith("DIGEST_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
