"""The description of the routes, and that what is served is as described, whatever is sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from digest.store.engine import open_engine
from digest.web.app import describe_routes
from tests.contracts.desk import Desk
from tests.web.conftest import READERS
from tests.web.serving import STRANGER, Served, seal_issue, serving, subscribe
from tests.web.test_fuzz import everything

KNOWN = {
    *("get /u/{token}", "head /u/{token}", "post /u/{token}", "get /r/{token}", "post /r/{token}"),
    *(
        "post /r/{token}/data",
        "post /r/{token}/erase",
        "get /i/{issue}",
        "get /i/{issue}/{view}",
        "get /n/{newsletter}",
        "get /healthz",
    ),
    *("get /n/{newsletter}/atom.xml", "get /n/{newsletter}/rates/{currency}.json", "get /readyz", "get /privacy"),
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def running(migrated_file: Path, tmp_path: Path) -> Iterator[Served]:
    path = tmp_path / "digest.db"
    path.write_bytes(migrated_file.read_bytes())
    with open_engine(f"sqlite:///{path}") as engine:
        desk = Desk(engine)
        subscribe(desk, *READERS)
        with serving(f"sqlite:///{path}", desk) as served:
            seal_issue(desk)
            yield served


def test_every_route_is_described_with_its_methods(running: Served) -> None:
    told = describe_routes(running.runtime)
    assert {f"{method} {path}" for path, operations in told["paths"].items() for method in operations} >= KNOWN
    assert json.loads(json.dumps(told)) == told


def test_what_is_served_is_as_described(running: Served) -> None:
    told = describe_routes(running.runtime)
    schema = schemathesis.openapi.from_dict(told)
    before = _readers(running)
    for result in schema.get_all_operations():
        operation = result.ok()
        _ask(operation, running)
    assert _readers(running) == before


def test_an_answer_that_is_not_described_would_be_noticed(running: Served) -> None:
    told = describe_routes(running.runtime)
    del told["paths"]["/u/{token}"]["get"]["responses"]["404"]
    operation = schemathesis.openapi.from_dict(told)["/u/{token}"]["GET"]
    with pytest.raises(FailureGroup, match="404"):
        _ask(operation, running)


def _readers(running: Served) -> list[list[str]]:
    """Return what nobody may change without a link: what is tried in vain leaves traces elsewhere."""
    kept = everything(running.desk.engine)
    return [kept[name] for name in ("subscribers", "subscriptions", "follows", "suppressions", "consents")]


def _ask(operation: Any, running: Served) -> None:
    known = {
        "token": [running.reader().token, STRANGER, "x"],
        "issue": ["morning-brief-1"],
        "newsletter": ["morning-brief"],
        "currency": ["KZT"],
    }

    @settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        for name in case.path_parameters or {}:
            if name in known and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
        response = case.call(base_url=running.url)
        case.validate_response(response, checks=CHECKS)

    ask()
