"""The rehearsal SendGrid's templates as their callers see them: a real server, held to the published API."""

import json
from typing import Any

import pytest

from digest.rehearsal.faults import Fault, FaultKind
from digest.rehearsal.sendgrid import RehearsalSendGrid
from digest.rehearsal.sendgrid_templates import LARGEST_DATA, LARGEST_PART, MOST
from tests.rehearsal.caller import Caller
from tests.rehearsal.requests import a_reader, a_request

TEMPLATES = "/v3/templates"
A_TEMPLATE = {"name": "byline-digest morning", "generation": "dynamic"}
MAILED = {"subject": "Snow for Reader 1", "text": "For Reader 1.\n", "html": "<p>For Reader 1.</p><p>Snow</p>"}


def a_version(**changes: Any) -> dict[str, Any]:
    """Return a version that is right in every respect, but for the ``changes``; ``None`` leaves one out."""
    said = {
        "name": "first",
        "active": 1,
        "subject": "{{{what}}} for {{{name}}}",
        "html_content": "<p>For {{{name}}}.</p>{{#if snow}}<p>Snow</p>{{/if}}",
        "plain_content": "For {{{name}}}.\n",
        "generate_plain_content": False,
        "editor": "code",
    } | changes
    return {key: value for key, value in said.items() if value is not None}


def a_request_by(template: str, **data: Any) -> dict[str, Any]:
    """Return a request for a mail by a template that is told ``data``."""
    told = {"name": "Reader 1", "what": "Snow", "snow": True} | data
    reader = a_reader(1, dynamic_template_data=told)
    del reader["substitutions"]
    request = a_request(personalizations=[reader], template_id=template)
    del request["subject"], request["content"]
    return request


def say(answer: tuple[int, dict[str, str], bytes]) -> Any:
    return json.loads(answer[2])


def made(caller: Caller, **changes: Any) -> str:
    """Make a template with an active version, and return its id."""
    id_ = str(say(caller.ask("POST", TEMPLATES, A_TEMPLATE))["id"])
    assert caller.ask("POST", f"{TEMPLATES}/{id_}/versions", a_version(**changes))[0] == 201
    return id_


def complained_of(answer: tuple[int, dict[str, str], bytes]) -> list[str | None]:
    assert answer[0] == 400
    found = say(answer)["errors"]
    assert all(one["message"] for one in found)
    return [one["field"] for one in found]


def test_a_template_is_made_given_words_shown_and_taken_back(caller: Caller) -> None:
    status, _, body = caller.ask("POST", TEMPLATES, A_TEMPLATE)
    template = json.loads(body)
    assert status == 201
    assert template["id"].startswith("d-")
    assert (template["name"], template["generation"], template["versions"]) == (*A_TEMPLATE.values(), [])
    place = f"{TEMPLATES}/{template['id']}"

    status, _, body = caller.ask("POST", f"{place}/versions", a_version())
    version = json.loads(body)
    assert status == 201
    assert version.items() >= a_version().items()
    assert (version["template_id"], version["active"]) == (template["id"], 1)
    assert say(caller.ask("GET", place))["versions"] == [version]

    assert caller.ask("DELETE", place)[::2] == (204, b"")
    assert caller.ask("GET", place)[0] == caller.ask("DELETE", place)[0] == 404
    assert caller.ask("POST", f"{place}/versions", a_version())[0] == 404


