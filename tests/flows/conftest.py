"""A real Prefect server with our deployments, started once for all tests of the flows."""

import os
from collections.abc import Iterator

import pytest

from digest.terminal.prefect_server import prefect_server
from tests.flows.server import ROOT, Prefect


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    """A server on SQLite with everything in prefect.yaml deployed."""
    folder = tmp_path_factory.mktemp("prefect")
    (folder / "prefect.yaml").write_text((ROOT / "prefect.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with prefect_server(folder / "home", say=lambda _what: None) as served:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DIGEST_")},
            **served,
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "DIGEST_DATABASE_URL": f"sqlite:///{folder / 'digest.db'}",
            "DIGEST_OUTBOX_DIR": str(folder / "outbox"),
            "DIGEST_PUBLIC_URL": "https://digest.example",
        }
        prefect = Prefect(environment, folder)
        prefect.command("prefect", "work-pool", "create", "digest", "--type", "process")
        prefect.command("prefect", "--no-prompt", "deploy", "--all")
        yield prefect
