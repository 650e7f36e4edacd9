"""Leaving with one click, as RFC 8058 has it, and coming back; on a real server and a real store."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from digest.audience.reader import SubscriptionState, SuppressionReason
from digest.ids import Position
from digest.send.ledger import Holder
from digest.send.mail import Accepted
from digest.store.tables import metadata
from tests.contracts.desk import ISSUE, MORNING, Desk, delivery_of
from tests.fakes import NOON
from tests.web.serving import ONE_CLICK, STRANGER, Served

BOUNDARY = "----MailProvider"
MULTIPART = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--{BOUNDARY}--\r\n'
).encode()


def state(served: Served, number: int = 1) -> SubscriptionState:
    return served.reader(number).state


def everything(desk: Desk) -> dict[str, list[str]]:
    with desk.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }


def test_the_page_says_what_will_happen_and_has_one_button(served: Served) -> None:
    page = served.get(f"/u/{served.reader().token}")
    assert page.status == 200
    assert "The Morning Brief" in page.body
    assert "r•••@example.org" in page.body
    assert "reader1@" not in page.body
    assert page.body.count("<button") == 1
    assert '<form method="post"' in page.body
    assert page.headers["cache-control"] == "no-store"


def test_a_russian_reader_is_spoken_to_in_russian(served: Served) -> None:
    page = served.get(f"/u/{served.reader(2).token}", Accept_Language="en")
    assert '<html lang="ru"' in page.body
    assert "Отписаться от «The Morning Brief»" in page.body


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        (f"multipart/form-data; boundary={BOUNDARY}", MULTIPART),
        ("", b"List-Unsubscribe=One-Click"),
    ],
)
def test_one_click_ends_it_at_once_without_redirect_cookie_or_session(
    served: Served, content_type: str, body: bytes
) -> None:
    headers = {"Content_Type": content_type} if content_type else {}
    said = served.ask("POST", f"/u/{served.reader().token}", body, **headers)
    assert said.status == 200
    assert not {"location", "set-cookie", "refresh"} & said.headers.keys()
    assert state(served) is SubscriptionState.UNSUBSCRIBED
    assert [state(served, other) for other in (2, 3)] == [SubscriptionState.ACTIVE] * 2


def test_it_needs_nothing_that_a_browser_would_send_and_minds_nothing_that_it_does(served: Served) -> None:
    served.ask(
        "POST",
        f"/u/{served.reader().token}",
        b"List-Unsubscribe=One-Click",
        Content_Type="application/x-www-form-urlencoded",
        Origin="https://mail.example",
        Sec_Fetch_Site="cross-site",
        Cookie="a=b",
    )
    assert state(served) is SubscriptionState.UNSUBSCRIBED


def test_leaving_twice_is_leaving_once(served: Served) -> None:
    path = f"/u/{served.reader().token}"
    first = served.post(path, ONE_CLICK)
    after = everything(served.desk)
    served.clock.move(days=2)
    second = served.post(path, ONE_CLICK)
    assert (first.status, second.status) == (200, 200)
    assert everything(served.desk) == after


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "Two-Clicks"}, {"come-back": " "}, {"x": "y"}])
def test_a_post_that_says_nothing_changes_nothing(served: Served, form: dict[str, str]) -> None:
    before = everything(served.desk)
    assert served.post(f"/u/{served.reader().token}", form).status == 400
    assert everything(served.desk) == before


def test_a_burst_of_scanners_leaves_the_store_as_it_was(served: Served) -> None:
    tokens = [served.reader(number).token for number in (1, 2, 3)]
    paths = [
        f"/{page}/{token}{more}"
        for page in "ur"
        for token in tokens
        for more in ("", "?click=1", "?List-Unsubscribe=One-Click")
    ]
    before = everything(served.desk)

    def scan(path: str) -> list[int]:
        purposes: list[dict[str, str]] = [{}, {"Sec_Purpose": "prefetch"}, {"Purpose": "prefetch", "X_Moz": "prefetch"}]
        return [served.ask(method, path, **one).status for method in ("GET", "HEAD") for one in purposes]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for seen in pool.map(scan, paths * 2) for status in seen]
    assert set(statuses) == {200}
    assert len(statuses) == 216
    assert everything(served.desk) == before


def test_head_has_the_head_of_get_and_nothing_else(served: Served) -> None:
    path = f"/u/{served.reader().token}"
    got, head = served.get(path), served.ask("HEAD", path)
    assert head.body == ""
    assert {name: value for name, value in head.headers.items() if name != "date"} == {
        name: value for name, value in got.headers.items() if name != "date"
    }


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_a_post_does_anything(served: Served, method: str) -> None:
    said = served.ask(method, f"/u/{served.reader().token}", b"List-Unsubscribe=One-Click")
    assert said.status == 405
    assert state(served) is SubscriptionState.ACTIVE


def test_it_holds_from_the_next_claim_on_in_the_middle_of_a_send(served: Served) -> None:
    readers = served.desk.audience.readers(MORNING)
    served.desk.shelve("k1")
    served.desk.approve_issue()
    served.desk.plan(readers)
    (claimed,) = served.desk.ledger.claim(ISSUE, worker="w", limit=1, lease_seconds=60, at=NOON)
    assert served.post(f"/u/{readers[1].token}", ONE_CLICK).status == 200
    assert served.post(f"/u/{readers[0].token}", ONE_CLICK).status == 200
    rest = served.desk.ledger.claim(ISSUE, worker="w", limit=9, lease_seconds=60, at=NOON)
    assert [one.token for one in (claimed, *rest)] == [readers[0].token, readers[2].token]
    served.desk.ledger.record(
        ISSUE,
        [Accepted(delivery=delivery_of(readers[0]), receipt="r")],
        holder=Holder(worker="w", since=NOON),
        height=Position(1),
        at=NOON,
    )
    assert state(served) is SubscriptionState.UNSUBSCRIBED
    assert served.desk.ledger.tally(ISSUE).excluded == {"unsubscribed": 1}


# --- coming back ------------------------------------------------------------------------------------------------------


def test_one_click_brings_somebody_back_for_thirty_days(served: Served) -> None:
    before = served.reader()
    path = f"/u/{before.token}"
    page = served.post(path, ONE_CLICK)
    assert "18 January 2026" in page.body
    served.clock.move(days=30)
    assert 'name="come-back"' in served.get(path).body
    assert served.get(path).body == served.get(f"/r/{before.token}").body
    back = served.post(path, {"come-back": "yes"})
    assert (back.status, served.reader()) == (200, before)
    assert "You are back" in back.body
    assert served.post(path, {"come-back": "yes"}).status == 200


def test_later_nobody_comes_back_by_a_click(served: Served) -> None:
    path = f"/u/{served.reader().token}"
    served.post(path, ONE_CLICK)
    served.clock.move(days=30, seconds=1)
    page = served.get(path)
    assert "come-back" not in page.body
    assert "desk@example.org" in page.body
    assert "You have left" in served.post(path, {"come-back": "yes"}).body
    assert state(served) is SubscriptionState.UNSUBSCRIBED


def test_whoever_is_suppressed_is_told_so(served: Served) -> None:
    served.desk.audience.suppress("reader1@example.org", SuppressionReason.BOUNCED, at=NOON)
    page = served.get(f"/r/{served.reader().token}")
    assert "mails to it came back" in page.body


# --- what opens nothing -----------------------------------------------------------------------------------------------


def test_whatever_is_wrong_with_a_token_the_words_are_the_same(served: Served) -> None:
    token = served.reader().token
    wrong = [
        STRANGER,
        token[:-1],
        f"{token}x",
        token[::-1],
        "x",
        "%00",
        "%2e%2e",
        quote("т" * 22),
        f"{token}%0a",
        f"{token[:-1]}.",
    ]
    said = [
        *(served.get(f"/{page}/{one}") for page in "ur" for one in wrong),
        *(served.post(f"/u/{one}", ONE_CLICK) for one in wrong),
        *(served.post(f"/u/{one}", {"come-back": "yes"}) for one in wrong),
        *(served.post(f"/r/{one}", {"who": "some"}) for one in wrong),
        *(served.post(f"/r/{one}/data") for one in wrong),
    ]
    assert {(one.status, one.body) for one in said} == {(404, said[0].body)}
    heads = [{name: value for name, value in one.headers.items() if name != "date"} for one in said]
    assert all(head == heads[0] for head in heads)
    assert state(served) is SubscriptionState.ACTIVE


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(min_size=1, max_size=40).filter(lambda text: "/" not in text and text not in (".", ".."))
    | st.from_regex(r"[A-Za-z0-9_-]{20,24}", fullmatch=True),
    st.sampled_from(["GET", "POST", "HEAD"]),
)
def test_no_token_that_was_not_given_out_opens_anything(served: Served, token: str, method: str) -> None:
    body = b"List-Unsubscribe=One-Click" if method == "POST" else None
    said = served.ask(method, f"/u/{quote(token, safe='')}", body)
    assert said.status == 404
    assert [state(served, number) for number in (1, 2, 3)] == [SubscriptionState.ACTIVE] * 3


def test_a_link_without_a_token_says_where_ones_own_is(served: Served) -> None:
    for path in ("/u", "/r"):
        page = served.get(path, Accept_Language="ru-KZ,ru;q=0.9")
        assert page.status == 200
        assert "из вашего собственного письма" in page.body
