"""From which network a visitor comes: for limits, and truncated for the proof of a sign-up. Kept nowhere else."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from fastapi import Request

from digest.audience.consent import truncated
from digest.config import Settings

#: How many hops of a forwarded request are looked at.
_MOST_HOPS = 20


def network_of(request: Request, settings: Settings) -> str | None:
    """Return the visitor's network, truncated; ``None`` if it cannot be told.

    Of ``X-Forwarded-For`` the last address counts that is none of the trusted proxies' own: what stands before it, the
    visitor may have written. A proxy that names nobody says nothing about the visitor: all of its visitors would pass
    for one otherwise, and be held back together.
    """
    trusted = _networks(settings.web_trusted_proxies)
    came_from = _came_from(request, trusted)
    return None if _is_among(came_from, trusted) else truncated(came_from)


def _came_from(request: Request, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",")][-_MOST_HOPS:]
    came_from = request.client.host if request.client is not None else ""
    while _is_among(came_from, trusted) and hops and hops[-1]:
        came_from = hops.pop()
    return came_from


@lru_cache(maxsize=8)
def _networks(setting: str) -> Sequence[IPv4Network | IPv6Network]:
    return [ip_network(one.strip(), strict=False) for one in setting.split(",") if one.strip()]


def _is_among(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip.version == network.version and ip in network for network in networks)
