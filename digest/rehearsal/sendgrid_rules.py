"""What SendGrid's ``POST /v3/mail/send`` demands of a request as a whole, and what we demand on top. Pure.

Sources: the published description (twilio/sendgrid-oai), the pages "Mail Send" and "Errors". Where they contradict each
other the stricter one holds; unknown keys, unquoted commas in names and values that nest are our own additions. Other
than the description, this takes ``custom_args`` of the whole request as an object, as the provider does.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from digest.rehearsal.complaints import Complaint, Complaints, keys, kind, mailbox, switch, text
from digest.rehearsal.sendgrid_readers import MOST_READERS, arguments, headers, readers

#: The whole request with everything in it, in bytes.
LARGEST: Final = 30_000_000
#: How far ahead a mail may be scheduled, in seconds.
FURTHEST: Final = 72 * 60 * 60
_CATEGORIES: Final = 10
_LONGEST_CATEGORY: Final = 255
_MOST_GROUPS: Final = 25
_POOL: Final = range(2, 65)
_DYNAMIC: Final = "d-"

_MAIL_SETTINGS: Final[Mapping[str, Mapping[str, type]]] = {
    "bypass_list_management": {},
    "bypass_spam_management": {},
    "bypass_bounce_management": {},
    "bypass_unsubscribe_management": {},
    "footer": {"text": str, "html": str},
    "sandbox_mode": {},
}
_TRACKING_SETTINGS: Final[Mapping[str, Mapping[str, type]]] = {
    "click_tracking": {"enable_text": bool},
    "open_tracking": {"substitution_tag": str},
    "subscription_tracking": {"text": str, "html": str, "substitution_tag": str},
    "ganalytics": dict.fromkeys(("utm_source", "utm_medium", "utm_term", "utm_content", "utm_campaign"), str),
}


def complaints_about(request: object, *, now: float) -> tuple[Complaint, ...]:
    """Return everything that is wrong with a decoded request; ``now`` is the time in seconds since 1970."""
    if not isinstance(request, dict):
        return tuple(kind(request, dict, ""))
    found = [*keys(request, _RULES, "")]
    found += [
        Complaint(message=f"The {required} field is required.", field=required)
        for required in ("personalizations", "from")
        if required not in request
    ]
    for key, rule in _RULES.items():
        if key in request:
            found += rule(request[key], key)
    found += _subject_and_content(request)
    if isinstance(request.get("personalizations"), list):
        found += readers(request["personalizations"], request, latest=now + FURTHEST)
    if "send_at" in request and not found and request["send_at"] > now + FURTHEST:
        found.append(Complaint(message="The mail is scheduled more than 72 hours ahead.", field="send_at"))
    return tuple(found)


def _subject_and_content(request: Mapping[str, Any]) -> Complaints:
    if "template_id" in request:
        return
    own = request.get("personalizations")
    everybody_has_one = isinstance(own, list) and all(isinstance(one, dict) and one.get("subject") for one in own)
    if not request.get("subject") and not everybody_has_one:
        yield Complaint(message="The subject is required.", field="subject")
    if not request.get("content"):
        yield Complaint(message="At least one content is required.", field="content")
    if "reply_to" in request and "reply_to_list" in request:
        yield Complaint(message="Only one of reply_to and reply_to_list may be given.", field="reply_to_list")


def _personalizations(value: object, field: str) -> Complaints:
    yield from kind(value, list, field)
    if value == []:
        yield Complaint(
            message="The personalizations field is required and must have at least one personalization.", field=field
        )


def _content(value: object, field: str) -> Complaints:
    if not isinstance(value, list):
        yield from kind(value, list, field)
        return
    types: list[str] = []
    for place, part in enumerate(value):
        where = f"{field}.{place}"
        if not isinstance(part, dict):
            yield from kind(part, dict, where)
            continue
        yield from keys(part, ("type", "value"), where)
        yield from text(part.get("type"), f"{where}.type")
        if not isinstance(part.get("value"), str) or not part["value"]:
            message = "The content value must be a string at least one character in length."
            yield Complaint(message=message, field=f"{where}.value")
        types.append(str(part.get("type")))
    if types != sorted(types, key=_place_of) or len(set(types)) < len(types):
        message = "If present, text/plain must come first, followed by text/html, followed by any other content."
        yield Complaint(message=message, field=field)


def _place_of(media_type: str) -> int:
    order = ("text/plain", "text/html")
    return order.index(media_type) if media_type in order else len(order)


def _reply_to_list(value: object, field: str) -> Complaints:
    if not isinstance(value, list):
        yield from kind(value, list, field)
        return
    if len(value) > MOST_READERS:
        yield Complaint(message=f"At most {MOST_READERS} addresses may be replied to.", field=field)
    for place, one in enumerate(value):
        yield from mailbox(one, f"{field}.{place}")


def _categories(value: object, field: str) -> Complaints:
    if not isinstance(value, list):
        yield from kind(value, list, field)
        return
    if len(value) > _CATEGORIES:
        yield Complaint(message=f"At most {_CATEGORIES} categories are allowed.", field=field)
    if len({str(one) for one in value}) < len(value):
        yield Complaint(message="The categories must be unique.", field=field)
    for place, one in enumerate(value):
        yield from text(one, f"{field}.{place}", longest=_LONGEST_CATEGORY)
        if isinstance(one, str) and not one.isascii():
            yield Complaint(message="A category must be ASCII.", field=f"{field}.{place}")


def _asm(value: object, field: str) -> Complaints:
    if not isinstance(value, dict):
        yield from kind(value, dict, field)
        return
    yield from keys(value, ("group_id", "groups_to_display"), field)
    yield from kind(value.get("group_id"), int, f"{field}.group_id")
    groups = value.get("groups_to_display", [])
    yield from kind(groups, list, f"{field}.groups_to_display")
    if isinstance(groups, list):
        if len(groups) > _MOST_GROUPS:
            yield Complaint(message=f"At most {_MOST_GROUPS} groups are shown.", field=f"{field}.groups_to_display")
        for place, group in enumerate(groups):
            yield from kind(group, int, f"{field}.groups_to_display.{place}")


def _pool(value: object, field: str) -> Complaints:
    yield from text(value, field)
    if isinstance(value, str) and len(value) not in _POOL:
        yield Complaint(message="A pool's name has 2 to 64 characters.", field=field)


def _template(value: object, field: str) -> Complaints:
    yield from text(value, field)
    if isinstance(value, str) and not value.startswith(_DYNAMIC):
        yield Complaint(message="There is no such template.", field=field)


def _attachments(value: object, field: str) -> Complaints:
    if not isinstance(value, list):
        yield from kind(value, list, field)
        return
    for place, one in enumerate(value):
        where = f"{field}.{place}"
        if not isinstance(one, dict):
            yield from kind(one, dict, where)
            continue
        yield from keys(one, ("content", "type", "filename", "disposition", "content_id"), where)
        for key in ("content", "filename"):
            yield from text(one.get(key), f"{where}.{key}")


def _settings(known: Mapping[str, Mapping[str, type]]) -> "_Rule":
    def rule(value: object, field: str) -> Complaints:
        if not isinstance(value, dict):
            yield from kind(value, dict, field)
            return
        yield from keys(value, known, field)
        for name, also in known.items():
            if name in value:
                yield from switch(value[name], f"{field}.{name}", also=also)

    return rule


def _from(value: object, field: str) -> Complaints:
    return mailbox(value, field, ascii_name=True)


_Rule = Callable[[object, str], Complaints]
#: Every key that a request may have, and its rule.
_RULES: Final[Mapping[str, _Rule]] = {
    "personalizations": _personalizations,
    "from": _from,
    "reply_to": mailbox,
    "reply_to_list": _reply_to_list,
    "subject": text,
    "content": _content,
    "attachments": _attachments,
    "template_id": _template,
    "headers": headers,
    "categories": _categories,
    "custom_args": arguments,
    "send_at": lambda value, field: kind(value, int, field),
    "batch_id": text,
    "asm": _asm,
    "ip_pool_name": _pool,
    "mail_settings": _settings(_MAIL_SETTINGS),
    "tracking_settings": _settings(_TRACKING_SETTINGS),
}
