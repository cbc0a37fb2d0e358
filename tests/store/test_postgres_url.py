"""How addresses are understood, and what is said of those that are not."""

import pytest

from custom_components.jarvis.store.errors import Reason, StoreError
from custom_components.jarvis.store.postgres_url import Tls, parse


def test_everything_is_understood() -> None:
    """Given an address with everything, then all of it is known."""
    address = parse(
        "postgresql://j%40rvis:p%3Aw@db.local:6543/memory%20one"
        "?sslmode=verify-full&sslrootcert=/etc/root.pem"
    )
    assert address.hosts == [("db.local", 6543)]
    assert (address.user, address.password) == ("j@rvis", "p:w")
    assert (address.database, address.tls) == ("memory one", Tls.VERIFY_FULL)
    assert address.root_certificate == "/etc/root.pem"
    assert address.target is None
    assert "p:w" not in repr(address)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgres://u@h/d", [("h", 5432)]),
        ("postgresql://u@a:1,b:2/d", [("a", 1), ("b", 2)]),
        ("postgresql://u@/d?host=a:1&host=b:2", [("a", 1), ("b", 2)]),
        ("postgresql://u@/d?host=a,b&port=1,2", [("a", 1), ("b", 2)]),
        ("postgresql://u@/d?host=/run/pg&port=6", [("/run/pg", 6)]),
        ("postgresql://u@[::1]:7/d", [("::1", 7)]),
    ],
)
def test_hosts_are_written_in_many_ways(url: str, hosts: list[object]) -> None:
    """Given one host or several, then each has its port; of several one is primary."""
    address = parse(url)
    assert address.hosts == hosts
    assert address.target == ("primary" if len(hosts) > 1 else None)
    assert address.database == "d"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://u:secret@h/d",
        "postgresql://u:secret@/d",
        "postgresql://:secret@h/d",
        "postgresql://u:secret@h:port/d",
        "postgresql://u:secret@h/d?sslmode=perhaps",
        "postgresql://u:secret@h/d?target_session_attrs=best",
        "postgresql://u:secret@h/d?what=this",
        "postgresql://u:secret@h/d?what",
    ],
)
def test_what_is_no_address_is_told_without_its_password(url: str) -> None:
    """Given what is no address, then that is said, and the password is not."""
    with pytest.raises(StoreError) as raised:
        parse(url)
    assert raised.value.reason is Reason.URL
    assert "secret" not in str(raised.value)
