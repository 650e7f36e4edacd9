import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from digest.audience.links import LinkKeys, Purpose, key_for
from digest.compose.issue import Contents
from digest.errors import RenderError
from digest.ids import DeliveryId, SubscriberId
from digest.send import letter
from digest.send.ledger import Claim
from digest.send.letter import Letters, list_id, unsubscribe_headers
from digest.send.mime import to_bytes
from digest.send.view_link import view_of
from tests.builders import a_contents, a_section
from tests.fakes import NOON
from tests.send.office import a_frozen, a_sealed

PUBLIC_URL = "https://digest.example.org"


def a_claim(contents: Contents | None = None, *, name: str = "Reader 1", token: str = "a-token") -> Claim:
    return Claim(
        id=DeliveryId("a-delivery"),
        subscriber=SubscriberId(1),
        address="reader1@example.org",
        name=name,
        token=token,
        contents=contents or a_contents(a_section("timur-aliyev", (3, 2))),
    )


@pytest.fixture
def letters() -> Letters:
    return Letters(a_sealed(), public_url=PUBLIC_URL)


def test_a_letter_is_from_the_newsletters_sender_to_the_reader(letters: Letters) -> None:
    mail = letters.write(a_claim(), at=NOON)

    assert (mail.from_name, mail.from_address) == ("The Morning Brief", "brief@news.example.org")
    assert (mail.to_name, mail.to_address) == ("Reader 1", "reader1@example.org")
    assert mail.reply_to == "desk@example.org"
    assert mail.message_id == "a-delivery@news.example.org"
    assert mail.sent_at == NOON
    assert mail.subject == "Who pays for the <grid> (en)"


def test_every_link_leads_to_us_and_opens_this_subscription(letters: Letters) -> None:
    mail = letters.write(a_claim(), at=NOON)

    for part in (mail.html, mail.text):
        assert f"{PUBLIC_URL}/u/a-token" in part
        assert f"{PUBLIC_URL}/r/a-token" in part
    assert f'href="{PUBLIC_URL}/i/morning-brief-1"' in mail.html


def test_the_list_headers_are_there(letters: Letters) -> None:
    contents = a_contents()

    assert letters.write(a_claim(contents), at=NOON).headers == {
        "List-Id": "The Morning Brief <morning-brief.news.example.org>",
        "List-Unsubscribe": f"<{PUBLIC_URL}/u/a-token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Archived-At": f"<{PUBLIC_URL}/i/morning-brief-1>",
        "X-Digest-Contents": contents.key,
    }


def test_without_a_mailbox_for_bounces_they_go_to_the_sender(letters: Letters) -> None:
    assert letters.write(a_claim(), at=NOON).return_path is None


def test_with_a_mailbox_for_bounces_each_mail_has_a_return_path_and_a_mailto_of_its_own() -> None:
    letters = Letters(a_sealed(), public_url=PUBLIC_URL, return_path="bounces@news.example")
    mail = letters.write(a_claim(), at=NOON)

    assert mail.return_path == "bounces+a-delivery@news.example"
    leave = mail.headers["List-Unsubscribe"]
    assert leave == f"<{PUBLIC_URL}/u/a-token>, <mailto:bounces+u-a-token@news.example>"
    assert leave.count("https://") == 1  # RFC 8058 section 3.1
    assert f"List-Unsubscribe: {leave}\r\n".encode() in to_bytes(mail)


def test_one_click_is_promised_over_https_only() -> None:
    assert unsubscribe_headers("http://127.0.0.1:8000/u/t") == {"List-Unsubscribe": "<http://127.0.0.1:8000/u/t>"}


def test_the_unsubscribe_header_is_short_enough_for_one_line() -> None:
    headers = unsubscribe_headers(f"{PUBLIC_URL}/u/{base64.urlsafe_b64encode(bytes(16)).decode().rstrip('=')}")

    assert len(f"List-Unsubscribe: {headers['List-Unsubscribe']}") <= 78


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("The Morning Brief", "The Morning Brief <a.b>"),
        ("Brief, the", '"Brief, the" <a.b>'),
        ("Утро", "<a.b>"),
        ("=?utf-8?q?forged?=", "<a.b>"),
        (" \r\n ", "<a.b>"),
    ],
)
def test_a_list_is_called_by_a_plain_name_or_by_its_identifier_alone(name: str, expected: str) -> None:
    assert list_id(name, "a.b") == expected


