import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compose.sending import Sending
from digest.errors import Refused
from digest.rehearsal.sendgrid_book import substituted
from digest.rehearsal.sendgrid_rules import complaints_about
from digest.send import mime
from digest.send.letter import Letters
from digest.send.mail import Mail
from digest.send.mailers.sendgrid.addresses import written
from digest.send.mailers.sendgrid.requests import (
    LARGEST_BODY,
    LARGEST_SUBSTITUTIONS,
    body_of,
    halves,
    patterns,
    the_fit,
    unfit,
)
from tests.send.mails import a_draft, a_mail
from tests.send.office import a_sealed
from tests.send.sendgrid.letters import DANA, TIMUR, a_letter, letters


def requests(mails: list[Mail]) -> list[dict[str, Any]]:
    found = [json.loads(b"".join(body_of(shared))) for shared in patterns(mails)]
    assert [complaints_about(request, now=0) for request in found] == [()] * len(found)
    return found


def test_a_request_says_everything_once_and_what_is_a_reader_s_alone_for_each() -> None:
    (request,) = requests(letters(2))
    assert request["from"] == {"email": "brief@news.example.org", "name": "The Morning Brief"}
    assert request["reply_to"] == {"email": "desk@example.org"}
    assert request["subject"] == "Who pays for the <grid> (en)"
    assert [part["type"] for part in request["content"]] == ["text/plain", "text/html"]
    assert request["categories"] == ["morning-brief"]
    first, _ = request["personalizations"]
    assert first["to"] == [{"email": "reader1@example.org", "name": "Reader 1"}]
    assert first["custom_args"] == {"delivery": "delivery-0001"}
    assert first["headers"]["List-Unsubscribe"] == "<https://digest.example.org/u/token-0000000000000001>"
    assert first["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "mail_settings" not in request


def test_nothing_in_a_mail_is_tracked() -> None:
    (request,) = requests(letters(1))
    tracking = request["tracking_settings"]
    assert set(tracking) == {"click_tracking", "open_tracking", "subscription_tracking", "ganalytics"}
    assert not any(value for setting in tracking.values() for value in setting.values())


def test_what_the_newsletter_wants_tracked_is_tracked_but_never_in_plain_text() -> None:
    tracked = Letters(
        a_sealed(),
        public_url="https://digest.example.org",
        sending=Sending(track_opens=True, track_clicks=True, categories=("Morning", "morning-brief")),
    )
    (request,) = requests([a_letter(1, of=tracked), a_letter(2, of=tracked)])
    assert request["tracking_settings"]["click_tracking"] == {"enable": True, "enable_text": False}
    assert request["tracking_settings"]["open_tracking"] == {"enable": True}
    assert request["tracking_settings"]["subscription_tracking"] == {"enable": False}
    assert request["categories"] == ["morning-brief", "Morning"]
    html = request["content"][1]["value"]
    assert len(re.findall(r'<a clicktracking="off" href="https://digest.example.org/[uri]/', html)) == 4
    assert html.replace(' clicktracking="off"', "") == requests([a_letter(1), a_letter(2)])[0]["content"][1]["value"]


def test_a_token_that_makes_a_header_too_long_or_no_line_is_its_reader_s_alone() -> None:
    rejected: list[str] = []
    mails = [a_letter(1), a_letter(2)._replace(token="x" * 990), a_letter(3)._replace(token="y" * 65)]
    fit = the_fit(mails, lambda one: rejected.append(one.delivery))
    assert [mail.delivery for mail in fit] == ["delivery-0001", "delivery-0003"]
    assert rejected == ["delivery-0002"]


def test_there_are_no_more_categories_than_the_provider_takes() -> None:
    (request,) = requests([a_mail("d", categories=tuple(f"{'x' * 300}{number}" for number in range(3)))])
    assert request["categories"] == ["x" * 255]
    (request,) = requests([a_mail("d", categories=tuple(map(str, range(12))))])
    assert len(request["categories"]) == 10


NAMES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "Dana", "Doe, Jane", "A & <b>", "José", "Дана", 'a "b" \\ c', "%s", "a\r\nBcc: b", "\ud800"]),
)


def plain(mail: Mail, values: dict[str, str]) -> dict[str, Any]:
    """Return a reader's part of a request as one writes it down, value by value."""
    name = mime.one_line(mail.to_name)
    if "," in name or ";" in name:
        name = '"' + name.replace("\\", "").replace('"', "") + '"'
    reader = {
        "to": [{"email": written(mail.to_address), **({"name": name} if name else {})}],
        "headers": dict(mail.headers),
        "custom_args": {"delivery": mail.delivery},
        **({"substitutions": values} if values else {}),
    }
    return cast("dict[str, Any]", json.loads(json.dumps(reader, ensure_ascii=False).encode("utf-8", "replace")))


