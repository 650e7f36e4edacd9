"""The rehearsal SendGrid refuses what the documentation forbids, and says in which field."""

from typing import Any

import pytest

from digest.rehearsal.sendgrid_book import substituted
from digest.rehearsal.sendgrid_rules import complaints_about
from tests.rehearsal.requests import NOW, a_reader, a_request

LATER = int(NOW) + 72 * 3600


def fields(request: object) -> list[str]:
    return [complaint.field for complaint in complaints_about(request, now=NOW)]


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in a_request().items() if name != key}


def with_reader(**changes: Any) -> dict[str, Any]:
    return a_request(personalizations=[a_reader(1, **changes)])


def test_a_request_that_is_right_is_taken() -> None:
    assert fields(a_request()) == []
    assert fields(a_request(1000)) == []


def test_a_subject_in_every_personalization_will_do() -> None:
    request = without("subject") | {"personalizations": [a_reader(1, subject="One"), a_reader(2, subject="Two")]}
    assert fields(request) == []
    request["personalizations"][1].pop("subject")
    assert fields(request) == ["subject"]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ([], ""),
        (without("personalizations"), "personalizations"),
        (without("from"), "from"),
        (without("subject"), "subject"),
        (without("content"), "content"),
        (a_request(0), "personalizations"),
        (a_request(1001), "personalizations"),
        (a_request(personalizations={}), "personalizations"),
        (a_request(personalizations=["reader@example.org"]), "personalizations.0"),
        (a_request(subject=""), "subject"),
        (a_request(subject="Snow\r\nBcc: all@example.org"), "subject"),
        (a_request(subject=7), "subject"),
        (a_request(colour="blue"), "colour"),
        (a_request(**{"from": {"email": "brief", "name": "Brief"}}), "from.email"),
        (a_request(**{"from": {"name": "Brief"}}), "from.email"),
        (a_request(**{"from": "brief@news.example.org"}), "from"),
        (a_request(**{"from": {"email": "brief@news.example.org", "name": "Утро"}}), "from.name"),
        (a_request(reply_to_list=[{"email": "desk@example.org"}]), "reply_to_list"),
        (a_request(reply_to={"email": "desk@"}), "reply_to.email"),
        (a_request(content=[]), "content"),
        (a_request(content={}), "content"),
        (a_request(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
        (a_request(content=["text"]), "content.0"),
        (a_request(content=list(reversed(a_request()["content"]))), "content"),
        (a_request(content=[a_request()["content"][0]] * 2), "content"),
        (a_request(headers={"X-SG-ID": "1"}), "headers.X-SG-ID"),
        (a_request(headers=["X"]), "headers"),
        (a_request(categories=[f"c{number}" for number in range(11)]), "categories"),
        (a_request(categories=["one", "one"]), "categories"),
        (a_request(categories=["утро"]), "categories.0"),
        (a_request(categories=["c" * 256]), "categories.0"),
        (a_request(categories="one"), "categories"),
        (a_request(custom_args={"event": "x"}), "custom_args.event"),
        (a_request(custom_args="x"), "custom_args"),
        (a_request(send_at=LATER + 60), "send_at"),
        (a_request(send_at="now"), "send_at"),
        (a_request(send_at=True), "send_at"),
        (a_request(asm={"group_id": "1"}), "asm.group_id"),
        (a_request(asm={"group_id": 1, "groups_to_display": list(range(26))}), "asm.groups_to_display"),
        (a_request(asm=1), "asm"),
        (a_request(ip_pool_name="x"), "ip_pool_name"),
        (a_request(template_id="legacy"), "template_id"),
        (a_request(template_id="d-1"), "personalizations.0.substitutions"),
        (a_request(attachments=[{"content": "QQ=="}]), "attachments.0.filename"),
        (a_request(mail_settings={"sandbox": {"enable": True}}), "mail_settings.sandbox"),
        (a_request(mail_settings={"sandbox_mode": True}), "mail_settings.sandbox_mode"),
        (a_request(tracking_settings={"open_tracking": {"enable": "no"}}), "tracking_settings.open_tracking.enable"),
        (a_request(tracking_settings=[]), "tracking_settings"),
        (with_reader(to=[]), "personalizations.0.to"),
        (with_reader(to=[{"email": "reader@example.org\r\n"}]), "personalizations.0.to.0.email"),
        (with_reader(to=[{"email": "Дана@example.org"}]), "personalizations.0.to.0.email"),
        (with_reader(to=[{"email": f"{'x' * 65}@example.org"}]), "personalizations.0.to.0.email"),
        (with_reader(to=[{"email": f"r@{'x.' * 130}org"}]), "personalizations.0.to.0.email"),
        (with_reader(to=[{"email": "r@example.org", "name": "A\nB"}]), "personalizations.0.to.0.name"),
        (with_reader(to=[{"email": "r@example.org", "name": "Doe, Jane"}]), "personalizations.0.to.0.name"),
        (with_reader(to=[{"email": "r@example.org", "age": 7}]), "personalizations.0.to.0.age"),
        (with_reader(cc="r@example.org"), "personalizations.0.cc"),
        (with_reader(cc=[{"email": "READER1@example.org"}]), "personalizations"),
        (with_reader(subject=""), "personalizations.0.subject"),
        (with_reader(extra=1), "personalizations.0.extra"),
        (with_reader(**{"from": {"email": "x"}}), "personalizations.0.from.email"),
        (with_reader(headers={"Subject": "x"}), "personalizations.0.headers.Subject"),
        (with_reader(headers={"X Y": "x"}), "personalizations.0.headers"),
        (with_reader(headers={"X-Y": 1}), "personalizations.0.headers.X-Y"),
        (with_reader(headers={"X-Y": "1", "x-y": "2"}), "personalizations.0.headers"),
        (with_reader(headers={"X-Y": "a\r\nBcc: b@example.org"}), "personalizations.0.headers.X-Y"),
        (with_reader(headers={"X-Y": "x" * 995}), "personalizations.0.headers.X-Y"),
        (with_reader(substitutions={"-a-": 1}), "personalizations.0.substitutions.-a-"),
        (with_reader(substitutions={"a b": "x"}), "personalizations.0.substitutions"),
        (with_reader(substitutions={"-a-": "-b-", "-b-": "x"}), "personalizations.0.substitutions.-a-"),
        (with_reader(substitutions={"-a-": "x" * 9_998}), "personalizations.0.substitutions"),
        (with_reader(substitutions={f"-{n}-": "x" for n in range(151)}), "personalizations.0.substitutions"),
        (with_reader(substitutions=[]), "personalizations.0.substitutions"),
        (with_reader(custom_args={"a": 1}), "personalizations.0.custom_args.a"),
        (with_reader(custom_args={"a": "x" * 10_000}), "personalizations.0.custom_args"),
        (with_reader(dynamic_template_data={}), "personalizations.0.dynamic_template_data"),
        (with_reader(send_at=LATER + 60), "personalizations.0.send_at"),
    ],
)
def test_what_is_forbidden_is_complained_of_by_field(request_: object, field: str) -> None:
    assert field in fields(request_)


