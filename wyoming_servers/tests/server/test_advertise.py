"""What is advertised can be reached."""

import asyncio
from ipaddress import ip_address
import socket

import pytest
from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from jarvis_wyoming.server.advertise import Advertisement, reachable

TYPE = "_wyoming._tcp.local."


@pytest.mark.parametrize("hosts", [["0.0.0.0"], ["::"], ["0.0.0.0", "::"]])  # noqa: S104
def test_everywhere_is_this_machines_addresses(hosts: list[str]) -> None:
    """Never 0.0.0.0, never the loopback, no link's own address."""
    for address in reachable(hosts):
        assert not address.is_unspecified
        assert not address.is_loopback
        assert not address.is_link_local


def test_the_loopback_is_for_nobody_else() -> None:
    """Nothing is advertised then."""
    assert reachable(["127.0.0.1", "::1", "localhost"]) == []


def test_one_address_is_itself() -> None:
    """And said once."""
    assert reachable(["192.0.2.7", "192.0.2.7"]) == [ip_address("192.0.2.7")]


def test_only_where_clients_are_let_in() -> None:
    """Given networks that may connect, what others would use is left out."""
    hosts = ["192.168.10.5", "2001:db8::5", "10.0.0.5"]
    home, other = ip_address("192.168.10.5"), ip_address("10.0.0.5")
    assert reachable(hosts, ["192.168.0.0/16", "10.0.0.0/8"]) == [home, other]
    assert reachable(hosts, ["192.168.10.0/24"]) == [home]
    assert len(reachable(hosts, ["172.16.1.20"])) == len(hosts)


async def test_home_assistant_finds_it() -> None:
    """Given a browser in the network, the service appears with address and port."""
    found = asyncio.Event()
    name = f"jarvis-test-{socket.gethostname()}.{TYPE}"

    def seen(
        zeroconf: Zeroconf,
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        if name.startswith("jarvis-test") and state_change is ServiceStateChange.Added:
            found.set()

    try:
        browsing = AsyncZeroconf()
    except OSError:
        pytest.skip("this machine has no network")
    browser = AsyncServiceBrowser(browsing.zeroconf, TYPE, handlers=[seen])
    shown = Advertisement(
        name.removesuffix(f".{TYPE}"), [ip_address("192.0.2.7")], 10300
    )
    await shown.show()
    try:
        async with asyncio.timeout(20):
            await found.wait()
        info = AsyncServiceInfo(TYPE, name)
        assert await info.async_request(browsing.zeroconf, 3000)
        assert info.port == 10300
        assert info.parsed_addresses(IPVersion.V4Only) == ["192.0.2.7"]
    finally:
        await browser.async_cancel()
        await shown.withdraw()
        await browsing.async_close()
