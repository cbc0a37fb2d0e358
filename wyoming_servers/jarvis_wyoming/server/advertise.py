"""Zeroconf: Home Assistant finds the server, at an address that it can reach."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
import logging
import socket

import ifaddr
from zeroconf import NonUniqueNameException
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

_LOGGER = logging.getLogger(__name__)
_TYPE = "_wyoming._tcp.local."
# Interfaces of containers and virtual machines: nobody outside reaches them.
_INNER = ("docker", "br-", "veth", "virbr", "cni", "podman")

Address = IPv4Address | IPv6Address


def reachable(hosts: Sequence[str], allow: Sequence[str] = ()) -> list[Address]:
    """Return the addresses that another machine can use for what listens on hosts.

    Whoever comes over an address has one of its network: where `allow` knows some of
    the networks, the others are left out.
    """
    found = list[Address]()
    for host in hosts:
        try:
            address = ip_address(host)
        except ValueError:  # a name: it listens where the name points
            address = ip_address(socket.gethostbyname(host))
        if address.is_unspecified:
            found += [a for a in _own() if a.version == address.version]
        elif not address.is_loopback:
            found.append(address)
    networks = [ip_network(network, strict=False) for network in allow]
    known = [a for a in found if any(a in network for network in networks)]
    return list(dict.fromkeys(known or found))


class Advertisement:
    """The server in the local network's list of services."""

    def __init__(self, name: str, addresses: Sequence[Address], port: int) -> None:
        self._zeroconf: AsyncZeroconf | None = None
        self._service = AsyncServiceInfo(
            _TYPE,
            f"{name}.{_TYPE}",
            addresses=[address.packed for address in addresses],
            port=port,
            server=f"{name}.local.",
        )

    async def show(self) -> None:
        """Announce; a network without multicast is no reason not to serve."""
        try:
            self._zeroconf = AsyncZeroconf()
            await self._zeroconf.async_register_service(
                self._service, allow_name_change=True
            )
        except (OSError, NonUniqueNameException) as err:
            _LOGGER.warning("not advertised", extra={"reason": type(err).__name__})
            await self.withdraw()

    async def withdraw(self) -> None:
        """Take the announcement back."""
        if self._zeroconf is None:
            return
        await self._zeroconf.async_unregister_all_services()
        await self._zeroconf.async_close()
        self._zeroconf = None


def _own() -> list[Address]:
    """Return this machine's addresses that are meant for others."""
    found = list[Address]()
    for adapter in ifaddr.get_adapters():
        if adapter.name.startswith(_INNER):
            continue
        for ip in adapter.ips:
            address = ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
            if not (address.is_loopback or address.is_link_local):
                found.append(address)
    return found
