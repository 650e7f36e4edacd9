import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.reader import SuppressionReason
from digest.errors import UnreadableFeedback
from digest.ids import DeliveryId
from digest.send.feedback.sendgrid_events import DROPPED_FOR, KINDS, looks_like_events, read_events
from digest.send.feedback.vocabulary import Feedback, FeedbackKind
from tests.fakes import NOON

AT = 1_766_145_600  # NOON
EVENT: dict[str, Any] = {
    "email": "aida@example.org",
    "timestamp": AT,
    "event": "delivered",
    "category": ["morning-brief"],
    "sg_event_id": "ZGVsaXZlcmVk",
    "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    "response": "250 OK",
    "delivery": "aB3dEfGhIjKlMnOpQrStUv",
}


def told(*events: Any) -> list[Feedback]:
    return list(read_events(json.dumps(events).encode(), received_at=NOON))


def one(**facts: Any) -> Feedback:
    (only,) = told({**EVENT, **facts})
    return only


def test_an_event_says_what_when_to_whom_and_about_which_delivery() -> None:
    said = one()
    assert (said.kind, said.source, said.said) == (FeedbackKind.DELIVERED, "sendgrid", "delivered")
    assert (said.at, said.delivery, said.address) == (NOON, DeliveryId(EVENT["delivery"]), "aida@example.org")
    assert (said.event_id, said.why) == ("ZGVsaXZlcmVk", "250 OK")
    assert json.loads(said.raw) == EVENT


@pytest.mark.parametrize("word", sorted(KINDS))
def test_each_word_of_sendgrid_has_one_of_ours(word: str) -> None:
    event, _, type_ = word.partition("/")
    assert one(event=event, **({"type": type_} if type_ else {})).kind is KINDS[word]


def test_a_bounce_of_a_type_that_is_new_is_no_hard_one() -> None:
    assert one(event="bounce", type="greylisted").kind is FeedbackKind.BLOCKED


@pytest.mark.parametrize("category", ["morning-brief", ["a", "b"], None, {}])
def test_a_category_may_be_a_string_or_several(category: Any) -> None:
    assert one(category=category).kind is FeedbackKind.DELIVERED


@pytest.mark.parametrize(("reason", "suppresses"), [(name.title(), reason) for name, reason in DROPPED_FOR.items()])
def test_a_drop_says_why_nobody_should_try_again(reason: str, suppresses: SuppressionReason) -> None:
    said = one(event="dropped", reason=reason)
    assert (said.kind, said.suppresses, said.why) == (FeedbackKind.DROPPED, suppresses, reason)


@pytest.mark.parametrize("reason", ["Spam Content", "Recipient List over Package Quota", "", None, 5])
def test_a_drop_that_is_not_about_the_reader_suppresses_nobody(reason: Any) -> None:
    assert one(event="dropped", reason=reason).suppresses is None
    assert one(event="delivered", reason="Invalid").suppresses is None


def test_who_leaves_a_group_of_other_mail_of_the_account_does_not_leave_us() -> None:
    assert one(event="group_unsubscribe").suppresses is SuppressionReason.UNSUBSCRIBED
    theirs = one(event="group_unsubscribe", delivery=None)
    assert (theirs.kind, theirs.suppresses) == (FeedbackKind.UNKNOWN, None)


def test_why_names_no_address_and_no_link() -> None:
    said = one(event="bounce", type="bounce", reason="550 5.1.1 <aida@example.org>: no such\r\nuser", status="5.1.1")
    assert said.why == "550 5.1.1 <the address>: no such user (5.1.1)"
    assert one(event="click", response=None, url="https://news.example/u/secret").why == ""


def test_a_word_that_is_new_is_kept_as_it_came() -> None:
    account = {"event": "account_status_change", "type": "compliance_suspend", "timestamp": AT, "sg_event_id": "x"}
    (said,) = told(account)
    assert (said.kind, said.why) == (FeedbackKind.UNKNOWN, "account_status_change compliance_suspend")
    assert (said.delivery, said.address) == (None, None)
    assert json.loads(said.raw) == account


