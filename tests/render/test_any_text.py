"""Any text in any field: it is shown as text, and the mail is built as it is without it.

Each example fills every field of an issue at once, so that few examples go a long way.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from digest.collect.article import Mark
from digest.collect.journalist import Outlet
from digest.collect.rates.rate import RateSnapshot
from digest.compose.issue import Contents, Frozen, Note
from digest.compose.newsletter import Sender
from digest.ids import Position
from digest.render.assembly import assemble, fill
from digest.render.rendition import Body, Slots
from digest.render.steps import seal
from digest.render.teaser import shorten, teaser
from digest.render.tidy import one_line
from digest.render.view import QUOTED
from digest.resources import templates_dir
from digest.send.mail import Mail
from digest.send.mime import to_bytes
from tests.builders import a_contents, a_frozen_issue, a_journalist, a_newsletter, a_rate, a_section, an_article
from tests.send.mails import a_mail

#: What has broken mails somewhere: markup, templates, slots of ours and of providers, headers, letters turned around.
NASTY = (
    "<script>alert(1)</script>",
    "</style></title></td></table></div></body></html>",
    "<!-- --> --!> <![CDATA[ ]]> <!--[if mso]> <![endif]-->",
    "<a href='https://evil.example/'>win</a> <img src=x onerror=alert(1)> <b>bold",
    '"><svg/onload=alert(1)> \' " ` =',
    "{{ 7 * 7 }} {% raw %} {# #} {%- endfor %} {{ slots.unsubscribe_url }}",
    "-name- %name% %(count)d %(name)s %% {name} <%body%> [unsubscribe] [%url%] {{{x}}} *|FNAME|* ${x}",
    "bd00000000000000000000.name. bd0123456789abcdef0123[foot] <!--bd0123456789abcdef0123 foot-->",
    "&amp; &lt;b&gt; &nbsp; &#x1F600; &#0; &copy &notit;",
    "\u202eturned\u202c \u2066isolated\u2069 \u2067 \u200f\u200e مرحبا (עברית) \u061c",
    "😀👩‍👩‍👧 e\u0301\u0323 ﷽ 𝔘 \U0010ffff \ufffe \ufeff",
    "a\r\nBcc: b@evil.example\r\n\r\n<p>body</p>",
    "NUL\x00 bell\x07 esc\x1b[31m tab\t vt\x0b ff\x0c nel\x85 ls\u2028 ps\u2029 del\x7f",
    "x" * 200,
    "a headline without an end " * 16,
    "=?utf-8?q?=3Cb=3E?= =20 =\n",
    "javascript:alert(1) data:text/html,<b> http://evil.example/ www.evil.example",
    "\u200b\u200c\u200d\u2060\u00ad\u034f",
    "",
    " ",
)
TEXT = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.tuples(st.sampled_from(NASTY), st.text(max_size=8), st.sampled_from(NASTY)).map("".join),
)
#: No store keeps halves of surrogate pairs, and collecting takes them out; a name may come with a request.
NAME = TEXT | st.just("half \ud83d of a pair, and \udc00") | st.text(st.characters(), max_size=40)
FIELDS = (
    *("name", "tagline", "postal", "journalist", "role", "outlet", "title", "teaser", "other title", "author"),
    *("note", "signed", "bank", "reader"),
)
PLAIN = "Plain"
#: A reader's own links, and those of the issue: no other may be there.
SLOTS = Slots(
    name="",
    unsubscribe_url="https://digest.example.org/u/token",
    preferences_url="https://digest.example.org/r/token",
    browser_url="https://digest.example.org/i/issue/view",
    web_url="https://digest.example.org/i/issue",
)
OURS = {SLOTS.unsubscribe_url, SLOTS.preferences_url, SLOTS.browser_url}


def issue(texts: Mapping[str, str], look: str, locale: str) -> tuple[Frozen, Contents]:
    """An issue with one text in each field, and one reader's contents of it."""
    journalist = replace(
        a_journalist(name=texts["journalist"], role=texts["role"], bio=texts["note"]),
        outlet=Outlet(slug="herald", name=texts["outlet"], time_zone="Asia/Almaty"),
    )
    first = replace(
        an_article(1, title=texts["title"], text=texts["teaser"]),
        authors=("Dana Serikova", texts["author"]),
        marks=(Mark.OPINION,),
    )
    newsletter = replace(
        a_newsletter(name=texts["name"], tagline=texts["tagline"], look=look, locales=(locale,)),
        sender=Sender(name=texts["name"], address="brief@news.example.org", postal_address=texts["postal"]),
    )
    frozen = a_frozen_issue(
        first,
        an_article(2, title=texts["other title"], text="", url=None),
        newsletter=newsletter,
        journalists=[journalist],
        rates=RateSnapshot(base=a_rate().base, rates=(replace(a_rate(), bank_title=texts["bank"]),)),
        note=Note(text=texts["note"], signed=texts["signed"]),
    )
    section = a_section(positions=(Position(1), Position(2)))
    return frozen, a_contents(section, locale=locale, look=look)


