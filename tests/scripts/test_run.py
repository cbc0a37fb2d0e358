"""scripts/run from outside: a real Home Assistant, real states, a real end."""

from collections.abc import Iterator
import json
from pathlib import Path
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest

from scripts.house.config import ROOT
from scripts.house.server import choose_port, port_is_free

RUN = ROOT / "scripts/run"
NOWHERE = "http://127.0.0.1:9"
END_SECONDS = 10


def say(state: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the JSON of one run."""
    ended = subprocess.run(
        [RUN, "--state", state, "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout, ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def changes(said: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what a sentence changed."""
    return {
        change["entity_id"]: (change["before"], change["after"])
        for change in said["changed"]
        # Temperatures drift by themselves.
        if not change["entity_id"].startswith(("sensor.", "climate."))
    }


@pytest.fixture(name="scripted_ollama")
def scripted_ollama_fixture() -> Iterator[str]:
    """Start a server whose model is a script, and return its URL."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.ollama_server", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def test_sentences_change_exactly_what_they_name(tmp_path: Path) -> None:
    """French and English sentences switch one lamp each, at every start the same."""
    without_model = ("--ollama", NOWHERE, "--via", "auto", "--language", "fr")
    code, first = say(
        tmp_path,
        *without_model,
        "--say",
        "éteins la lumière de la cuisine",
        "--say",
        "allume la lumière du salon",
        "--say",
        "turn off the bedroom light",
    )
    assert code == 0, first
    assert [changes(said) for said in first["said"]] == [
        {"light.cuisine": ("on", "off")},
        {"light.salon": ("off", "on")},
        {"light.chambre": ("on", "off")},
    ]
    assert {said["understood"] for said in first["said"]} == {"local"}
    assert all(said["reply"] for said in first["said"])

    code, second = say(tmp_path, *without_model, "--say", "allume la lumière du salon")
    assert code == 0
    assert changes(second["said"][0]) == {"light.salon": ("off", "on")}


def test_a_model_answers(tmp_path: Path, scripted_ollama: str) -> None:
    """With a server, the model is asked although Jarvis would understand by itself."""
    code, result = say(
        tmp_path,
        *("--ollama", scripted_ollama, "--language", "fr"),
        *("--say", "allume la lumière du salon"),
    )
    assert code == 0, result
    said = result["said"][0]
    assert said["understood"] == "model"
    assert said["model"]
    assert changes(said) == {"light.salon": ("off", "on")}
    assert said["streamed"]
    assert 0 < said["first_word_seconds"] <= said["seconds"]


def test_an_unanswered_sentence_ends_with_1(tmp_path: Path) -> None:
    """Without a model, a riddle stays without an answer, and the exit code says so."""
    code, result = say(
        tmp_path,
        *("--ollama", NOWHERE, "--language", "fr"),
        *("--say", "Pourquoi le ciel est-il bleu ?"),
    )
    assert code == 1
    assert result["said"][0]["error"]


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C ends Home Assistant too, in time."""
    port = str(choose_port(None, 0, any_port=True))
    house = subprocess.Popen(
        [RUN, "--state", tmp_path, "--port", port, "--ollama", NOWHERE],
        stdout=subprocess.PIPE,
        text=True,
    )
    with house:
        assert house.stdout is not None
        shown = ""
        for line in house.stdout:
            shown += line
            if "Ctrl-C" in line:
                break
        assert f"http://127.0.0.1:{port}" in shown
        assert "User owner, password jarvis" in shown
        assert "Meanwhile Jarvis understands" in shown
        house.send_signal(number)
        assert house.wait(timeout=END_SECONDS) == 0
    assert port_is_free(int(port))
    log = (tmp_path / "home-assistant.log").read_text("utf-8")
    assert "Traceback" not in log


@pytest.mark.usefixtures("socket_enabled")
def test_a_port_in_use_ends_with_2(tmp_path: Path) -> None:
    """The message comes before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [RUN, "--port", port, "--state", tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert f"Port {port} is in use" in ended.stderr
