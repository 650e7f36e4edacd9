"""Which addresses are public: the rule that keeps the fetcher out of private networks. Pure.

A source's URL is data that people type in and sites redirect; without this rule it could read a router's page, a
cloud's metadata service or our own database (server-side request forgery, CWE-918).
"""

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

#: RFC 6052: the last 32 bits are an IPv4 address behind a translator.
_NAT64: Final = IPv6Network("64:ff9b::/96")
#: RFC 4291 §2.5.5.1: the old way to write an IPv4 address in IPv6.
_IPV4_COMPATIBLE: Final = IPv6Network("::/96")
#: RFC 2765 §2.1: an IPv4 address behind a translator, the old way.
_IPV4_TRANSLATED: Final = IPv6Network("::ffff:0:0:0/96")
#: RFC 8215: translators of a network's own; older Pythons take it for the internet.
_LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")
_LAST_32_BITS: Final = 0xFFFF_FFFF


@lru_cache(maxsize=4096)
def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that ``host`` spells, or ``None`` for a name.

    Every spelling that the system's resolver takes counts: ``2130706433``, ``0177.0.0.1``, ``0x7f.1``, ``127.1``, with
    a final dot, in brackets.
    """
    bare = host.strip("[]").rstrip(".")
    try:
        return ip_address(bare)
    except ValueError:
        pass  # no usual spelling; perhaps an unusual one
    if not bare or bare[0] not in "0123456789":
        return None
    try:
        return IPv4Address(socket.inet_aton(bare))
    except (OSError, ValueError):
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether ``address`` lies in the public internet.

    Private, loopback, link-local, shared (RFC 6598), multicast and reserved ranges do not; nor does an IPv6 address
    that stands for such an IPv4 address (mapped, compatible, translated, 6to4, Teredo, NAT64).
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    inner = _inner_ipv4(address)
    if inner is not None:
        return is_public(inner)
    is_inside = address.is_multicast or address.is_site_local or address in _LOCAL_NAT64
    return address.is_global and not is_inside


def _inner_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64 or address in _IPV4_COMPATIBLE or address in _IPV4_TRANSLATED:
        return IPv4Address(int(address) & _LAST_32_BITS)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def is_loopback_host(host: str) -> bool:
    """Tell whether ``host`` is by its spelling this machine: ``localhost`` or a loopback address."""
    address = literal_address(host)
    if address is not None:
        return address.is_loopback
    return host.rstrip(".").lower() == "localhost"
