"""What can go wrong with the database, told apart by cause."""

from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeoutError


class Reason(StrEnum):
    """Why the database did not do what it was asked to."""

    FULL = "full"
    READ_ONLY = "read_only"
    CORRUPT = "corrupt"
    NEWER = "newer"
    GONE = "gone"
    BUSY = "busy"
    DISK = "disk"
    CONFLICT = "conflict"
    CLOSED = "closed"
    SQLITE_TOO_OLD = "sqlite_too_old"
    # Of a server alone
    URL = "url"
    """The address cannot be understood."""
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    """Nobody answers, or not in time."""
    TLS = "tls"
    """One side wants TLS and the other does not, or the certificate is not trusted."""
    LOGIN = "login"
    NO_DATABASE = "no_database"
    RIGHTS = "rights"
    CONNECTIONS = "connections"
    """The server has no connection left."""
    NO_VECTOR = "no_vector"
    """The extension `vector` is not installed on the server."""
    VECTOR_RIGHTS = "vector_rights"
    """It is, but somebody with more rights must create it in the database."""
    VECTOR_TOO_OLD = "vector_too_old"
    SERVER_TOO_OLD = "server_too_old"
    REFUSED = "refused"
    """The database cannot hold what it was given, today and tomorrow alike."""
    FAILED = "failed"
    """Anything else that a server reports."""


class StoreError(Exception):
    """The database failed for a known reason."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """Keep the cause, and what helps whoever reads the log."""
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


# The names of extended codes that say more than their primary code.
_BY_CODE = {
    sqlite3.SQLITE_IOERR_SHMSIZE: Reason.FULL,  # the index of the log has no room
    sqlite3.SQLITE_READONLY_DBMOVED: Reason.GONE,
    sqlite3.SQLITE_IOERR_CORRUPTFS: Reason.CORRUPT,
}
_BY_PRIMARY_CODE = {
    sqlite3.SQLITE_FULL: Reason.FULL,
    sqlite3.SQLITE_READONLY: Reason.READ_ONLY,
    sqlite3.SQLITE_PERM: Reason.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Reason.CORRUPT,
    sqlite3.SQLITE_NOTADB: Reason.CORRUPT,
    sqlite3.SQLITE_BUSY: Reason.BUSY,
    sqlite3.SQLITE_LOCKED: Reason.BUSY,
    sqlite3.SQLITE_INTERRUPT: Reason.CLOSED,  # only closing interrupts
    sqlite3.SQLITE_CANTOPEN: Reason.DISK,
    sqlite3.SQLITE_IOERR: Reason.DISK,
    sqlite3.SQLITE_CONSTRAINT: Reason.CONFLICT,
}
_BY_ERRNO = {
    errno.ENOSPC: Reason.FULL,
    errno.EDQUOT: Reason.FULL,
    errno.EROFS: Reason.READ_ONLY,
    errno.EACCES: Reason.READ_ONLY,
    errno.EPERM: Reason.READ_ONLY,
    errno.ENOENT: Reason.GONE,
}
_CLOSED = {"Connection closed", "no active connection"}
"""What aiosqlite says, as a ValueError, of a connection that was closed."""


@contextmanager
def translated() -> Generator[None]:
    """Turn whatever the database raises inside the block into a `StoreError`."""
    try:
        yield
    except StoreError:
        raise
    except DBAPIError as err:
        if not isinstance(err.orig, sqlite3.Error):
            raise
        raise _translate(err.orig) from err
    except sqlite3.Error as err:
        raise _translate(err) from err
    except PoolTimeoutError as err:
        raise StoreError(Reason.BUSY, str(err)) from err
    except OSError as err:
        reason = _BY_ERRNO.get(err.errno or 0, Reason.DISK)
        raise StoreError(reason, str(err)) from err
    except ValueError as err:
        if str(err) not in _CLOSED:
            raise
        raise StoreError(Reason.CLOSED) from err


def _translate(err: sqlite3.Error) -> StoreError:
    """Tell the cause from SQLite's code; its text never quotes what was stored."""
    if str(err) in _CLOSED:
        return StoreError(Reason.CLOSED)
    code = getattr(err, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    reason = _BY_CODE.get(code) or _BY_PRIMARY_CODE.get(code & 0xFF, Reason.DISK)
    name = getattr(err, "sqlite_errorname", type(err).__name__)
    return StoreError(reason, f"{name}: {err}")
