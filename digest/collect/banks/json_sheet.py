"""Sheets in JSON. No number in them ever becomes a binary one: its digits are kept as they are printed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from digest.collect.banks.reading import no_sheet, trimmed
from digest.collect.web import Response
from digest.errors import ParseError

ACCEPT_JSON: Final = "application/json, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number as it is printed (RFC 8259, section 6), such as ``478.770`` or ``1E3``."""

    printed: str


def parse_json(response: Response) -> Any:
    """Return the value of an answer. Numbers are :class:`Number`; text must be UTF-8 (RFC 8259, section 8.1).

    :raises ParseError: empty, no JSON, a key that stands twice in an object, or a web page.
    """
    body = trimmed(response)
    try:
        return json.loads(
            body.decode(),
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refuse,
            object_pairs_hook=_without_twins,
        )
    except (ValueError, RecursionError) as error:
        raise ParseError(response.ref, no_sheet(body, f"it is no JSON ({str(error)[:80]})")) from error


def text_of(ref: str, entry: Mapping[str, Any], key: str) -> str:
    """Return the trimmed text of ``key``.

    :raises ParseError: it is missing, or no text.
    """
    value = entry.get(key)
    if not isinstance(value, str):
        raise ParseError(ref, f"a rate has no text {key!r}")
    return value.strip()


def number_of(ref: str, entry: Mapping[str, Any], key: str) -> str:
    """Return the digits of the number ``key``, as they are printed.

    :raises ParseError: it is missing, or no number.
    """
    value = entry.get(key)
    if not isinstance(value, Number):
        raise ParseError(ref, f"{key!r} has no number")
    return value.printed


def list_of_objects(ref: str, value: Any) -> list[Mapping[str, Any]]:
    """Return ``value`` if it is a list of objects.

    :raises ParseError: it is something else; what an error object says is repeated.
    """
    if isinstance(value, dict) and isinstance(said := value.get("message") or value.get("error"), str):
        raise ParseError(ref, f"it is no list of rates, it says {said[:80]!r}")
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ParseError(ref, "it is no list of rates")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return found
