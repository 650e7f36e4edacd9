"""Names to addresses, each one checked: a connection is only ever made to an address that was found public."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from aiohttp.abc import AbstractResolver, ResolveResult

from digest.collect.fetching.addresses import is_public, literal_address

#: Looks a host name up: all its addresses, as text. ``OSError`` when there is no such name.
Lookup = Callable[[str], Awaitable[Sequence[str]]]


class LeadsInside(Exception):
    """A name has an address in a private network. It stays inside: the fetcher turns it into ``PrivateAddress``."""

    def __init__(self, address: str) -> None:
        """Name the ``address``."""
        super().__init__(address)
        self.address = address


async def system_lookup(host: str) -> Sequence[str]:
    """Ask the system's resolver for every address of ``host``."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class CheckedResolver(AbstractResolver):
    """What aiohttp asks before it connects; it connects to exactly what this returns (no second lookup to cheat)."""

    def __init__(self, *, allow_private: bool, lookup: Lookup) -> None:
        """With ``allow_private`` nothing is refused."""
        self._allow_private = allow_private
        self._lookup = lookup

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - aiohttp's signature; we take both
    ) -> list[ResolveResult]:
        """Return the addresses of ``host``.

        :raises LeadsInside: any one of them is not public.
        :raises OSError: there are none.
        """
        results: list[ResolveResult] = []
        for text in dict.fromkeys(await self._lookup(host)):
            address = literal_address(text)
            if not self._allow_private and (address is None or not is_public(address)):
                raise LeadsInside(text)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=text,
                    port=port,
                    family=socket.AF_INET6 if ":" in text else socket.AF_INET,
                    proto=socket.IPPROTO_TCP,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        if not results:
            raise OSError(f"{host} has no address")
        return results

    async def close(self) -> None:
        """Nothing to close."""
