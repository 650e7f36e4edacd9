import base64
import hmac
import re

from hypothesis import given
from hypothesis import strategies as st

from digest.ids import IssueId
from digest.send.delivery_id import delivery_id, message_id

ISSUE = IssueId("morning-brief-1")


@given(issue=st.text(), token=st.text(alphabet=st.characters(codec="utf-8")), secret=st.binary())
def test_a_delivery_id_is_22_url_safe_characters(issue: str, token: str, secret: bytes) -> None:
    name = delivery_id(IssueId(issue.encode("utf-8", "replace").decode()), token, secret=secret)

    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", name)


def test_it_is_the_beginning_of_the_hmac_of_issue_and_token() -> None:
    expected = hmac.digest(b"a key", b"morning-brief-1|a-token", "sha256")[:16]

    name = delivery_id(ISSUE, "a-token", secret=b"a key")

    assert base64.urlsafe_b64decode(name + "==") == expected


def test_it_is_the_same_for_every_attempt_and_another_for_every_reader_issue_and_key() -> None:
    name = delivery_id(ISSUE, "a-token", secret=b"")

    assert name == delivery_id(ISSUE, "a-token", secret=b"")
    assert name != delivery_id(ISSUE, "b-token", secret=b"")
    assert name != delivery_id(IssueId("morning-brief-2"), "a-token", secret=b"")
    assert name != delivery_id(ISSUE, "a-token", secret=b"key")


def test_the_message_id_names_the_delivery_at_the_sender() -> None:
    assert message_id(delivery_id(ISSUE, "t", secret=b""), "news.example.org").endswith("@news.example.org")
