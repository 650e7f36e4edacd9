"""A mail as bytes: RFC 5322 and MIME, the same bytes for the same mail. Pure.

What the readers of one body have in common is encoded for the first of them; a mail is a join of that and of what is
its reader's own (``digest.send.mime_mould``).

Headers are encoded here rather than folded by the library's policy, because the policy hides a long address of an
unsubscribe link in an encoded word (mailbox providers then ignore it) and differs between Python's patch releases.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.charset import Charset
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from textwrap import wrap
from typing import Final

import idna

from digest.ids import DeliveryId
from digest.render import tidy
from digest.render.assembly import GUARD, TOKEN
from digest.render.marks import Pieces, fill_in, fill_some, open_up, slot, word_for
from digest.send.delivery_id import message_id
from digest.send.mail import Common, Mail
from digest.send.mime_mould import Group, Mould, Own
from digest.send.mime_parts import Base64, Gap, QuotedPrintable, encode_part, quoted_words

#: Line length without the line's end: what RFC 5322 section 2.1.1 recommends, and what it never allows to exceed.
_LINE: Final = 76
_LONGEST: Final = 998
_LONGEST_ADDRESS: Final = 254
_DOMAIN: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-z.:]+\]")
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#: What may stand before the @ without quotes (RFC 5321 section 4.1.2, "Dot-string").
_PLAIN_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
#: A display name that needs no quotes (RFC 5322 section 3.2.5, "phrase").
_PLAIN_NAME: Final = re.compile(f"{_ATOM}(?: {_ATOM})*")
_PRINTABLE: Final = re.compile(r"[ -~]*")
_HEADER_NAME: Final = re.compile(r"[!-9;-~]+")
#: Control characters and every kind of line end: none of them may reach a header.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: What a reader's software would decode although it was written plainly (RFC 2047).
_LOOKS_ENCODED: Final = "=?"
_UTF_8: Final = Charset("utf-8")
#: So many headers that many mails have in common are kept as they are written, and the moulds of so many bodies.
_KEPT: Final = 64
#: Moulds of one body: more are made only for names that nobody has.
_MOST_MOULDS: Final = 16
_LONGEST_ID: Final = 60
#: A delivery's id, a token, and what links in the body end in, as ours are. The last one stands on a line of its own:
#: it may not begin with a dot, nor be longer than a line (with the sign of its soft end).
_IDS: Final = (
    rf"[A-Za-z0-9_-]{{1,{_LONGEST_ID}}}\n[A-Za-z0-9_.~%-]{{1,{_LONGEST_ID}}}\n"
    rf"[A-Za-z0-9_~%-][A-Za-z0-9_.~%-]{{0,{_LINE - 2}}}"
)
_PLAIN_IDS: Final = re.compile(_IDS)
#: Name (if there is one), address and ids of most readers: nothing of it has to be quoted or encoded in a
#: header, in HTML or in quoted-printable.
_WORD: Final = r"[A-Za-z0-9!#$*+/?^_`{|}~'-]+"
_PLAIN_READER: Final = re.compile(
    rf"(?=.{{0,40}}\n)(?:{_WORD}(?: {_WORD})*)?\n{_ATOM}(?:\.{_ATOM})*@[a-z0-9.-]+\n{_IDS}"
)
_PLAIN_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
#: Name and address of so many characters in all stand on the line of their header.
_ON_ONE_LINE: Final = _LINE - len("To:  <>")
#: The slot of a reader's name in a draft's ``to_text`` and ``to_html``, and those of a whole mail.
_NAME: Final = "name"
_SLOTS: Final = {"date": Own.DATE, "to": Own.TO, "delivery": Own.DELIVERY, TOKEN: Own.TOKEN}
_TEXT, _HTML = "text", "html"
#: What stands in a part's gaps: as it is (for base64), and quoted.
_IN_PART: Final = {
    _TEXT: {_NAME: (Own.TEXT_NAME, Own.QUOTED_TEXT_NAME), TOKEN: (Own.LINK, Own.QUOTED_LINK)},
    _HTML: {_NAME: (Own.HTML_NAME, Own.QUOTED_HTML_NAME), TOKEN: (Own.LINK, Own.QUOTED_LINK)},
}


def to_bytes(mail: Mail) -> bytes:
    """Return the mail as multipart/alternative, text before HTML, lines ended by CRLF; no line begins with a dot.

    A mail that is text alone is one part, text/plain.

    Everything outside ASCII is encoded (RFC 2047, IDNA 2008). Control characters and line ends in names and in the
    subject become spaces.

    :raises ValueError: an extra header is not one line of printable ASCII; or an address has no ``@``, no domain that
        could exist, or letters before the ``@`` that need SMTPUTF8 (RFC 6531), which few servers take and no reader of
        ours has. The message does not repeat the address.
    """
    delivery, name, address, token, sent_at, common, _ = mail
    moulds = _kept.get(id(common)) or _keep(common)
    plain = _PLAIN_READER.fullmatch(f"{name}\n{address}\n{delivery}\n{token}\n{mail.link_token}")
    if plain is None:
        return moulds.cast(mail)
    own_name, to, own_delivery, own_token, link = plain[0].encode("ascii").split(b"\n")
    mould = moulds.plain.get((len(own_name) % 3, len(link) % 3, not name))
    if mould is None:
        return moulds.cast(mail, is_plain=True)
    if name:
        to = (b"%b <%b>" if len(name) + len(address) <= _ON_ONE_LINE else b"%b\r\n <%b>") % (own_name, to)
    own = [_date(sent_at), to, own_delivery, own_token, link, link, own_name, own_name, own_name, own_name]
    return mould.cast(own)


def written_in_full(mail: Mail) -> bytes:
    """Return what ``to_bytes`` returns, without a mould: each value is looked at wherever it stands."""
    name = tidy.one_line(mail.to_name)
    parts = _parts(mail, name)
    values = {
        "date": _date(mail.sent_at).decode("ascii"),
        "to": _mailbox("To", mail.to_name, mail.to_address),
        "delivery": mail.delivery,
        TOKEN: mail.token,
    }
    said = _layout(mail.common, values, {kind: part.encoding for kind, part in parts.items()})
    names = {_TEXT: name, _HTML: tidy.in_html(name)}
    bodies = [part.filled({_NAME: names[kind], TOKEN: mail.link_token}) for kind, part in parts.items()]
    return b"".join(piece for pair in zip(map(_ascii, said), (*bodies, b""), strict=True) for piece in pair)


class _Moulds:
    """The moulds of one body, each made for the first mail that needs it."""

    def __init__(self, common: Common) -> None:
        self.common = common  # as long as this is kept, nothing else has its id
        #: For whoever is a ``_PLAIN_READER``: by the lengths of name and link modulo three, and whether there is none.
        self.plain: dict[tuple[int, int, bool], Mould] = {}
        self._by_shape: dict[tuple[object, ...], Mould | None] = {}

    def cast(self, mail: Mail, *, is_plain: bool = False) -> bytes:
        """Return a mail, and remember which mould is that of plain readers."""
        if not _PLAIN_IDS.fullmatch(f"{mail.delivery}\n{mail.token}\n{mail.link_token}"):
            return written_in_full(mail)
        name = tidy.one_line(mail.to_name)
        shown, link = tidy.in_html(name), _ascii(mail.link_token)
        raw_name, raw_shown = name.encode("utf-8"), shown.encode("utf-8")
        mould = self._mould(mail, name, (len(raw_name) % 3, len(raw_shown) % 3, len(link) % 3))
        if mould is None:
            return written_in_full(mail)
        if is_plain:
            self.plain[len(name) % 3, len(link) % 3, not name] = mould
        to = _ascii(_mailbox("To", mail.to_name, mail.to_address))
        own = [_date(mail.sent_at), to, _ascii(mail.delivery), _ascii(mail.token), link, link]
        return mould.cast([*own, raw_name, quoted_words(name), raw_shown, quoted_words(shown)])

    def _mould(self, mail: Mail, name: str, rests: tuple[int, int, int]) -> Mould | None:
        """Return the mould that fits a mail, if there can be one."""
        filling = mail.filling
        shape = (name != "", filling.text[GUARD], filling.html[GUARD])
        for known in (shape, (*shape, *rests)):
            if known in self._by_shape:
                return self._by_shape[known]
        mould = self._made(mail, name, rests)
        if len(self._by_shape) >= _MOST_MOULDS:
            self._by_shape.clear()
        self._by_shape[shape if mould is not None and not mould.is_grouped else (*shape, *rests)] = mould
        return mould

    def _made(self, mail: Mail, name: str, rests: tuple[int, int, int]) -> Mould | None:
        parts = _parts(mail, name)
        of_name, of_shown, of_link = rests
        of_names = {_TEXT: of_name, _HTML: of_shown}
        pieces = {kind: part.mould({_NAME: of_names[kind], TOKEN: of_link}) for kind, part in parts.items()}
        encodings = {kind: part.encoding for kind, part in parts.items()}
        try:
            longest = _layout(self.common, dict.fromkeys(_SLOTS, "x" * _LONGEST_ID), encodings)
        except ValueError:  # of all mails, or of those with long tokens
            return None
        word = word_for(self.common.draft.key, "".join(longest))
        opened = _layout(self.common, {name: slot(word, name) for name in _SLOTS}, encodings)
        script: list[bytes | Own | Group] = []
        for said, kind in zip(opened, (*pieces, ""), strict=True):
            script += [_SLOTS[one] if place % 2 else _ascii(one) for place, one in enumerate(open_up(said, word))]
            of_part = pieces[kind] if kind else []
            if of_part is None:
                return None
            script += [_in_part(one, kind, encodings) for one in of_part]
        return Mould(script)


#: The moulds of a body by the id of what its mails have in common, which has no hash.
_kept: OrderedDict[int, _Moulds] = OrderedDict()


def _keep(common: Common) -> _Moulds:
    moulds = _kept[id(common)] = _Moulds(common)
    if len(_kept) > _KEPT:
        _kept.popitem(last=False)
    return moulds


def _in_part(one: bytes | Gap, part: str, encodings: Mapping[str, str]) -> bytes | Own | Group:
    if isinstance(one, bytes):
        return one
    raw, quoted_one = _IN_PART[part][one.name]
    return quoted_one if encodings[part] == QuotedPrintable.encoding else Group(raw, one.before, one.after)


def _parts(mail: Mail, name: str) -> Mapping[str, QuotedPrintable | Base64]:
    """Return text and HTML, if there is any, as they are for all readers who have a name, or for all who have none."""
    draft, filling = mail.draft, mail.filling
    text = _opened(draft.text, draft.to_text if name else ("",), filling.text[GUARD])
    if draft.is_text_only:
        # Nothing stands behind it that would end its last line.
        return {_TEXT: encode_part((*text[:-1], text[-1] if text[-1].endswith("\n") else f"{text[-1]}\n"))}
    html = _opened(draft.html, draft.to_html if name else ("",), filling.html[GUARD])
    return {_TEXT: encode_part(text), _HTML: encode_part(html)}


def _opened(pieces: Pieces, to: Pieces, guard: str) -> Pieces:
    """Return a part in which only the reader's name and token are open."""
    opened = [""]
    for place, piece in enumerate(fill_some(pieces, {GUARD: guard})):
        if place % 2 == 0:
            opened[-1] += piece
        elif piece == "to":
            opened[-1] += to[0]
            opened += to[1:]
        else:
            opened += [piece, ""]
    return tuple(opened)


