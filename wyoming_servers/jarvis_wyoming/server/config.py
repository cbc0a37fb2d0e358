"""The options that both servers have."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from .settings import SettingsError, option

# Who may connect unless it is said otherwise: this machine and networks at home.
_HOME = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """Where and for whom a server listens, and what it takes at most.

    A server's own settings are a subclass that overrides `port` and adds fields.
    """

    host: tuple[str, ...] = option(
        ("0.0.0.0", "::"), "address to listen on; may be repeated (default: all)"
    )
    port: int = option(0, "port to listen on")
    allow: tuple[str, ...] = option(
        _HOME, "network that may connect, as 192.168.1.0/24 (default: networks at home)"
    )
    zeroconf: bool = option(True, "let Home Assistant find the server by itself")
    advertise: tuple[str, ...] = option(
        (), "address to advertise instead of the machine's own, as in a container"
    )
    zeroconf_name: str = option("", "name to advertise (default: program and machine)")
    metrics: str = option("", "HOST:PORT to answer Prometheus on (default: nowhere)")
    max_clients: int = option(64, "connections at a time")
    max_frame: int = option(1 << 20, "bytes of an event's data or payload")
    idle_seconds: float = option(300.0, "how long a client may be silent")
    drain_seconds: float = option(20.0, "how long the end waits for work under way")
    log_level: str = option(
        "info", "how much is logged", choices=("debug", "info", "warning", "error")
    )
    log_format: str = option("text", "how it is logged", choices=("text", "json"))
    log_speech: bool = option(False, "also log what people say and hear (to debug)")

    def __post_init__(self) -> None:
        for network in self.allow:
            try:
                ip_network(network, strict=False)
            except ValueError as err:
                raise SettingsError(f"allow: {err}") from err
        for address in self.advertise:
            try:
                ip_address(address)
            except ValueError as err:
                raise SettingsError(f"advertise: {err}") from err
        if not self.host:
            raise SettingsError("host: one address at least")
        if not 0 <= self.port <= 65535:
            raise SettingsError("port: between 0 and 65535")
        if self.metrics and not _is_place(self.metrics):
            raise SettingsError("metrics: HOST:PORT is wanted, as 127.0.0.1:9300")
        for name in ("max_clients", "max_frame", "idle_seconds"):
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name}: more than 0")


def _is_place(text: str) -> bool:
    """Whether this is HOST:PORT."""
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdecimal() and 0 < int(port) <= 65535
