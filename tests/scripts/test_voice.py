"""scripts/run --voice: the house hears and speaks, or says why it does not."""

from collections.abc import Generator
from contextlib import contextmanager
import json
from pathlib import Path
import re
import shutil
import signal
import subprocess

import aiohttp
import pytest
from wyoming.client import AsyncTcpClient
from wyoming.info import Describe, Info

from scripts.house import wake_word
from scripts.house.arguments import parse
from scripts.house.client import HomeAssistant
from scripts.house.server import HouseError, Processes, choose_port, port_is_free
from scripts.house.voice import Wanted
from tests.voice.servers import MODELS, VOICES, WHISPER, wake_word_programs

from .test_run import NOWHERE, RUN

END_SECONDS = 15
SPEECH = "format=wav; codec=pcm; sample_rate=16000; bit_rate=16; channel=1; language=fr"


@contextmanager
def house(state: Path, *arguments: str) -> Generator[tuple[str, str]]:
    """Start a house and yield its address and what it told; end it in order."""
    port = str(choose_port(None, 0, any_port=True))
    command = [str(RUN), "--state", str(state), "--port", port, "--ollama", NOWHERE]
    process = subprocess.Popen(
        [*command, "--language", "fr", *arguments], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        told = ""
        try:
            for line in process.stdout:
                told += line
                if "Ctrl-C" in line:
                    break
            yield f"http://127.0.0.1:{port}", told
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(END_SECONDS) == 0, told


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], None),
        (["--voice"], Wanted()),
        (["--whisper", "/w"], Wanted(Path("/w"))),
        (["--voice", "--piper", "/p"], Wanted(None, Path("/p"))),
        (["--wakeword", "/h"], Wanted(wakeword=Path("/h"))),
    ],
)
def test_arguments(given: list[str], wanted: Wanted | None) -> None:
    """Who names a model wants to talk."""
    assert parse(given).voice == wanted


def test_every_voice_of_a_folder_speaks() -> None:
    """The voices of the folder are those that are loaded."""
    flags = Wanted(piper=VOICES).speaking()
    assert flags[:2] == ["--voice-dir", str(VOICES)]
    assert flags[2:] == ["--voice", "en_US-tiny-low", "--voice", "fr_FR-tiny-low"]


@pytest.mark.usefixtures("socket_enabled")
async def test_the_house_hears_and_speaks(tmp_path: Path) -> None:
    """Jarvis' pipeline has all servers, and they end with the house."""
    wake_word_programs()
    models = ("--whisper", str(WHISPER), "--piper", str(VOICES))
    with house(tmp_path, *models) as (url, told):
        assert "Satellites wake the house with: hey jarvis" in told
        async with HomeAssistant(url) as client:
            await client.wait_and_log_in()
            listed = await client.command("assist_pipeline/pipeline/list")
            (pipeline,) = (
                one
                for one in listed["pipelines"]
                if one["id"] == listed["preferred_pipeline"]
            )
            assert pipeline["conversation_engine"] == "conversation.jarvis"
            assert pipeline["stt_engine"] == "stt.jarvis"
            assert pipeline["tts_engine"] == "tts.jarvis"
            assert pipeline["tts_voice"] == "auto"
            assert pipeline["wake_word_entity"] == "wake_word.openwakeword"
            assert pipeline["wake_word_id"] == "hey_jarvis_v0.1"
            heard = await client.request(
                "POST",
                f"/api/stt/{pipeline['stt_engine']}",
                data=(MODELS / "cmd_fr.wav").read_bytes(),
                headers={"X-Speech-Content": SPEECH},
            )
            assert heard["text"] == "Rappelle-moi de sortir le chien à 15h."
            spoken = await client.post(
                "/api/tts_get_url",
                {"engine_id": pipeline["tts_engine"], "message": "Bonne nuit."},
            )
            assert len(await _fetched(url + spoken["path"])) > 1000
    stored = tmp_path / "config" / ".storage" / "core.config_entries"
    ports = re.findall(r'"port": ?(\d+)', stored.read_text("utf-8"))
    assert len(ports) == 3
    assert all(port_is_free(int(port)) for port in ports)


@pytest.mark.usefixtures("socket_enabled")
def test_without_models_the_house_goes_on(tmp_path: Path) -> None:
    """What is missing is said, and a sentence is answered."""
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    ended = subprocess.run(
        [
            RUN,
            *("--state", tmp_path, "--ollama", NOWHERE, "--via", "auto", "--json"),
            *("--whisper", nothing, "--piper", nothing, "--wakeword", nothing),
            *("--say", "quelle heure est-il"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["said"][0]["reply"]
    assert "jarvis-whisper has no model" in ended.stderr
    assert "Meanwhile Jarvis reads and writes" in ended.stderr
    assert f"There is no .tflite in {nothing}" in ended.stderr
    assert "Meanwhile no word wakes the house" in ended.stderr


@pytest.mark.usefixtures("socket_enabled")
async def test_a_word_of_ones_own_wakes(tmp_path: Path) -> None:
    """The model of the folder is the one that is listened for."""
    (ready_made,) = wake_word_programs().parent.rglob("hey_jarvis_v0.1.tflite")
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(ready_made, models / "salut_la_maison.tflite")
    async with Processes() as processes:
        waiting = await wake_word.start(models, processes, tmp_path)
        assert waiting.word == "salut_la_maison"
        async with AsyncTcpClient("127.0.0.1", waiting.port) as client:
            await client.write_event(Describe().event())
            event = await client.read_event()
            assert event
            (program,) = Info.from_event(event).wake
            assert waiting.word in [model.name for model in program.models]


async def test_a_wake_word_server_that_cannot_be_fetched_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a machine without the Internet, the reason is told."""
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'no network' >&2\nexit 2\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    async with Processes() as processes:
        with pytest.raises(HouseError, match=r"no network\nMeanwhile no word wakes"):
            await wake_word.start(None, processes, tmp_path)


async def _fetched(url: str) -> bytes:
    """Return a file."""
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        return await (await session.get(url)).read()
