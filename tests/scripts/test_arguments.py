"""The arguments of scripts/run, and the port and servers that follow from them."""

import socket

import pytest

from scripts.house import ollama
from scripts.house.arguments import parse
from scripts.house.server import HouseError, choose_port


@pytest.mark.parametrize(
    ("given", "via"),
    [
        ([], "auto"),
        (["--say", "x"], "auto"),
        (["--ollama", "http://a"], "auto"),
        (["--ollama", "http://a", "--say", "x"], "model"),
        (["--ollama", "http://a", "--say", "x", "--via", "auto"], "auto"),
        (["--say", "x", "--via", "model"], "model"),
    ],
)
def test_via(given: list[str], via: str) -> None:
    """Who names a server and a sentence wants to hear the model."""
    assert parse(given).via == via


@pytest.mark.parametrize(
    ("environment", "language"),
    [("fr_FR.UTF-8", "fr"), ("en_GB.UTF-8", "en"), ("de_DE.UTF-8", "en"), ("C", "en")],
)
def test_language(
    monkeypatch: pytest.MonkeyPatch, environment: str, language: str
) -> None:
    """The machine's language counts where Jarvis speaks it."""
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", environment)
    assert parse([]).language == language
    assert parse(["--language", "fr"]).language == "fr"


def test_json_needs_a_sentence() -> None:
    """There is nothing to print without one."""
    with pytest.raises(SystemExit):
        parse(["--json"])


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://nas:11434/", "http://nas:11434"),
        ("https://ollama.example/v", "https://ollama.example/v"),
        ("nas:1234", "http://nas:1234"),
        ("nas", "http://nas:11434"),
    ],
)
def test_address(given: str, address: str) -> None:
    """A server is named as people name it."""
    assert ollama.address(given) == address


@pytest.mark.usefixtures("socket_enabled")
def test_port() -> None:
    """A wanted port has to be free; sentences take any."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HouseError) as error:
            choose_port(port, 8123, any_port=True)
        assert error.value.code == 2
        assert "--port" in str(error.value)
        assert choose_port(None, port, any_port=True) != port
    assert choose_port(port, 8123, any_port=False) == port
