"""What can go wrong at a server for speech, told apart by cause."""

from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum


class Reason(StrEnum):
    """Why a server did not hear or speak."""

    UNREACHABLE = "unreachable"
    NOT_WYOMING = "not_wyoming"
    INTERRUPTED = "interrupted"
    STALLED = "stalled"
    SERVER_ERROR = "server_error"
    OTHER_FORMAT = "other_format"
    NO_SERVER = "no_server"


class SpeechError(Exception):
    """Something was not heard or not spoken for a known reason."""

    def __init__(self, reason: Reason, server: str = "", detail: str = "") -> None:
        """Keep the cause and what a message about it needs."""
        super().__init__(f"{reason} ({server}): {detail}")
        self.reason = reason
        self.server = server
        self.detail = detail


@contextmanager
def translated(server: str) -> Generator[None]:
    """Tell what fails in a conversation with a server by its cause."""
    try:
        yield
    except TimeoutError as err:
        raise SpeechError(Reason.STALLED, server) from err
    except (OSError, EOFError) as err:
        raise SpeechError(Reason.INTERRUPTED, server, str(err)) from err
    # What a server sends goes through the library's readers as it comes.
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        raise SpeechError(Reason.NOT_WYOMING, server, str(err)) from err