def _layout(common: Common, own: Mapping[str, str], encodings: Mapping[str, str]) -> tuple[str, ...]:
    """Return what stands before, between and behind the parts; ``own`` are the reader's own values.

    :raises ValueError: a header is not one line of printable ASCII, or too long.
    """
    head = "\r\n".join(_headers(common, own))
    if common.draft.is_text_only:
        return f"{head}\r\n{_type('plain', encodings[_TEXT])}\r\n\r\n", ""
    boundary = f"=_{own['delivery']}"
    head += f'\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n'
    # "=_" can stand in neither quoted-printable nor base64 (RFC 2045 section 6.7), so no part can hold the boundary.
    return (
        head + _part_head("plain", encodings[_TEXT], boundary),
        _part_head("html", encodings[_HTML], boundary),
        f"\r\n--{boundary}--\r\n",
    )


def _headers(common: Common, own: Mapping[str, str]) -> Iterator[str]:
    yield f"Date: {own['date']}"
    yield f"From: {_same_mailbox('From', common.from_name, common.from_address)}"
    yield f"To: {own['to']}"
    if common.reply_to:
        yield f"Reply-To: {_same_mailbox('Reply-To', '', common.reply_to)}"
    yield f"Subject: {_subject(common.draft.subject)}"
    named = message_id(DeliveryId(own["delivery"]), common.sender_domain)
    yield f"Message-ID: {_checked('Message-ID', f'<{named}>')}"
    for name, pieces in common.headers.items():
        yield f"{name}: {_checked(name, fill_in(pieces, own))}"
    yield "MIME-Version: 1.0"


