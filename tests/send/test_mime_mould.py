"""Mails that are cast in a mould are, byte for byte, those that are written in full."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.ids import Sha256
from digest.render.assembly import GUARD, TOKEN, Draft, Reach, reach
from digest.render.marks import Pieces
from digest.send.mail import Common, Mail
from digest.send.mime import to_bytes, written_in_full
from digest.send.mime_mould import Group, Mould, Own
from tests.fakes import NOON
from tests.send.mails import a_mail

LATIN = "Nobody had expected the river to be this low = so early. "
CYRILLIC = "Никто не ждал, что вода уйдёт так рано. "
DELIVERY = "Zm9vYmFyYmF6cXV4MTIzNA"

names = (
    st.sampled_from(["", "Dana", "Anna-Maria O'Neil", "Дана Серикова", "Zoë", "Tom & Jerry <x>", "a" * 320, "🎉 Дана"])
    | st.sampled_from(['"Dana"', "Dana\r\nBcc: all@example.org", ".", ".dot", "=?utf-8?q?x?=", "a  b", " x ", "J. Doe"])
    | st.text(alphabet=st.characters(codec="utf-8"), max_size=90)
    | st.text(alphabet=" .=-&<>'\"abж\n", max_size=80)
)
addresses = st.sampled_from(
    ["reader1@example.org", "a.b+c@news.example.org", "two words@example.org", "x@Почта.рф", "X@EXAMPLE.org", "a@[::1]"]
) | st.from_regex(r"\A[a-z.]{1,60}@[a-z0-9.-]{1,60}\Z")
tokens = st.text(alphabet="abcXYZ019_-", min_size=22, max_size=22) | st.text(alphabet="ab.~%_-=", max_size=70)
keys = st.sampled_from(["", "k" * 32]) | st.text(alphabet="abcXYZ019_-.~%=", max_size=60)
literals = st.sampled_from(
    ["", "x", "ж", "\n", ".", "=", LATIN * 3, CYRILLIC * 3, f"<p>{LATIN}\n.\n", "Zoë ", "x" * 76]
)


@st.composite
def parts(draw: st.DrawFn) -> Pieces:
    """Return a part as a draft has it: a reader's name, their token, the guard in the end."""
    pieces = [draw(literals)]
    for slot in draw(st.lists(st.sampled_from(["to", TOKEN]), max_size=4)):
        pieces += [slot, draw(literals)]
    return (*pieces, GUARD, "")


@st.composite
def commons(draw: st.DrawFn) -> Common:
    """Return what mails have in common."""
    html, text = draw(parts() | st.just(())), draw(parts())  # some mails are text alone
    before = draw(st.sampled_from(["For ", "Для ", ""]))
    return a_common(
        html,
        text,
        before,
        headers={"List-Unsubscribe": ("<https://d.example/u/", TOKEN, ">"), "List-Id": (draw(st.just("<x.y>")),)},
        from_name=draw(st.sampled_from(["The Brief", "Новости", ""])),
        reply_to=draw(st.sampled_from([None, "desk@example.org"])),
    )


def a_common(html: Pieces, text: Pieces, before: str = "For ", **changes: Any) -> Common:
    draft = Draft(
        key=Sha256("ab" * 32),
        subject="Snow",
        html=html,
        text=text,
        to_html=(f"<p>{before}", "name", ".</p>"),
        to_text=(before, "name", ".\n"),
        html_reach=max(map(reach, html[::2]), default=Reach.ASCII),
        text_reach=max(map(reach, text[::2])),
    )
    values: dict[str, Any] = {
        "from_name": "The Brief",
        "from_address": "brief@news.example.org",
        "sender_domain": "news.example.org",
        "reply_to": None,
        "headers": {},
    }
    return Common(draft=draft, **(values | changes))


#: A part in base64 in which two of a reader's words stand side by side: there is no mould for some of them.
TWINS = (CYRILLIC * 3, TOKEN, "", TOKEN, f"{CYRILLIC}\n", GUARD, "")


def to_a_reader(
    common: Common, name: str, address: str = "reader1@example.org", token: str = "t" * 22, key: str = ""
) -> Mail:
    return a_mail(to_name=name, to_address=address, token=token, key=key, common=common)


