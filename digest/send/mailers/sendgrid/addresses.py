"""An address as SendGrid is given it, and as it takes two for one. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from digest.send.mime import ascii_domain

_LONGEST_ADDRESS: Final = 254
_LONGEST_LOCAL: Final = 64
_LOCAL: Final = re.compile(r"[!-~]+")


#: What is written already, as nearly all addresses are: a million of them are looked at for an issue.
_WRITTEN: Final = re.compile(r"[!-?A-~]{1,64}@[a-z0-9.-]{1,189}")
_ALL_WRITTEN: Final = re.compile(rf"(?:{_WRITTEN.pattern}\n)*+")


def is_written(address: str) -> bool:
    """Tell whether ``written`` would return the address as it is, without looking closer at the others."""
    return _WRITTEN.fullmatch(address) is not None


def are_written(addresses: Sequence[str]) -> bool:
    """Tell whether ``is_written`` is true of all of them; they are looked at together."""
    lines = "\n".join([*addresses, ""])
    return lines.count("\n") == len(addresses) and _ALL_WRITTEN.fullmatch(lines) is not None


def written(address: str) -> str:
    """Return the address as it stands in a request: ASCII, with a domain that DNS knows.

    :raises ValueError: it cannot be written so. The message does not repeat it.
    """
    local = address.rpartition("@")[0]
    if not _LOCAL.fullmatch(local):
        raise ValueError("an address has something else than ASCII letters and signs before its @")
    whole = f"{local}@{ascii_domain(address)}"
    if len(whole) > _LONGEST_ADDRESS or len(local) > _LONGEST_LOCAL:
        raise ValueError("an address is longer than an address may be (RFC 5321)")
    return whole


def folded(address: str) -> str:
    """Return what is equal for two addresses that SendGrid takes for one: it does not look at their case.

    :raises ValueError: as ``written`` does.
    """
    return address.lower() if is_written(address) else written(address).casefold()


def all_folded(addresses: Sequence[str]) -> list[str]:
    """Return what ``folded`` returns for each of them; all can be written."""
    if "".join(addresses).isascii():
        return [address.lower() for address in addresses]
    return [folded(address) for address in addresses]


def all_written(addresses: Sequence[str]) -> Sequence[str]:
    """Return what ``written`` returns for each of them; all can be written."""
    text = "\n".join(addresses)
    return addresses if text.isascii() and text.lower() == text else [written(address) for address in addresses]
