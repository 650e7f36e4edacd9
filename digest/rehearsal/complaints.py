"""What a provider finds wrong with a request, and the checks that every rule is made of. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: How the provider's own pages are called that explain a complaint.
_HELP: Final = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message."
_LINE_END: Final = re.compile(r"[\r\n\0]")
#: An address as this provider takes it: ASCII, one ``@``, a domain with a dot (RFC 5321 section 4.1.2, unquoted).
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
#: RFC 5321 section 4.5.3.1: octets before the @, and of the whole path without its angle brackets.
_LONGEST_LOCAL: Final = 64
_LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that is wrong: in which ``field`` (``personalizations.17.to.0.email``), and why."""

    message: str
    field: str

    def as_json(self) -> dict[str, str | None]:
        """Return it as the provider writes it: about the whole request it names no field."""
        if not self.field:
            return {"message": self.message, "field": None, "help": None}
        parts = [part for part in self.field.split(".") if not part.isdigit()]
        return {"message": self.message, "field": self.field, "help": _HELP + ".".join(parts)}


Complaints = Iterator[Complaint]


def keys(value: Mapping[str, Any], known: Collection[str], field: str) -> Complaints:
    """Complain of keys that the documentation does not have. The provider itself overlooks them."""
    for key in value:
        if key not in known:
            yield Complaint(message=f"Additional property {key} is not allowed", field=f"{field}.{key}".strip("."))


def kind(value: object, wanted: type, field: str) -> Complaints:
    """Complain of a value of another kind; a truth value is no number here."""
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        yield Complaint(message=f"Invalid type. Expected: {_NAMES[wanted]}, given: {_name(value)}.", field=field)


def text(value: object, field: str, *, longest: int | None = None) -> Complaints:
    """Complain of what is no text, is empty, is too long, or has a line end where none may be."""
    if not isinstance(value, str):
        yield from kind(value, str, field)
    elif not value:
        yield Complaint(
            message=f"The {field.rpartition('.')[2]} value must be a string at least one character in length.",
            field=field,
        )
    elif _LINE_END.search(value):
        yield Complaint(message="The value must not contain line ends.", field=field)
    elif longest is not None and len(value) > longest:
        yield Complaint(message=f"The value must not be longer than {longest} characters.", field=field)


def switch(value: object, field: str, *, also: Mapping[str, type]) -> Complaints:
    """Complain of a setting that is no object with ``enable``, or has more than what it may ``also`` have."""
    if not isinstance(value, dict):
        yield from kind(value, dict, field)
        return
    wanted = {"enable": bool, **also}
    yield from keys(value, wanted, field)
    for key, type_ in wanted.items():
        if key in value:
            yield from kind(value[key], type_, f"{field}.{key}")


def mailbox(value: object, field: str, *, ascii_name: bool = False) -> Complaints:
    """Complain of what is no ``{"email": …, "name": …}`` with an address that could be."""
    if not isinstance(value, dict):
        yield from kind(value, dict, field)
        return
    yield from keys(value, ("email", "name"), field)
    if "email" not in value:
        yield Complaint(message="The to email parameter is required.", field=f"{field}.email")
    elif not is_address(value["email"]):
        yield Complaint(message="Does not contain a valid address.", field=f"{field}.email")
    name = value.get("name")
    if name is None:
        return
    yield from text(name, f"{field}.name")
    if isinstance(name, str):
        yield from _name_as_it_is_read(name, f"{field}.name", ascii_name=ascii_name)


def _name_as_it_is_read(name: str, field: str, *, ascii_name: bool) -> Complaints:
    if ascii_name and not name.isascii():
        yield Complaint(message="Unicode encoding is not supported for the from field.", field=field)
    if any(sign in name for sign in ",;") and not (name.startswith('"') and name.endswith('"')):
        # The provider takes what is before the comma for the name (sendgrid-python, issue 578).
        yield Complaint(message="A name with a comma or a semicolon must be in quotes.", field=field)


def is_address(value: object) -> bool:
    """Tell whether this provider would take it for an address."""
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_ADDRESS
        and len(value.partition("@")[0]) <= _LONGEST_LOCAL
        and _ADDRESS.fullmatch(value) is not None
    )


_NAMES: Final[Mapping[type, str]] = {
    str: "string", int: "integer", bool: "boolean", list: "array", dict: "object", float: "number", type(None): "null"
}  # fmt: skip


def _name(value: object) -> str:
    return _NAMES.get(type(value), type(value).__name__)
