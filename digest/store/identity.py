"""Who is who: the form of an address by which we tell persons apart, and the secret that opens what is theirs."""

from typing import Final

#: 16 bytes are 22 URL-safe characters: not guessable, and short enough for a link in a text part.
TOKEN_BYTES: Final = 16


def identity(address: str) -> str:
    """Return the address folded: no space around it, no difference between capitals and small letters.

    RFC 5321 §2.4 lets the part before the @ differ by case; no provider of any size does, and people type both.
    """
    return address.strip().casefold()
