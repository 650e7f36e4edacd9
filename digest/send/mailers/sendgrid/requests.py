"""A request to send, as SendGrid's v3 API takes it, with every limit held before anybody is asked. Pure.

Where the provider's documents disagree the stricter limit holds: 10,000 bytes of substitutions and of arguments for
each reader, 150 substitutions (there are never more than six), 1,000 readers.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final

import orjson

from digest.errors import Refused
from digest.render.assembly import TOKEN
from digest.render.marks import Pieces, fill_in
from digest.send.mail import Common, Mail, Rejected
from digest.send.mailers.sendgrid.addresses import all_written, are_written, is_written, written
from digest.send.mailers.sendgrid.blends import Blend
from digest.send.mailers.sendgrid.columns import Column, are_tidy, in_json, woven
from digest.send.mailers.sendgrid.grouping import Pattern, groups, pattern
from digest.send.mime import one_line

#: Readers in one request.
MOST_READERS: Final = 1_000
#: Of one reader's substitutions: tags and values together, in bytes.
LARGEST_SUBSTITUTIONS: Final = 10_000
#: Both parts of a body together, in bytes. The provider's limit of 30 MB is for these with 1,000 readers' values.
LARGEST_BODY: Final = 15_000_000
#: What the provider's events will name the delivery by. Never the reader.
DELIVERY_ARGUMENT: Final = "delivery"
_LONGEST_LINE: Final = 998
_LONGEST_CATEGORY: Final = 255
_MOST_CATEGORIES: Final = 10
_HEADER_NAME: Final = re.compile(r"[!-9;-~]+")
_HEADER_VALUE: Final = re.compile(r"[ -~]*")
_SOME_TOKEN: Final = "x" * 64
#: So many headers are known to be sound, and so many bodies are kept as they are written.
_KEPT: Final = 1_024
_KEPT_BODIES: Final = 16
#: Headers that the provider writes itself, and refuses from us.
_ITS_OWN: Final = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)


def unfit(mail: Mail) -> Rejected | None:
    """Return why a mail cannot be handed to SendGrid at all, ``None`` if it can. The reason names no address."""
    try:
        written(mail.to_address)
        for name, value in mail.headers.items():
            _check_header(name, value)
    except ValueError as error:
        return Rejected(delivery=mail.delivery, why=f"it cannot be written as a mail: {error}")
    return None


def the_fit(mails: Sequence[Mail], reject: Callable[[Rejected], None]) -> Sequence[Mail]:
    """Return the mails that can be handed to SendGrid, and ``reject`` the others."""
    commons = {id(mail.common): mail.common for mail in mails}
    # How long a token may be so that the headers it stands in are none too long.
    longest = {key: _longest_token(common) for key, common in commons.items()}
    tokens, addresses = [mail.token for mail in mails], [mail.to_address for mail in mails]
    if max(map(len, tokens), default=0) <= min(longest.values(), default=0) and are_written(addresses):
        return mails
    fit: list[Mail] = []
    for mail in mails:
        if len(mail.token) <= longest[id(mail.common)] and is_written(mail.to_address):
            fit.append(mail)
        elif (rejected := unfit(mail)) is not None:
            reject(rejected)
        else:
            fit.append(mail)
    return fit


def _longest_token(common: Common) -> int:
    """Return up to which length a URL-safe token makes sound headers for certain; -1 if none does."""
    return len(_SOME_TOKEN) if all(itertools.starmap(_is_sound, common.headers.items())) else -1


@lru_cache(maxsize=_KEPT)
def _is_sound(name: str, pieces: Pieces) -> bool:
    try:
        _check_header(name, fill_in(pieces, {TOKEN: _SOME_TOKEN}))
    except ValueError:
        return False
    return True


def patterns(mails: Sequence[Mail]) -> Iterator[Pattern]:
    """Yield what to send, request by request, so that each keeps to the limits."""
    for group in groups(mails, most=MOST_READERS):
        shared = pattern(group)
        apart = set(_beyond_limits(shared))
        if not apart:
            yield shared
            continue
        for place in apart:
            yield pattern([group[place]])  # what is one reader's alone needs no substitution
        together = [mail for place, mail in enumerate(group) if place not in apart]
        if together:
            yield pattern(together)


def body_of(shared: Pattern | Blend, *, sandbox: bool = False) -> tuple[bytes, ...]:
    """Return the request's body as JSON, piece by piece: it is large, and need not be copied together.

    In the ``sandbox`` the provider looks at it and sends nothing.

    :raises Refused: the newsletter's sender cannot be written as this provider wants it, or the body is too large.
    """
    first = shared.mails[0]
    rest = orjson.dumps(_for_everybody(first, sandbox=sandbox))[1:]
    if isinstance(shared, Blend):
        what = b'"template_id":%b' % orjson.dumps(shared.template_id)
        headers: list[str | Column] = [[_headers_of(mail) for mail in shared.mails]]
        own: list[str | Column] = [',"dynamic_template_data":{', shared.data, "}"]
    else:
        what = b'"subject":%b,"content":%b' % (
            orjson.dumps(one_line(first.subject)),
            _content(shared.html, shared.text),
        )
        tokens = [mail.token for mail in shared.mails]
        headers = [tokens if place % 2 else piece for place, piece in enumerate(_headers(first.common.headers))]
        own = _substitutions(shared)
    return b'{%b,"personalizations":[' % what, *_readers(shared.mails, headers, own), b"],%b" % rest


def _readers(mails: Sequence[Mail], headers: Sequence[str | Column], own: Sequence[str | Column]) -> Iterator[bytes]:
    """Return the personalizations: what is alike in them is written once, and what is a reader's alone put in."""
    deliveries = in_json([mail.delivery for mail in mails])
    # In each reader's own headers, since whether the request's are added to them is said nowhere.
    parts = ['{"to":[{', *_boxes(mails), '}],"headers":{', *headers, f'}},"custom_args":{{"{DELIVERY_ARGUMENT}":"']
    return woven([*parts, deliveries, '"}', *own, "}"], count=len(mails))