def test_a_slash_at_the_end_of_our_address_is_not_doubled() -> None:
    mail = Letters(a_sealed(), public_url=f"{PUBLIC_URL}/").write(a_claim(), at=NOON)

    assert mail.headers["List-Unsubscribe"] == f"<{PUBLIC_URL}/u/a-token>"


def test_a_sender_outside_ascii_gives_ascii_headers() -> None:
    frozen = a_frozen()
    sender = replace(frozen.newsletter.sender, address="brief@новости.example", name="Утренний выпуск")
    frozen = replace(frozen, newsletter=replace(frozen.newsletter, name="Утро", sender=sender))

    mail = Letters(a_sealed(frozen), public_url=PUBLIC_URL).write(a_claim(), at=NOON)
    found = message_from_bytes(to_bytes(mail), policy=default)

    assert mail.message_id == "a-delivery@xn--b1amnebsh.example"
    assert found["From"].addresses[0].display_name == "Утренний выпуск"
    assert found["List-Id"] == "<morning-brief.xn--b1amnebsh.example>"


def test_contents_in_a_locale_that_was_not_rendered_cannot_be_written(letters: Letters) -> None:
    with pytest.raises(RenderError, match="'kk'"):
        letters.write(a_claim(a_contents(locale="kk")), at=NOON)


@pytest.fixture
def few_kept_drafts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(letter, "_KEPT", 2)
    return


@pytest.mark.usefixtures("few_kept_drafts")
def test_only_so_many_bodies_are_kept_and_every_one_stays_right(letters: Letters) -> None:
    every = [a_contents(a_section("timur-aliyev", (position,))) for position in (1, 2, 3)]

    texts = [letters.write(a_claim(contents), at=NOON).text for contents in (*every, *every)]

    assert texts[:3] == texts[3:]
    assert len(set(texts)) == 3
    assert len(letters._commons) == 2


def test_with_keys_the_links_in_the_body_are_each_readers_own_and_the_header_stays_short() -> None:
    keys = LinkKeys(current=b"the key of this year")
    letters = Letters(a_sealed(), public_url=PUBLIC_URL, link_keys=keys)
    mail = letters.write(a_claim(), at=NOON)
    token = a_claim().token
    key = key_for(Purpose.MAIL, token, keys=keys, at=NOON)
    assert f"{PUBLIC_URL}/r/{token}.{key}" in mail.html
    assert f"{PUBLIC_URL}/u/{token}.{key}" in mail.text
    assert f"<{PUBLIC_URL}/u/{token}>" in mail.headers["List-Unsubscribe"]
    assert key not in repr(dict(mail.headers))


def test_with_keys_a_mail_leads_to_its_own_contents_in_a_browser_and_they_are_the_same_for_all_who_have_them() -> None:
    keys = LinkKeys(current=b"the key of this year")
    sealed = a_sealed()
    letters = Letters(sealed, public_url=PUBLIC_URL, link_keys=keys)
    claim = a_claim()
    mail = letters.write(claim, at=NOON)
    own = f"{PUBLIC_URL}/i/morning-brief-1/{view_of(claim.contents, sealed.frozen, keys=keys)}"
    assert f'<a href="{own}">this</a> <a href="{PUBLIC_URL}/i/morning-brief-1">web</a>' in mail.html
    assert f"This: {own}\n" in mail.text
    assert mail.headers["Archived-At"] == f"<{PUBLIC_URL}/i/morning-brief-1>"
    later = Letters(sealed, public_url=PUBLIC_URL, link_keys=keys).write(
        a_claim(name="", token="b-token"), at=NOON + timedelta(days=1)
    )
    assert later.draft == mail.draft
    other = letters.write(a_claim(a_contents()), at=NOON)
    assert own not in other.html + other.text
    text = letters.write(a_claim(a_contents(text_only=True)), at=NOON)
    assert (text.html, f"This: {PUBLIC_URL}/i/morning-brief-1/{text.draft.key[:22]}." in text.text) == ("", True)


def test_a_token_that_no_url_holds_as_it_is_is_escaped_in_every_link(letters: Letters) -> None:
    mail = letters.write(a_claim(token="a token/é"), at=NOON)
    assert mail.token == "a%20token%2F%C3%A9"
    assert f"{PUBLIC_URL}/u/a%20token%2F%C3%A9" in mail.html