def _part_head(subtype: str, encoding: str, boundary: str) -> str:
    return f"\r\n--{boundary}\r\n{_type(subtype, encoding)}\r\n\r\n"


def _type(subtype: str, encoding: str) -> str:
    return f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}'


def ascii_domain(address: str) -> str:
    """Return the domain of an address as it stands in DNS: ASCII, lower case.

    :raises ValueError: there is no ``@``, or the domain could not exist.
    """
    _, at, domain = address.rpartition("@")
    if not at or not domain or not domain.isprintable() or " " in domain:
        raise ValueError("an address needs an @ and a domain")
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError("the domain of an address cannot be written in ASCII (IDNA 2008)") from None


def envelope_address(address: str) -> str:
    """Return an address as it is named to a mail server: ASCII, without angle brackets (RFC 5321 section 4.1.2).

    :raises ValueError: it cannot be: letters before the ``@`` that need SMTPUTF8 (RFC 6531), a domain that could not
        exist, or more than 254 characters (section 4.5.3.1.3). The message does not repeat the address.
    """
    if len(address) <= _LONGEST_ADDRESS and _PLAIN_ADDRESS.fullmatch(address):
        return address
    local = address.rpartition("@")[0]
    if not local or not _PRINTABLE.fullmatch(local):
        raise ValueError("an address has nothing, or something else than ASCII letters and signs, before its @")
    domain = ascii_domain(address)
    if not _DOMAIN.fullmatch(domain):
        raise ValueError("the domain of an address has signs that no domain has")
    spec = f"{local}@{domain}" if _PLAIN_LOCAL.fullmatch(local) else Address(username=local, domain=domain).addr_spec
    if len(spec) > _LONGEST_ADDRESS:
        raise ValueError(f"an address is longer than {_LONGEST_ADDRESS} characters")
    return spec


