"""An address in the one form in which we keep, compare and suppress it. Pure."""

import re

from email_validator import EmailNotValidError, validate_email

#: RFC 5321 §4.5.3.1.3: a path is 256 octets with its angle brackets.
LONGEST_ADDRESS = 254


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
    try:
        valid = validate_email(stripped, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(_without_the_address(str(error))) from None
    return (valid.ascii_email or valid.normalized).lower()


def _without_the_address(message: str) -> str:
    """Cut what quotes the input: it follows a colon or stands in brackets."""
    kept = re.split(r"[:(]", message)[0].rstrip(" .").replace("email address", "address")
    return kept[:1].lower() + kept[1:]