def test_the_last_active_version_is_the_one_that_mails_are_made_of(caller: Caller, provider: RehearsalSendGrid) -> None:
    id_ = made(caller, active=0)  # the first one is active whatever it says
    caller.ask("POST", f"{TEMPLATES}/{id_}/versions", a_version(name="second", subject="{{{what}}} again"))
    caller.ask("POST", f"{TEMPLATES}/{id_}/versions", a_version(name="third", active=0))
    shown = {one["name"]: one["active"] for one in say(caller.ask("GET", f"{TEMPLATES}/{id_}"))["versions"]}
    assert shown == {"first": 0, "second": 1, "third": 0}
    assert caller.send(a_request_by(id_))[0] == 202
    assert [letter.subject for letter in provider.book.letters()] == ["Snow again"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({**A_TEMPLATE, "name": ""}, "name"),
        ({**A_TEMPLATE, "name": "x" * 101}, "name"),
        ({**A_TEMPLATE, "name": 7}, "name"),
        ({"generation": "dynamic"}, "name"),
        ({**A_TEMPLATE, "generation": "legacy"}, "generation"),
        ({"name": "x"}, "generation"),
        ({**A_TEMPLATE, "colour": "blue"}, "colour"),
        ([], None),
        (b"{", None),
    ],
)
def test_a_template_that_is_wrong_is_not_made(
    caller: Caller, provider: RehearsalSendGrid, said: object, field: str | None
) -> None:
    assert complained_of(caller.ask("POST", TEMPLATES, said)) == [field]
    assert provider.templates.names() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"subject": "x" * 256}, "subject"),
        ({"subject": "two\nlines"}, "subject"),
        ({"generate_plain_content": True}, "generate_plain_content"),
        ({"generate_plain_content": None}, "generate_plain_content"),
        ({"html_content": ""}, "html_content"),
        ({"html_content": None}, "html_content"),
        ({"plain_content": None}, "plain_content"),
        ({"html_content": "x" * (LARGEST_PART + 1)}, "html_content"),
        ({"plain_content": "–" * (LARGEST_PART // 3 + 1)}, "plain_content"),
        ({"html_content": "{{#each names}}x{{/each}}"}, "html_content"),
        ({"html_content": "{{#if snow}}never closed"}, "html_content"),
        ({"plain_content": "closed{{/if}}"}, "plain_content"),
        ({"html_content": "{{> partial}}"}, "html_content"),
        ({"thumbnail_url": "https://example.org/x.png"}, "thumbnail_url"),
    ],
)
def test_a_version_that_is_wrong_is_not_kept(caller: Caller, changes: dict[str, Any], field: str) -> None:
    id_ = say(caller.ask("POST", TEMPLATES, A_TEMPLATE))["id"]
    assert set(complained_of(caller.ask("POST", f"{TEMPLATES}/{id_}/versions", a_version(**changes)))) == {field}
    assert say(caller.ask("GET", f"{TEMPLATES}/{id_}"))["versions"] == []


def test_the_last_of_what_is_allowed_is_kept(caller: Caller) -> None:
    said = {**A_TEMPLATE, "name": "x" * 100}
    id_ = say(caller.ask("POST", TEMPLATES, said))["id"]
    largest = a_version(name="x" * 100, subject="x" * 255, html_content="x" * LARGEST_PART)
    assert caller.ask("POST", f"{TEMPLATES}/{id_}/versions", largest)[0] == 201


def test_no_more_templates_and_no_more_versions_than_an_account_may_have(
    caller: Caller, provider: RehearsalSendGrid
) -> None:
    for _ in range(MOST):
        assert caller.ask("POST", TEMPLATES, A_TEMPLATE)[0] == 201
    (refused,) = say(caller.ask("POST", TEMPLATES, A_TEMPLATE))["errors"]
    assert f"{MOST} templates" in refused["message"]
    assert len(provider.templates.names()) == MOST

    id_ = say(caller.ask("GET", f"{TEMPLATES}?generations=dynamic&page_size=1"))["result"][0]["id"]
    for _ in range(MOST):
        assert caller.ask("POST", f"{TEMPLATES}/{id_}/versions", a_version())[0] == 201
    (refused,) = say(caller.ask("POST", f"{TEMPLATES}/{id_}/versions", a_version()))["errors"]
    assert f"{MOST} versions" in refused["message"]


def test_the_list_comes_page_by_page_without_the_words(caller: Caller) -> None:
    for number in range(3):
        caller.ask("POST", TEMPLATES, {**A_TEMPLATE, "name": f"number {number}"})
    made(caller)
    first = say(caller.ask("GET", f"{TEMPLATES}?generations=dynamic&page_size=3"))
    assert [one["name"] for one in first["result"]] == ["number 0", "number 1", "number 2"]
    assert first["_metadata"]["count"] == 4
    second = say(caller.ask("GET", first["_metadata"]["next"]))
    (last,) = second["result"]
    assert "next" not in second["_metadata"]
    (version,) = last["versions"]
    assert version["subject"] == a_version()["subject"]
    assert not {"html_content", "plain_content"} & version.keys()
    assert say(caller.ask("GET", f"{TEMPLATES}?page_size=3"))["result"] == []  # legacy ones, unless it is told


@pytest.mark.parametrize("query", ["", "page_size=0", "page_size=201", "page_size=x", "page_size=3&page_token=x"])
def test_a_page_of_no_size_is_refused(caller: Caller, query: str) -> None:
    assert complained_of(caller.ask("GET", f"{TEMPLATES}?generations=dynamic&{query}")) == ["page_size"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/none"), ("DELETE", "/none"), ("POST", "/none/versions"), ("POST", "/none"), ("GET", "/none/versions/x")],
)
def test_what_is_not_there_is_not_found(caller: Caller, method: str, path: str) -> None:
    status, _, body = caller.ask(method, TEMPLATES + path, {} if method == "POST" else None)
    assert status == 404
    assert json.loads(body)["errors"][0]["message"] == "not found"


@pytest.mark.parametrize("header", ["", "Bearer SG.another"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_the_key_it_shows_and_changes_nothing(
    caller: Caller, provider: RehearsalSendGrid, method: str, header: str
) -> None:
    id_ = made(caller)
    path = TEMPLATES if method == "POST" else f"{TEMPLATES}/{id_}"
    body = A_TEMPLATE if method == "POST" else None
    assert caller.ask(method, path, body, Authorization=header)[0] == 401
    assert provider.templates.names() == [A_TEMPLATE["name"]]


# --- mails by a template ----------------------------------------------------------------------------------------------


def test_a_mail_by_a_template_has_the_blocks_and_values_that_it_is_told(
    caller: Caller, provider: RehearsalSendGrid
) -> None:
    id_ = made(caller)
    assert caller.send(a_request_by(id_))[0] == 202
    assert caller.send(a_request_by(id_, snow=False))[0] == 202
    first, second = provider.book.letters()
    assert {"subject": first.subject, "text": first.text, "html": first.html} == MAILED
    assert second.html == "<p>For Reader 1.</p>"


def test_a_mail_that_was_taken_is_made_of_the_words_of_that_moment(caller: Caller, provider: RehearsalSendGrid) -> None:
    id_ = made(caller)
    caller.send(a_request_by(id_))
    caller.ask("DELETE", f"{TEMPLATES}/{id_}")
    (letter,) = provider.book.letters()
    assert letter.subject == MAILED["subject"]
    assert complained_of(caller.send(a_request_by(id_))) == ["template_id"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "x" * LARGEST_DATA}, "dynamic_template_data"),
        ({"name": ["x"]}, "dynamic_template_data"),
        ({"what": "two\nlines"}, "dynamic_template_data.subject"),
    ],
)
def test_data_that_does_not_fit_is_complained_of_by_reader(
    caller: Caller, provider: RehearsalSendGrid, data: dict[str, Any], field: str
) -> None:
    assert complained_of(caller.send(a_request_by(made(caller), **data))) == [f"personalizations.0.{field}"]
    assert provider.book.requests() == ()


