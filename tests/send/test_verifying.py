import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import WrongUse
from digest.send.verifying import MOST_TOLD, Difference, Shown, differences, read_shown

URL = "https://digest.example.org"
HEAD = b"Archived-At: <https://digest.example.org/i/morning-brief-1>\n"


def shown(html: str = "", text: str = "") -> Shown:
    return Shown(issue="morning-brief-1", contents="", to_name="", html=html, text=text)


def test_a_mail_names_its_issue_its_contents_and_its_reader() -> None:
    mail = HEAD + b"X-Digest-Contents: abc\nTo: Ann Lee <ann@example.org>\nContent-Type: text/plain\n\nHello\n"
    assert read_shown(mail) == Shown(
        issue="morning-brief-1", contents="abc", to_name="Ann Lee", html="", text="Hello\n"
    )


def test_a_mail_without_a_recipient_is_read() -> None:
    assert read_shown(HEAD + b"Content-Type: text/html\n\n<p>Hello</p>\n").html == "<p>Hello</p>\n"


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: HEAD + data))
def test_any_bytes_are_a_mail_or_none(data: bytes) -> None:
    try:
        read_shown(data)
    except WrongUse:
        return


def test_links_of_another_reader_and_other_line_ends_are_no_difference() -> None:
    said = shown(f'<p>Read\r\n  on <a href="{URL}/u/AAA.bbb">x</a></p>', f"Leave: {URL}/u/AAA.bbb\r\n")
    html = f'<p>Read on <a clicktracking="off" href="{URL}/u/specimen">x</a></p>'
    assert (
        differences(
            said, html=html.replace(' clicktracking="off"', ""), text=f"Leave: {URL}/u/specimen", public_url=URL
        )
        == []
    )


def test_where_a_browser_shows_it_is_no_difference_whatever_key_signed_that() -> None:
    issue, view = f"{URL}/i/morning-brief-1", "0123456789abcdef012345.BWlFOcBa7dKQ2xTn-0uVYpRsM3wE_9gH"
    said = shown(f'<a href="{issue}/{view}">x</a>', f"{issue}/{view}\n")
    assert differences(said, html=f'<a href="{issue}">x</a>', text=issue, public_url=URL) == []
    other = shown(text=f"{URL}/i/morning-brief-2/{view}")
    assert len(differences(other, html="", text=issue, public_url=URL)) == 1


def test_other_words_and_links_are_told_and_no_more_than_some() -> None:
    found = differences(shown("<p>bad</p>"), html="<p>good</p>", text="", public_url=f"{URL}/")
    assert found == [Difference(part="HTML", approved="good", shown="bad")]
    many = " ".join(f"{number} same" for number in range(40))
    assert len(differences(shown(text=many), html="", text=many.replace("1", "x"), public_url=URL)) == MOST_TOLD
    (long,) = differences(shown(), html="", text="word " * 40, public_url=URL)
    assert long.approved.endswith(" …")


def test_what_cannot_be_decoded_is_no_mail() -> None:
    with pytest.raises(WrongUse, match="no mail that can be read"):
        read_shown(HEAD + b"Content-Type: text/plain; charset=klingon\n\n\xff\n")