@pytest.mark.parametrize("at", [AT, str(AT), float(AT), AT + 0.5])
def test_an_instant_may_be_written_in_several_ways(at: Any) -> None:
    assert one(timestamp=at).at == NOON


@pytest.mark.parametrize("at", [None, True, "", "noon", -5, 0, 10**13, 10**40, "9" * 400, [], {}])
def test_an_event_without_an_instant_happened_when_it_reached_us_and_is_known_by_its_id(at: Any) -> None:
    later = datetime(2026, 1, 1, tzinfo=UTC)
    (said,) = read_events(json.dumps([{**EVENT, "timestamp": at}]).encode(), received_at=later)
    assert (said.at, said.event_id) == (later, EVENT["sg_event_id"])
    (nameless,) = read_events(json.dumps([{"event": "open", "timestamp": at}]).encode(), received_at=later)
    (again,) = read_events(json.dumps([{"event": "open", "timestamp": at}]).encode(), received_at=NOON)
    assert nameless.event_id == again.event_id is not None


@pytest.mark.parametrize("wrong", [None, 5, "delivered", [], {}, {"event": 5}, {"event": {"a": 1}}, [[EVENT]]])
def test_a_wrong_element_never_loses_the_others(wrong: Any) -> None:
    kinds = [said.kind for said in told(EVENT, wrong, {**EVENT, "event": "open"})]
    assert kinds == [FeedbackKind.DELIVERED, FeedbackKind.UNKNOWN, FeedbackKind.OPENED]


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity", "9" * 5000, "1.5e3"])
def test_a_number_that_python_would_choke_on_does_not_lose_the_others(number: str) -> None:
    data = f'[{{"event":"open","attempt":{number},"timestamp":{number}}},{{"event":"click"}}]'
    assert [said.kind for said in read_events(data.encode(), received_at=NOON)] == [
        FeedbackKind.OPENED,
        FeedbackKind.CLICKED,
    ]


def test_names_that_cannot_be_ours_are_left_out() -> None:
    said = one(delivery=5, email="nobody", sg_event_id="x" * 500)
    assert (said.delivery, said.address, said.event_id) == (None, None, None)
    assert one(delivery=" ", email=["a@b"]).delivery is None
    assert one(delivery="d" * 500).delivery is None


def test_a_single_event_is_a_list_of_one() -> None:
    assert len(read_events(json.dumps(EVENT).encode(), received_at=NOON)) == 1


@pytest.mark.parametrize("data", [b"", b"<html>", b"5", b'"x"', b"null", b"\xff\xfe[", b"[" * 100_000, b"[{]"])
def test_what_is_no_list_of_events_is_one_named_error(data: bytes) -> None:
    with pytest.raises(UnreadableFeedback):
        read_events(data, received_at=NOON)


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda inner: b'[{"event":"' + inner + b'"}]'))
def test_any_bytes_give_values_or_the_named_error(data: bytes) -> None:
    try:
        said = read_events(data, received_at=NOON)
    except UnreadableFeedback:
        return
    assert all(isinstance(one, Feedback) for one in said)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FACTS = ["event", "type", "reason", "status", "timestamp", "email", "delivery", "sg_event_id", "response"]


@given(st.lists(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(FACTS, JSON)), max_size=4))
def test_any_json_list_gives_a_value_for_each_element(said: list[Any]) -> None:
    found = read_events(json.dumps(said).encode(), received_at=NOON)
    assert len(found) == len(said)
    assert all(one.natural_key for one in found)


def test_what_begins_like_events_is_taken_for_events() -> None:
    assert looks_like_events(b"\xef\xbb\xbf\n [{}]")
    assert looks_like_events(b"{}")
    assert not looks_like_events(b"From: a@b.example")