def test_a_value_that_was_not_given_is_missed(caller: Caller) -> None:
    request = a_request_by(made(caller))
    del request["personalizations"][0]["dynamic_template_data"]["name"]
    assert complained_of(caller.send(request)) == ["personalizations.0.dynamic_template_data"]


def test_a_template_without_a_version_makes_no_mail(caller: Caller) -> None:
    id_ = say(caller.ask("POST", TEMPLATES, A_TEMPLATE))["id"]
    assert complained_of(caller.send(a_request_by(id_))) == ["template_id"]


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.FORBIDDEN, 403),
        (FaultKind.TOO_MANY, 429),
        (FaultKind.ERROR, 500),
        (FaultKind.UNAVAILABLE, 503),
    ],
)
def test_a_fault_that_answers_is_had_once_and_changes_nothing(
    caller: Caller, provider: RehearsalSendGrid, kind: FaultKind, status: int
) -> None:
    provider.script.add(Fault(kind=kind, where="templates"))
    assert caller.send()[0] == 202  # mails are another matter
    assert caller.ask("POST", TEMPLATES, A_TEMPLATE)[0] == status
    assert provider.templates.names() == []
    assert caller.ask("POST", TEMPLATES, A_TEMPLATE)[0] == 201


@pytest.mark.parametrize(
    ("kind", "kept"),
    [(FaultKind.CUT, 0), (FaultKind.HANG, 0), (FaultKind.CUT_AFTER, 1), (FaultKind.HANG_AFTER, 1)],
)
def test_a_fault_that_gives_no_answer_keeps_the_template_or_does_not(
    caller: Caller, provider: RehearsalSendGrid, kind: FaultKind, kept: int
) -> None:
    provider.script.add(Fault(kind=kind, where="templates", seconds=0.05))
    with pytest.raises(OSError, match=r"reset|closed|without response"):
        caller.ask("POST", TEMPLATES, A_TEMPLATE)
    assert len(provider.templates.names()) == kept


def test_a_line_that_is_cut_changes_nothing_for_somebody_without_the_key(
    caller: Caller, provider: RehearsalSendGrid
) -> None:
    provider.script.add(Fault(kind=FaultKind.CUT_AFTER, where="templates"))
    with pytest.raises(OSError, match=r"reset|closed|without response"):
        caller.ask("POST", TEMPLATES, A_TEMPLATE, Authorization="")
    assert provider.templates.names() == []