def _headers(headers: Mapping[str, Pieces]) -> Pieces:
    """Return the headers as JSON without braces, the token open in it."""
    found = [""]
    for name, pieces in headers.items():
        said = [encode_basestring(piece)[1:-1] for piece in pieces[::2]]
        found[-1] += f'{"," if found != [""] else ""}{encode_basestring(name)}:"{said[0]}'
        for literal in said[1:]:
            found += [TOKEN, literal]
        found[-1] += '"'
    return tuple(found)


def _headers_of(mail: Mail) -> str:
    return mail.token.join(_headers_kept(tuple(mail.common.headers.items()))[::2])


@lru_cache(maxsize=_KEPT)
def _headers_kept(headers: tuple[tuple[str, Pieces], ...]) -> Pieces:
    return _headers(dict(headers))


def _substitutions(shared: Pattern) -> list[str | Column]:
    parts: list[str | Column] = []
    for tag, column in shared.columns.items():
        parts += ["," if parts else ',"substitutions":{', f'{encode_basestring(tag)}:"', in_json(column), '"']
    return [*parts, "}"] if parts else []


def _boxes(mails: Sequence[Mail]) -> Iterator[str | Column]:
    """Yield the readers' mailboxes, without the braces."""
    addresses, names = [mail.to_address for mail in mails], [mail.to_name for mail in mails]
    yield '"email":"'
    yield in_json(all_written(addresses))
    yield '"'
    are_shown = are_tidy(names) and not _has_dividers("".join(names))
    shown = in_json(names if are_shown else [_shown(name) for name in names])
    if all(shown):
        yield ',"name":"'
        yield shown
        yield '"'
    else:
        yield [f',"name":"{name}"' if name else "" for name in shown]