def one_line(text: str) -> str:
    """Return the text with runs of control characters and line ends as one space each."""
    return _UNPRINTABLE.sub(" ", _writable(text)).strip()


def is_plain(text: str) -> bool:
    """Tell whether a header may hold the text as it stands: printable ASCII that nobody takes for an encoded word."""
    return _PRINTABLE.fullmatch(text) is not None and _LOOKS_ENCODED not in text


def quoted(name: str) -> str:
    """Return a plain display name as a phrase: bare where RFC 5322 allows it, else in quotes."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _mailbox(header: str, name: str, address: str) -> str:
    local = address.rpartition("@")[0]
    if not _PRINTABLE.fullmatch(local):
        raise ValueError("an address has something else than ASCII letters and signs before its @")
    domain = ascii_domain(address)
    spec = f"{local}@{domain}" if _PLAIN_LOCAL.fullmatch(local) else Address(username=local, domain=domain).addr_spec
    shown = one_line(name)
    if not shown:
        return spec
    phrase = quoted(shown) if is_plain(shown) else ""
    if not phrase or len(header) + 2 + len(phrase) > _LINE:
        phrase = _encoded(header, shown)
    fits = len(header) + len(phrase) + len(spec) + len(":  <>") <= _LINE
    return f"{phrase} <{spec}>" if fits else f"{phrase}\r\n <{spec}>"


@lru_cache(maxsize=_KEPT)
def _same_mailbox(header: str, name: str, address: str) -> str:
    """Return a mailbox that all readers of an issue see."""
    return _mailbox(header, name, address)


@lru_cache(maxsize=_KEPT)
def _subject(subject: str) -> str:
    return _words("Subject", one_line(subject))


@lru_cache(maxsize=_KEPT)
def _date(at: datetime) -> bytes:
    return format_datetime(at).encode("ascii")


def _words(header: str, text: str) -> str:
    """Encode an unstructured header. Plain text stays readable: it is folded at single spaces."""
    if not is_plain(text) or "  " in text:
        return _encoded(header, text)
    before = f"{header}: "  # stands on the first line
    lines = wrap(text, _LINE, initial_indent=before, break_long_words=False, break_on_hyphens=False) or [before]
    folded = "\r\n ".join(lines).removeprefix(before)
    return folded if max(map(len, lines)) <= _LINE else _encoded(header, text)


def _encoded(header: str, text: str) -> str:
    word = _UTF_8.header_encode(text)
    if len(header) + 2 + len(word) <= _LINE:
        return word
    # Several encoded words of at most 75 characters, each of whole characters (RFC 2047 sections 2 and 5).
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")


def _ascii(text: str) -> bytes:
    return text.encode("ascii")


def _checked(name: str, value: str) -> str:
    if not _HEADER_NAME.fullmatch(name) or not _PRINTABLE.fullmatch(value):
        raise ValueError(f"the header {name!r} is not one line of printable ASCII")
    if len(name) + 2 + len(value) > _LONGEST:
        raise ValueError(f"the header {name!r} is longer than a line may be")
    return value


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair has no UTF-8
