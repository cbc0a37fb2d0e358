"""scripts/run --voice: the house hears and speaks, or says why it does not."""

from collections.abc import Generator
from contextlib import contextmanager
import json
from pathlib import Path
import re
import signal
import subprocess

import aiohttp
import pytest

from scripts.house.arguments import parse
from scripts.house.client import HomeAssistant
from scripts.house.server import choose_port, port_is_free
from scripts.house.voice import Wanted
from tests.voice.servers import MODELS, VOICES, WHISPER

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
    """Jarvis' pipeline has both servers, and they end with the house."""
    models = ("--whisper", str(WHISPER), "--piper", str(VOICES))
    with house(tmp_path, *models) as (url, _told):
        async with HomeAssistant(url) as client:
            await client.wait_and_log_in()
            listed = await client.command("assist_pipeline/pipeline/list")
            (pipeline,) = (
                one
                for one in listed["pipelines"]
                if one["id"] == listed["preferred_pipeline"]
            )
            assert pipeline["conversation_engine"] == "conversation.jarvis"
            assert pipeline["tts_voice"] == "fr_FR-tiny-low"
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
    for log in ("whisper.log", "piper.log"):
        (port,) = re.findall(r"port=(\d+)", (tmp_path / log).read_text("utf-8"))
        assert port_is_free(int(port))


@pytest.mark.usefixtures("socket_enabled")
def test_without_models_the_house_goes_on(tmp_path: Path) -> None:
    """What is missing is said, and a sentence is answered."""
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    ended = subprocess.run(
        [
            RUN,
            *("--state", tmp_path, "--ollama", NOWHERE, "--via", "auto", "--json"),
            *("--whisper", nothing, "--piper", nothing, "--say", "quelle heure est-il"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["said"][0]["reply"]
    assert "jarvis-whisper has no model" in ended.stderr
    assert "Meanwhile Jarvis reads and writes" in ended.stderr


async def _fetched(url: str) -> bytes:
    """Return a file."""
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        return await (await session.get(url)).read()
