"""A request to send, as SendGrid's v3 API takes it, with every limit held before anybody is asked. Pure.

Where the provider's documents disagree the stricter limit holds: 10,000 bytes of substitutions and of arguments for
each reader, 150 substitutions (there are never more than six), 1,000 readers.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

import orjson

from digest.errors import Refused
from digest.render.assembly import TOKEN
from digest.render.marks import fill_in
from digest.send.mail import Common, Mail, Rejected
from digest.send.mailers.sendgrid.addresses import is_written, written
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
    fit: list[Mail] = []
    sound: dict[int, int] = {}  # how long a token may be so that the headers it stands in are none too long
    for mail in mails:
        longest = sound.get(id(mail.common))
        if longest is None:
            longest = sound[id(mail.common)] = _longest_token(mail.common)
        if len(mail.token) <= longest and is_written(mail.to_address):
            fit.append(mail)
        elif (rejected := unfit(mail)) is not None:
            reject(rejected)
        else:
            fit.append(mail)
    return fit


def _longest_token(common: Common) -> int:
    """Return up to which length a URL-safe token makes sound headers for certain; -1 if none does."""
    try:
        for name, pieces in common.headers.items():
            _check_header(name, fill_in(pieces, {TOKEN: _SOME_TOKEN}))
    except ValueError:
        return -1
    return len(_SOME_TOKEN)


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


def body_of(shared: Pattern, *, sandbox: bool = False) -> bytes:
    """Return the request's body as JSON. In the ``sandbox`` the provider looks at it and sends nothing.

    :raises Refused: the newsletter's sender cannot be written as this provider wants it, or the body is too large.
    """
    said = ",".join(_readers(shared)).encode("utf-8", "replace")  # half of a surrogate pair has no UTF-8
    return b'{"personalizations":[%b],%b' % (said, orjson.dumps(_for_everybody(shared, sandbox=sandbox))[1:])


def _readers(shared: Pattern) -> Iterator[str]:
    """Yield the personalizations: what is alike in them is written once, and what is a reader's alone put in."""
    mails = shared.mails
    slot = "%s"
    headers = {
        name: fill_in(tuple(piece.replace("%", "%%") for piece in pieces), {TOKEN: slot})
        for name, pieces in mails[0].common.headers.items()
    }
    tokens = [mail.token for mail in mails]
    columns: list[Iterable[str]] = [
        [_box(mail.to_address, mail.to_name) for mail in mails],
        *[tokens for pieces in mails[0].common.headers.values() for name in pieces[1::2]],
        [encode_basestring(mail.delivery) for mail in mails],
        *[map(encode_basestring, column) for column in shared.columns.values()],
    ]
    # In each reader's own headers, since whether the request's are added to them is said nowhere.
    said = f'{{"to":[{slot}],"headers":{_json(headers)},"custom_args":{{"{DELIVERY_ARGUMENT}":{slot}}}'
    if shared.columns:
        said += f',"substitutions":{{{",".join(f"{encode_basestring(tag)}:{slot}" for tag in shared.columns)}}}'
    return map(f"{said}}}".__mod__, zip(*columns, strict=True))


def _for_everybody(shared: Pattern, *, sandbox: bool) -> dict[str, Any]:
    first = shared.mails[0]
    parts = (("text/plain", _writable(shared.text)), ("text/html", _writable(shared.html)))
    if sum(len(value.encode()) for _, value in parts) > LARGEST_BODY:
        raise Refused(
            "The issue is larger than SendGrid takes.",
            advice="Lower the newsletter's number of articles, and compose again.",
        )
    request: dict[str, Any] = {
        "from": _sender(first),
        "subject": one_line(first.subject),
        "content": [{"type": kind, "value": value} for kind, value in parts if value],
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


def halves(shared: Pattern) -> tuple[Pattern, Pattern]:
    """Return two requests instead of one that is too large; it has two readers at least."""
    middle = len(shared.mails) // 2
    return pattern(shared.mails[:middle]), pattern(shared.mails[middle:])


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


def _box(address: str, name: str) -> str:
    """Return a reader's mailbox as JSON."""
    email = address if is_written(address) else written(address)
    shown = _shown(name)
    if not shown:
        return f'{{"email":{encode_basestring(email)}}}'
    return f'{{"email":{encode_basestring(email)},"name":{encode_basestring(shown)}}}'


def _shown(name: str) -> str:
    shown = name.strip() if name.isprintable() else one_line(name)
    if "," in shown or ";" in shown:  # else what follows is taken for another address (sendgrid-python, issue 578)
        return '"' + shown.replace("\\", "").replace('"', "") + '"'
    return shown


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
    for place, size in enumerate(map(sum, zip(*[map(len, column) for column in shared.columns.values()], strict=True))):
        # A character has four bytes at the most.
        if tags + 4 * size > LARGEST_SUBSTITUTIONS and tags + _bytes_of(shared, place) > LARGEST_SUBSTITUTIONS:
            yield place


def _bytes_of(shared: Pattern, place: int) -> int:
    return sum(len(_writable(column[place]).encode()) for column in shared.columns.values())


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair has no UTF-8