def said(mail: Mail, how: Any) -> bytes | str:
    """Return the mail, or why it cannot be written."""
    try:
        written = how(mail)
    except ValueError as error:
        return str(error)
    assert isinstance(written, bytes)
    return written


@given(commons(), st.lists(st.tuples(names, addresses, tokens, keys), min_size=1, max_size=6))
@example(a_common((), TWINS), [("Zoë", "reader1@example.org", "t" * length, "") for length in (21, 22, 23)])
@example(a_common(("<p>", GUARD, ""), TWINS), [("Dana", "reader1@example.org", "t" * n, "") for n in (21, 22, 23)])
def test_a_mail_that_is_cast_is_the_mail_that_is_written_in_full(
    common: Common, readers: list[tuple[str, str, str, str]]
) -> None:
    for name, address, token, key in [*readers, *readers]:
        mail = to_a_reader(common, name, address, token, key)
        assert said(mail, to_bytes) == said(mail, written_in_full)


@pytest.mark.parametrize("literal", [LATIN * 40, CYRILLIC * 40], ids=["quoted-printable", "base64"])
@given(names)
@example("")
@example("Zoë")
def test_a_cast_mail_reads_as_it_was_written(literal: str, name: str) -> None:
    html = (f"<p>{literal}", "to", f"<a href='/u/{literal}/", TOKEN, f"'>{literal}</a>\n", GUARD, "")
    common = a_common(html, (literal, "to", f"{literal}/u/", TOKEN, f"\n{literal}\n", GUARD, ""))
    for token, key in (("t" * 22, ""), ("t" * 22, "k" * 32), ("t" * 23, "")):
        mail = to_a_reader(common, name, token=token, key=key)
        for _ in range(2):
            written = to_bytes(mail)
            message = message_from_bytes(written, policy=default)
            text, html_part = message.iter_parts()
            assert text.get_content().replace("\r\n", "\n") == mail.text.replace("\r\n", "\n")
            assert html_part.get_content().replace("\r\n", "\n") == mail.html.replace("\r\n", "\n")
            assert all(len(line) <= 78 and not line.startswith(b".") for line in written.split(b"\r\n"))


def test_many_bodies_and_odd_names_do_not_fill_the_memory() -> None:
    for number in range(200):
        common = a_common((f"<p>{number}", "to", "</p>\n", GUARD, ""), (CYRILLIC * 9, "to", CYRILLIC, GUARD, ""))
        for name in ("", "Zoë", "Дана", "a", "ab", "&&", "abc", "&", "<é>", "&é", "&&é"):
            for token in ("t", "tt", "ttt"):
                mail = to_a_reader(common, name, token=token)
                assert to_bytes(mail) == written_in_full(mail)


def test_a_header_that_is_too_long_with_a_long_token_is_written_with_a_short_one() -> None:
    common = a_common(("<p>", GUARD, ""), ("x\n", GUARD, ""), headers={"X-Long": ("x" * 950, TOKEN, "")})

    assert b"X-Long: " + b"x" * 950 + b"abc\r\n" in to_bytes(to_a_reader(common, "Dana", token="abc"))
    with pytest.raises(ValueError, match="longer than a line"):
        to_bytes(to_a_reader(common, "Dana", token="t" * 59))


def test_each_mail_has_its_own_date() -> None:
    common = a_common(("<p>", GUARD, ""), ("x\n", GUARD, ""))
    mails = [a_mail(common=common, sent_at=at) for at in (NOON, NOON.replace(hour=1), NOON)]

    assert [to_bytes(mail)[:37] for mail in mails] == [
        b"Date: Fri, 19 Dec 2025 12:00:00 +0000",
        b"Date: Fri, 19 Dec 2025 01:00:00 +0000",
        b"Date: Fri, 19 Dec 2025 12:00:00 +0000",
    ]


def test_a_mould_has_its_gaps_filled() -> None:
    own = [name.lower().encode() for name in Own.__members__]
    grouped = Group(Own.TOKEN, b"a", b"b")

    mould = Mould([Own.DATE, b" and ", b"then ", Own.TO, grouped, b".", grouped])

    assert mould.is_grouped
    assert mould.cast(own) == b"date and then toYXRva2VuYg==\r\n.YXRva2VuYg==\r\n"
