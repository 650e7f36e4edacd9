"""What SendGrid demands of the personalizations of a request: one for each reader. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

from digest.rehearsal.complaints import Complaint, Complaints, is_address, keys, kind, mailbox, text

#: Personalizations in one request; and recipients of all kinds together.
MOST_READERS: Final = 1_000
#: Of one personalization, in bytes of tags and values; the page "Errors" has 50,000 for a request, which is laxer.
_LARGEST_SUBSTITUTIONS: Final = 10_000
_MOST_SUBSTITUTIONS: Final = 150
_LARGEST_ARGUMENTS: Final = 10_000
#: Headers that only the provider writes.
_RESERVED: Final = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)
#: What events call their own facts: an argument of that name would be overwritten in them.
_EVENT_KEYS: Final = frozenset(
    {"email", "timestamp", "event", "category", "sg_event_id", "sg_message_id", "smtp-id", "reason", "status"}
    | {"response", "attempt", "url", "useragent", "ip", "type", "tls", "asm_group_id"}
)
_HEADER_NAME: Final = re.compile(r"[!-9;-~]+")
_HEADER_VALUE: Final = re.compile(r"[ -~]*")
#: RFC 5322 section 2.1.1: no line may be longer.
_LONGEST_LINE: Final = 998
_KNOWN: Final = (
    "from", "to", "cc", "bcc", "subject", "headers", "substitutions", "dynamic_template_data", "custom_args", "send_at",
)  # fmt: skip


def readers(personalizations: Sequence[object], request: Mapping[str, Any], *, latest: float) -> Complaints:
    """Yield what is wrong with the readers of a request; ``latest`` is the last instant that may be scheduled."""
    if len(personalizations) > MOST_READERS:
        message = f"The personalizations array must have no more than {MOST_READERS} objects."
        yield Complaint(message=message, field="personalizations")
    addresses: Counter[str] = Counter()
    for place, one in enumerate(personalizations):
        field = f"personalizations.{place}"
        if not isinstance(one, dict):
            yield from kind(one, dict, field)
            continue
        yield from _reader(one, request, field, latest=latest)
        addresses.update(_addresses(one))
    if addresses.total() > MOST_READERS:
        yield Complaint(message=f"A request may have {MOST_READERS} recipients at most.", field="personalizations")
    for address, count in addresses.items():
        if count > 1:
            message = (
                "Each unique email address in the personalizations array should only be included once."
                f" You have included [{address}] more than once."
            )
            yield Complaint(message=message, field="personalizations")


def _addresses(one: Mapping[str, Any]) -> list[str]:
    boxes = chain.from_iterable(one[kind_] for kind_ in ("to", "cc", "bcc") if isinstance(one.get(kind_), list))
    return [box["email"].lower() for box in boxes if isinstance(box, dict) and is_address(box.get("email"))]


def _reader(one: Mapping[str, Any], request: Mapping[str, Any], field: str, *, latest: float) -> Complaints:
    yield from keys(one, _KNOWN, field)
    if not isinstance(one.get("to"), list) or not one["to"]:
        message = (
            "The to array is required for all personalization objects, and must have at least one email object with a"
            " valid email address."
        )
        yield Complaint(message=message, field=f"{field}.to")
    for kind_ in ("to", "cc", "bcc"):
        yield from _boxes(one.get(kind_, []), f"{field}.{kind_}")
    if "from" in one:
        yield from mailbox(one["from"], f"{field}.from", ascii_name=True)
    if "subject" in one:
        yield from text(one["subject"], f"{field}.subject")
    yield from headers(one.get("headers", {}), f"{field}.headers")
    yield from _substitutions(one.get("substitutions", {}), f"{field}.substitutions")
    merged = _merged(request.get("custom_args"), one.get("custom_args"))
    yield from arguments(one.get("custom_args", {}), f"{field}.custom_args", merged=merged)
    if "send_at" in one:
        yield from kind(one["send_at"], int, f"{field}.send_at")
        if isinstance(one["send_at"], int) and one["send_at"] > latest:
            yield Complaint(message="The mail is scheduled more than 72 hours ahead.", field=f"{field}.send_at")
    is_dynamic = "template_id" in request
    if "substitutions" in one and is_dynamic:
        yield Complaint(message="Substitutions may not be used with dynamic templates.", field=f"{field}.substitutions")
    if "dynamic_template_data" in one and not is_dynamic:
        message = "Dynamic template data needs a dynamic template."
        yield Complaint(message=message, field=f"{field}.dynamic_template_data")


def _boxes(value: object, field: str) -> Complaints:
    if not isinstance(value, list):
        yield from kind(value, list, field)
        return
    for place, one in enumerate(value):
        yield from mailbox(one, f"{field}.{place}")


def headers(value: object, field: str) -> Complaints:
    """Yield what is wrong with headers: names that are the provider's own, values that are no line of ASCII."""
    if not isinstance(value, dict):
        yield from kind(value, dict, field)
        return
    if len({name.lower() for name in value}) < len(value):
        yield Complaint(message="The names of headers must be unique.", field=field)
    for name, said in value.items():
        where = f"{field}.{name}"
        if not _HEADER_NAME.fullmatch(name):
            yield Complaint(message="A header's name must be ASCII, without spaces.", field=field)
        elif name.lower() in _RESERVED:
            yield Complaint(message=f"The header {name} is reserved.", field=where)
        elif not isinstance(said, str):
            yield from kind(said, str, where)
        elif not _HEADER_VALUE.fullmatch(said):
            yield Complaint(message="A header's value must be one line of printable ASCII.", field=where)
        elif len(name) + 2 + len(said) > _LONGEST_LINE:
            yield Complaint(message=f"A header's line has {_LONGEST_LINE} characters at most.", field=where)


