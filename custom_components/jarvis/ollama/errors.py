"""What can go wrong at an endpoint, told apart by cause."""

from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
import json
import ssl

import httpx
import ollama
import pydantic


class Reason(StrEnum):
    """Why an endpoint did not do what it was asked to."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    NOT_OLLAMA = "not_ollama"
    UNAUTHORIZED = "unauthorized"
    TOO_OLD = "too_old"
    MODEL_MISSING = "model_missing"
    MODEL_UNKNOWN = "model_unknown"
    DISK_FULL = "disk_full"
    NO_TOOLS = "no_tools"
    NO_THINKING = "no_thinking"
    BUSY = "busy"
    CONTEXT_TOO_LONG = "context_too_long"
    INTERRUPTED = "interrupted"
    STALLED = "stalled"
    GARBLED = "garbled"
    SERVER_ERROR = "server_error"
    NO_ENDPOINT = "no_endpoint"


_NO_STATUS = -1
_BY_STATUS = {
    401: Reason.UNAUTHORIZED,
    403: Reason.UNAUTHORIZED,
    429: Reason.BUSY,
    503: Reason.BUSY,
}
_BY_PHRASE = (
    ("file does not exist", Reason.MODEL_UNKNOWN),
    ("invalid model name", Reason.MODEL_UNKNOWN),
    ("no space left", Reason.DISK_FULL),
    ("disk quota", Reason.DISK_FULL),
    ("does not support tools", Reason.NO_TOOLS),
    ("does not support thinking", Reason.NO_THINKING),
    ("context length", Reason.CONTEXT_TOO_LONG),
    ("context size", Reason.CONTEXT_TOO_LONG),
)


class OllamaError(Exception):
    """A request to an endpoint failed for a known reason."""

    def __init__(
        self, reason: Reason, *, endpoint: str = "", model: str = "", detail: str = ""
    ) -> None:
        """Keep the cause and what a message about it needs."""
        super().__init__(f"{reason} ({endpoint} {model}): {detail}")
        self.reason = reason
        self.endpoint = endpoint
        self.model = model
        self.detail = detail


@contextmanager
def translated(endpoint: str, model: str = "") -> Generator[None]:
    """Turn whatever the client raises inside the block into an `OllamaError`."""
    try:
        yield
    except OllamaError:
        raise
    except ollama.ResponseError as err:
        reason = _reason_of_response(err.status_code, err.error)
        raise OllamaError(
            reason, endpoint=endpoint, model=model, detail=err.error
        ) from err
    except TimeoutError as err:
        # Ours: httpx wraps the network's own.
        raise OllamaError(Reason.STALLED, endpoint=endpoint, model=model) from err
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as err:
        raise OllamaError(
            _reason_of_transport(err), endpoint=endpoint, model=model, detail=repr(err)
        ) from err
    except RuntimeError as err:
        # httpx: the client was closed, because the endpoint has left.
        raise OllamaError(Reason.UNREACHABLE, endpoint=endpoint, model=model) from err
    except (ValueError, TypeError, AttributeError) as err:
        # The client indexes into whatever JSON it is given: a line that is no JSON,
        # no object or not of the expected shape surfaces as one of these.
        raise OllamaError(
            Reason.GARBLED, endpoint=endpoint, model=model, detail=_short(err)
        ) from err


def _short(err: Exception) -> str:
    """Describe a decoding error without quoting what was received."""
    if isinstance(err, pydantic.ValidationError):
        return f"{err.error_count()} fields of {err.title} are not as expected"
    if isinstance(err, json.JSONDecodeError):
        return err.msg
    return type(err).__name__


def _reason_of_response(status: int, text: str) -> Reason:
    """Tell the cause from an error answer.

    The wordings are those of Ollama 0.33 (`server/routes.go`) and of the engine
    behind it; errors in the middle of a stream carry no status (-1).
    """
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    words = text.lower()
    for phrase, reason in _BY_PHRASE:
        if phrase in words:
            return reason
    if status == httpx.codes.NOT_FOUND and "model" in words:
        return Reason.MODEL_MISSING
    if status == _NO_STATUS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Reason.SERVER_ERROR
    return Reason.NOT_OLLAMA


def _reason_of_transport(err: BaseException) -> Reason:
    """Tell the cause from a failure of the connection."""
    cause: BaseException | None = err
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Reason.TLS
        cause = cause.__cause__ or cause.__context__
    if isinstance(err, (httpx.ReadError, httpx.RemoteProtocolError)):
        return Reason.INTERRUPTED
    return Reason.UNREACHABLE
