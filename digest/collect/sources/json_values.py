"""JSON of unknown shape, taken apart without surprises."""

import json
from typing import Any

from digest.errors import ParseError


def load(ref: str, text: str) -> Any:
    """Return the JSON value in ``text``.

    :raises ParseError: it is no JSON, or nested deeper than anybody reads.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise ParseError(ref, f"it is no JSON ({str(error)[:80]})") from error
    except RecursionError as error:
        raise ParseError(ref, "its JSON is nested too deeply") from error


def a_dict(value: Any) -> dict[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def a_list(value: Any) -> list[Any]:
    """Return the value if it is an array, else an empty one; a single object or string counts as an array of one."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, (dict, str)) else []


def a_text(value: Any) -> str:
    """Return the value if it is a string or a whole number, else an empty string."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else ""
