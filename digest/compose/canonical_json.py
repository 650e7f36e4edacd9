"""Canonical JSON of frozen values: one text for one value, so that a hash of it means something years later.

Keys are sorted, there is no white space, letters are written as themselves (UTF-8). Dates are ISO 8601, instants in
UTC, decimals are strings with every digit they had, enums their value, tuples arrays. Reading is driven by the fields'
types; a field that an older text does not have takes its default, a key that no field has is refused.
"""

import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
#: What JSON has, too.
_AS_THEY_ARE: Final = frozenset({type(None), bool, int, str})


def write(value: object) -> str:
    """Return the canonical JSON of a frozen dataclass.

    :raises TypeError: it holds something that has no canonical form (a float, a naive instant).
    """
    return _ENCODER.encode(_plain(value))


def read(kind: type[T], text: str) -> T:
    """Return the ``kind`` that ``write`` made ``text`` of.

    :raises ValueError: the text is not the JSON of a ``kind``.
    """
    try:
        return cast("T", _reader(cast("Hashable", kind))(json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"this is not the JSON of a {kind.__name__}: {error}") from error


def _plain(value: object) -> Any:  # noqa: PLR0911 - one return per kind of value
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    names = _names(cast("Hashable", kind))
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    match value:
        case Enum():
            return value.value
        case int() | str():
            return value
        case Decimal():
            return str(value)
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
        case Mapping():
            return {str(_plain(key)): _plain(item) for key, item in value.items()}
    raise TypeError(f"{kind.__name__} has no canonical JSON")


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    """Return the names of a dataclass's fields; ``None``: it is none."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:  # noqa: PLR0911 - one return per kind of type
    """Return what turns plain JSON into a ``kind``: a class, a union with ``None``, a tuple, a mapping, a new type."""
    if isinstance(kind, NewType):
        return _reader(kind.__supertype__)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(kind)
    if origin is tuple:
        of = _reader(get_args(kind)[0])
        return lambda plain: tuple(of(item) for item in plain)
    if origin is not None and issubclass(origin, Mapping):
        key_of, value_of = map(_reader, get_args(kind))
        return lambda plain: {key_of(key): value_of(item) for key, item in plain.items()}
    if is_dataclass(kind):
        return _dataclass(cast("type", kind))
    if kind in (datetime, date):
        return cast("Callable[[Any], Any]", kind.fromisoformat)
    if kind in (bool, int, str):
        return _exactly(kind)
    return cast("Callable[[Any], Any]", kind)  # Decimal and enums are called with their text


def _exactly(kind: type) -> Callable[[Any], Any]:
    def check(plain: Any) -> Any:
        if type(plain) is not kind:
            raise TypeError(f"expected {kind.__name__}, found {type(plain).__name__}")
        return plain

    return check


def _optional(kind: Any) -> Callable[[Any], Any]:
    of = _reader(next(arg for arg in get_args(kind) if arg is not type(None)))
    return lambda plain: None if plain is None else of(plain)


def _dataclass(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = {field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING}

    def build(plain: dict[str, Any]) -> Any:
        missing, unknown = needed - plain.keys(), plain.keys() - readers.keys()
        if missing or unknown:
            raise ValueError(f"{kind.__name__} lacks {sorted(missing)}, does not know {sorted(unknown)}")
        return kind(**{name: readers[name](item) for name, item in plain.items()})

    return build
