import email
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.send.mime import ascii_domain, envelope_address, one_line, to_bytes
from tests.send.mails import DELIVERY, a_mail

anything = st.text(alphabet=st.characters())


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def only_address(message: EmailMessage, header: str) -> Address:
    (address,) = message[header].addresses
    return address


def named_address(raw: bytes, header: str) -> tuple[str, str]:
    """Read one mailbox as RFC 2047 section 6.2 says: space between encoded words is none of the name.

    Python's own parser of addresses keeps that space, so the standard library's older decoder is the judge of names.
    """
    address = only_address(parsed(raw), header)
    phrase = str(email.message_from_bytes(raw)[header]).rpartition("<")[0]
    name = str(make_header(decode_header(phrase.strip()))) if "=?" in phrase else address.display_name
    return name, address.addr_spec


def parts(message: EmailMessage) -> tuple[str, str]:
    text, html = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    return text.get_content(), html.get_content()


def lines(text: str) -> list[str]:
    """Compare by line: mail ends lines by CRLF, and the last line always has an end."""
    return re.split(r"\r\n|\n|\r", text.encode("utf-8", "replace").decode()) if text else [""]


def without_last_end(text: str) -> list[str]:
    found = lines(text)
    return found[:-1] if found[-1] == "" and len(found) > 1 else found


def assert_sound(raw: bytes) -> EmailMessage:
    message = parsed(raw)
    for part in message.walk():
        assert part.defects == []
        for name, value in part.items():
            assert value.defects == (), name
    return message


def test_a_mail_is_text_and_html_side_by_side() -> None:
    mail = a_mail()

    message = assert_sound(to_bytes(mail))

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = parts(message)
    assert without_last_end(text) == ["Snow – снег"]
    assert without_last_end(html) == [mail.html]


def test_the_headers_are_there_and_plain() -> None:
    raw = to_bytes(a_mail()).partition(b"\r\n\r\n")[0].split(b"\r\n")

    assert b"Date: Fri, 19 Dec 2025 12:00:00 +0000" in raw
    assert b"Message-ID: <Zm9vYmFyYmF6cXV4MTIzNA@news.example.org>" in raw
    assert b"List-Unsubscribe: <https://digest.example.org/u/0123456789012345678901>" in raw
    assert b"Subject: Snow closes the Medeu road" in raw
    assert b"Reply-To: desk@example.org" in raw
    assert b"MIME-Version: 1.0" in raw


def test_a_long_plain_subject_is_folded_and_stays_readable() -> None:
    raw = to_bytes(a_mail(subject="The Morning Brief: Gas has reached the north. The last eleven metres are for sale"))

    assert (
        b"\r\nSubject: The Morning Brief: Gas has reached the north. The last eleven\r\n metres are for sale\r\n" in raw
    )


def test_a_long_link_in_a_header_is_never_encoded_nor_broken() -> None:
    link = f"<https://a-very-long-host-name-of-a-newsroom.digest.example.org/u/{'x' * 90}>"

    raw = to_bytes(a_mail(headers={"List-Unsubscribe": link}))

    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in raw


def test_the_same_mail_is_the_same_bytes() -> None:
    assert to_bytes(a_mail()) == to_bytes(a_mail())


def test_a_mail_without_reply_address_has_no_such_header() -> None:
    assert parsed(to_bytes(a_mail(reply_to=None)))["Reply-To"] is None


def test_a_reader_without_name_is_addressed_by_mailbox_only() -> None:
    assert b"\r\nTo: reader1@example.org\r\n" in to_bytes(a_mail(to_name=" \n "))


@pytest.mark.parametrize("name", ['Doe, Jane "JD" <x@y.z>', "O\\Neil", "a@b", "J. Doe"])
def test_names_with_special_characters_are_quoted(name: str) -> None:
    address = only_address(assert_sound(to_bytes(a_mail(to_name=name))), "To")

    assert (address.display_name, address.addr_spec) == (name, "reader1@example.org")


def test_a_domain_outside_ascii_is_written_as_dns_knows_it() -> None:
    message = assert_sound(to_bytes(a_mail(to_address="anna@straße.example", from_address="news@пример.example")))

    assert only_address(message, "To").domain == "xn--strae-oqa.example"
    assert only_address(message, "From").domain == "xn--e1afmkfd.example"


@pytest.mark.parametrize(
    "address", ["", "nobody", "nobody@", "a@b c", "a@b\r\nBcc: x", "a@" + "ы" * 80, "a@ы..ы", "a\n@b.org", "дана@b.org"]
)
def test_an_impossible_address_is_named_without_repeating_it(address: str) -> None:
    with pytest.raises(ValueError, match=r"^(an address|the domain)") as caught:
        to_bytes(a_mail(to_address=address))

    assert not address or address not in str(caught.value)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "one\r\nBcc: victim@example.org"},
        {"X-A": "one\ntwo"},
        {"X-A: b\r\nBcc": "x"},
        {"": "x"},
        {"X-A": "é"},
        {"X-A": "x" * 995},
    ],
)
def test_an_extra_header_that_is_not_one_plain_line_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="the header"):
        to_bytes(a_mail(headers=headers))