@lru_cache(maxsize=_KEPT_BODIES)
def _content(html: str, text: str) -> bytes:
    parts = (("text/plain", _writable(text)), ("text/html", _writable(html)))
    if sum(len(value.encode()) for _, value in parts) > LARGEST_BODY:
        raise Refused(
            "The issue is larger than SendGrid takes.",
            advice="Lower the newsletter's number of articles, and compose again.",
        )
    return orjson.dumps([{"type": kind, "value": value} for kind, value in parts if value])


def _for_everybody(first: Mail, *, sandbox: bool) -> dict[str, Any]:
    request: dict[str, Any] = {
        "from": _sender(first),
        "tracking_settings": _tracking(first.common),
    }
    if first.reply_to:
        request["reply_to"] = {"email": first.reply_to}
    if first.common.categories:
        names = dict.fromkeys(name[:_LONGEST_CATEGORY] for name in first.common.categories)
        request["categories"] = list(names)[:_MOST_CATEGORIES]
    if sandbox:
        request["mail_settings"] = {"sandbox_mode": {"enable": True}}
    return request


def halves(shared: Pattern | Blend) -> tuple[Pattern | Blend, Pattern | Blend]:
    """Return two requests instead of one that is too large; it has two readers at least."""
    middle = len(shared.mails) // 2
    return again(shared, range(middle)), again(shared, range(middle, len(shared.mails)))


def again(shared: Pattern | Blend, places: Sequence[int]) -> Pattern | Blend:
    """Return the same request for some of its readers; there is one at least."""
    return shared.of(places) if isinstance(shared, Blend) else pattern([shared.mails[place] for place in places])


def _tracking(common: Common) -> dict[str, dict[str, bool]]:
    """Say all of it, whatever the account has set. Links in plain text are never turned into others: they are read."""
    return {
        "click_tracking": {"enable": common.track_clicks, "enable_text": False},
        "open_tracking": {"enable": common.track_opens},
        "subscription_tracking": {"enable": False},
        "ganalytics": {"enable": False},
    }


def _sender(mail: Mail) -> dict[str, str]:
    if not mail.from_name.isascii():
        raise Refused(
            "SendGrid takes only plain Latin letters in a sender's name.",
            advice="Give the newsletter's sender such a name, apply the file, and compose the issue again.",
        )
    name = _shown(mail.from_name)
    return {"email": mail.from_address, "name": name} if name else {"email": mail.from_address}


def _shown(name: str) -> str:
    shown = name.strip() if name.isprintable() else one_line(name)
    if _has_dividers(shown):
        return '"' + shown.replace("\\", "").replace('"', "") + '"'
    return shown


def _has_dividers(names: str) -> bool:
    """Tell whether what follows a sign would be taken for another address (sendgrid-python, issue 578)."""
    return "," in names or ";" in names


def _check_header(name: str, value: str) -> None:
    if name.lower() in _ITS_OWN:
        raise ValueError(f"the header {name!r} is SendGrid's own")
    if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
        raise ValueError(f"the header {name!r} is not one line of printable ASCII")
    if len(name) + 2 + len(value) > _LONGEST_LINE:
        raise ValueError(f"the header {name!r} is longer than a line may be")


def _beyond_limits(shared: Pattern) -> Iterator[int]:
    """Yield the places of the readers whose substitutions are more than a request may hold of one reader."""
    tags = sum(map(len, shared.columns))
    # A character has four bytes at the most.
    if tags + 4 * sum(max(map(len, column)) for column in shared.columns.values()) <= LARGEST_SUBSTITUTIONS:
        return
    for place, size in enumerate(map(sum, zip(*[map(len, column) for column in shared.columns.values()], strict=True))):
        if tags + 4 * size > LARGEST_SUBSTITUTIONS and tags + _bytes_of(shared, place) > LARGEST_SUBSTITUTIONS:
            yield place


def _bytes_of(shared: Pattern, place: int) -> int:
    return sum(len(_writable(column[place]).encode()) for column in shared.columns.values())


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair has no UTF-8