def test_the_last_of_what_is_allowed_is_taken() -> None:
    assert fields(a_request(send_at=LATER)) == []
    assert fields(with_reader(substitutions={"-a-": "x" * 9_997})) == []
    assert fields(with_reader(substitutions={f"-{n}-": "x" for n in range(150)})) == []
    assert fields(with_reader(custom_args={"a": "x" * 9_999})) == []
    assert fields(with_reader(headers={"X-Y": "x" * 993})) == []
    assert fields(with_reader(to=[{"email": "r@example.org", "name": '"Doe, Jane"'}])) == []


def test_arguments_of_the_request_count_with_the_readers_own() -> None:
    request = with_reader(custom_args={"a": "x" * 9_000}) | {"custom_args": {"b": "x" * 9_000}}
    assert fields(request) == ["personalizations.0.custom_args"]


def test_one_address_twice_is_refused_whatever_its_case_and_wherever_it_stands() -> None:
    readers = [a_reader(1), a_reader(2), a_reader(3, to=[{"email": "Reader1@Example.ORG"}])]
    (complaint,) = complaints_about(a_request(personalizations=readers), now=NOW)
    assert complaint.field == "personalizations"
    assert "[reader1@example.org]" in complaint.message  # as the provider does, so that we learn to leave it out


def test_as_many_errors_as_there_are_are_told_at_once() -> None:
    readers = [a_reader(1), a_reader(2, to=[{"email": "x"}]), a_reader(3), a_reader(4, to=[{"email": "y"}])]
    assert fields(a_request(personalizations=readers, subject="")) == [
        "subject",
        "subject",
        "personalizations.1.to.0.email",
        "personalizations.3.to.0.email",
    ]


def test_values_are_put_in_once_and_longer_tags_first() -> None:
    assert substituted("-a- -ab- -c-", {"-a-": "-c-", "-ab-": "2", "-c-": "3"}) == "-c- 2 3"
    assert substituted("xx x", {"x": "1", "xx": "2"}) == "2 1"
