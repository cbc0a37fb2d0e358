"""A server's address, as owners write it: `postgresql://user:password@host/database`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
import ssl
from urllib.parse import parse_qs, unquote, urlsplit

from .errors import Reason, StoreError

_PORT = 5432
_SCHEMES = {"postgresql", "postgres", "postgresql+asyncpg"}
_TARGETS = {"any", "primary", "read-write", "standby", "prefer-standby", "read-only"}


class Tls(StrEnum):
    """How much the connection is protected, in the words of `sslmode`."""

    DISABLE = "disable"
    ALLOW = "allow"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, and who we are there."""

    hosts: Sequence[tuple[str, int]]
    user: str
    password: str = field(repr=False)
    database: str
    tls: Tls = Tls.PREFER
    root_certificate: str | None = None
    target: str | None = None
    """Which of the hosts is wanted, in the words of `target_session_attrs`."""

    @property
    def may_be_plain(self) -> bool:
        """Tell whether a connection without TLS will do."""
        return self.tls in {Tls.DISABLE, Tls.ALLOW, Tls.PREFER}

    def tls_context(self) -> ssl.SSLContext:
        """Make the context of TLS; reads files, so not on the event loop."""
        try:
            context = ssl.create_default_context(cafile=self.root_certificate)
        except OSError as err:
            raise StoreError(Reason.TLS, f"sslrootcert: {err.strerror}") from err
        if self.tls is not Tls.VERIFY_FULL:
            context.check_hostname = False
        if self.tls not in {Tls.VERIFY_CA, Tls.VERIFY_FULL}:
            context.verify_mode = ssl.CERT_NONE
        return context


def parse(url: str) -> Address:
    """Understand an address; what is wrong with it is told without its password."""
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError as err:
        raise StoreError(Reason.URL, "not an address") from err
    if parts.scheme not in _SCHEMES:
        raise StoreError(Reason.URL, "it begins with postgresql://")
    login, _, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    user = unquote(user) or _last(options, "user")
    if not user:
        raise StoreError(Reason.URL, "no user")
    hosts = _hosts(place, options)
    address = Address(
        hosts=hosts,
        user=user,
        password=unquote(password) or _last(options, "password"),
        database=unquote(parts.path.lstrip("/")) or _last(options, "dbname") or user,
        tls=_tls(_last(options, "sslmode") or _last(options, "ssl")),
        root_certificate=_last(options, "sslrootcert") or None,
        target=_target(_last(options, "target_session_attrs"), len(hosts)),
    )
    if unknown := options.keys() - _KNOWN:
        raise StoreError(Reason.URL, f"unknown: {', '.join(sorted(unknown))}")
    return address


_KNOWN = {
    "user",
    "password",
    "dbname",
    "host",
    "port",
    "sslmode",
    "ssl",
    "sslrootcert",
    "target_session_attrs",
    "application_name",
    "connect_timeout",
}
"""Options that are understood; the last two are Jarvis' own matter."""


def _hosts(
    place: str, options: Mapping[str, Sequence[str]]
) -> Sequence[tuple[str, int]]:
    """Return the hosts of `a:1,b:2`, of `?host=a:1&host=b:2` and of `?host=/folder`."""
    named = [unquote(one) for one in place.split(",") if one]
    named += [one for each in options.get("host", ()) for one in each.split(",") if one]
    ports = [one for each in options.get("port", ()) for one in each.split(",") if one]
    if len(ports) == 1:
        ports *= len(named)
    hosts = []
    for at, one in enumerate(named):
        host, port = _host(one)
        written = port or (ports[at] if at < len(ports) else str(_PORT))
        if not written.isdecimal() or not 0 < int(written) < 2**16:
            raise StoreError(Reason.URL, "not a port")
        hosts.append((host, int(written)))
    if not hosts:
        raise StoreError(Reason.URL, "no host")
    return hosts


def _host(written: str) -> tuple[str, str]:
    """Split a host from its port; a folder of sockets has colons of its own."""
    if written.startswith("/"):
        return written, ""
    if written.startswith("["):
        host, _, port = written[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = written.partition(":")
    return host, port


def _tls(written: str) -> Tls:
    try:
        return Tls(written or Tls.PREFER)
    except ValueError as err:
        raise StoreError(Reason.URL, f"sslmode: {', '.join(Tls)}") from err


def _target(written: str, hosts: int) -> str | None:
    """Return which server is wanted; of several the one that can be written to."""
    if written and written not in _TARGETS:
        detail = f"target_session_attrs: {', '.join(sorted(_TARGETS))}"
        raise StoreError(Reason.URL, detail)
    return written or ("primary" if hosts > 1 else None)


def _last(options: Mapping[str, Sequence[str]], name: str) -> str:
    return options[name][-1] if name in options else ""