def _substitutions(value: object, field: str) -> Complaints:
    if not isinstance(value, dict):
        yield from kind(value, dict, field)
        return
    if len(value) > _MOST_SUBSTITUTIONS:
        yield Complaint(message=f"At most {_MOST_SUBSTITUTIONS} substitutions are allowed.", field=field)
    size = 0
    for tag, said in value.items():
        if not isinstance(said, str):
            yield from kind(said, str, f"{field}.{tag}")
            continue
        size += len(tag.encode()) + len(said.encode("utf-8", "replace"))
        if not tag or any(sign.isspace() for sign in tag):
            yield Complaint(message="A tag must not be empty or have spaces.", field=field)
        elif any(other in said for other in value if other):
            yield Complaint(message="Substitutions must not be nested.", field=f"{field}.{tag}")
    if size > _LARGEST_SUBSTITUTIONS:
        message = f"The total size of substitutions must not exceed {_LARGEST_SUBSTITUTIONS} bytes."
        yield Complaint(message=message, field=field)


def arguments(value: object, field: str, *, merged: Mapping[str, Any] | None = None) -> Complaints:
    """Yield what is wrong with custom arguments; ``merged`` are they with those of the whole request."""
    if not isinstance(value, dict):
        yield from kind(value, dict, field)
        return
    for name, said in value.items():
        yield from kind(said, str, f"{field}.{name}")
        if name in _EVENT_KEYS:
            yield Complaint(message=f"Events overwrite the argument {name}.", field=f"{field}.{name}")
    together = merged if merged is not None else value
    if sum(len(f"{name}{said}".encode("utf-8", "replace")) for name, said in together.items()) > _LARGEST_ARGUMENTS:
        yield Complaint(message=f"custom_args must not exceed {_LARGEST_ARGUMENTS} bytes.", field=field)


def _merged(root: object, own: object) -> dict[str, Any]:
    return {**(root if isinstance(root, dict) else {}), **(own if isinstance(own, dict) else {})}
