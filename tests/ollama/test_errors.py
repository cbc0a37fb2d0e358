"""Every failure has one cause, and nothing of what was received leaks into it."""

import json
import ssl

import httpx
import ollama
import pytest

from custom_components.jarvis.ollama.errors import OllamaError, Reason, translated


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        (401, "unauthorized", Reason.UNAUTHORIZED),
        (403, "", Reason.UNAUTHORIZED),
        (404, 'model "x" not found, try pulling it first', Reason.MODEL_MISSING),
        (404, "404 page not found", Reason.NOT_OLLAMA),
        (405, "method not allowed", Reason.NOT_OLLAMA),
        (400, "registry.ollama.ai/x does not support tools", Reason.NO_TOOLS),
        (400, '"x" does not support thinking', Reason.NO_THINKING),
        (400, "the input length exceeds the context length", Reason.CONTEXT_TOO_LONG),
        (500, "exceeds the available context size", Reason.CONTEXT_TOO_LONG),
        (429, "too many requests", Reason.BUSY),
        (503, "server busy, please try again", Reason.BUSY),
        (500, "llama runner process has terminated", Reason.SERVER_ERROR),
        (502, "<html>Bad gateway</html>", Reason.SERVER_ERROR),
        (-1, "an error was encountered", Reason.SERVER_ERROR),
    ],
)
def test_answers(status: int, words: str, reason: Reason) -> None:
    """Status and wording together tell the cause."""
    with pytest.raises(OllamaError) as caught, translated("here:1", "x"):
        raise ollama.ResponseError(words, status)

    assert caught.value.reason is reason
    assert (caught.value.endpoint, caught.value.model) == ("here:1", "x")


def _wrapped(cause: Exception) -> httpx.ConnectError:
    """Return an error of the connection with another one behind it."""
    error = httpx.ConnectError("failed")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.ConnectError("refused"), Reason.UNREACHABLE),
        (httpx.ConnectTimeout("late"), Reason.UNREACHABLE),
        (httpx.InvalidURL("no URL"), Reason.UNREACHABLE),
        (httpx.UnsupportedProtocol("ftp"), Reason.UNREACHABLE),
        (OSError("no route"), Reason.UNREACHABLE),
        (_wrapped(ssl.SSLCertVerificationError("self-signed")), Reason.TLS),
        (httpx.ReadError("reset"), Reason.INTERRUPTED),
        (httpx.RemoteProtocolError("cut"), Reason.INTERRUPTED),
        (TimeoutError(), Reason.STALLED),
        (json.JSONDecodeError("Expecting value", "s3cret", 0), Reason.GARBLED),
        (TypeError("s3cret"), Reason.GARBLED),
        (AttributeError("s3cret"), Reason.GARBLED),
    ],
    ids=repr,
)
def test_failures_of_the_way(error: Exception, reason: Reason) -> None:
    """The network's, our own patience, and what is no JSON of the expected shape."""
    with pytest.raises(OllamaError) as caught, translated("here:1"):
        raise error

    assert caught.value.reason is reason
    assert caught.value.__cause__ is error
    assert "s3cret" not in str(caught.value)


def test_fields_of_another_shape() -> None:
    """The client's own complaint is told without what it complains of."""
    with pytest.raises(OllamaError) as caught, translated("here:1"):
        ollama.ChatResponse.model_validate({"message": "s3cret"})

    assert caught.value.reason is Reason.GARBLED
    assert "ChatResponse" in caught.value.detail
    assert "s3cret" not in str(caught.value)


def test_known_ones_pass_through() -> None:
    """What is translated already stays as it is."""
    known = OllamaError(Reason.BUSY, endpoint="there:2")

    with pytest.raises(OllamaError) as caught, translated("here:1"):
        raise known

    assert caught.value is known


def test_others_are_nobodys() -> None:
    """A mistake of ours is not taken for one of the endpoint."""
    with pytest.raises(ZeroDivisionError), translated("here:1"):
        raise ZeroDivisionError