def body_of(texts: Mapping[str, str], look: str, locale: str) -> Body:
    frozen, contents = issue(texts, look, locale)
    sealed = seal(frozen, templates=templates_dir())
    return fill(assemble(sealed.renditions[0], contents), replace(SLOTS, name=texts["reader"]))


def as_plain(texts: Mapping[str, str]) -> dict[str, str]:
    """The counterparts without anything odd in them: where a field prints nothing, nothing; else one plain word."""
    unix = texts["note"].replace("\r\n", "\n").replace("\r", "\n")
    plain = {field: PLAIN if one_line(text) else "" for field, text in texts.items()}
    plain["note"] = "\n\n".join(PLAIN for one in re.split(r"\n\s*\n", unix) if one_line(one))
    plain["teaser"] = "In other words." if printed_teaser(texts) else ""
    return plain


def structure(html: str) -> Iterator[tuple[object, ...]]:
    """Every element as an HTML5 parser sees it, in order and with its depth, without words and directions."""
    tree = LexborHTMLParser(html)
    for node in tree.root.traverse():
        depth, parent = 0, node.parent
        while parent is not None:
            depth, parent = depth + 1, parent.parent
        told = {name: value for name, value in node.attributes.items() if name not in {"dir", "aria-label", "alt"}}
        yield depth, node.tag, tuple(sorted(told.items()))


def squeezed(text: str) -> str:
    """Words alone: neither white space nor what sets a piece of another direction apart."""
    return re.sub("[\\s\u2066-\u2069]", "", text)


@given(
    texts=st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXT) | {"reader": NAME}),
    look=st.sampled_from(["classic", "brief"]),
    locale=st.sampled_from(["en", "ru"]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_text_in_any_field_is_shown_as_text_and_nothing_else(texts: dict[str, str], look: str, locale: str) -> None:
    body = body_of(texts, look, locale)
    plain = body_of(as_plain(texts), look, locale)
    assert list(structure(body.html)) == list(structure(plain.html))

    tree = LexborHTMLParser(body.html)
    links = {link.attributes.get("href") for link in tree.css("a")}
    assert links == OURS | {"https://steppe-herald.example.org/1"}
    shown, said = squeezed(tree.body.text()), squeezed(body.text)
    for field in FIELDS:
        printed = one_line(texts[field])
        if field == "teaser":
            printed = "" if look == "brief" else printed_teaser(texts)
        assert squeezed(printed) in shown, field
        assert squeezed(printed).casefold() in said.casefold(), field
    quoted = shorten(one_line(texts["title"]), QUOTED)
    assert squeezed(quoted) in squeezed(body.subject)
    for part in (body.subject, body.html, body.text):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e]", part)
        part.encode()


def printed_teaser(texts: Mapping[str, str]) -> str:
    """The first sentences; nothing where they only say the headline again."""
    said = teaser(texts["teaser"])
    headline = one_line(texts["title"]) or "(no headline)"
    return "" if headline.casefold().startswith(said.rstrip("….!? ").casefold()) else said


def parsed(mail: Mail) -> EmailMessage:
    message = message_from_bytes(to_bytes(mail), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@given(name=NAME, subject=TEXT, text=TEXT)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_becomes_a_header(name: str, subject: str, text: str) -> None:
    odd = parsed(a_mail(to_name=name, subject=one_line(subject) or "x", text=one_line(text)))
    plain = parsed(a_mail(to_name=PLAIN, subject=PLAIN, text=PLAIN))
    assert list(odd) == list(plain)
    (to,) = odd["To"].addresses
    assert to.addr_spec == plain["To"].addresses[0].addr_spec
    assert odd.defects == []