@given(st.lists(NAMES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_request_is_what_one_would_write_value_by_value(names: list[str]) -> None:
    mails = [a_letter(number, name=name) for number, name in enumerate(names)]
    mails[0] = a_letter(0, name=names[0], address="Dana@ПРИМЕР.example")
    for shared in patterns(mails):
        request = json.loads(b"".join(body_of(shared)))
        whole = [plain(mail, dict(values)) for mail, values in zip(shared.mails, shared.values, strict=True)]
        assert request["personalizations"] == whole
        for mail, one in zip(shared.mails, request["personalizations"], strict=True):
            said = [substituted(part["value"], one.get("substitutions", {})) for part in request["content"]]
            assert said == [part.encode("utf-8", "replace").decode() for part in (mail.text, mail.html)]


def test_a_thousand_readers_take_one_request_and_one_more_takes_two() -> None:
    assert [len(one["personalizations"]) for one in requests(letters(1000))] == [1000]
    assert [len(one["personalizations"]) for one in requests(letters(1001))] == [1000, 1]
    assert len(requests(letters(10, (TIMUR, DANA)))) == 2


def test_an_address_twice_takes_two_requests() -> None:
    assert len(requests([a_letter(1), a_letter(2, address="Reader1@EXAMPLE.org")])) == 2


def test_only_the_sandbox_is_asked_for_as_one() -> None:
    (shared,) = patterns(letters(1))
    assert json.loads(b"".join(body_of(shared, sandbox=True)))["mail_settings"] == {"sandbox_mode": {"enable": True}}


def test_names_are_one_line_and_what_would_divide_them_is_quoted() -> None:
    names = ["A\r\nBcc: all@example.org", "Doe, Jane", 'The "Duke"; esq.', "", "Дана"]
    (request,) = requests([a_letter(number, name=name) for number, name in enumerate(names)])
    assert [one["to"][0].get("name") for one in request["personalizations"]] == [
        "A Bcc: all@example.org",
        '"Doe, Jane"',
        '"The Duke; esq."',
        None,
        "Дана",
    ]


def test_a_domain_is_written_in_ascii() -> None:
    (request,) = requests([a_letter(1, address="dana@пример.example")])
    assert request["personalizations"][0]["to"][0]["email"] == "dana@xn--e1afmkfd.example"


@pytest.mark.parametrize(
    "address",
    ["nobody", "a b@example.org", "дана@example.org", "a@b\n.example", f"{'x' * 65}@example.org", f"x@{'a.' * 126}org"],
)
def test_what_is_no_address_is_found_before_anybody_is_asked(address: str) -> None:
    rejected = unfit(a_mail("one", to_address=address))
    assert rejected is not None
    assert rejected.delivery == "one"
    assert address not in rejected.why


@pytest.mark.parametrize("headers", [{"X-A": "a\r\nb"}, {"X A": "a"}, {"X-A": "x" * 999}, {"Subject": "x"}])
def test_what_is_no_header_of_ours_is_found_before_anybody_is_asked(headers: dict[str, str]) -> None:
    rejected = unfit(a_mail("one", headers=headers))
    assert rejected is not None
    assert "header" in rejected.why


def test_a_mail_that_is_fit_is_fit() -> None:
    assert unfit(a_letter(1)) is None


def named(number: int, name: str) -> Mail:
    pieces = ("<p>–", "to", " ", "token", "", "guard", "")
    draft = replace(a_draft("s", "", ""), html=pieces, text=("–",), to_html=("", "name", ""))
    return a_mail(f"d{number}", to_address=f"r{number}@example.org", draft=draft, to_name=name, token=str(number))


def test_a_reader_with_more_values_than_a_request_may_hold_has_one_of_their_own() -> None:
    large = named(1, "x" * LARGEST_SUBSTITUTIONS)
    found = requests([large, named(2, "y"), named(3, "z")])
    assert sorted(len(one["personalizations"]) for one in found) == [1, 2]
    alone = next(one for one in found if len(one["personalizations"]) == 1)
    assert alone["content"][1]["value"] == large.html
    assert "substitutions" not in alone["personalizations"][0]


def test_halves_have_the_same_readers() -> None:
    (shared,) = patterns(letters(5))
    assert [[mail.delivery[-1] for mail in half.mails] for half in halves(shared)] == [["1", "2"], ["3", "4", "5"]]


def test_half_a_surrogate_is_no_trouble() -> None:
    json.dumps(requests([a_mail("d", html="\ud800–", text="–")])[0], ensure_ascii=False).encode()


def test_a_mail_without_text_has_one_part() -> None:
    (request,) = requests([a_mail("d", text="", reply_to=None)])
    assert [part["type"] for part in request["content"]] == ["text/html"]
    assert "reply_to" not in request


def test_a_sender_s_name_that_sendgrid_cannot_write_stops_everything() -> None:
    (shared,) = patterns([a_mail("d", from_name="Утро")])
    with pytest.raises(Refused, match="plain Latin letters"):
        body_of(shared)


def test_where_all_values_are_too_large_everybody_has_a_request_of_their_own() -> None:
    found = requests([named(1, "x" * LARGEST_SUBSTITUTIONS), named(2, "y" * LARGEST_SUBSTITUTIONS)])
    assert [len(one["personalizations"]) for one in found] == [1, 1]


def test_a_body_that_is_too_large_stops_everything() -> None:
    (shared,) = patterns([a_mail("d", html="x" * (LARGEST_BODY + 1))])
    with pytest.raises(Refused, match="larger than SendGrid takes"):
        body_of(shared)


def published(shared: Path) -> dict[str, Any]:
    """Return the published schema of a request, where its one known fault is mended: arguments are an object."""
    description = json.loads((shared / "sendgrid" / "tsg_mail_v3.json").read_text(encoding="utf-8"))
    body = description["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    body["properties"]["custom_args"] = {"type": "object"}
    return {**body, "components": description["components"], "$schema": "https://json-schema.org/draft/2020-12/schema"}


def test_a_request_is_what_the_provider_s_published_description_wants(shared: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(published(shared))
    mails = [a_letter(number, name=name) for number, name in enumerate(["Дана", "Doe, Jane", ""])] + letters(
        1000, (DANA,)
    )
    for request in requests(mails):
        assert list(validator.iter_errors(request)) == []
    assert list(validator.iter_errors({"personalizations": [{}], "from": {}})) != []
