"""Asking DNS whether a domain takes mail: before the first mail to an address that a visitor typed."""

from typing import Any, Final

from email_validator import EmailNotValidError, EmailUndeliverableError, caching_resolver, validate_email

#: How long DNS may take to answer, in seconds; a visitor waits for it.
PATIENCE: Final = 3


def takes_mail(address: str, *, resolver: Any = None) -> bool:
    """Tell whether the domain of an address has a mail server (RFC 5321 §5.1), and does not refuse all (RFC 7505).

    A domain about which DNS gives no answer in time is believed: the mail itself will show. ``resolver`` is one of
    dnspython's, if not the machine's is to be asked.
    """
    asked = resolver or caching_resolver(timeout=PATIENCE)
    try:
        validate_email(address, check_deliverability=True, dns_resolver=asked)
    except EmailUndeliverableError:
        return False
    except EmailNotValidError:
        return True  # how it is spelled was looked at before; this is about its domain
    return True