def test_mostly_latin_text_stays_readable_and_cyrillic_is_dense() -> None:
    latin = parsed(to_bytes(a_mail(text="Snow – much of it. " * 20, html="<p>Снег</p>")))

    text, html = latin.iter_parts()

    assert text["Content-Transfer-Encoding"] == "quoted-printable"
    assert html["Content-Transfer-Encoding"] == "base64"


@pytest.mark.parametrize("text", ["Snow – much of it.\n" * 20, "Снег. Много снега.\n" * 20, "Snow"])
def test_a_mail_that_is_text_alone_has_no_other_part(text: str) -> None:
    raw = to_bytes(a_mail(html=None, text=text))

    message = assert_sound(raw)
    assert message.get_content_type() == "text/plain"
    assert not message.is_multipart()
    assert without_last_end(message.get_content()) == without_last_end(text)
    both = parsed(to_bytes(a_mail(text=text)))
    names = set(both.keys()) - {"Content-Type"}
    assert {name: message[name] for name in names} == {name: both[name] for name in names}
    assert b"multipart" not in raw
    assert raw.endswith(b"\r\n")


def test_an_empty_text_is_a_part_too() -> None:
    text, _ = parts(assert_sound(to_bytes(a_mail(text=""))))

    assert without_last_end(text) == [""]


@given(subject=anything, to_name=anything, from_name=anything)
@example(subject="a\r\nBcc: victim@example.org", to_name="x>\r\nBcc: v@example.org", from_name="=?utf-8?q?forged?=")
@example(subject="=?utf-8?b?0YE=?= plain", to_name="Анна-Мария " * 20, from_name='"quoted" \\')
@example(subject="word " * 60, to_name="a" * 300, from_name=".")
@example(subject="word  two spaces " * 9, to_name="a b", from_name="a  b")
@example(subject="x" * 76, to_name="Subject: ", from_name="a" * 69)
@example(subject=" " * 90 + "-", to_name="", from_name="a-b " * 30)
@example(subject="\ud800", to_name="\u2028\u2029", from_name="\x00\x1f\x85")
def test_any_name_and_subject_come_back_and_nothing_else_comes_in(subject: str, to_name: str, from_name: str) -> None:
    raw = to_bytes(a_mail(subject=subject, to_name=to_name, from_name=from_name, headers={}))
    message = assert_sound(raw)

    assert list(message.keys()) == [
        "Date",
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
    ]
    assert message["Subject"] == one_line(subject)
    assert named_address(raw, "To") == (one_line(to_name), "reader1@example.org")
    assert named_address(raw, "From") == (one_line(from_name), "brief@news.example.org")
    assert all(len(line) <= 78 for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))
    assert raw.isascii()


@given(text=anything, html=anything)
@example(text=f"--=_{DELIVERY}\r\n", html=f"--=_{DELIVERY}--")
@example(text="From me\n.\n\n", html="\ud800 \r \x00")
def test_both_parts_come_back(text: str, html: str) -> None:
    found_text, found_html = parts(assert_sound(to_bytes(a_mail(text=text, html=html))))

    assert without_last_end(found_text) == without_last_end(text)
    assert without_last_end(found_html) == without_last_end(html)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)))  # noqa: DTZ001 - Hypothesis adds the zone
def test_the_date_is_the_instant(at: datetime) -> None:
    assert parsed(to_bytes(a_mail(sent_at=at)))["Date"].datetime == at.replace(microsecond=0)


#: A path of RFC 5321 section 4.1.2 without its angle brackets: nothing in it can end the command that it stands in.
PATH = re.compile(r"""(?:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+|"(?:[ !#-\[\]-~]|\\[ -~])*")@[a-z0-9_.:\[\]-]+""")


@given(st.text() | st.builds("{}@{}".format, st.text(), st.text()) | st.from_regex(r"\A[ -~]+@[ -~]+\Z"))
@example('a>b"c\\@example.org')
@example("a@b\r\nDATA")
@example(f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 62}")
def test_an_address_says_nothing_to_a_mail_server_but_itself(address: str) -> None:
    try:
        said = envelope_address(address)
    except ValueError:
        return  # such a reader is refused
    assert PATH.fullmatch(said)
    assert len(said) <= 254


def test_a_domain_is_lower_case() -> None:
    assert ascii_domain("Desk@News.Example.ORG") == "news.example.org"
