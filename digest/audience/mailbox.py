"""An address in the one form in which we keep, compare and suppress it. Pure."""

import re
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

#: RFC 5321 §4.5.3.1.3: a path is 256 octets with its angle brackets.
LONGEST_ADDRESS = 254
#: Most addresses: ASCII without quotes, a dot-atom before the @ (RFC 5322 §3.2.3; 64 octets, RFC 5321 §4.5.3.1.1).
_PLAIN: Final = re.compile(
    r"(?P<local>(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@(?P<domain>[a-z0-9.-]+)", re.ASCII
)


def mailbox(text: str) -> str:
    """Return the address that ``text`` holds: lower case, its domain in ASCII (IDNA), nothing around it.

    One mailbox must have one spelling, or a suppressed reader comes back with a capital letter: practically every
    provider ignores case before the @. Only domains may have letters outside ASCII, since few mailers take them before
    the @ (SMTPUTF8, RFC 6531). Whether the domain takes mail is not asked.

    :raises ValueError: it is no address that can be mailed; the message does not repeat it.
    """
    stripped = text.strip(" \t\u00a0")
    if len(stripped) > LONGEST_ADDRESS:
        raise ValueError(f"the address is longer than {LONGEST_ADDRESS} characters")
    # A long file has few domains: the library, which takes long, is asked for each of them once.
    lower = stripped.lower()
    plain = _PLAIN.fullmatch(lower) if stripped.isascii() else None
    if plain is not None and _is_plain_domain(plain["domain"]):
        return lower
    return _validated(stripped)


def _validated(stripped: str) -> str:
    try:
        valid = validate_email(stripped, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(_without_the_address(str(error))) from None
    return (valid.ascii_email or valid.normalized).lower()


@lru_cache(maxsize=10_000)
def _is_plain_domain(domain: str) -> bool:
    """Tell whether a domain in lower case can be mailed and is kept as it is written."""
    try:
        return _validated(f"a@{domain}") == f"a@{domain}" and "xn--" not in domain
    except ValueError:
        return False


def _without_the_address(message: str) -> str:
    """Cut what quotes the input: it follows a colon or stands in brackets."""
    kept = re.split(r"[:(]", message)[0].rstrip(" .").replace("email address", "address")
    return kept[:1].lower() + kept[1:]
