"""What a PostgreSQL server reports, told apart by cause; nobody's words are quoted."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
import socket
import ssl

import asyncpg
from sqlalchemy.exc import SQLAlchemyError, TimeoutError as PoolTimeoutError

from .errors import Reason, StoreError

_BY_STATE = {
    "28P01": Reason.LOGIN,
    "28000": Reason.LOGIN,
    "3D000": Reason.NO_DATABASE,
    "42501": Reason.RIGHTS,
    "53300": Reason.CONNECTIONS,
    "53100": Reason.FULL,
    "25006": Reason.READ_ONLY,
    "57014": Reason.BUSY,  # our statement timeout
    "57P01": Reason.UNREACHABLE,
    "57P02": Reason.UNREACHABLE,
    "57P03": Reason.UNREACHABLE,
    "XX001": Reason.CORRUPT,
    "XX002": Reason.CORRUPT,
}
_BY_CLASS = {
    "08": Reason.UNREACHABLE,
    "22": Reason.REFUSED,
    "23": Reason.CONFLICT,
    "40": Reason.BUSY,
    "53": Reason.BUSY,
    "54": Reason.REFUSED,
    "55": Reason.BUSY,
    "57": Reason.UNREACHABLE,
}
_QUOTING = {Reason.REFUSED, Reason.CONFLICT}
"""Reasons whose messages quote what was to be written."""
_PLAIN = ("no encryption", "SSL off")
"""How the server says that it is the missing TLS for which it lets nobody in."""


@contextmanager
def translated() -> Generator[None]:
    """Turn whatever the server or the way there raises into a `StoreError`."""
    try:
        yield
    except StoreError:
        raise
    except PoolTimeoutError as err:
        raise StoreError(Reason.BUSY, "every connection is in use") from err
    except (
        SQLAlchemyError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        OSError,
        TimeoutError,
    ) as err:
        raise translate(err) from err


def translate(err: BaseException) -> StoreError:
    """Tell the cause from the error, or from the one that it was made of."""
    for one in _causes(err):
        if isinstance(one, StoreError):
            return one
        reason = _reason(one)
        if reason is not None:
            return StoreError(reason, _detail(one, reason))
    return StoreError(Reason.FAILED, type(err).__name__)


def is_refusal_of_tls(err: BaseException) -> bool:
    """Tell what asyncpg raises as a bare error without a number."""
    return (
        isinstance(err, ConnectionError)
        and err.errno is None
        and "rejected SSL" in str(err)
    )


def _causes(err: BaseException | None) -> Iterator[BaseException]:
    while err is not None:
        yield err
        err = err.__cause__


def _reason(err: BaseException) -> Reason | None:
    """Return what one error means; None where it says nothing by itself."""
    if isinstance(err, asyncpg.exceptions.TargetServerAttributeNotMatched):
        return Reason.READ_ONLY
    if isinstance(err, asyncpg.PostgresError):
        state = err.sqlstate or ""
        if state == "28000" and any(sign in str(err) for sign in _PLAIN):
            return Reason.TLS
        return _BY_STATE.get(state) or _BY_CLASS.get(state[:2], Reason.FAILED)
    if isinstance(err, asyncpg.DataError):
        return Reason.REFUSED  # found by the driver, before it was sent
    if isinstance(err, asyncpg.InterfaceError):
        return Reason.UNREACHABLE  # the connection was closed meanwhile
    if isinstance(err, socket.gaierror):
        return Reason.UNKNOWN_HOST
    if isinstance(err, ssl.SSLError) or is_refusal_of_tls(err):
        return Reason.TLS
    return Reason.UNREACHABLE if isinstance(err, OSError) else None


def _detail(err: BaseException, reason: Reason) -> str:
    state = getattr(err, "sqlstate", None)
    name = f"{state} {type(err).__name__}" if state else type(err).__name__
    return name if reason in _QUOTING or not str(err) else f"{name}: {err}"
